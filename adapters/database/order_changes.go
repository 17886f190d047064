package database

import (
	"context"

	"github.com/uptrace/bun"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// changed is an order with what happened to it since it was loaded, ready to be written.
type changed struct {
	order.Snapshot
	order.Changes
	tasks       []queued
	traceparent string
}

// changed returns nil when nothing happened: then there is nothing to write.
func (r *Orders) changed(ctx context.Context, o *order.Order) *changed {
	c := &changed{Changes: o.Changes()}
	if len(c.Events) == 0 {
		return nil
	}
	c.Snapshot, c.traceparent = o.Snapshot(), r.trace.Current(ctx)
	var tasks []ports.Task
	for _, e := range c.Events {
		tasks = append(tasks, r.react(e, c.Snapshot)...)
	}
	c.tasks = queue(tasks, r.clock.Now())
	return c
}

func (c *changed) row() *orderRow { return toOrderRow(c.Snapshot, len(c.Events)) }

// statements writes everything but the order's own row. The events come first: their primary key
// tells whether somebody else was faster, and then nothing else is to be blamed.
func (c *changed) statements(db bun.IDB) []statement {
	events := toEventRows(c.Snapshot, c.Events, traceID(c.traceparent))
	all := []statement{db.NewInsert().Model(&events).Returning("NULL")}
	all = append(all, c.attempts(db)...)
	all = append(all, c.refunds(db)...)
	if len(c.Movements) > 0 {
		movements := toMovementRows(c.ID, c.Movements, traceID(c.traceparent))
		all = append(all, db.NewInsert().Model(&movements).Returning("NULL"))
	}
	return append(all, enqueue(db, c.tasks, c.traceparent)...)
}

// attempts writes those that the events name: an attempt never changes without one.
func (c *changed) attempts(db bun.IDB) []statement {
	opened, touched := map[payment.ID]bool{}, map[payment.ID]bool{}
	for _, e := range c.Events {
		touched[e.Payment] = true
		opened[e.Payment] = opened[e.Payment] || e.Kind == order.Opened
	}
	var all []statement
	for _, p := range c.Payments {
		row := toPaymentRow(c.ID, p)
		switch {
		case opened[p.ID]:
			all = append(all, db.NewInsert().Model(row).Returning("NULL"))
		case touched[p.ID]:
			all = append(all, db.NewUpdate().Model(row).Column(row.living()...).WherePK().Returning("NULL"))
		}
	}
	return all
}

// refunds writes those that the events name, under the same rule.
func (c *changed) refunds(db bun.IDB) []statement {
	intended, touched := map[refund.ID]bool{}, map[refund.ID]bool{}
	for _, e := range c.Events {
		touched[e.Refund] = true
		intended[e.Refund] = intended[e.Refund] || e.Kind == order.RefundIntended
	}
	var all []statement
	for _, s := range c.Refunds {
		row := toRefundRow(c.ID, s)
		switch {
		case intended[s.ID]:
			all = append(all, db.NewInsert().Model(row).Returning("NULL"))
		case touched[s.ID]:
			all = append(all, db.NewUpdate().Model(row).Column(livingOfRefund...).WherePK().Returning("NULL"))
		}
	}
	return all
}

// urgent reports that something is to be done at once.
func (c *changed) urgent() bool {
	for _, t := range c.tasks {
		if t.Delay <= 0 {
			return true
		}
	}
	return false
}
