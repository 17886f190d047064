package order

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// Apply takes in what the company says about an attempt, asked by whichever door, and decides what
// it means for the order:
//
//   - the first paid attempt counts, and the mall is to be told;
//   - a further paid attempt is a surplus that goes back by itself;
//   - an attempt on hold tells nobody anything;
//   - a certain unpaid end is told once, when nothing else is open;
//   - money that left without us is booked and held.
func (o *Order) Apply(id payment.ID, a payment.Answer, door Door, now time.Time) error {
	p := o.find(id)
	if p == nil {
		return fault.Newf(fault.NotFound, "no_such_payment", "order %s has no such payment", o.s.Key)
	}
	before := p.Snapshot()
	open, err := o.openRefunds(id, before.Amount.Currency())
	if err != nil {
		return err
	}
	e := p.Apply(a, open, now)
	at := func(k EventKind) Event { return Event{Kind: k, Payment: id, Door: door, At: now} }
	if e.Raised {
		raised := at(Raised)
		raised.From, raised.To, raised.Amount = e.From.String(), e.To.String(), before.Amount
		o.record(raised)
	}
	if e.Outside.IsPositive() {
		out := at(OutsideRefund)
		out.Amount = e.Outside
		o.record(out)
	}
	if e.Disputed {
		disputed := at(DisputeChanged)
		disputed.Amount = p.Snapshot().Disputed
		o.record(disputed)
	}
	if e.Held != payment.NoHold {
		held := at(PutOnHold)
		held.To = string(e.Held)
		o.record(held)
	}
	o.outcome(p, e, at)
	o.learn(before, p.Snapshot(), e, at)
	return nil
}

// outcome books the money and decides what the order's mall must learn.
func (o *Order) outcome(p *payment.Payment, e payment.Effect, at func(EventKind) Event) {
	s := p.Snapshot()
	switch {
	case e.Raised && e.To == payment.Paid:
		o.move(Movement{Kind: Charge, Payment: s.ID, Amount: s.Amount, Door: at(Raised).Door, At: at(Raised).At})
		o.count(s, e.Held, at)
	case e.Raised && e.To.FinalUnpaid() && !e.From.FinalUnpaid() && s.Quote != payment.Provisional: // of what nobody agreed to the mall knows nothing
		o.record(at(ClosedUnpaid))
	}
	if e.Outside.IsPositive() {
		o.move(Movement{Kind: OutsideMovement, Payment: s.ID, Amount: e.Outside, Door: at(Raised).Door, At: at(Raised).At})
	}
}

// count lets a paid attempt count, unless it was on hold before. A hold that its own paid answer put on
// means that money left again, which makes it no less paid. What the mall had cancelled counts, because
// it can be refunded; but a person decides whether the mall is told.
func (o *Order) count(s payment.Snapshot, put payment.Hold, at func(EventKind) Event) {
	switch {
	case s.Hold != put:
	case o.s.Counted == "" && !o.s.MallCancelledAt.IsZero():
		o.s.Counted = s.ID
		o.Hold(s.ID, payment.CancelledHold, at(Raised).Door, at(Raised).At)
	case o.s.Counted == "":
		o.s.Counted = s.ID
		paid := at(OrderPaid)
		paid.Amount = s.Amount
		o.record(paid)
	default:
		surplus := at(SurplusFound)
		surplus.Amount = s.Amount
		o.record(surplus)
	}
}

// learn records what an answer taught without moving the state, so that it is stored.
func (o *Order) learn(before, after payment.Snapshot, e payment.Effect, at func(EventKind) Event) {
	if before.Confirming() && !after.Confirming() && e.Held == payment.NoHold {
		o.record(at(PayTaken))
		return
	}
	if e.Raised || e.Disputed || e.Held != payment.NoHold {
		return
	}
	switch {
	case before.Code != after.Code:
		learned := at(CodeLearned)
		learned.To = after.Code
		o.record(learned)
	case before.FreshUntil != after.FreshUntil:
		o.record(at(PageRenewed))
	case after.State == payment.Paid && after.AskedAt.Sub(before.AskedAt) > confirmedFor/2:
		o.record(at(Confirmed))
	}
}

// InDoubt records that a call for the attempt may have happened.
func (o *Order) InDoubt(id payment.ID, call payment.Call, door Door, now time.Time) {
	if p := o.find(id); p != nil && p.Doubtful(call, now) {
		o.record(Event{Kind: Doubted, Payment: id, Door: door, At: now, To: string(call)})
	}
}

// RefusedByCompany records that the attempt's first call was surely not executed, so that the company does not
// have it; why is for people. Where another call may have happened since, nothing is known about that one, and
// nothing changes.
func (o *Order) RefusedByCompany(id payment.ID, why string, door Door, now time.Time) {
	p := o.find(id)
	if p == nil || p.Snapshot().Code != "" || p.Snapshot().Doubt.Call != payment.NoCall {
		return
	}
	from := p.Snapshot().State
	if p.Raise(payment.Refused, now) {
		o.record(Event{Kind: Raised, Payment: id, Door: door, At: now, From: from.String(), To: payment.Refused.String(), Note: why})
	}
}

// NotFound records that the company, asked by reference, does not know the attempt. It is abandoned
// once that is settled and no buyer ever had its page.
func (o *Order) NotFound(id payment.ID, askedAt time.Time, settle time.Duration, door Door, now time.Time) {
	p := o.find(id)
	if p == nil || p.Snapshot().Code != "" {
		return
	}
	first, from := p.Snapshot().EmptySince.IsZero(), p.Snapshot().State
	if p.Empty(askedAt, now, settle) {
		o.record(Event{Kind: Raised, Payment: id, Door: door, At: now, From: from.String(), To: payment.Abandoned.String()})
	} else if first {
		o.record(Event{Kind: AskedInVain, Payment: id, Door: door, At: now})
	}
}

// Hold stops automatic steps for the attempt.
func (o *Order) Hold(id payment.ID, reason payment.Hold, door Door, now time.Time) {
	if p := o.find(id); p != nil && p.PutOnHold(reason) {
		o.record(Event{Kind: PutOnHold, Payment: id, Door: door, At: now, To: string(reason)})
	}
}

// Kept is what the buyer's money of the counted attempt still amounts to, zero when the order is not
// paid or everything was, or may have been, given back.
func (o *Order) Kept() money.Money {
	if o.s.Counted == "" {
		return money.Money{}
	}
	left, err := o.Refundable(o.s.Counted)
	if err != nil {
		return money.Money{}
	}
	return left
}
