package keyring_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"paybridge/adapters/keyring"
	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/contract"
)

func TestTheKeyringKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Keyring(t, func(t *testing.T) ports.Keyring { return open(t, newKeyset(t)) })
}

func newKeyset(t *testing.T) string {
	t.Helper()
	text, err := keyring.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func open(t *testing.T, encoded string) *keyring.Keyring {
	t.Helper()
	k, err := keyring.Open(ports.NewSecret(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeysetIsOneLineOfBase64AndNoTwoAreEqual(t *testing.T) {
	t.Parallel()
	one, other := newKeyset(t), newKeyset(t)
	text, err := base64.StdEncoding.DecodeString(one)
	if err != nil || !json.Valid(text) || strings.ContainsAny(one, "\r\n ") || one == other {
		t.Fatalf("not a keyset: %v", err)
	}
}

func TestAKeysetFromAFileMayEndWithALineBreak(t *testing.T) {
	t.Parallel()
	open(t, newKeyset(t)+"\n")
}

func TestWhatIsNoKeysetIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, encoded := range map[string]string{
		"nothing":             "",
		"blanks":              " \n",
		"no base64":           "hunter2!",
		"no JSON":             encode("hunter2"),
		"other JSON":          encode(`{"hunter2":1}`),
		"no keys":             encode(`{"primaryKeyId":1,"key":[]}`),
		"no primary":          encode(`{"primaryKeyId":2,"key":[{"keyId":1,"status":"ENABLED","outputPrefixType":"TINK","keyData":{"typeUrl":"hunter2","value":"","keyMaterialType":"SYMMETRIC"}}]}`),
		"keys that sign":      exported(t, mac.HMACSHA256Tag256KeyTemplate()),
		"keys without an id":  exported(t, aead.AES256GCMNoPrefixKeyTemplate()),
		"half of a good one":  newKeyset(t)[:40],
		"two good ones at it": newKeyset(t) + newKeyset(t),
	} {
		k, err := keyring.Open(ports.NewSecret(encoded))
		if !fault.Is(err, fault.Invalid) || strings.Contains(fmt.Sprintf("%v %#v %v", err, err, k), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// exported returns a keyset of any kind of key in the form that the keyring reads.
func exported(t *testing.T, kind *tinkpb.KeyTemplate) string {
	t.Helper()
	handle, err := keyset.NewHandle(kind)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(text.Bytes())
}
