package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// ResolvePayment ends an attempt on an operator's word.
type ResolvePayment struct {
	Decision

	Attempt int // from 1; 0: the newest
	As      payment.State
}

// ResolvePaymentHandler decides what asking the company cannot end.
type ResolvePaymentHandler struct{ Resolver }

// Handle returns the attempt as it is now. Conflict when the table of states forbids it.
func (h ResolvePaymentHandler) Handle(ctx context.Context, in ResolvePayment) (payment.Snapshot, error) {
	note, err := in.note()
	if err != nil {
		return payment.Snapshot{}, err
	}
	o, err := h.order(ctx, in.Decision)
	if err != nil {
		return payment.Snapshot{}, err
	}
	attempts := o.Snapshot().Payments
	n := in.Attempt
	if n == 0 {
		n = len(attempts)
	}
	if n < 1 || n > len(attempts) {
		return payment.Snapshot{}, fault.Newf(fault.NotFound, "no_such_payment", "order %s has no attempt %d", in.Number, n)
	}
	id := attempts[n-1].ID
	o, err = h.Orders.Update(ctx, o.Snapshot().ID, func(o *order.Order) error {
		return o.ResolvePayment(id, in.As, note, h.Clock.Now())
	})
	if err != nil {
		return payment.Snapshot{}, err
	}
	return o.Payment(id)
}
