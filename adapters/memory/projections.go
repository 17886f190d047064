package memory

import (
	"context"
	"slices"
	"time"

	"paybridge/domain/order"
)

type projections struct{ *Store }

// Next implements ports.Projections.
func (s projections) Next(ctx context.Context, after order.ID, n int) (met []*order.Order, place order.ID, err error) {
	err = s.locked(ctx, func(time.Time) (err error) {
		var ahead []order.ID
		for id := range s.orders {
			if after == "" || id < after {
				ahead = append(ahead, id)
			}
		}
		slices.Sort(ahead)
		slices.Reverse(ahead)
		if ahead = ahead[:min(n, len(ahead))]; len(ahead) > 0 {
			place = ahead[len(ahead)-1]
		}
		met, err = s.restore(ahead, func(r *record) bool { return r.state.Latest.Way == order.Sync })
		return err
	})
	return met, place, err
}

// Among implements ports.Projections.
func (s projections) Among(ctx context.Context, ids []order.ID) ([]*order.Order, error) {
	var found []*order.Order
	err := s.locked(ctx, func(time.Time) (err error) {
		once := slices.Compact(slices.Sorted(slices.Values(ids)))
		found, err = s.restore(once, func(*record) bool { return true })
		return err
	})
	return found, err
}

// restore returns those orders that there are and that are wanted. It needs the lock.
func (s projections) restore(ids []order.ID, wanted func(*record) bool) ([]*order.Order, error) {
	var all []*order.Order
	for _, id := range ids {
		r := s.orders[id]
		if r == nil || !wanted(r) {
			continue
		}
		o, err := r.load()
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// Cursor implements ports.Projections.
func (s projections) Cursor(ctx context.Context, walk string) (place order.ID, err error) {
	err = s.locked(ctx, func(time.Time) error {
		place = s.cursors[walk]
		return nil
	})
	return place, err
}

// SetCursor implements ports.Projections.
func (s projections) SetCursor(ctx context.Context, walk string, place order.ID) error {
	return s.locked(ctx, func(time.Time) error {
		s.cursors[walk] = place
		return nil
	})
}
