package ports

import (
	"context"

	"paybridge/domain/order"
)

// CancelProof tells apart cancel requests of Cafe24 from those of somebody who got hold of a signature.
type CancelProof interface {
	// Vouch asks the mall itself whether it is cancelling or refunding the order right now: Proven when it is,
	// Disproven when it says that it is not, Unprovable when it cannot be asked (no access, no scope, no answer
	// in time).
	Vouch(ctx context.Context, of order.Key) order.Proof
}
