package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// Secret is an opened secret. It never prints itself: formatting it with any verb, or encoding it
// as JSON, gives a placeholder.
type Secret struct{ text string }

// NewSecret wraps a secret's text.
func NewSecret(text string) Secret { return Secret{text: text} }

// Reveal returns the text. Only adapters that must send or sign with it call this.
func (s Secret) Reveal() string { return s.text }

// String implements fmt.Stringer.
func (Secret) String() string { return "[secret]" }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return "[secret]" }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"[secret]"`), nil }

// KeyID names a key of a keyring. It is no secret; 0 names none.
type KeyID uint32

// SealingKey is a key of a keyring, as far as it may be shown.
type SealingKey struct {
	ID      KeyID
	Primary bool // it seals; the others only open
}

// Keyring encrypts secrets at rest. The mall is bound to the ciphertext: what was sealed for one
// mall cannot be opened for another.
type Keyring interface {
	Seal(ctx context.Context, mall merchant.MallID, secret Secret) ([]byte, error)
	// Open returns the secret, or Forbidden when it was sealed for another mall or with keys that
	// the keyring no longer has.
	Open(ctx context.Context, mall merchant.MallID, sealed []byte) (Secret, error)
	// SealedBy returns the key that sealed it, be it of this keyring or not; 0 for what no keyring sealed.
	SealedBy(sealed []byte) KeyID
	// Keys returns the keys that open, the oldest first. One of them is the primary one.
	Keys() []SealingKey
}
