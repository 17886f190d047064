package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// ResolveRefund ends a refund on an operator's word.
type ResolveRefund struct {
	Decision

	Refund int // its number in the order, from 1
	As     refund.State
}

// ResolveRefundHandler decides what asking the company cannot end.
type ResolveRefundHandler struct{ Resolver }

// Handle returns the refund as it is now. Conflict when the table of states forbids it.
func (h ResolveRefundHandler) Handle(ctx context.Context, in ResolveRefund) (refund.Snapshot, error) {
	note, err := in.note()
	if err != nil {
		return refund.Snapshot{}, err
	}
	o, err := h.order(ctx, in.Decision)
	if err != nil {
		return refund.Snapshot{}, err
	}
	id, err := h.refund(ctx, o, in.Refund)
	if err != nil {
		return refund.Snapshot{}, err
	}
	o, err = h.Orders.Update(ctx, o.Snapshot().ID, func(o *order.Order) error {
		return o.ResolveRefund(id, in.As, note, h.Clock.Now())
	}, ports.RefundQuery{ID: id})
	if err != nil {
		return refund.Snapshot{}, err
	}
	return o.Refund(id)
}

// refund finds a refund by its number, through the ledger: ended ones are not loaded with their order.
func (h ResolveRefundHandler) refund(ctx context.Context, o *order.Order, n int) (refund.ID, error) {
	key := o.Snapshot().Key
	rows, err := h.Views.Ledger(ctx, key.Number, key.Mall)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if row.RefundNo != n || row.Refund == "" {
			continue
		}
		with, err := h.Orders.Get(ctx, ports.OrderQuery{ID: o.Snapshot().ID, With: ports.RefundQuery{ID: row.Refund}})
		if err != nil {
			return "", err
		}
		if _, err := with.Refund(row.Refund); err == nil {
			return row.Refund, nil
		}
	}
	return "", fault.Newf(fault.NotFound, "no_such_refund", "order %s has no refund %d", key.Number, n)
}
