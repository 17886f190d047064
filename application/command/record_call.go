package command

import (
	"context"
	"errors"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// opened applies what a create call came to. Only the first try can be surely refused: when an earlier
// one may have happened, a refusal of this one says nothing about it.
func (q Inquiry) opened(o *order.Order, id payment.ID, first bool, a payment.Answer, callErr error, door order.Door) error {
	now := q.Clock.Now()
	switch {
	case callErr == nil:
		if err := o.Apply(id, a, door, now); err != nil {
			return err
		}
		o.HandOut(id, now)
	case first && surelyNot(callErr):
		o.RefusedByCompany(id, fault.Of(callErr).Message, door, now)
	default:
		o.InDoubt(id, payment.CreateCall, door, now)
	}
	return nil
}

// record stores the change of a loaded order in one round trip when nobody else wrote, and under the lock otherwise.
func record(ctx context.Context, orders ports.Orders, o *order.Order, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	if err := change(o); err != nil {
		return nil, err
	}
	err := orders.Save(ctx, o)
	if errors.Is(err, errStaleOrder) {
		return orders.Update(ctx, o.Snapshot().ID, change, with...)
	}
	return o, err
}
