package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// refunder is the company that an attempt was made at, with the keys that it was made with.
type refunder struct {
	ports.Refunder

	sheet ports.Sheet
	pin   pinned
}

func (q Inquiry) refunder(ctx context.Context, o order.Snapshot, p payment.ID) (refunder, error) {
	for _, s := range o.Payments {
		if s.ID != p {
			continue
		}
		g, pin, err := q.open(ctx, o.Merchant, s.Account.Version)
		if err != nil {
			return refunder{}, err
		}
		r, err := capability[ports.Refunder](g)
		return refunder{r, g.Sheet(), pin}, err
	}
	return refunder{}, fault.Newf(fault.Internal, "broken_order", "order %s has no payment %s", o.Key, p)
}

// AskRefund asks the company about a refund and returns the order as it is afterwards, loaded with it. An
// error means that nothing was learned.
func (q Inquiry) AskRefund(ctx context.Context, o order.Snapshot, f refund.Snapshot, door order.Door) (*order.Order, error) {
	r, err := q.refunder(ctx, o, f.Payment)
	if gone(err) {
		return q.hold(ctx, o.ID, f.Payment, payment.CredentialsHold, door, ports.RefundQuery{ID: f.ID})
	}
	if err != nil {
		return nil, err
	}
	askedAt := q.Clock.Now()
	known, err := withKeys(ctx, q.Accounts, r.pin, func(k ports.Keys) ([]refund.Answer, error) { return inquire(ctx, r, k, f) })
	if err != nil && !unrecognized(err) {
		return nil, fault.Wrap(err, "ask about refund %s", f.Reference)
	}
	return q.Orders.Update(ctx, o.ID, func(o *order.Order) error {
		now := q.Clock.Now()
		switch {
		case err != nil:
			o.Hold(f.Payment, payment.CredentialsHold, door, now)
		case len(known) == 0:
			return o.RefundNotFound(f.ID, askedAt, r.sheet.SettleTime, door, now)
		case len(known) > 1:
			o.Hold(f.Payment, payment.TwoOrdersHold, door, now)
		default:
			return o.ApplyRefund(f.ID, known[0], door, now)
		}
		return nil
	}, ports.RefundQuery{ID: f.ID})
}

// inquire asks by the company's code where it is known, else by our reference.
func inquire(ctx context.Context, r refunder, k ports.Keys, f refund.Snapshot) ([]refund.Answer, error) {
	if f.Code == "" {
		return r.InquireRefunds(ctx, k, f.Reference)
	}
	answer, err := r.InquireRefund(ctx, k, f.Code)
	return []refund.Answer{answer}, err
}

// sendRefund sends the stored bytes of a refund and records what came of it; callErr is what the call came
// to. The record does not end with the caller's patience: what the company did is a fact.
//
// Only the first try can be surely refused: when an earlier one may have happened, a refusal of this one
// says nothing about it.
func (q Inquiry) sendRefund(ctx context.Context, r refunder, o order.ID, f refund.Snapshot, first bool, door order.Door) (_ *order.Order, callErr, err error) {
	answer, callErr := withKeys(ctx, q.Accounts, r.pin, func(k ports.Keys) (refund.Answer, error) { return r.Refund(ctx, k, f.Key, []byte(f.Body)) })
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordBudget)
	defer cancel()
	after, err := q.Orders.Update(recording, o, func(o *order.Order) error {
		now := q.Clock.Now()
		switch {
		case callErr == nil:
			return o.ApplyRefund(f.ID, answer, door, now)
		case first && fault.Is(callErr, fault.Declined):
			return o.RefundRefused(f.ID, refund.Rejected, fault.Of(callErr).Message, door, now)
		case surelyNot(callErr) && f.Reason == refund.SurplusReason:
			return nil // it is wanted still, and will be sent under the same key
		case first && surelyNot(callErr):
			return o.RefundRefused(f.ID, refund.NotExecuted, fault.Of(callErr).Message, door, now)
		}
		return o.RefundInDoubt(f.ID, door, now)
	}, ports.RefundQuery{ID: f.ID})
	return after, callErr, err
}
