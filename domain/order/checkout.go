package order

import (
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// Step is what a checkout must do next.
type Step uint8

// The steps.
const (
	CallCompany Step = iota + 1 // send the attempt's stored bytes, for the first time or again
	ShowPage                    // hand out the page that is there
	AskFirst                    // ask the company about the attempt, then decide again
	AwaitAnswer                 // the call is running elsewhere: wait, then decide again
	AlreadyPaid                 // refuse: the order is paid
)

// Decision is a step and the attempt it is about.
type Decision struct {
	Step    Step
	Payment payment.ID
	New     bool // the attempt was opened by this decision: nobody called the company for it before
}

// Limits are the times that a checkout decides by.
type Limits struct {
	CallBudget  time.Duration // a create call without answer is over after this
	KeyLifetime time.Duration // how long stored bytes may be sent again under their key
	Arrived     time.Time     // when the request came in, where others were asked before it is decided; zero: just now
}

// Checkout decides what a checkout request leads to. Amount is the request's; asked names the
// attempts that the company was asked about for this very request; open makes the terms of the n-th
// attempt and is called only when one is opened.
//
// Two requests of the same amount are the same intent, whatever else differs in them. Another
// attempt is opened only when the one before is closed, and attempts are closed only by the
// company's own answer: a page that may still be paid never gets a rival. Only a reservation, which no
// signature of the mall stands behind, does not keep a signed request waiting.
func (o *Order) Checkout(r Request, amount money.Money, asked []payment.ID, limits Limits, open func(n int) (payment.Snapshot, error)) (Decision, error) {
	now := r.ReceivedAt
	if o.s.Counted != "" {
		o.record(Event{Kind: RequestedPaid, Payment: o.s.Counted, Door: CheckoutDoor, At: now})
		return Decision{Step: AlreadyPaid, Payment: o.s.Counted}, nil
	}
	for _, p := range o.payments {
		if s := p.Snapshot(); s.Hold != payment.NoHold {
			return Decision{}, fault.New(fault.Conflict, "on_hold", "an earlier payment of this order is being looked at by the operator")
		}
	}
	if rival := o.agreed(""); rival != nil && !slices.Contains(asked, rival.Snapshot().ID) {
		return Decision{Step: AskFirst, Payment: rival.Snapshot().ID}, nil
	}
	p := o.payable()
	if p == nil {
		o.wanted(r, limits)
		return o.open(r, open)
	}
	wasAsked := slices.Contains(asked, p.Snapshot().ID)
	if p.Snapshot().Amount != amount {
		if !wasAsked {
			return Decision{Step: AskFirst, Payment: p.Snapshot().ID}, nil
		}
		return Decision{}, fault.New(fault.Conflict, "other_amount_open", "amount: a payment of another amount is open for this order")
	}
	d, err := o.resume(p, wasAsked, now, limits)
	if err == nil && (d.Step == ShowPage || d.Step == CallCompany) {
		o.wanted(r, limits)
		o.accept(r, p, d.Step)
	}
	return d, err
}

// payable is the newest attempt that a signed request opened and that may still be paid, or nil. It need not be
// the last one: the company can turn out to have an earlier one after all.
func (o *Order) payable() *payment.Payment {
	for _, p := range slices.Backward(o.payments) {
		if s := p.Snapshot(); s.Quote == payment.Firm && !s.State.Closed() {
			return p
		}
	}
	return nil
}

func (o *Order) open(r Request, open func(n int) (payment.Snapshot, error)) (Decision, error) {
	terms, err := open(len(o.payments) + 1)
	if err != nil {
		return Decision{}, err
	}
	terms.Number = len(o.payments) + 1
	p, err := payment.New(terms, r.ReceivedAt)
	if err != nil {
		return Decision{}, err
	}
	o.payments = append(o.payments, p)
	o.s.Latest = r
	o.record(Event{Kind: Opened, Payment: terms.ID, Door: CheckoutDoor, At: r.ReceivedAt, To: payment.Requested.String(), Amount: terms.Amount})
	return Decision{Step: CallCompany, Payment: terms.ID, New: true}, nil
}

// resume decides about an attempt that is still open.
func (o *Order) resume(p *payment.Payment, asked bool, now time.Time, limits Limits) (Decision, error) {
	s := p.Snapshot()
	d := Decision{Payment: s.ID}
	switch {
	case p.InFlight(now, limits.CallBudget):
		d.Step = AwaitAnswer
	case s.State == payment.Requested && now.Sub(s.CreatedAt) < limits.KeyLifetime:
		d.Step = CallCompany
	case p.Fresh(now), asked && s.PageURL != "":
		d.Step = ShowPage
	case !asked:
		d.Step = AskFirst
	default:
		return Decision{}, fault.New(fault.Indeterminate, "being_settled", "an earlier payment of this order is being settled, please try again later")
	}
	return d, nil
}

// accept makes the request the one that the buyer and the mall are answered by.
func (o *Order) accept(r Request, p *payment.Payment, step Step) {
	o.s.Latest = r
	at := Event{Kind: RequestedAgain, Payment: p.Snapshot().ID, Door: CheckoutDoor, At: r.ReceivedAt}
	o.record(at)
	if step == ShowPage {
		p.HandOut(r.ReceivedAt)
		return
	}
	// The call is in doubt before it is made again: its answer can get lost like the one before.
	p.Resent(r.ReceivedAt)
	at.Kind, at.To = Doubted, string(payment.CreateCall)
	o.record(at)
}

// wanted takes in that the mall asks for the order's money: what it gave up before, it has not given up any more.
func (o *Order) wanted(r Request, limits Limits) {
	arrived := limits.Arrived
	if arrived.IsZero() {
		arrived = r.ReceivedAt
	}
	if arrived.After(o.s.MallCancelledAt) {
		o.s.MallCancelledAt = time.Time{}
	}
}

// HandOut records that the attempt's page goes to the buyer.
func (o *Order) HandOut(id payment.ID, now time.Time) {
	if p := o.find(id); p != nil && p.Snapshot().HandedOutAt.IsZero() && p.Snapshot().PageURL != "" {
		p.HandOut(now)
		o.record(Event{Kind: PageHandedOut, Payment: id, Door: CheckoutDoor, At: now})
	}
}
