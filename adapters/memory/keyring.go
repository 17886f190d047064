package memory

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"sync"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// idSize is how many bytes before what was sealed name its key.
const idSize = 4

// Keyring seals with keys that nobody else has and that are gone with the process. It implements
// ports.Keyring.
type Keyring struct {
	mu   sync.RWMutex
	keys []memoryKey // the last one is the primary one
}

type memoryKey struct {
	id   ports.KeyID
	aead cipher.AEAD
}

// NewKeyring returns a keyring with a key of its own.
func NewKeyring() (*Keyring, error) {
	k := &Keyring{}
	return k, k.Rotate()
}

// Rotate adds a key, which seals from now on.
func (k *Keyring) Rotate() error {
	key := make([]byte, 32+idSize)
	_, _ = rand.Read(key) // never fails: the runtime ends the process instead
	block, err := aes.NewCipher(key[idSize:])
	if err != nil {
		return err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = append(k.keys, memoryKey{id: ports.KeyID(binary.BigEndian.Uint32(key)), aead: aead})
	return nil
}

// Seal implements ports.Keyring.
func (k *Keyring) Seal(ctx context.Context, mall merchant.MallID, secret ports.Secret) ([]byte, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	primary := k.keys[len(k.keys)-1]
	sealed := binary.BigEndian.AppendUint32(nil, uint32(primary.id))
	return primary.aead.Seal(sealed, nil, []byte(secret.Reveal()), []byte(mall)), nil //nolint:gosec // this AEAD draws the nonce itself and takes none
}

// Open implements ports.Keyring.
func (k *Keyring) Open(ctx context.Context, mall merchant.MallID, sealed []byte) (ports.Secret, error) {
	if err := alive(ctx); err != nil {
		return ports.Secret{}, err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	id := k.SealedBy(sealed)
	for _, key := range k.keys {
		if key.id != id {
			continue
		}
		if text, err := key.aead.Open(nil, nil, sealed[idSize:], []byte(mall)); err == nil {
			return ports.NewSecret(string(text)), nil
		}
	}
	return ports.Secret{}, fault.New(fault.Forbidden, "cannot_open", "the secret was sealed for another mall or with another key")
}

// SealedBy implements ports.Keyring.
func (*Keyring) SealedBy(sealed []byte) ports.KeyID {
	if len(sealed) <= idSize {
		return 0
	}
	return ports.KeyID(binary.BigEndian.Uint32(sealed))
}

// Keys implements ports.Keyring.
func (k *Keyring) Keys() []ports.SealingKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	all := make([]ports.SealingKey, len(k.keys))
	for i, key := range k.keys {
		all[i] = ports.SealingKey{ID: key.id, Primary: i == len(k.keys)-1}
	}
	return all
}
