package database

import (
	"context"
	"errors"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// Orders implements ports.Orders.
type Orders struct {
	db      *DB
	react   ports.React
	clock   ports.Clock
	trace   ports.Trace
	bare    string // of an order with its attempts
	columns string // and its refunds
	address string // of an attempt with its order, without the request bytes
	writers turns[order.ID, *writer]
	readers turns[struct{}, *reader] // in one line
}

// NewOrders returns the orders of a database. React says which tasks follow from an event, clock when
// they are due, and trace which story they belong to.
func NewOrders(db *DB, react ports.React, clock ports.Clock, trace ports.Trace) *Orders {
	of := columns[orderRow](db, "o") + ", "
	bare := of + columns[paymentRow](db, "p")
	return &Orders{
		db: db, react: react, clock: clock, trace: trace,
		bare:    bare,
		columns: bare + ", " + columns[refundRow](db, "r"),
		address: of + columns[paymentRow](db, "p", "request", "pay_request") + ", " + columns[credentialsRow](db, "c"),
	}
}

// Create implements ports.Orders.
func (r *Orders) Create(ctx context.Context, o *order.Order) error {
	return r.store(ctx, o, func(db bun.IDB, c *changed) error {
		return atOnce(ctx, r.db, db.NewInsert().Model(c.row()).Returning("NULL"), c.statements(db))
	})
}

// Save implements ports.Orders.
func (r *Orders) Save(ctx context.Context, o *order.Order) error {
	return r.store(ctx, o, func(db bun.IDB, c *changed) error {
		return atOnce(ctx, r.db, updateOrder(db, c), c.statements(db))
	})
}

// store writes an order that nobody holds locked.
func (r *Orders) store(ctx context.Context, o *order.Order, write func(bun.IDB, *changed) error) error {
	c := r.changed(o, r.trace.Current(ctx))
	if c == nil {
		return nil
	}
	if err := r.db.atomically(ctx, func(db bun.IDB) error { return write(db, c) }); err != nil {
		return fault.Wrap(err, "store order %s", c.Key)
	}
	o.Committed()
	r.announce(c)
	return nil
}

// Update implements ports.Orders.
func (r *Orders) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	w := newWriter(ctx, r.trace.Current(ctx), change, with)
	if !r.writers.take(ctx, id, w, func(together []*writer) { r.write(ctx, id, together) }) {
		return nil, surely(ctx.Err())
	}
	return w.order, w.err
}

// write stores what all these writers want in one transaction. When it is not to be stored together, each
// gets one of its own, so that none suffers from another.
func (r *Orders) write(ctx context.Context, id order.ID, together []*writer) {
	ctx, cancel := forAll(ctx, len(together), writeBudget)
	defer cancel()
	o, c, err := r.transact(ctx, id, together)
	if len(together) > 1 && separable(err) {
		for i := range together {
			r.write(ctx, id, together[i:i+1])
		}
		return
	}
	if err == nil {
		r.announce(c)
	}
	for _, w := range together {
		switch {
		case err != nil: // also for those who were refused: it may have been because of what was not stored
			w.err = fault.Wrap(err, "update order %s", id)
		case w.refused != nil:
			w.err = w.refused
		default: // a copy for each: it is theirs to change
			w.order, w.err = order.Restore(o.Snapshot())
		}
	}
}

// separable reports that one of several may be to blame alone: the order is there, the database works, and
// surely nothing was stored.
func separable(err error) bool {
	return err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Indeterminate)
}

// errUnchanged ends a transaction that has nothing to store.
var errUnchanged = errors.New("nothing to store")

// transact locks the order, lets one writer after the other change it, and stores the result.
func (r *Orders) transact(ctx context.Context, id order.ID, together []*writer) (o *order.Order, c *changed, err error) {
	err = r.db.transact(ctx, func(tx bun.Tx) (err error) {
		if o, err = lockOrder(ctx, tx, id, wishes(together)); err != nil {
			return surely(err)
		}
		if o, c, err = r.change(o, together); err != nil {
			return err
		}
		if c == nil {
			return errUnchanged
		}
		return surely(atOnce(ctx, r.db, updateOrder(tx, c), c.statements(tx)))
	})
	if errors.Is(err, errUnchanged) {
		err = nil
	}
	return o, c, err
}

// change lets the writers change the order. One that refuses, or has given up, leaves it as it was.
func (r *Orders) change(o *order.Order, together []*writer) (_ *order.Order, all *changed, err error) {
	for _, w := range together {
		before := o.Snapshot()
		if w.refused = surely(w.gaveUp()); w.refused == nil {
			w.refused = w.change(o)
		}
		if w.refused == nil {
			all = all.then(r.changed(o, w.traceparent))
			o.Committed()
		} else if o, err = order.Restore(before); err != nil {
			return nil, nil, err
		}
	}
	return o, all, nil
}

// announce lets the world know what was stored.
func (r *Orders) announce(c *changed) {
	if c != nil && c.urgent() {
		r.db.bell.ring()
	}
}

// updateOrder writes the order's own row. It is the first statement of every later write, so that
// writers of one order queue up there.
func updateOrder(db bun.IDB, c *changed) *bun.UpdateQuery {
	return db.NewUpdate().Model(c.row()).ExcludeColumn(fixedOfOrder...).WherePK().Returning("NULL")
}
