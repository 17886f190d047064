package order

import (
	"fmt"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// Cancel is the mall's request to give money of a payment back. Its signature was verified.
type Cancel struct {
	Code      string      // of the payment at the company, as the mall quotes it
	Total     money.Money // of the payment, as the mall believes
	Amount    money.Money // to give back
	Remain    money.Money // left afterwards, as the mall believes
	AnyRemain bool        // what the mall believes to be left need not be what the ledger says
	CanClose  bool        // the company can close what is not paid
	FullOnly  bool        // the company gives money back in full only
	Trusted   bool        // the signature alone is believed, by the operator's decision
	Request   refund.Request
	Trace     string
}

// Proof says what is known beyond the signature about who sent a cancel request.
type Proof uint8

// What can be known.
const (
	NotProven  Proof = iota // nobody looked
	Proven                  // it is Cafe24's own
	Unprovable              // nobody could tell
	Disproven               // the mall says that it is not its own
)

// Known is what was found out for a cancel request between two decisions about it.
type Known struct {
	Payment bool      // the company was asked about the payment
	Closed  bool      // the company was asked to close it
	Refund  refund.ID // the refund that the company was asked about
	Proof   Proof
}

// CancelStep is what a cancel request must do next.
type CancelStep uint8

// The steps.
const (
	SendRefund      CancelStep = iota + 1 // send the refund's stored bytes, for the first time or again
	AskPayment                            // ask the company about the payment, then decide again
	AskRefund                             // ask the company about the refund, then decide again
	AwaitRefund                           // the call is running elsewhere: wait, then decide again
	ProveCancel                           // find out who sent the request, then decide again
	RefundIsDone                          // the money is on its way back
	RefundIsOpen                          // the company works on it
	RefundIsRefused                       // the company refused it a moment ago
	CloseUnpaid                           // close the payment at the company, then decide again
	RefuseUnpaid                          // nothing was paid: nothing to give back
	RefuseUnproven                        // others can have this signature, and nobody vouches for the request
)

// CancelDecision is a step and the refund it is about.
type CancelDecision struct {
	Step    CancelStep
	Payment payment.ID
	Refund  refund.ID
	New     bool // the refund was stored by this decision: nobody called the company for it before
}

const (
	// confirmedFor is how long a paid attempt counts as confirmed: an older one is asked about before its
	// money is given back.
	confirmedFor = 10 * time.Minute
	// sameAnswerFor is how long a rejected refund is answered as rejected before it is tried again.
	sameAnswerFor = 10 * time.Second
	// repeatedWithin is how soon a second refund of the same signed text is looked at twice.
	repeatedWithin = 10 * time.Minute
)

// CancelPurpose names the refund that a cancel request means: requests with the same amounts are the
// same wish. Cafe24 sends no other identity (protocol 6.1).
func CancelPurpose(attempt int, amount, remain money.Money) refund.Purpose {
	return refund.Purpose(fmt.Sprintf("cancel:%d:%s:%s", attempt, amount, remain))
}

// Cancel decides what a cancel request leads to. The order must have been loaded with the refunds of its
// purpose, and with the newest one of the same amount. New refunds get newID and their call's body.
//
// Conflict when the payment is on hold, when more than what is left is asked for, or when the mall's
// idea of what is left is not the ledger's; Indeterminate while an earlier try is being settled.
func (o *Order) Cancel(c Cancel, k Known, limits Limits, now time.Time, newID refund.ID, body RefundBody) (CancelDecision, error) {
	p, err := o.cancelled(c)
	if err != nil {
		return CancelDecision{}, err
	}
	s := p.Snapshot()
	switch {
	case s.State != payment.Paid:
		return o.cancelUnpaid(s, c, k, now), nil
	case s.ID != o.s.Counted:
		return CancelDecision{}, fault.New(fault.Conflict, "surplus", "tid: this was paid once too often; it is given back without being asked for")
	}
	o.learned(s.ID, ToldPaid, CancelDoor, now) // whoever quotes the payment knows it
	purpose := CancelPurpose(s.Number, c.Amount, c.Remain)
	if before, found := o.newest(purpose); found {
		if d, err := o.cancelAgain(before, c, k, limits, now); err != nil || d.Step != 0 {
			return d, err
		}
	}
	if d := o.confirmed(s, k, now); d.Step != 0 {
		return d, nil
	}
	if err := o.affordable(s, c); err != nil {
		return CancelDecision{}, err
	}
	if d := o.proven(s, purpose, c, k, now); d.Step != 0 {
		return d, nil
	}
	if s.Hold == payment.CancelledHold { // the mall itself says now what is to be done
		p.Release()
		o.record(Event{Kind: Resolved, Payment: s.ID, Door: CancelDoor, At: now, From: string(s.Hold)})
	}
	before, _ := o.newest(purpose)
	r, err := o.intend(refund.Snapshot{
		ID: newID, Payment: s.ID, Reason: refund.MallReason, Purpose: purpose, Generation: before.Generation + 1,
		Amount: c.Amount, Request: c.Request, Trace: c.Trace,
	}, CancelDoor, now, body)
	return CancelDecision{Step: SendRefund, Payment: s.ID, Refund: r.ID, New: true}, err
}

// cancelled finds the payment that the mall quotes and compares what the mall believes of it.
func (o *Order) cancelled(c Cancel) (*payment.Payment, error) {
	for _, p := range o.payments {
		s := p.Snapshot()
		if s.Code == "" || s.Code != c.Code {
			continue
		}
		switch {
		case c.Amount.Currency() != s.Amount.Currency():
			return nil, fault.InvalidField("currency", "is not the currency of this payment")
		case c.Total != s.Amount:
			return nil, fault.InvalidField("amount", "is not the amount of this payment")
		}
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "unknown_tid", "tid: is no payment of this order")
}

// cancelUnpaid remembers that the mall gave the order up, so that a late payment of it is not told as if
// nothing had been said. What a buyer could still pay is closed, so that it does not come to that.
func (o *Order) cancelUnpaid(s payment.Snapshot, c Cancel, k Known, now time.Time) CancelDecision {
	if !k.Payment {
		return CancelDecision{Step: AskPayment, Payment: s.ID}
	}
	if o.s.Counted == "" && o.s.MallCancelledAt.IsZero() {
		o.s.MallCancelledAt = now
		o.record(Event{Kind: MallCancelled, Payment: s.ID, Door: CancelDoor, At: now})
	}
	payable := s.State == payment.Pending || s.State == payment.Authorized
	if payable && c.CanClose && !k.Closed && c.Amount == s.Amount {
		return CancelDecision{Step: CloseUnpaid, Payment: s.ID}
	}
	return CancelDecision{Step: RefuseUnpaid, Payment: s.ID}
}

// cancelAgain decides about a request whose refund is there already. No step means that it ended without
// money, and that the company was asked how the payment stands: the next generation may be opened.
func (o *Order) cancelAgain(before refund.Snapshot, c Cancel, k Known, limits Limits, now time.Time) (CancelDecision, error) {
	r := o.findRefund(before.ID)
	d := CancelDecision{Payment: before.Payment, Refund: before.ID}
	switch before.State {
	case refund.Intended, refund.Sent:
		switch {
		case r.InFlight(now, limits.CallBudget):
			d.Step = AwaitRefund
		case k.Refund != before.ID:
			d.Step = AskRefund
		case now.Sub(before.CreatedAt) >= limits.KeyLifetime:
			return d, errBeingSettled
		default:
			return o.resend(r, c, d, now)
		}
	case refund.Pending:
		d.Step = RefundIsOpen
		o.acceptCancel(r, c, now)
	case refund.Refunded:
		d.Step = RefundIsDone
		o.acceptCancel(r, c, now)
	case refund.Reversed:
		return d, fault.New(fault.Conflict, "refund_reversed", "the buyer's bank sent this refund back; the operator has to find another way")
	case refund.Rejected, refund.NotExecuted:
		switch {
		case before.State == refund.Rejected && now.Sub(before.ChangedAt) < sameAnswerFor:
			d.Step = RefundIsRefused
		case !k.Payment:
			d.Step = AskPayment
		}
	}
	return d, nil
}

var errBeingSettled = fault.New(fault.Indeterminate, "refund_being_settled",
	"this refund is being settled with the payment company; do not refund by other means, the mall is told how it ends")

// resend sends stored bytes again under their key, because the mall still wants the refund. The call is in
// doubt before it is made: its answer can get lost like the one before.
func (o *Order) resend(r *refund.Refund, c Cancel, d CancelDecision, now time.Time) (CancelDecision, error) {
	before := r.Snapshot()
	raised := r.Doubtful(now)
	o.acceptCancel(r, c, now)
	d.Step = SendRefund
	if !raised {
		return d, nil
	}
	return d, o.raisedRefund(before, r.Snapshot(), CancelDoor, now)
}

// acceptCancel takes the repeated request for the one that is answered or told. The event says when the mall waits in
// another way than before.
func (o *Order) acceptCancel(r *refund.Refund, c Cancel, now time.Time) {
	e := Event{Kind: RefundRequestedAgain, Payment: r.Snapshot().Payment, Refund: r.Snapshot().ID, Door: CancelDoor, At: now}
	if before, after := awaited(r.Snapshot().Request), awaited(c.Request); before != after {
		e.From, e.To = before, after
	}
	r.Accept(c.Request)
	o.record(e)
}

// What a mall that asks for a refund waits for.
const (
	AwaitsAnswer = "answer"
	AwaitsNotice = "notice"
)

func awaited(q refund.Request) string {
	if q.Sync {
		return AwaitsAnswer
	}
	return AwaitsNotice
}

// confirmed asks for the company's word when the last one is too old: dashboards, restores and other
// integrations can have moved money meanwhile.
func (o *Order) confirmed(s payment.Snapshot, k Known, now time.Time) CancelDecision {
	if k.Payment || now.Sub(s.AskedAt) <= confirmedFor {
		return CancelDecision{}
	}
	return CancelDecision{Step: AskPayment, Payment: s.ID}
}

// affordable holds the request against the ledger.
func (o *Order) affordable(s payment.Snapshot, c Cancel) error {
	if s.Hold != payment.NoHold && s.Hold != payment.CancelledHold && s.Hold != payment.MallRefusedHold {
		return fault.New(fault.Conflict, "on_hold", "this payment is being looked at by the operator; nothing is given back meanwhile")
	}
	left, err := o.Refundable(s.ID)
	if err != nil {
		return err
	}
	rest, err := left.Sub(c.Amount)
	switch {
	case err != nil:
		return err
	case rest.Minor() < 0:
		return fault.Newf(fault.Conflict, "refund_exceeds", "cancel_amount: %s %s of this payment can still be refunded, refunds under way counted", left, left.Currency())
	case rest.IsPositive() && c.FullOnly:
		return fault.New(fault.Unsupported, "partial_refund", "cancel_amount: the payment company refunds in full only")
	case rest != c.Remain && !c.AnyRemain:
		return fault.Newf(fault.Conflict, "remain_differs", "remain_amount: after this refund %s %s would be left; if another refund is on its way, please try again", rest, rest.Currency())
	}
	return nil
}

// proven looks twice where a signature is not enough. The status answer of a synchronous order signs the
// text of the paid amount by the same formula and key, and buyers can fetch it; and what a partial cancel
// signs can be sent again with another remain_amount.
func (o *Order) proven(s payment.Snapshot, purpose refund.Purpose, c Cancel, k Known, now time.Time) CancelDecision {
	d := CancelDecision{Payment: s.ID}
	collides := !c.Trusted && o.s.Latest.Way == Sync && c.Request.AmountText == o.s.Latest.PaidText(s.Amount)
	repeats := o.repeats(s.ID, purpose, c, now)
	switch {
	case k.Proof == Proven || (!collides && !repeats):
	case k.Proof == NotProven:
		d.Step = ProveCancel
	case collides, k.Proof == Disproven:
		o.record(Event{Kind: RefundUnproven, Payment: s.ID, Door: CancelDoor, At: now, Amount: c.Amount})
		d.Step = RefuseUnproven
	default:
		o.record(Event{Kind: RefundRepeated, Payment: s.ID, Door: CancelDoor, At: now, Amount: c.Amount})
	}
	return d
}

// repeats reports that a refund of the very same signed text was asked for minutes ago.
func (o *Order) repeats(id payment.ID, purpose refund.Purpose, c Cancel, now time.Time) bool {
	for _, r := range o.refunds {
		s := r.Snapshot()
		same := s.Request.AmountText == c.Request.AmountText && s.Request.Partner == c.Request.Partner
		if s.Payment == id && s.Purpose != purpose && same && s.State.Spends() && now.Sub(s.CreatedAt) < repeatedWithin {
			return true
		}
	}
	return false
}
