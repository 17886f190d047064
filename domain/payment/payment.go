// Package payment is one attempt to get an order paid at a payment company.
//
// An attempt is stored before the company hears of it (Requested), with the reference, the
// idempotency key and the very bytes of the request. What the company answers, now or later and by
// whichever door, is applied through one ranked table (state.go): news can raise an attempt, never
// lower it. Two flags stand beside the state because both can be true in any state: Doubt (a call
// may have happened) and Hold (something does not fit, a person must look).
//
// The attempt does not know its siblings. What it means for the order that one of them is paid is
// decided by package order, which holds the lock.
package payment

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
)

// ID identifies an attempt inside paybridge.
type ID string

// Snapshot is the whole state of an attempt, as repositories store it. Times are UTC.
type Snapshot struct {
	ID          ID
	Number      int // 1 for the first attempt of the order
	State       State
	Doubt       Doubt
	Hold        Hold
	Amount      money.Money
	Account     merchant.Account // the company account, with the version of the credentials it is pinned to
	Reference   string           // what the company knows the attempt by; unique per account
	Key         string           // idempotency key of the create call, shared by all its tries
	Request     []byte           // the exact body of the create call; holds no credentials
	Code        string           // the company's order code; empty until it answered
	PageURL     string           // the company's payment page
	FreshUntil  time.Time        // until then the page is handed out again without asking
	HandedOutAt time.Time        // when the page was first handed to a buyer; zero: never
	CreatedAt   time.Time
	ChangedAt   time.Time   // last change of the state
	AskedAt     time.Time   // when the newest applied answer was asked for
	EmptySince  time.Time   // first of the answers in a row that did not know our reference
	Refunded    money.Money // what our own refunds gave back; open ones are not in it
	RefundedAt  time.Time   // when the last of them was done
	Returned    money.Money // what left at the company without us
	Disputed    money.Money // what buyers dispute at their bank, open and lost disputes
	Trace       string      // W3C traceparent of the request that opened the attempt

	// Of reservations alone.
	Quote      Quote
	Intent     string // what it was reserved for: the same wish is found again by it
	PayRequest []byte // the exact body of the pay call; holds no credentials
	Fixings    int    // how often a buyer agreed: names the idempotency key of the pay call
}

// Payment is one attempt. Only package order changes it, under the order's lock.
type Payment struct{ s Snapshot }

// New returns a Requested attempt. The snapshot carries the terms; state, flags and answers start empty.
func New(terms Snapshot, now time.Time) (*Payment, error) {
	p := &Payment{s: Snapshot{
		ID: terms.ID, Number: terms.Number, State: Requested, Amount: terms.Amount, Account: terms.Account,
		Reference: terms.Reference, Key: terms.Key, Request: terms.Request, Trace: terms.Trace,
		CreatedAt: now, ChangedAt: now, Refunded: money.Zero(terms.Amount.Currency()), Returned: money.Zero(terms.Amount.Currency()),
		Disputed: money.Zero(terms.Amount.Currency()), Quote: terms.Quote, Intent: terms.Intent,
	}}
	return p, p.validate()
}

// Restore rebuilds an attempt from storage. Repositories only.
func Restore(s Snapshot) (*Payment, error) {
	p := &Payment{s: s}
	return p, p.validate()
}

func (p *Payment) validate() error {
	switch {
	case p.s.ID == "", p.s.Number < 1, names[p.s.State] == "":
		return fault.Newf(fault.Internal, "broken_payment", "payment %q number %d state %d is not whole", p.s.ID, p.s.Number, p.s.State)
	case !p.s.Amount.IsPositive():
		return fault.InvalidField("amount", "must be greater than zero")
	case p.s.Reference == "" || p.s.Key == "" || p.s.Account.Gateway == "":
		return fault.Newf(fault.Internal, "broken_payment", "payment %q lacks reference, key or account", p.s.ID)
	}
	return nil
}

// Snapshot returns a copy of the attempt's state.
func (p *Payment) Snapshot() Snapshot { return p.s }

// InFlight reports that the create call may still be running somewhere: it was stored less than
// budget ago and has neither an answer nor a doubt.
func (p *Payment) InFlight(now time.Time, budget time.Duration) bool {
	return p.s.State == Requested && p.s.Doubt.Call == NoCall && now.Sub(p.s.CreatedAt) < budget
}

// Fresh reports that the stored page may be handed out without asking the company first.
func (p *Payment) Fresh(now time.Time) bool {
	return p.s.State == Pending && p.s.PageURL != "" && now.Before(p.s.FreshUntil)
}

// Doubtful marks the call as possibly done. A doubt that is already there keeps its time.
func (p *Payment) Doubtful(call Call, now time.Time) bool {
	if p.s.Doubt.Call == call || p.s.Code != "" {
		return false
	}
	p.s.Doubt = Doubt{Call: call, Since: now}
	return true
}

// Resent marks the create call as possibly done from now on: it is sent again, and that the company
// did not know the attempt before says nothing about this try.
func (p *Payment) Resent(now time.Time) { p.Repeat(CreateCall, now) }

// Repeat is Resent for any call.
func (p *Payment) Repeat(call Call, now time.Time) {
	p.s.Doubt, p.s.EmptySince = Doubt{Call: call, Since: now}, time.Time{}
}

// Certain clears the doubt: the company's answer is known.
func (p *Payment) Certain() { p.s.Doubt = Doubt{} }

// PutOnHold stops automatic steps. The first reason stays until an operator clears it.
func (p *Payment) PutOnHold(reason Hold) bool {
	if p.s.Hold != NoHold {
		return false
	}
	p.s.Hold = reason
	return true
}

// Raise moves the attempt to a higher state and reports whether it moved; a lower or equal state is
// a no-op.
func (p *Payment) Raise(to State, now time.Time) bool {
	if !p.s.State.MayBecome(to) {
		return false
	}
	p.s.State, p.s.ChangedAt = to, now
	return true
}

// HandOut records that the page goes to a buyer.
func (p *Payment) HandOut(now time.Time) {
	if p.s.HandedOutAt.IsZero() {
		p.s.HandedOutAt = now
	}
}

// GiveBack books one of our refunds as done.
func (p *Payment) GiveBack(amount money.Money, now time.Time) error {
	sum, err := p.s.Refunded.Add(amount)
	if err == nil {
		p.s.Refunded, p.s.RefundedAt = sum, now
	}
	return err
}

// TakeBack books one of our refunds as not done after all: the bank sent it back.
func (p *Payment) TakeBack(amount money.Money, now time.Time) error {
	rest, err := p.s.Refunded.Sub(amount)
	if err == nil {
		p.s.Refunded, p.s.RefundedAt = rest, now
	}
	return err
}

// Left is what of the attempt's money is neither gone nor disputed. Refunds that are still open are not
// in it.
func (s Snapshot) Left() (money.Money, error) {
	left := s.Amount
	for _, gone := range []money.Money{s.Refunded, s.Returned, s.Disputed} {
		var err error
		if left, err = left.Sub(gone); err != nil {
			return money.Money{}, err
		}
	}
	return left, nil
}

// Release ends a hold, by an operator's decision.
func (p *Payment) Release() { p.s.Hold = NoHold }
