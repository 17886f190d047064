package contract

import (
	"context"
	"slices"
	"testing"

	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// Projections is the suite of ports.Projections: every order is met once, as it is now, and a walk goes
// on where it was left.
func Projections(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"in an empty store there is no way to go", walkNowhere},
		{"a walk meets every order of a mall that asks exactly once, whatever its stride", walkAll},
		{"a walk goes on where it was left, past orders that are nobody's to ask for", walkResumed},
		{"an order is met as it is now, with its attempts and refunds", walkFresh},
		{"an order that comes while a walk is under way is not in its way", walkNewcomers},
		{"of some orders those are found that there are, each once", amongThese},
		{"a cursor is kept by name, moved, and taken away", cursorKept},
		{"a cancelled context walks nowhere", walkCancelled},
	})
}

// asking makes a draft the request of a mall that asks for the status.
func asking(d *draft) { d.way = order.Sync }

// walk goes the whole way and returns whom it met.
func (s *shelf) walk(t *testing.T, from order.ID, stride int) []order.ID {
	t.Helper()
	var ids []order.ID
	for {
		met, place, err := s.Projections.Next(t.Context(), from, stride)
		noError(t, err)
		if place == "" {
			same(t, "met at the end", len(met), 0)
			return ids
		}
		for _, o := range met {
			ids = append(ids, o.Snapshot().ID)
		}
		from = place
	}
}

func walkNowhere(t *testing.T, s *shelf) {
	same(t, "met", len(s.walk(t, "", 10)), 0)
	met, place, err := s.Projections.Next(t.Context(), "unknown", 10)
	noError(t, err)
	same(t, "met after an unknown place", len(met), 0)
	same(t, "place", place, order.ID(""))
}

func walkAll(t *testing.T, s *shelf) {
	var want []order.ID
	for range 7 {
		want = append(want, s.store(t, asking).ID)
		s.store(t)
	}
	slices.Reverse(want)
	for _, stride := range []int{1, 2, 3, 14, 100} {
		alike(t, "met", s.walk(t, "", stride), want)
	}
}

func walkResumed(t *testing.T, s *shelf) {
	oldest := s.store(t, asking)
	for range 4 {
		s.store(t)
	}
	newest := s.store(t, asking)
	met, place, err := s.Projections.Next(t.Context(), "", 1)
	noError(t, err)
	same(t, "place", place, newest.ID)
	same(t, "met", len(met), 1)
	met, place, err = s.Projections.Next(t.Context(), place, 3)
	noError(t, err)
	same(t, "met among the others", len(met), 0)
	if place == "" {
		t.Fatal("a stretch without anybody to meet ends the walk")
	}
	alike(t, "the rest", s.walk(t, place, 3), []order.ID{oldest.ID})
}

func walkFresh(t *testing.T, s *shelf) {
	o := s.store(t, asking)
	surplus := s.surplus(t, o.ID)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		_, err := o.IntendSurplusRefund(surplus, "refund-1", s.clock.Now(), aBody)
		return err
	})
	noError(t, err)
	_, err = s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		o.MallFetched(s.clock.Now())
		return nil
	})
	noError(t, err)
	other := s.store(t, asking)
	s.tell(t, other.ID, "CODE-9", payment.Paid)
	met, _, err := s.Projections.Next(t.Context(), "", 10)
	noError(t, err)
	if len(met) != 2 {
		t.Fatalf("met %d, want 2", len(met))
	}
	for _, m := range met {
		sameOrder(t, m.Snapshot(), s.load(t, m.Snapshot().ID).Snapshot())
	}
}

func walkNewcomers(t *testing.T, s *shelf) {
	oldest := s.store(t, asking)
	s.store(t, asking)
	_, place, err := s.Projections.Next(t.Context(), "", 1)
	noError(t, err)
	s.store(t, asking)
	alike(t, "the rest", s.walk(t, place, 10), []order.ID{oldest.ID})
}

func amongThese(t *testing.T, s *shelf) {
	one, two := s.store(t, asking), s.store(t)
	s.store(t)
	found, err := s.Projections.Among(t.Context(), []order.ID{two.ID, "nobody", one.ID, two.ID})
	noError(t, err)
	var ids []order.ID
	for _, o := range found {
		ids = append(ids, o.Snapshot().ID)
		sameOrder(t, o.Snapshot(), s.load(t, o.Snapshot().ID).Snapshot())
	}
	slices.Sort(ids)
	alike(t, "found", ids, []order.ID{one.ID, two.ID})
	for _, none := range [][]order.ID{nil, {"nobody"}} {
		found, err := s.Projections.Among(t.Context(), none)
		noError(t, err)
		same(t, "found", len(found), 0)
	}
}

func cursorKept(t *testing.T, s *shelf) {
	for _, place := range []order.ID{"order-1", "order-2", "order-2", "", "order-3"} {
		noError(t, s.Projections.SetCursor(t.Context(), "one", place))
		got, err := s.Projections.Cursor(t.Context(), "one")
		noError(t, err)
		same(t, "cursor", got, place)
		other, err := s.Projections.Cursor(t.Context(), "other")
		noError(t, err)
		same(t, "cursor of another walk", other, order.ID(""))
	}
}

func walkCancelled(t *testing.T, s *shelf) {
	s.store(t, asking)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := s.Projections.Next(ctx, "", 1)
	if err == nil {
		t.Error("it walked")
	}
	if err := s.Projections.SetCursor(ctx, "one", "order-1"); err == nil {
		t.Error("it moved the cursor")
	}
	got, err := s.Projections.Cursor(t.Context(), "one")
	noError(t, err)
	same(t, "cursor", got, order.ID(""))
}
