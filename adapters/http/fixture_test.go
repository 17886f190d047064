package httpapi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// fixture reads a body of the starting collection.
func fixture(t testing.TB, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// members returns the checkout fixture's fields, to be changed and written again.
func members(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(fixture(t, "checkout.json")), &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

func object(t testing.TB, fields map[string]json.RawMessage) string {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
