// Package refund is one try to give money of a paid attempt back to the buyer.
//
// A refund is stored, and its amount counted as spent, before the company hears of it. Its identity is
// its purpose (which cancel request, which surplus) and a generation: a refund that the company
// rejected can be asked for again, as another generation with another idempotency key, while the same
// generation is never sent under two keys. Whether the amount fits into what was paid is decided by
// package order, under its lock.
package refund

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// ID identifies a refund inside paybridge.
type ID string

// Reason says who wanted the refund.
type Reason string

// The reasons.
const (
	MallReason    Reason = "mall"    // the mall's cancel request
	SurplusReason Reason = "surplus" // a second payment of one order, given back by ourselves
)

// Purpose says what a refund is for, so that the same wish is found again. It names one refund of an
// order, in all its generations.
type Purpose string

// Request is the cancel request that a refund answers, and what its mall is told by. It is empty for
// refunds that nobody asked for.
type Request struct {
	Sync       bool // the mall waits for the result; otherwise it is told
	Partner    merchant.PartnerID
	AmountText string // cancel_amount as received: signatures are computed over this text
	PayMethod  string
	NotifyURL  string
	ExtraData  string // JSON, returned to the mall unchanged
}

// Snapshot is the whole state of a refund, as repositories store it. Times are UTC.
type Snapshot struct {
	ID         ID
	Number     int // in the order, from 1
	Payment    payment.ID
	Reason     Reason
	Purpose    Purpose
	Generation int // from 1; each has its own reference and key
	State      State
	Amount     money.Money
	Request    Request
	Reference  string // what the company knows the refund by
	Key        string // idempotency key of the call
	Body       string // the exact body of the call; holds no credentials
	Code       string // the company's refund code; empty until it answered
	Message    string // the company's last words
	CreatedAt  time.Time
	ChangedAt  time.Time // last change of the state
	SentAt     time.Time // when the call was last made and its answer lost; zero: never
	AskedAt    time.Time // when the newest applied answer was asked for
	EmptySince time.Time // first of the answers in a row that did not know our reference
	Trace      string    // W3C traceparent of the request that asked for it
}

// Refund is one refund. Only package order changes it, under the order's lock.
type Refund struct{ s Snapshot }

// New returns an Intended refund. The snapshot carries the terms; state and answers start empty.
func New(terms Snapshot, now time.Time) (*Refund, error) {
	r := &Refund{s: Snapshot{
		ID: terms.ID, Number: terms.Number, Payment: terms.Payment, Reason: terms.Reason, Purpose: terms.Purpose, Generation: terms.Generation,
		State: Intended, Amount: terms.Amount, Request: terms.Request, Reference: terms.Reference, Key: terms.Key, Body: terms.Body,
		Trace: terms.Trace, CreatedAt: now, ChangedAt: now,
	}}
	return r, r.validate()
}

// Restore rebuilds a refund from storage. Repositories only.
func Restore(s Snapshot) (*Refund, error) {
	r := &Refund{s: s}
	return r, r.validate()
}

func (r *Refund) validate() error {
	s := r.s
	if s.ID == "" || s.Payment == "" || s.Purpose == "" || s.Number < 1 || s.Generation < 1 || names[s.State] == "" || s.Key == "" || s.Reference == "" {
		return fault.Newf(fault.Internal, "broken_refund", "refund %q of payment %q is not whole", s.ID, s.Payment)
	}
	if !s.Amount.IsPositive() {
		return fault.InvalidField("cancel_amount", "must be greater than zero")
	}
	return nil
}

// Snapshot returns a copy of the refund's state.
func (r *Refund) Snapshot() Snapshot { return r.s }

// InFlight reports that the call may still be running somewhere: it was stored less than budget ago and
// nothing is known of it.
func (r *Refund) InFlight(now time.Time, budget time.Duration) bool {
	return r.s.State == Intended && now.Sub(r.s.CreatedAt) < budget
}

// Raise moves the refund to a higher state and reports whether it moved.
func (r *Refund) Raise(to State, now time.Time) bool {
	if !r.s.State.MayBecome(to) {
		return false
	}
	r.s.State, r.s.ChangedAt = to, now
	return true
}

// End is Raise with a word for people about what ended it.
func (r *Refund) End(to State, why string, now time.Time) bool {
	if !r.Raise(to, now) {
		return false
	}
	r.s.Message = why
	return true
}

// Accept makes the request the one that the mall is answered by: a repetition can carry other texts.
func (r *Refund) Accept(q Request) { r.s.Request = q }

// Doubtful marks the call as possibly made from now on: what the company did not know before says
// nothing about this try. It reports whether the refund moved.
func (r *Refund) Doubtful(now time.Time) bool {
	if r.s.State != Intended && r.s.State != Sent {
		return false
	}
	r.s.SentAt, r.s.EmptySince = now, time.Time{}
	return r.Raise(Sent, now)
}

// Apply raises the refund by the company's answer and reports whether it moved. An answer about
// another amount, or another refund than ours, does not fit and changes nothing. A lower answer that was
// asked for before the newest one is a no-op: only fresh news can open an ended refund again, or say
// that the bank sent a refund back.
func (r *Refund) Apply(a Answer, now time.Time) (moved, fits bool) {
	foreign := (r.s.Code != "" && a.Code != r.s.Code) || (a.Reference != "" && a.Reference != r.s.Reference)
	if a.Amount != r.s.Amount || foreign {
		return false, false
	}
	if a.AskedAt.Before(r.s.AskedAt) && a.State < r.s.State {
		return false, true
	}
	to := a.State
	if r.s.State == Refunded && to == Rejected && a.AskedAt.After(r.s.AskedAt) {
		to = Reversed
	}
	r.s.Code, r.s.Message, r.s.EmptySince = a.Code, a.Message, time.Time{}
	if a.AskedAt.After(r.s.AskedAt) {
		r.s.AskedAt = a.AskedAt
	}
	return r.Raise(to, now), true
}

// Empty records that the company, asked by our reference, does not know the refund, and reports whether
// that is settled: settle has passed since the call can have been made last, and a minute since the
// first such answer after it. What the company accepted before is never settled by that.
func (r *Refund) Empty(askedAt time.Time, settle time.Duration) (settled bool) {
	if r.s.EmptySince.IsZero() {
		r.s.EmptySince = askedAt
	}
	sent := r.s.CreatedAt
	if r.s.SentAt.After(sent) {
		sent = r.s.SentAt
	}
	open := r.s.State == Intended || r.s.State == Sent
	return open && askedAt.Sub(r.s.EmptySince) >= time.Minute && askedAt.Sub(sent) >= settle
}
