package rig_test

import (
	"testing"

	"paybridge/test/rig"
)

// TestNoTwoTestsAreGivenOneAddress draws so many of the 12 768 ports that chance alone would give some twice.
func TestNoTwoTestsAreGivenOneAddress(t *testing.T) {
	t.Parallel()
	given := map[string]bool{}
	for range 600 {
		address := rig.FreeAddress(t)
		if given[address] {
			t.Fatalf("%s was given twice", address)
		}
		given[address] = true
	}
}
