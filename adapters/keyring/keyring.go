// Package keyring encrypts merchants' secrets at rest with AES-256-GCM, by Tink.
//
// The keys come as one line of configuration (keyset.go). A keyset holds any number of keys: the
// primary one seals, all of them open, and a short prefix of what was sealed names the key that it
// takes. So a key is rotated in three steps, each with its own reload: add a key, make it primary,
// and, when everything was sealed anew, remove the old one.
//
// The mall is bound to the ciphertext as associated data. A row that is copied to another mall, in
// the database or in a backup, does not open there.
package keyring

import (
	"context"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/tink"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// purpose keeps what is sealed here from being taken for anything else that the same keys may seal
// one day. A mall id holds no slash.
const purpose = "paybridge/merchant-secret/"

// Keyring implements ports.Keyring. It is safe for use by many goroutines, also during a reload.
type Keyring struct{ keys atomic.Pointer[tink.AEAD] }

var _ ports.Keyring = (*Keyring)(nil)

// Open returns a keyring with the keys of an encoded keyset, or Invalid when it is none. The fault
// repeats nothing of the text.
func Open(encoded ports.Secret) (*Keyring, error) {
	k := &Keyring{}
	return k, k.Reload(encoded)
}

// Reload replaces the keys, for calls that begin from now on. When the keyset is Invalid, the keys
// stay what they are.
func (k *Keyring) Reload(encoded ports.Secret) error {
	keys, err := decode(encoded)
	if err != nil {
		return err
	}
	k.keys.Store(&keys)
	return nil
}

// Seal implements ports.Keyring.
func (k *Keyring) Seal(_ context.Context, mall merchant.MallID, secret ports.Secret) ([]byte, error) {
	sealed, err := (*k.keys.Load()).Encrypt([]byte(secret.Reveal()), boundTo(mall))
	if err != nil {
		return nil, fault.New(fault.Internal, "not_sealed", "a secret could not be encrypted").Because(err)
	}
	return sealed, nil
}

// Open implements ports.Keyring. Why a secret does not open cannot be told: the other mall, a
// missing key and a changed byte look the same.
func (k *Keyring) Open(_ context.Context, mall merchant.MallID, sealed []byte) (ports.Secret, error) {
	text, err := (*k.keys.Load()).Decrypt(sealed, boundTo(mall))
	if err != nil {
		return ports.Secret{}, fault.Newf(fault.Forbidden, "not_opened", "a secret of mall %s does not open with these keys", mall).Because(err)
	}
	return ports.NewSecret(string(text)), nil
}

func boundTo(mall merchant.MallID) []byte { return []byte(purpose + string(mall)) }
