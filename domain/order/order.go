// Package order is the lock and the consistency boundary of everything that happens to one Cafe24
// order: its attempts to pay (package payment), its refunds (package refund) and what the mall was
// told.
//
// All doors - checkout, the buyer's return, webhooks, the reconciler, operators - run the verbs of
// Order under the order's row lock. A verb changes state, appends events (what happened) and
// movements (money that moved), and does nothing else: no clock, no network, no storage. What has to
// be done because of an event is said by one table in package application.
package order

import (
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// Way is how the buyer pays: it is a value, all ways share one path.
type Way string

// The ways of paying.
const (
	Async Way = "async" // the mall is told by a notification
	Sync  Way = "sync"  // the mall asks for the status

	// External: a button in the mall's page reserves the order, and the buyer reviews it with us. The mall is
	// told by a notification.
	External Way = "external"
)

// Request is one accepted checkout request of the mall. Nothing of the buyer is kept.
type Request struct {
	Way        Way
	Partner    merchant.PartnerID
	AmountText string // as received: signatures are computed over this text
	PayMethod  string
	ReturnURL  string
	NotifyURL  string
	ExtraData  []byte // JSON, returned to the mall unchanged
	ReceivedAt time.Time
}

// PaidText is what was paid, in the mall's own text: what notices and the status answer sign. The latest
// request is about other money when an attempt was paid after it had closed and another amount was asked for.
func (r Request) PaidText(paid money.Money) string {
	if asked, err := money.Parse(r.AmountText, paid.Currency()); err == nil && asked == paid {
		return r.AmountText
	}
	return paid.String()
}

// Told is what the mall confirmed to know. It only rises.
type Told uint8

// What the mall can have been told.
const (
	ToldNothing Told = iota
	ToldUnpaid
	ToldPaid
)

// Snapshot is the whole state of an order, as repositories store it.
type Snapshot struct {
	ID        ID
	Key       Key
	Merchant  merchant.ID
	StatusKey string  // what the mall asks for the status by: unguessable, one for all attempts
	Latest    Request // redirect, notification and status answer by the latest accepted request
	Payments  []payment.Snapshot
	// Refunds are those that are open, always, and the ended ones that were asked for: an order can have
	// thousands, and what they gave back is kept with the attempts.
	Refunds         []refund.Snapshot
	RefundCount     int        // of all refunds ever
	Counted         payment.ID // the paid attempt that counts; its code is the order's reference for ever
	Told            Told
	ToldAt          time.Time
	MallCancelledAt time.Time // the mall asked to cancel the order while it was not paid, and signed no checkout since
	CreatedAt       time.Time
	Version         int64 // number of events so far
}

// Changes are the events and movements since the order was loaded.
type Changes struct {
	Events    []Event
	Movements []Movement
}

// Order is a Cafe24 order with its attempts.
type Order struct {
	s        Snapshot
	payments []*payment.Payment
	refunds  []*refund.Refund
	changes  Changes
}

// New returns an order without attempts.
func New(id ID, key Key, m merchant.ID, now time.Time) *Order {
	return &Order{s: Snapshot{ID: id, Key: key, Merchant: m, CreatedAt: now}}
}

// GiveStatusKey sets the key that the mall asks for the status by. The first one stays.
func (o *Order) GiveStatusKey(key string) {
	if o.s.StatusKey == "" {
		o.s.StatusKey = key
	}
}

// Restore rebuilds an order from storage. Repositories only.
func Restore(s Snapshot) (*Order, error) {
	o := &Order{s: s}
	for _, ps := range s.Payments {
		p, err := payment.Restore(ps)
		if err != nil {
			return nil, err
		}
		o.payments = append(o.payments, p)
	}
	for _, rs := range s.Refunds {
		r, err := refund.Restore(rs)
		if err != nil {
			return nil, err
		}
		o.refunds = append(o.refunds, r)
	}
	if s.ID == "" || s.Merchant == "" || (s.Counted != "" && o.find(s.Counted) == nil) {
		return nil, fault.Newf(fault.Internal, "broken_order", "order %q of %s is not whole", s.ID, s.Key)
	}
	return o, nil
}

// Snapshot returns a copy of the order's state.
func (o *Order) Snapshot() Snapshot {
	s := o.s
	s.Payments = make([]payment.Snapshot, len(o.payments))
	for i, p := range o.payments {
		s.Payments[i] = p.Snapshot()
	}
	s.Refunds = make([]refund.Snapshot, len(o.refunds))
	for i, r := range o.refunds {
		s.Refunds[i] = r.Snapshot()
	}
	return s
}

// Changes returns what happened since the order was loaded. Nothing happened means nothing to store.
func (o *Order) Changes() Changes { return o.changes }

// Committed forgets the changes and counts their events, after a repository stored them.
func (o *Order) Committed() {
	o.s.Version += int64(len(o.changes.Events))
	o.changes = Changes{}
}

// Payment returns an attempt of the order, or NotFound.
func (o *Order) Payment(id payment.ID) (payment.Snapshot, error) {
	p := o.find(id)
	if p == nil {
		return payment.Snapshot{}, fault.Newf(fault.NotFound, "no_such_payment", "order %s has no such payment", o.s.Key)
	}
	return p.Snapshot(), nil
}

// Last returns the newest attempt; an order has at least one once it is stored.
func (o *Order) Last() payment.Snapshot {
	if len(o.payments) == 0 {
		return payment.Snapshot{}
	}
	return o.payments[len(o.payments)-1].Snapshot()
}

func (o *Order) find(id payment.ID) *payment.Payment {
	for _, p := range o.payments {
		if p.Snapshot().ID == id {
			return p
		}
	}
	return nil
}

func (o *Order) record(e Event)  { o.changes.Events = append(o.changes.Events, e) }
func (o *Order) move(m Movement) { o.changes.Movements = append(o.changes.Movements, m) }

// openRefunds sums the refunds of an attempt whose outcome is still to come: they count as spent.
func (o *Order) openRefunds(id payment.ID, currency money.Currency) (money.Money, error) {
	sum := money.Zero(currency)
	for _, r := range o.refunds {
		s := r.Snapshot()
		if s.Payment != id || !s.State.Open() {
			continue
		}
		var err error
		if sum, err = sum.Add(s.Amount); err != nil {
			return money.Money{}, err
		}
	}
	return sum, nil
}

// Refundable is what can still be given back of a paid attempt: open and doubtful refunds, money that
// left at the company without us, and disputes count as spent. It is negative when more went back than
// was paid.
func (o *Order) Refundable(id payment.ID) (money.Money, error) {
	p := o.find(id)
	if p == nil {
		return money.Money{}, fault.Newf(fault.NotFound, "no_such_payment", "order %s has no such payment", o.s.Key)
	}
	currency := p.Snapshot().Amount.Currency()
	if p.Snapshot().State != payment.Paid {
		return money.Zero(currency), nil
	}
	open, err := o.openRefunds(id, currency)
	if err != nil {
		return money.Money{}, err
	}
	left, err := p.Snapshot().Left()
	if err != nil {
		return money.Money{}, err
	}
	return left.Sub(open)
}
