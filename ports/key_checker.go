package ports

import "context"

// KeyChecker is a company that can be asked whether it takes a merchant's keys, without moving anything.
type KeyChecker interface {
	// CheckKeys returns nil when the company takes the keys, Unauthenticated when it refuses them, and something
	// else when it could not be asked.
	CheckKeys(ctx context.Context, k Keys) error
}
