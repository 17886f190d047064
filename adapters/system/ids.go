package system

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/google/uuid"
)

// IDs makes identifiers of 52 hexadecimal digits. It implements ports.IDs.
//
// The first 32 digits are a UUID of version 7: they rise, strictly within a process. But such a UUID
// has only 62 bits that cannot be guessed, and what is named by an id (a payment in a callback URL, the
// status of an order) needs no other secret; 80 more random bits are appended, 142 in all.
type IDs struct{}

// NewID returns a new identifier.
func (IDs) NewID() string {
	id := uuid.Must(uuid.NewV7())
	random := make([]byte, 10)
	_, _ = rand.Read(random) // never fails: the runtime ends the process instead
	return hex.EncodeToString(append(id[:], random...))
}
