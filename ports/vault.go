package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// Vault finds every sealed secret of the store, whatever it belongs to, so that all of them can be sealed
// anew. The way through them is always the same.
type Vault interface {
	// Next returns the n secrets after a place, or the rest of them; no place is where the way begins. A
	// secret that was there before the walk is met exactly once.
	Next(ctx context.Context, after string, n int) ([]SealedSecret, error)
	// Replace stores other sealed bytes of the same secret, and reports whether it did: not when something
	// else was stored meanwhile, or the secret is gone. Conflict "database_in_use" where only another
	// process may write.
	Replace(ctx context.Context, was SealedSecret, sealed []byte) (bool, error)
}

// SealedSecret is a secret as it is stored.
type SealedSecret struct {
	Place  string          // names it in the store, and on the way through all of them
	Mall   merchant.MallID // that it was sealed for
	Sealed []byte
}
