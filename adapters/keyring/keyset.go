package keyring

import (
	"bytes"
	"encoding/base64"
	"os"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"paybridge/domain/fault"
	"paybridge/ports"
)

const aesGCM = "type.googleapis.com/google.crypto.tink.AesGcmKey"

// NewKeyset returns a fresh keyset with one AES-256-GCM key: Tink's JSON in base64, one line. It is
// the secret itself, in clear; whoever keeps it decides who can read the merchants' secrets.
func NewKeyset() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fault.New(fault.Internal, "no_keyset", "a keyset could not be made").Because(err)
	}
	encoded, err := encode(handle)
	return encoded.Reveal(), err
}

func encode(handle *keyset.Handle) (ports.Secret, error) {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return ports.Secret{}, fault.New(fault.Internal, "no_keyset", "a keyset could not be written").Because(err)
	}
	return ports.NewSecret(base64.StdEncoding.EncodeToString(text.Bytes())), nil
}

// decode reads a keyset. Its faults carry no cause, because parsers like to quote what they refuse.
func decode(encoded ports.Secret) (*keyset.Handle, error) {
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded.Reveal()))
	if err != nil || len(text) == 0 {
		return nil, invalid("is not base64 in one line; make one with: paybridge keys new")
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, invalid("is base64, but of no keyset; make one with: paybridge keys new")
	}
	for _, key := range handle.KeysetInfo().GetKeyInfo() {
		if key.GetTypeUrl() != aesGCM || key.GetOutputPrefixType() != tinkpb.OutputPrefixType_TINK {
			return nil, invalid("holds a key that is not AES-GCM with a key id, which rotation needs")
		}
	}
	return handle, nil
}

// newRing makes the keys of a keyset ready for use.
func newRing(encoded ports.Secret, file os.FileInfo, handle *keyset.Handle) (*ring, error) {
	keys, err := aead.New(handle)
	if err != nil {
		return nil, invalid("holds keys that cannot be used")
	}
	return &ring{encoded: encoded, file: file, aead: keys, keys: keysOf(handle)}, nil
}

// keysOf lists the keys that open.
func keysOf(handle *keyset.Handle) []ports.SealingKey {
	var keys []ports.SealingKey
	info := handle.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetStatus() == tinkpb.KeyStatusType_ENABLED {
			keys = append(keys, ports.SealingKey{ID: ports.KeyID(key.GetKeyId()), Primary: key.GetKeyId() == info.GetPrimaryKeyId()})
		}
	}
	return keys
}

func invalid(reason string) error {
	return fault.New(fault.Invalid, "bad_keyset", "the encryption keyset "+reason)
}
