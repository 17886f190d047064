package memory

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Keyring seals with a key that nobody else has and that is gone with the process. It implements
// ports.Keyring.
type Keyring struct{ seal cipher.AEAD }

// NewKeyring returns a keyring with a key of its own.
func NewKeyring() (*Keyring, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: the runtime ends the process instead
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Keyring{seal: seal}, nil
}

// Seal implements ports.Keyring.
func (k *Keyring) Seal(ctx context.Context, mall merchant.MallID, secret ports.Secret) ([]byte, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	return k.seal.Seal(nil, nil, []byte(secret.Reveal()), []byte(mall)), nil //nolint:gosec // this AEAD draws the nonce itself and takes none
}

// Open implements ports.Keyring.
func (k *Keyring) Open(ctx context.Context, mall merchant.MallID, sealed []byte) (ports.Secret, error) {
	if err := alive(ctx); err != nil {
		return ports.Secret{}, err
	}
	text, err := k.seal.Open(nil, nil, sealed, []byte(mall))
	if err != nil {
		return ports.Secret{}, fault.New(fault.Forbidden, "cannot_open", "the secret was sealed for another mall or with another key").Because(err)
	}
	return ports.NewSecret(string(text)), nil
}
