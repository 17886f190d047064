package memory

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// letterKey is what makes two letters equal.
type letterKey struct {
	gateway  string
	merchant merchant.ID
	letter   ports.Letter
}

type storedLetter struct {
	ports.Receipt
	count int
}

func (l *storedLetter) parked() bool { return l.Order == "" }

type inbox struct{ *Store }

// Receive implements ports.Inbox.
func (s inbox) Receive(ctx context.Context, r ports.Receipt, wake string) error {
	return s.locked(ctx, func(now time.Time) error {
		key := letterKey{r.Gateway, r.Merchant, r.Letter}
		l := s.letters[key]
		if l == nil && r.Order == "" && s.parkedLetters() >= s.options.Parking {
			return fault.New(fault.Unavailable, "parking_full", "too many letters wait for their payment, please try again later")
		}
		if l == nil {
			l = &storedLetter{}
			s.letters[key] = l
		}
		if r.Order == "" {
			r.Order, r.Payment = l.Order, l.Payment
		}
		l.Receipt = r
		l.count++
		if j := s.byKey[wake]; j != nil {
			j.wake(now)
		}
		return nil
	})
}

func (s *Store) parkedLetters() int {
	n := 0
	for _, l := range s.letters {
		if l.parked() {
			n++
		}
	}
	return n
}

// Join implements ports.Inbox.
func (s inbox) Join(ctx context.Context, to ports.PaymentAddress) (int, error) {
	n := 0
	err := s.locked(ctx, func(time.Time) error {
		for _, l := range s.letters {
			if l.parked() && speaksOf(l.Receipt, to) {
				l.Order, l.Payment = to.Order, to.Payment.ID
				n++
			}
		}
		return nil
	})
	return n, err
}

// speaksOf reports that a letter can mean that payment: same company, no other merchant, and the
// company's code or our reference.
func speaksOf(r ports.Receipt, to ports.PaymentAddress) bool {
	if r.Gateway != to.Payment.Account.Gateway || (r.Merchant != "" && r.Merchant != to.Merchant) {
		return false
	}
	return (r.Letter.Code != "" && r.Letter.Code == to.Payment.Code) ||
		(r.Letter.Reference != "" && r.Letter.Reference == to.Payment.Reference)
}

// Prune implements ports.Inbox.
func (s inbox) Prune(ctx context.Context, before time.Time) (int, error) {
	n := 0
	err := s.locked(ctx, func(time.Time) error {
		for key, l := range s.letters {
			if l.parked() && l.At.Before(before) {
				delete(s.letters, key)
				n++
			}
		}
		return nil
	})
	return n, err
}
