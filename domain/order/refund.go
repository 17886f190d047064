package order

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// RefundBody makes the exact body of the call for a refund whose terms are complete but for it.
type RefundBody func(refund.Snapshot) ([]byte, error)

// newest returns the newest generation of a purpose among the loaded refunds.
func (o *Order) newest(purpose refund.Purpose) (refund.Snapshot, bool) {
	var newest refund.Snapshot
	for _, r := range o.refunds {
		if s := r.Snapshot(); s.Purpose == purpose && s.Generation > newest.Generation {
			newest = s
		}
	}
	return newest, newest.Generation > 0
}

// intend stores a refund whose amount was decided.
func (o *Order) intend(terms refund.Snapshot, door Door, now time.Time, body RefundBody) (refund.Snapshot, error) {
	terms.Number = o.s.RefundCount + 1
	terms.Reference = o.s.Key.RefundReference(string(terms.Purpose), terms.Generation)
	terms.Key = o.s.Key.RefundKey(string(terms.Purpose), terms.Generation)
	request, err := body(terms)
	if err != nil {
		return refund.Snapshot{}, err
	}
	terms.Body = string(request)
	r, err := refund.New(terms, now)
	if err != nil {
		return refund.Snapshot{}, err
	}
	o.refunds = append(o.refunds, r)
	o.s.RefundCount++
	o.record(Event{Kind: RefundIntended, Payment: terms.Payment, Refund: terms.ID, Door: door, At: now, Amount: terms.Amount})
	return r.Snapshot(), nil
}

// Refund returns a loaded refund of the order, or NotFound.
func (o *Order) Refund(id refund.ID) (refund.Snapshot, error) {
	r := o.findRefund(id)
	if r == nil {
		return refund.Snapshot{}, fault.Newf(fault.NotFound, "no_such_refund", "order %s has no such refund", o.s.Key)
	}
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
		return o.raisedRefund(before, r.Snapshot(), door, now)
	}
	return nil
}

// RefundInDoubt records that the refund's call may have happened.
func (o *Order) RefundInDoubt(id refund.ID, door Door, now time.Time) error {
	r := o.findRefund(id)
	if r == nil || r.Snapshot().State != refund.Intended {
		return nil
	}
	before := r.Snapshot()
	r.Doubtful(now)
	return o.raisedRefund(before, r.Snapshot(), door, now)
}

// MarkRefund moves a refund to a state that we know without the company's answer: NotExecuted when the
// call surely did not happen, Rejected when the company refused it outright.
func (o *Order) MarkRefund(id refund.ID, to refund.State, why string, door Door, now time.Time) error {
	r := o.findRefund(id)
	if r == nil {
		return nil
	}
	before := r.Snapshot()
	if !r.End(to, why, now) {
		return nil
	}
	return o.raisedRefund(before, r.Snapshot(), door, now)
}

// RefundRefused records what the refund's first call surely came to: Rejected by the company, or NotExecuted at
// all; why is for people. Where another call may have happened since, nothing is known about that one, and
// nothing changes.
func (o *Order) RefundRefused(id refund.ID, to refund.State, why string, door Door, now time.Time) error {
	if r := o.findRefund(id); r == nil || r.Snapshot().State != refund.Intended {
		return nil
	}
	return o.MarkRefund(id, to, why, door, now)
}

// RefundNotFound records that the company, asked by reference, does not know the refund. Once that is
// settled its amount is free again, and it is never sent late: nobody was promised it. A surplus that we
// want to give back ourselves stays, and is sent again.
func (o *Order) RefundNotFound(id refund.ID, askedAt time.Time, settle time.Duration, door Door, now time.Time) error {
	r := o.findRefund(id)
	if r == nil {
		return nil
	}
	before := r.Snapshot()
	settled := r.Empty(askedAt, settle)
	if settled && before.Reason == refund.MallReason {
		return o.MarkRefund(id, refund.NotExecuted, "the company never had it", door, now)
	}
	if before.EmptySince.IsZero() {
		o.record(Event{Kind: RefundAskedInVain, Payment: before.Payment, Refund: id, Door: door, At: now})
	}
	return nil
}

// raisedRefund books what a refund's new state means for the money of its attempt.
func (o *Order) raisedRefund(before, after refund.Snapshot, door Door, now time.Time) error {
	o.record(Event{
		Kind: RefundRaised, Payment: after.Payment, Refund: after.ID, Door: door, At: now,
		From: before.State.String(), To: after.State.String(), Amount: after.Amount, Note: after.Message,
	})
	p := o.find(after.Payment)
	if p == nil {
		return fault.Newf(fault.Internal, "broken_order", "refund %s of %s has no payment", after.ID, o.s.Key)
	}
	moved := Movement{Payment: after.Payment, Refund: after.ID, Amount: after.Amount, Door: door, At: now}
	var err error
	switch after.State {
	case refund.Refunded:
		moved.Kind = RefundMovement
		err = p.GiveBack(after.Amount, now)
		o.move(moved)
	case refund.Reversed:
		moved.Kind = Reversal
		err = p.TakeBack(after.Amount, now)
		o.move(moved)
	case refund.Intended, refund.Sent, refund.Pending, refund.NotExecuted, refund.Rejected:
	}
	if err != nil {
		return err
	}
	return o.watchLimit(after.Payment, door, now)
}

// watchLimit holds an attempt of which more went back, or may have, than was paid. That can only come
// of refunds that were thought not to exist.
func (o *Order) watchLimit(id payment.ID, door Door, now time.Time) error {
	left, err := o.Refundable(id)
	if err == nil && left.Minor() < 0 {
		o.Hold(id, payment.OverRefundedHold, door, now)
	}
	return err
}

func (o *Order) findRefund(id refund.ID) *refund.Refund {
	for _, r := range o.refunds {
		if r.Snapshot().ID == id {
			return r
		}
	}
	return nil
}
