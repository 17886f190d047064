package memory_test

import (
	"bytes"
	"testing"

	"paybridge/adapters/memory"
	"paybridge/domain/fault"
	"paybridge/ports"
)

func TestASecretIsOpenedForItsOwnMallOnly(t *testing.T) {
	t.Parallel()
	keyring, err := memory.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keyring.Seal(t.Context(), "demomall", ports.NewSecret("a secret key"))
	if err != nil || bytes.Contains(sealed, []byte("a secret key")) {
		t.Fatalf("%q, %v", sealed, err)
	}
	opened, err := keyring.Open(t.Context(), "demomall", sealed)
	if err != nil || opened.Reveal() != "a secret key" {
		t.Errorf("%q, %v", opened.Reveal(), err)
	}
	_, err = keyring.Open(t.Context(), "othermall", sealed)
	wantKind(t, err, fault.Forbidden)
	other, err := memory.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.Open(t.Context(), "demomall", sealed)
	wantKind(t, err, fault.Forbidden)
}
