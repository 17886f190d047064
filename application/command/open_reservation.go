package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// shown is what was answered before. Where that answer was lost, the stored bytes lead to it again.
func (h ReserveOrderHandler) shown(ctx context.Context, r reserving, o *order.Order, d order.Decision) (Reserved, error) {
	stored, err := h.Reservations.Get(ctx, ports.ReservationQuery{Payment: d.Payment})
	if err != nil {
		return Reserved{}, err
	}
	if stored.Button != nil {
		return Reserved{Data: stored.Button}, nil
	}
	return h.call(ctx, r, o, d)
}

// call sends the stored bytes and records what came of it, whoever still listens.
func (h ReserveOrderHandler) call(ctx context.Context, r reserving, o *order.Order, d order.Decision) (Reserved, error) {
	p, err := o.Payment(d.Payment)
	if err != nil {
		return Reserved{}, err
	}
	pin, err := h.pinOf(ctx, r.merchant.ID, p, r.current, r.keys)
	if err != nil {
		return Reserved{}, err
	}
	calling, cancel := context.WithTimeout(ctx, callBudget)
	reserved, callErr := withKeys(calling, h.Accounts, pin, func(k ports.Keys) (ports.ReserveAnswer, error) {
		return r.reserver.Reserve(calling, k, p.Key, p.Request)
	})
	cancel()

	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordBudget)
	defer cancel()
	o, err = record(recording, h.Orders, o, func(o *order.Order) error {
		return h.opened(o, p.ID, d.New, reserved.Answer, callErr, order.ExternalDoor)
	})
	if err == nil && callErr == nil {
		err = h.Reservations.Answered(recording, p.ID, reserved.Button)
	}
	if err != nil {
		return Reserved{}, fault.New(fault.Indeterminate, "not_recorded", "the reservation is being settled, please try again").Because(err)
	}
	p, err = o.Payment(p.ID)
	if callErr != nil {
		return Reserved{}, explain(callErr, p.State == payment.Refused)
	}
	if err != nil || p.Hold != payment.NoHold {
		return Reserved{}, fault.New(fault.Indeterminate, "on_hold", "the reservation is being looked at").Because(err)
	}
	return Reserved{Data: reserved.Button}, nil
}
