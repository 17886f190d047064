package database

import (
	"context"

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
	columns string // of an order with its attempts and refunds
	address string // of an attempt with its order, without the request bytes
}

// NewOrders returns the orders of a database. React says which tasks follow from an event, clock when
// they are due, and trace which story they belong to.
func NewOrders(db *DB, react ports.React, clock ports.Clock, trace ports.Trace) *Orders {
	of := columns[orderRow](db, "o") + ", "
	return &Orders{
		db: db, react: react, clock: clock, trace: trace,
		columns: of + columns[paymentRow](db, "p") + ", " + columns[refundRow](db, "r"),
		address: of + columns[paymentRow](db, "p", "request", "pay_request") + ", " + columns[credentialsRow](db, "c"),
	}
}

// Create implements ports.Orders.
func (r *Orders) Create(ctx context.Context, o *order.Order) error {
	return r.store(ctx, o, func(db bun.IDB, c *changed) error {
		return together(ctx, r.db, db.NewInsert().Model(c.row()).Returning("NULL"), c.statements(db))
	})
}

// Save implements ports.Orders.
func (r *Orders) Save(ctx context.Context, o *order.Order) error {
	return r.store(ctx, o, func(db bun.IDB, c *changed) error {
		return together(ctx, r.db, updateOrder(db, c), c.statements(db))
	})
}

// store writes an order that nobody holds locked.
func (r *Orders) store(ctx context.Context, o *order.Order, write func(bun.IDB, *changed) error) error {
	c := r.changed(ctx, o)
	if c == nil {
		return nil
	}
	if err := r.db.atomically(ctx, func(db bun.IDB) error { return write(db, c) }); err != nil {
		return fault.Wrap(err, "store order %s", c.Key)
	}
	r.committed(o, c)
	return nil
}

// Update implements ports.Orders.
func (r *Orders) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	var o *order.Order
	var c *changed
	var refused error
	err := r.db.transact(ctx, func(tx bun.Tx) (err error) {
		if o, err = lockOrder(ctx, tx, id, with); err != nil {
			return surely(err)
		}
		if refused = change(o); refused != nil {
			return refused
		}
		if c = r.changed(ctx, o); c == nil {
			return nil
		}
		return surely(together(ctx, r.db, updateOrder(tx, c), c.statements(tx)))
	})
	switch {
	case refused != nil:
		return nil, refused
	case err != nil:
		return nil, fault.Wrap(err, "update order %s", id)
	}
	r.committed(o, c)
	return o, nil
}

// committed lets the world know what was stored.
func (r *Orders) committed(o *order.Order, c *changed) {
	if c == nil {
		return
	}
	o.Committed()
	if c.urgent() {
		r.db.bell.ring()
	}
}

// updateOrder writes the order's own row. It is the first statement of every later write, so that
// writers of one order queue up there.
func updateOrder(db bun.IDB, c *changed) *bun.UpdateQuery {
	return db.NewUpdate().Model(c.row()).ExcludeColumn(fixedOfOrder...).WherePK().Returning("NULL")
}
