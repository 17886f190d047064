package order

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// callBudget is how long a refund's call may still be running: until then nobody can know how it ends.
const callBudget = time.Minute

// ResolvePayment ends, on an operator's word, what the company could not be asked about: doubt and hold are
// cleared, and the attempt moves as it would by any other door. Evidence says who knows it, and by what.
// Conflict when the table of states forbids it or there is nothing to decide.
func (o *Order) ResolvePayment(id payment.ID, to payment.State, evidence string, now time.Time) error {
	p := o.find(id)
	if p == nil {
		return fault.Newf(fault.NotFound, "no_such_payment", "order %s has no such payment", o.s.Key)
	}
	before := p.Snapshot()
	if err := resolvable(before, to); err != nil {
		return err
	}
	at := func(k EventKind) Event {
		return Event{Kind: k, Payment: id, Door: OperatorDoor, At: now, From: before.State.String(), To: to.String()}
	}
	decided := at(Resolved)
	decided.Note = evidence
	o.record(decided)
	p.Certain()
	p.Release()
	e := payment.Effect{From: before.State, To: to, Raised: p.Raise(to, now)}
	switch {
	case e.Raised:
		raised := at(Raised)
		raised.Amount = before.Amount
		o.record(raised)
		o.outcome(p, e, at)
	case to == payment.Paid:
		o.settled(before, at)
	}
	return nil
}

// settled decides what a paid attempt means that is no longer on hold.
func (o *Order) settled(before payment.Snapshot, at func(EventKind) Event) {
	p := o.find(before.ID).Snapshot()
	switch {
	case o.s.Counted != p.ID:
		o.count(p, payment.NoHold, at)
	case o.s.Told != ToldPaid:
		paid := at(OrderPaid)
		paid.Amount = p.Amount
		o.record(paid)
	}
}

// resolvable says what an operator may decide about an attempt, and what else to do.
func resolvable(s payment.Snapshot, to payment.State) error {
	switch {
	case to != payment.Paid && !to.Closed():
		return fault.Newf(fault.Conflict, "not_an_end", "%s ends nothing: name how the payment ended", to)
	case s.State == to && s.Doubt == (payment.Doubt{}) && s.Hold == payment.NoHold:
		return fault.Newf(fault.Conflict, "nothing_to_resolve", "the payment is %s already, not in doubt and not on hold", to)
	case s.State != to && !s.State.MayBecome(to):
		return fault.Newf(fault.Conflict, "forbidden_step", "a payment that is %s cannot become %s; name the state that the company shows now", s.State, to)
	case to == payment.Paid && s.Quote == payment.Provisional:
		return fault.Newf(fault.Conflict, "not_agreed", "the buyer has agreed to no amount yet, so there is none that can be paid: give it back at the company if it has any, then name how the payment ended unpaid")
	case to == payment.Paid && s.Code == "":
		return fault.Newf(fault.Conflict, "no_company_code", "the company's order code is not known, and the mall cannot be told without it: ask the company first")
	case to == payment.Paid && s.Hold == payment.AmountHold:
		return fault.Newf(fault.Conflict, "other_amount", "the company has another amount than the order: give it back at the company, then name how the payment ended unpaid")
	}
	return nil
}

// ResolveRefund ends a refund on an operator's word, under the same rules.
func (o *Order) ResolveRefund(id refund.ID, to refund.State, evidence string, now time.Time) error {
	r := o.findRefund(id)
	if r == nil {
		return fault.Newf(fault.NotFound, "no_such_refund", "order %s has no such refund", o.s.Key)
	}
	before := r.Snapshot()
	switch {
	case to != refund.Refunded && to != refund.Rejected && to != refund.NotExecuted:
		return fault.Newf(fault.Conflict, "not_an_end", "%s ends nothing: name how the refund ended", to)
	case r.InFlight(now, callBudget):
		return fault.Newf(fault.Conflict, "in_flight", "the refund was asked for less than a minute ago and its call may be running: try again later")
	case !before.State.MayBecome(to):
		return fault.Newf(fault.Conflict, "forbidden_step", "a refund that is %s cannot become %s; name the state that the company shows now", before.State, to)
	}
	o.record(Event{
		Kind: Resolved, Payment: before.Payment, Refund: id, Door: OperatorDoor, At: now,
		From: before.State.String(), To: to.String(), Amount: before.Amount, Note: evidence,
	})
	return o.MarkRefund(id, to, "an operator decided: "+evidence, OperatorDoor, now)
}
