package order

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// IntendSurplusRefund stores the refund of a surplus attempt: all that is left of it, once. While
// such a refund is open or done it is returned as it is; after a rejection the next generation is
// opened. The zero refund means that nothing is left to give back.
func (o *Order) IntendSurplusRefund(id payment.ID, newID refund.ID, now time.Time) (refund.Snapshot, error) {
	p := o.find(id)
	if p == nil || p.Snapshot().State != payment.Paid || o.s.Counted == "" || o.s.Counted == id {
		return refund.Snapshot{}, fault.Newf(fault.Conflict, "no_surplus", "order %s has no surplus of that payment", o.s.Key)
	}
	generation := 1
	for _, r := range o.refunds {
		s := r.Snapshot()
		if s.Payment != id || s.Reason != refund.SurplusReason {
			continue
		}
		if s.State.Spends() {
			return s, nil
		}
		generation = s.Generation + 1
	}
	left, err := o.Refundable(id)
	if err != nil || !left.IsPositive() {
		return refund.Snapshot{}, err
	}
	purpose := "surplus:" + string(id)
	r, err := refund.New(refund.Snapshot{
		ID: newID, Payment: id, Reason: refund.SurplusReason, Generation: generation, Amount: left,
		Reference: o.s.Key.RefundReference(purpose, generation), Key: o.s.Key.RefundKey(purpose, generation),
	}, now)
	if err != nil {
		return refund.Snapshot{}, err
	}
	o.refunds = append(o.refunds, r)
	o.record(Event{Kind: RefundIntended, Payment: id, Refund: newID, Door: ReconcilerDoor, At: now, Amount: left})
	return r.Snapshot(), nil
}

// ApplyRefund takes in what the company says about a refund.
func (o *Order) ApplyRefund(id refund.ID, a refund.Answer, door Door, now time.Time) error {
	r := o.findRefund(id)
	if r == nil {
		return fault.Newf(fault.NotFound, "no_such_refund", "order %s has no such refund", o.s.Key)
	}
	before := r.Snapshot()
	switch raised, fits := r.Apply(a, now); {
	case !fits:
		o.record(Event{Kind: RefundContradicts, Payment: before.Payment, Refund: id, Door: door, At: now, To: a.Code, Amount: a.Amount})
	case raised:
		o.raisedRefund(before, r.Snapshot(), door, now)
	}
	return nil
}

// MarkRefund moves a refund to a state that we know without the company: Sent when the call may have
// happened, NotExecuted when it surely did not, Rejected when the company refused it outright.
func (o *Order) MarkRefund(id refund.ID, to refund.State, door Door, now time.Time) {
	r := o.findRefund(id)
	if r == nil {
		return
	}
	before := r.Snapshot()
	if r.Raise(to, now) {
		o.raisedRefund(before, r.Snapshot(), door, now)
	}
}

func (o *Order) raisedRefund(before, after refund.Snapshot, door Door, now time.Time) {
	o.record(Event{
		Kind: RefundRaised, Payment: after.Payment, Refund: after.ID, Door: door, At: now,
		From: before.State.String(), To: after.State.String(), Amount: after.Amount, Note: after.Message,
	})
	if after.State == refund.Refunded {
		o.move(Movement{Kind: RefundMovement, Payment: after.Payment, Refund: after.ID, Amount: after.Amount, Door: door, At: now})
	}
}

func (o *Order) findRefund(id refund.ID) *refund.Refund {
	for _, r := range o.refunds {
		if r.Snapshot().ID == id {
			return r
		}
	}
	return nil
}
