package memory_test

import (
	"testing"

	"paybridge/adapters/memory"
	"paybridge/ports"
	"paybridge/test/contract"
)

func TestTheKeyringKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Keyring(t, func(t *testing.T) ports.Keyring {
		t.Helper()
		keyring, err := memory.NewKeyring()
		if err != nil {
			t.Fatal(err)
		}
		return keyring
	})
}
