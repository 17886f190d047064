package ports

import "context"

// Keyset is where the keys of a keyring are kept, and changed one step at a time. A step that is refused
// changes nothing. Every step may return Unavailable when the keyset cannot be read or written.
type Keyset interface {
	// Add puts a fresh key at the end, which opens and does not seal yet. Conflict "key_waits" when the
	// newest key is such a one already.
	Add(ctx context.Context) (KeysetChange, error)
	// Promote makes the newest key the primary one. Conflict "no_key_waits" when it is already.
	Promote(ctx context.Context) (KeysetChange, error)
	// Drop removes these keys: what they sealed never opens again. Conflict "primary_key" when one of
	// them is the primary one, NotFound when one is not there.
	Drop(ctx context.Context, keys []KeyID) (KeysetChange, error)
}

// KeysetChange is what a step did.
type KeysetChange struct {
	Keys []KeyID // added, promoted or dropped
	Text Secret  // the whole keyset, where it is not kept in a file and the operator has to store it; else empty
}
