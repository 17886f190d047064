// Package keyring encrypts merchants' secrets at rest with AES-256-GCM, by Tink.
//
// The keys come as one line of configuration (keyset.go), by value or in a file that is read again
// while the service runs (file.go). A keyset holds any number of keys: the primary one seals, all of
// them open, and a short prefix of what was sealed names the key that it takes. So a key is rotated in
// steps (rotation.go), each with its own reload: add a key, make it primary, and, when everything was
// sealed anew, drop the old one.
//
// The mall is bound to the ciphertext as associated data. A row that is copied to another mall, in
// the database or in a backup, does not open there.
package keyring

import (
	"context"
	"encoding/binary"
	"os"
	"slices"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/core/cryptofmt"
	"github.com/tink-crypto/tink-go/v2/tink"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// purpose keeps what is sealed here from being taken for anything else that the same keys may seal
// one day. A mall id holds no slash.
const purpose = "paybridge/merchant-secret/"

// Keyring implements ports.Keyring and ports.Keyset. It is safe for use by many goroutines, also during
// a reload.
type Keyring struct {
	path string // of the keyset; empty when it was given by value
	ring atomic.Pointer[ring]
}

var (
	_ ports.Keyring = (*Keyring)(nil)
	_ ports.Keyset  = (*Keyring)(nil)
)

// ring is the keys of one keyset.
type ring struct {
	encoded ports.Secret
	file    os.FileInfo // that it was read from; nil when it was given by value
	aead    tink.AEAD
	keys    []ports.SealingKey
}

// Open returns a keyring with the keys of an encoded keyset, or Invalid when it is none. The fault
// repeats nothing of the text.
func Open(encoded ports.Secret) (*Keyring, error) {
	k := &Keyring{}
	return k, k.use(encoded, nil)
}

// OpenFile returns a keyring with the keys of the encoded keyset in a file: Invalid when it is none,
// Unavailable when it cannot be read.
func OpenFile(path string) (*Keyring, error) {
	k := &Keyring{path: path}
	return k, k.Reload()
}

// Reload reads the keyset's file again, for calls that begin from now on. When it cannot be read or is
// Invalid, the keys stay what they are. Unsupported when the keyset was given by value.
func (k *Keyring) Reload() error {
	if k.path == "" {
		return fault.New(fault.Unsupported, "keyset_by_value", "the keyset was given by value: only a restart brings another one")
	}
	file, err := os.Stat(k.path) // before it is read: a newer one is noticed
	if err != nil {
		return unkept(k.path, "cannot be read", err)
	}
	encoded, err := readFile(k.path)
	if err != nil {
		return err
	}
	return k.use(encoded, file)
}

func (k *Keyring) use(encoded ports.Secret, file os.FileInfo) error {
	handle, err := decode(encoded)
	if err != nil {
		return err
	}
	next, err := newRing(encoded, file, handle)
	if err != nil {
		return err
	}
	k.ring.Store(next)
	return nil
}

// Seal implements ports.Keyring. It looks whether the file is another one meanwhile: what is sealed by a
// key that was dropped since would be lost. When the new file is broken, the keys stay what they are.
func (k *Keyring) Seal(_ context.Context, mall merchant.MallID, secret ports.Secret) ([]byte, error) {
	if k.changed() {
		_ = k.Reload()
	}
	sealed, err := k.ring.Load().aead.Encrypt([]byte(secret.Reveal()), boundTo(mall))
	if err != nil {
		return nil, fault.New(fault.Internal, "not_sealed", "a secret could not be encrypted").Because(err)
	}
	return sealed, nil
}

// Open implements ports.Keyring. Why a secret does not open cannot be told: the other mall, a
// missing key and a changed byte look the same.
func (k *Keyring) Open(_ context.Context, mall merchant.MallID, sealed []byte) (ports.Secret, error) {
	text, err := k.ring.Load().aead.Decrypt(sealed, boundTo(mall))
	if err != nil && k.learns(k.SealedBy(sealed)) {
		text, err = k.ring.Load().aead.Decrypt(sealed, boundTo(mall))
	}
	if err != nil {
		return ports.Secret{}, fault.Newf(fault.Forbidden, "not_opened", "a secret of mall %s does not open with these keys", mall).Because(err)
	}
	return ports.NewSecret(string(text)), nil
}

// SealedBy implements ports.Keyring: Tink puts a version and the key's id before what it sealed.
func (k *Keyring) SealedBy(sealed []byte) ports.KeyID {
	if len(sealed) <= cryptofmt.TinkPrefixSize || sealed[0] != cryptofmt.TinkStartByte {
		return 0
	}
	return ports.KeyID(binary.BigEndian.Uint32(sealed[1:cryptofmt.TinkPrefixSize]))
}

// Keys implements ports.Keyring.
func (k *Keyring) Keys() []ports.SealingKey { return slices.Clone(k.ring.Load().keys) }

// learns reads the file again when it may hold a key that is not known here yet: another instance, told
// earlier, seals with it already.
func (k *Keyring) learns(key ports.KeyID) bool {
	known := func(is ports.SealingKey) bool { return is.ID == key }
	return key != 0 && !slices.ContainsFunc(k.ring.Load().keys, known) && k.changed() && k.Reload() == nil
}

// changed reports whether the file is another one than what was read.
func (k *Keyring) changed() bool {
	was := k.ring.Load().file
	if was == nil {
		return false
	}
	is, err := os.Stat(k.path)
	return err == nil && (!os.SameFile(is, was) || !is.ModTime().Equal(was.ModTime()) || is.Size() != was.Size())
}

func boundTo(mall merchant.MallID) []byte { return []byte(purpose + string(mall)) }
