package payment

import (
	"time"

	"paybridge/domain/money"
)

// Answer is what the company says about its order when it is asked, or when it creates it. Adapters
// translate their letters into a State and report Failed only when the order can never be paid
// again; a soft decline is Pending.
type Answer struct {
	Code       string // the company's order code
	Reference  string // our reference, as the company repeats it
	State      State  // Pending, Authorized, Expired, Cancelled, Failed or Paid
	Amount     money.Money
	Paid       money.Money // what was paid, nothing while unpaid
	Refunded   money.Money // what went back to the buyer
	Disputed   money.Money // open and lost disputes; the zero Money when the company does not tell
	PageURL    string      // the payment page while it is open
	FreshUntil time.Time   // how long the page may be handed out without asking again
	CreatedAt  time.Time   // by the company's clock; zero when it does not say
	AskedAt    time.Time   // when the question was sent, by our clock
	Confirmed  bool        // of a reservation: the company took the amount that its pay call named
}

// Effect tells what an answer did to the attempt.
type Effect struct {
	From, To State
	Raised   bool
	Late     bool        // the answer's state was lower than the stored one
	Held     Hold        // a hold that this answer put on
	Outside  money.Money // money that left at the company, unknown to us so far
	Disputed bool        // what is disputed has changed
}

// Apply raises the attempt by a fresh answer of the company.
//
//   - another code than the stored one, or another reference, amount or currency: nothing moves,
//     the attempt is held (semantics: "never a guess");
//   - a lower or equal state: a counted no-op;
//   - after Paid, a fresh answer that shows more money gone than our refunds explain, those still open
//     among them, is reported as Outside; it never makes the attempt unpaid;
//   - one that shows less money gone than we booked holds the attempt: nothing is given back while the
//     ledgers differ.
func (p *Payment) Apply(a Answer, open money.Money, now time.Time) Effect {
	e := Effect{From: p.s.State, To: p.s.State, Outside: money.Zero(p.s.Amount.Currency())}
	if hold := p.misfit(a); hold != NoHold {
		p.note(a)
		if p.PutOnHold(hold) {
			e.Held = hold
		}
		return e
	}
	stale := a.AskedAt.Before(p.s.AskedAt)
	p.adopt(a)
	e.Raised = p.Raise(a.State, now)
	e.To = p.s.State
	e.Late = !e.Raised && a.State != p.s.State
	if p.s.State == Paid && !stale {
		p.compare(a, open, &e)
	}
	p.note(a)
	return e
}

// compare holds our ledger of a paid attempt against the company's.
func (p *Payment) compare(a Answer, open money.Money, e *Effect) {
	hold := NoHold
	switch e.Outside = p.outside(a, e.From == Paid, open); {
	case e.Outside.IsPositive():
		hold = OutsideMoneyHold
	case p.lacks(a):
		hold = LedgerHold
	}
	if hold != NoHold && p.PutOnHold(hold) {
		e.Held = hold
	}
	if a.Disputed.Currency() == p.s.Amount.Currency() && a.Disputed != p.s.Disputed {
		p.s.Disputed, e.Disputed = a.Disputed, true
	}
}

// listLag is how long a company may take until its order shows a refund that it has confirmed.
const listLag = time.Minute

// lacks reports that the company shows less money gone than we booked, and had the time to show it.
func (p *Payment) lacks(a Answer) bool {
	booked, err := p.s.Refunded.Add(p.s.Returned)
	if err != nil || !a.AskedAt.After(p.s.RefundedAt.Add(listLag)) {
		return false
	}
	less, err := booked.Sub(a.Refunded)
	return err == nil && less.IsPositive() && !a.State.FinalUnpaid()
}

// misfit compares the answer with what the attempt was made for.
func (p *Payment) misfit(a Answer) Hold {
	switch {
	case p.s.Code != "" && a.Code != p.s.Code:
		return TwoOrdersHold
	case a.Reference != "" && a.Reference != p.s.Reference, a.Amount.Currency() != p.s.Amount.Currency():
		return AmountHold
	case p.loose(a):
		return NoHold
	case p.s.Quote == Provisional, a.Amount != p.s.Amount: // nobody agreed, and yet it is paid
		return AmountHold
	case a.State == Paid && a.Paid != p.s.Amount:
		return AmountHold
	}
	return NoHold
}

func (p *Payment) adopt(a Answer) {
	if !p.s.Confirming() || a.Confirmed || a.State != Pending {
		p.Certain()
	}
	p.s.EmptySince = time.Time{}
	p.s.Code = a.Code
	if a.PageURL != "" {
		p.s.PageURL = a.PageURL
	}
	if a.FreshUntil.After(p.s.FreshUntil) {
		p.s.FreshUntil = a.FreshUntil
	}
}

func (p *Payment) note(a Answer) {
	if a.AskedAt.After(p.s.AskedAt) {
		p.s.AskedAt = a.AskedAt
	}
}

// outside finds money that left without us. An unpaid letter after Paid was stored means that all
// of it is gone; while it was not Paid before, such a letter never reaches this point.
func (p *Payment) outside(a Answer, wasPaid bool, open money.Money) money.Money {
	extra := a.Refunded
	if wasPaid && a.State.FinalUnpaid() && a.Paid.IsZero() {
		extra = p.s.Amount
	}
	for _, explained := range []money.Money{p.s.Refunded, p.s.Returned, open} {
		var err error
		if extra, err = extra.Sub(explained); err != nil {
			return money.Zero(p.s.Amount.Currency())
		}
	}
	if !extra.IsPositive() {
		return money.Zero(p.s.Amount.Currency())
	}
	p.s.Returned, _ = p.s.Returned.Add(extra)
	return extra
}

// Empty records that the company, asked by our reference, does not know the attempt. It becomes
// Abandoned when that is settled (settle has passed since the create call was last sent, and a minute
// since the first empty answer after it) and no buyer ever had a page; it reports whether that
// happened.
func (p *Payment) Empty(askedAt, now time.Time, settle time.Duration) bool {
	if p.s.EmptySince.IsZero() {
		p.s.EmptySince = askedAt
	}
	sent := p.s.CreatedAt
	if p.s.Doubt.Since.After(sent) {
		sent = p.s.Doubt.Since
	}
	settled := askedAt.Sub(p.s.EmptySince) >= time.Minute && askedAt.Sub(sent) >= settle
	if !settled || p.s.State != Requested || !p.s.HandedOutAt.IsZero() {
		return false
	}
	p.Certain()
	return p.Raise(Abandoned, now)
}
