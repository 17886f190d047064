// Package refund is one try to give money of a paid attempt back to the buyer.
//
// A refund is stored, and its amount counted as spent, before the company hears of it. Its identity
// carries a generation: a refund that the company rejected can be asked for again, as another
// generation with another idempotency key, while the same generation is never sent twice under two
// keys. Whether the amount fits into what was paid is decided by package order, under its lock.
package refund

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// ID identifies a refund inside paybridge.
type ID string

// Reason says who wanted the refund.
type Reason string

// The reasons.
const (
	SurplusReason Reason = "surplus" // a second payment of one order, given back by ourselves
)

// Snapshot is the whole state of a refund, as repositories store it. Times are UTC.
type Snapshot struct {
	ID         ID
	Payment    payment.ID
	Reason     Reason
	Generation int // from 1; each has its own reference and key
	State      State
	Amount     money.Money
	Reference  string // what the company knows the refund by
	Key        string // idempotency key of the call
	Code       string // the company's refund code; empty until it answered
	Message    string // the company's last words
	CreatedAt  time.Time
	ChangedAt  time.Time
	AskedAt    time.Time
}

// Refund is one refund. Only package order changes it, under the order's lock.
type Refund struct{ s Snapshot }

// New returns an Intended refund; the snapshot carries its terms.
func New(terms Snapshot, now time.Time) (*Refund, error) {
	r := &Refund{s: terms}
	r.s.State, r.s.CreatedAt, r.s.ChangedAt = Intended, now, now
	return r, r.validate()
}

// Restore rebuilds a refund from storage. Repositories only.
func Restore(s Snapshot) (*Refund, error) {
	r := &Refund{s: s}
	return r, r.validate()
}

func (r *Refund) validate() error {
	if r.s.ID == "" || r.s.Payment == "" || r.s.Generation < 1 || names[r.s.State] == "" || r.s.Key == "" || r.s.Reference == "" {
		return fault.Newf(fault.Internal, "broken_refund", "refund %q of payment %q is not whole", r.s.ID, r.s.Payment)
	}
	if !r.s.Amount.IsPositive() {
		return fault.InvalidField("cancel_amount", "must be greater than zero")
	}
	return nil
}

// Snapshot returns a copy of the refund's state.
func (r *Refund) Snapshot() Snapshot { return r.s }

// Raise moves the refund to a higher state and reports whether it moved.
func (r *Refund) Raise(to State, now time.Time) bool {
	if !r.s.State.MayBecome(to) {
		return false
	}
	r.s.State, r.s.ChangedAt = to, now
	return true
}

// Apply raises the refund by the company's answer and reports whether it moved. An answer about
// another amount or another company refund does not fit and changes nothing. A lower answer that was
// asked for before the newest one is a no-op: only fresh news can open an ended refund again.
func (r *Refund) Apply(a Answer, now time.Time) (moved, fits bool) {
	if a.Amount != r.s.Amount || (r.s.Code != "" && a.Code != r.s.Code) {
		return false, false
	}
	if a.AskedAt.Before(r.s.AskedAt) && a.State < r.s.State {
		return false, true
	}
	r.s.Code, r.s.Message = a.Code, a.Message
	if a.AskedAt.After(r.s.AskedAt) {
		r.s.AskedAt = a.AskedAt
	}
	return r.Raise(a.State, now), true
}
