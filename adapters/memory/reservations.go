package memory

import (
	"bytes"
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

type reservations struct{ *Store }

// Add implements ports.Reservations.
func (s reservations) Add(ctx context.Context, r ports.ReservedOrder) error {
	return s.locked(ctx, func(time.Time) error {
		for _, other := range s.reserved {
			if other.Token == r.Token || other.Payment == r.Payment {
				return fault.New(fault.Conflict, "reservation_exists", "there is a reservation of that name already")
			}
		}
		s.reserved = append(s.reserved, cloneReservation(r))
		return nil
	})
}

// Get implements ports.Reservations.
func (s reservations) Get(ctx context.Context, by ports.ReservationQuery) (ports.ReservedOrder, error) {
	found := fault.New(fault.NotFound, "not_found", "there is no such reservation")
	var last ports.ReservedOrder
	err := s.locked(ctx, func(time.Time) error {
		for _, r := range s.reserved {
			if meant(by, r) && !r.CreatedAt.Before(last.CreatedAt) {
				last, found = cloneReservation(r), nil
			}
		}
		return nil
	})
	if err == nil && found != nil {
		err = found
	}
	return last, err
}

func meant(by ports.ReservationQuery, r ports.ReservedOrder) bool {
	switch {
	case by.Payment != "":
		return r.Payment == by.Payment
	case by.Token != "":
		return r.Token == by.Token
	}
	return r.Key.Number == by.Number && r.Key.Mall == by.Mall
}

// Answered implements ports.Reservations.
func (s reservations) Answered(ctx context.Context, id payment.ID, button []byte) error {
	return s.edit(ctx, id, func(r *ports.ReservedOrder) {
		if r.Button == nil {
			r.Button = bytes.Clone(button)
		}
	})
}

// Seen implements ports.Reservations.
func (s reservations) Seen(ctx context.Context, id payment.ID, reviewed money.Money, sealed []byte) error {
	return s.edit(ctx, id, func(r *ports.ReservedOrder) {
		if r.Sealed != nil {
			r.Reviewed, r.Sealed = reviewed, bytes.Clone(sealed)
		}
	})
}

func (s reservations) edit(ctx context.Context, id payment.ID, edit func(*ports.ReservedOrder)) error {
	return s.locked(ctx, func(time.Time) error {
		for i := range s.reserved {
			if s.reserved[i].Payment == id {
				edit(&s.reserved[i])
			}
		}
		return nil
	})
}

// Erase implements ports.Reservations.
func (s reservations) Erase(ctx context.Context, before time.Time) (int, error) {
	erased := 0
	err := s.locked(ctx, func(time.Time) error {
		for i, r := range s.reserved {
			if r.Sealed != nil && r.ExpiresAt.Before(before) && !s.needs(r, before) {
				s.reserved[i].Sealed = nil
				erased++
			}
		}
		return nil
	})
	return erased, err
}

// needs reports that the attempt of a reservation has not ended, or not for long enough.
func (s reservations) needs(r ports.ReservedOrder, before time.Time) bool {
	stored := s.orders[s.keys[r.Key]]
	if stored == nil {
		return false
	}
	for _, p := range stored.state.Payments {
		if p.ID != r.Payment {
			continue
		}
		ended := p.State.Closed() || p.State == payment.Paid
		untold := stored.state.Counted == p.ID && stored.state.Told != order.ToldPaid
		return !ended || !p.ChangedAt.Before(before) || untold
	}
	return false
}

func cloneReservation(r ports.ReservedOrder) ports.ReservedOrder {
	r.Button, r.Sealed = bytes.Clone(r.Button), bytes.Clone(r.Sealed)
	return r
}
