package payment

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
)

// Quote says how far the amount of an attempt stands.
type Quote string

// The quotes. Attempts that a mall's signed request opened are firm from the start.
const (
	Firm        Quote = ""            // the mall signed the amount
	Provisional Quote = "provisional" // a page that anybody can send claims it: nothing can be paid by it
	Reviewed    Quote = "reviewed"    // the mall calculated it, the buyer saw it and agreed
)

// lapsesAfter is how long a buyer may take to agree.
const lapsesAfter = 30 * time.Minute

// LapsesAt is when an attempt that nobody agreed to is over.
func (s Snapshot) LapsesAt() time.Time { return s.CreatedAt.Add(lapsesAfter) }

// Confirming reports that the company may, or may not, have heard what the buyer agreed to.
func (s Snapshot) Confirming() bool { return s.Quote == Reviewed && s.Doubt.Call == PayCall }

// Fix makes the amount the one that the buyer agreed to, before the company hears of it: from now on the
// pay call may have happened. Request is its exact body.
func (p *Payment) Fix(amount money.Money, request []byte, now time.Time) error {
	switch {
	case p.s.Quote != Provisional || p.s.State != Pending:
		return fault.New(fault.Conflict, "not_provisional", "the payment is not waiting for the buyer's agreement")
	case amount.Currency() != p.s.Amount.Currency():
		return fault.New(fault.Conflict, "other_currency", "the calculated amount is of another currency than the reservation")
	case !amount.IsPositive():
		return fault.InvalidField("amount", "must be greater than zero")
	}
	p.s.Quote, p.s.Amount, p.s.PayRequest = Reviewed, amount, request
	p.s.Fixings++
	p.s.Doubt = Doubt{Call: PayCall, Since: now}
	return nil
}

// Loosen takes an agreement back that the company surely did not hear of.
func (p *Payment) Loosen() {
	p.s.Quote, p.s.PayRequest = Provisional, nil
	p.Certain()
}

// Lapse closes an attempt that was never payable: nobody agreed in time, or what was agreed never
// arrived at the company, which was asked after settle had passed. It reports whether it did.
func (p *Payment) Lapse(now time.Time, settle time.Duration) bool {
	due := p.s.LapsesAt()
	switch {
	case p.s.Quote == Provisional && p.s.State == Pending:
	case p.s.Confirming() && p.s.State == Pending:
		if settled := p.s.Doubt.Since.Add(settle); settled.After(due) {
			due = settled
		}
		if p.s.AskedAt.Before(due) {
			return false
		}
	default:
		return false
	}
	if now.Before(due) {
		return false
	}
	p.Certain()
	return p.Raise(Expired, now)
}

// loose reports that the company has not taken the amount yet: what it says about the amount of an
// order that cannot be paid is then not compared.
func (p *Payment) loose(a Answer) bool {
	if a.State == Paid || a.State == Authorized {
		return false
	}
	return p.s.Quote == Provisional || (p.s.Quote == Reviewed && !a.Confirmed)
}
