package database

import (
	"github.com/uptrace/bun"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// changed is an order with what happened to it since it was loaded, ready to be written.
type changed struct {
	order.Snapshot // as it is afterwards

	happened  []order.Event
	version   int64 // that it gets
	events    []eventRow
	movements []movementRow
	tasks     []queued
}

// changed returns nil when nothing happened: then there is nothing to write.
func (r *Orders) changed(o *order.Order, traceparent string) *changed {
	happened := o.Changes()
	if len(happened.Events) == 0 {
		return nil
	}
	s := o.Snapshot()
	var tasks []ports.Task
	for _, e := range happened.Events {
		tasks = append(tasks, r.react(e, s)...)
	}
	return &changed{
		Snapshot: s, happened: happened.Events, version: s.Version + int64(len(happened.Events)),
		events:    toEventRows(s, happened.Events, traceID(traceparent)),
		movements: toMovementRows(s.ID, happened.Movements, traceID(traceparent)),
		tasks:     queue(tasks, r.clock.Now(), traceparent),
	}
}

// then is what happened to the order in c and after that in later; either may be nil.
func (c *changed) then(later *changed) *changed {
	switch {
	case c == nil:
		return later
	case later == nil:
		return c
	}
	return &changed{
		Snapshot: later.Snapshot, happened: append(c.happened, later.happened...), version: later.version,
		events: append(c.events, later.events...), movements: append(c.movements, later.movements...), tasks: merge(c.tasks, later.tasks),
	}
}

func (c *changed) row() *orderRow { return toOrderRow(c.Snapshot, c.version) }

// statements writes everything but the order's own row. The events come first: their primary key
// tells whether somebody else was faster, and then nothing else is to be blamed.
func (c *changed) statements(db bun.IDB) []statement {
	all := []statement{db.NewInsert().Model(&c.events).Returning("NULL")}
	all = append(all, c.attempts(db)...)
	all = append(all, c.refunds(db)...)
	if len(c.movements) > 0 {
		all = append(all, db.NewInsert().Model(&c.movements).Returning("NULL"))
	}
	return append(all, enqueue(db, c.tasks)...)
}

// ofMall reports an event that says only what the mall knows: no attempt and no refund changes by it.
func ofMall(e order.Event) bool {
	switch e.Kind { //nolint:exhaustive // every other kind may
	case order.MallTold, order.MallRefused, order.RefundTold, order.RefundNoticeRefused:
		return true
	}
	return false
}

// attempts writes those that the events name: an attempt never changes without one.
func (c *changed) attempts(db bun.IDB) []statement {
	opened, touched := map[payment.ID]bool{}, map[payment.ID]bool{}
	for _, e := range c.happened {
		if ofMall(e) {
			continue
		}
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
	for _, e := range c.happened {
		if ofMall(e) {
			continue
		}
		touched[e.Refund] = true
		intended[e.Refund] = intended[e.Refund] || e.Kind == order.RefundIntended
	}
	var all []statement
	var fresh []*refundRow
	for _, s := range c.Refunds {
		row := toRefundRow(c.ID, s)
		switch {
		case intended[s.ID]:
			fresh = append(fresh, row)
		case touched[s.ID]:
			all = append(all, db.NewUpdate().Model(row).Column(livingOfRefund...).WherePK().Returning("NULL"))
		}
	}
	if len(fresh) > 0 {
		all = append(all, db.NewInsert().Model(&fresh).Returning("NULL"))
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
