package system

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/google/uuid"
)

// IDs makes identifiers of 48 hexadecimal digits. It implements ports.IDs.
//
// The first 32 digits are a UUID of version 7: they rise, strictly within a process. But such a UUID
// has only 62 bits that cannot be guessed, and ids of payments and merchants stand in URLs that need
// no other secret; 64 more random bits are appended.
type IDs struct{}

// NewID returns a new identifier.
func (IDs) NewID() string {
	id := uuid.Must(uuid.NewV7())
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails: the runtime ends the process instead
	return hex.EncodeToString(append(id[:], random...))
}
