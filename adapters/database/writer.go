package database

import (
	"context"
	"time"

	"paybridge/domain/order"
	"paybridge/ports"
)

// writeBudget is for what is written for several.
const writeBudget = 10 * time.Second

// writer wants to change an order. Writers of one order who meet in this process share a transaction: each on
// its own would wait at the order's row with a connection in its hands, so that one popular order could hold
// them all, and pay a commit for every change. The row's lock still keeps out those of other processes.
type writer struct {
	gaveUp      func() error // what its context says
	traceparent string
	change      func(*order.Order) error
	with        []ports.RefundQuery

	refused error        // what change, or the writer's own context, said
	order   *order.Order // as it was stored
	err     error
}

func newWriter(ctx context.Context, traceparent string, change func(*order.Order) error, with []ports.RefundQuery) *writer {
	return &writer{gaveUp: ctx.Err, traceparent: traceparent, change: change, with: with, err: errNotServed}
}

// wishes are the refunds that all of them have to see.
func wishes(together []*writer) (all []ports.RefundQuery) {
	for _, w := range together {
		all = append(all, w.with...)
	}
	return all
}
