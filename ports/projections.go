package ports

import (
	"context"

	"paybridge/domain/order"
)

// Projections are what a read model is built from again: orders as they are stored now, and how far a
// walk through them has come.
//
// The way leads through all orders, from the newest to the oldest id, and is always the same: a walk can
// be left and taken up again, by any process.
type Projections interface {
	// Next goes n orders further from the place after, and returns those on the way whose latest request
	// was synchronous, with the place that was reached; no place when there was nothing further. No place
	// is where the way begins. An order that was there before the walk is met exactly once.
	Next(ctx context.Context, after order.ID, n int) (met []*order.Order, place order.ID, err error)
	// Among returns those of the orders that there are, each once and in no order.
	Among(ctx context.Context, ids []order.ID) ([]*order.Order, error)
	// Cursor returns the place at which the walk of that name was left, or no place.
	Cursor(ctx context.Context, walk string) (order.ID, error)
	// SetCursor stores the place of a walk; no place ends it. Conflict "database_in_use" where only
	// another process may write.
	SetCursor(ctx context.Context, walk string, place order.ID) error
}
