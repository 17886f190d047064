package contract

import (
	"context"
	"errors"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// ordersWritten says that a write is stored whole or not at all.
func ordersWritten() []clause {
	return []clause{
		{"an error of the change comes back as it is and leaves nothing", changeFails},
		{"a panic of the change leaves nothing and does not lock the order", changePanics},
		{"Update returns what was stored", updateReturnsStored},
		{"Save stores what the caller did to a loaded order", saveStores},
		{"Save after somebody else's write is stale and stores nothing", saveStale},
		{"a cancelled context stores nothing", cancelledBefore},
		{"a context that is cancelled during the change stores nothing", cancelledDuring},
		{"what callers do to their copies is not stored", copiesAreTheirs},
	}
}

func changeFails(t *testing.T, s *shelf) {
	before := s.store(t)
	mine := errors.New("the change says no")
	_, err := s.Orders.Update(t.Context(), before.ID, func(o *order.Order) error {
		noError(t, s.answer(o, "CODE-1", payment.Paid))
		return mine
	})
	if err != mine { //nolint:errorlint // the port promises the very error
		t.Errorf("got error %v, want the one of the change", err)
	}
	s.wantUntouched(t, before)
}

func changePanics(t *testing.T, s *shelf) {
	before := s.store(t)
	func() {
		defer func() { same(t, "panic", recover(), any("on purpose")) }()
		_, _ = s.Orders.Update(t.Context(), before.ID, func(o *order.Order) error {
			noError(t, s.answer(o, "CODE-1", payment.Paid))
			panic("on purpose")
		})
	}()
	s.wantUntouched(t, before)
	s.tell(t, before.ID, "CODE-1", payment.Paid)
}

func updateReturnsStored(t *testing.T, s *shelf) {
	before := s.store(t)
	got, err := s.Orders.Update(t.Context(), before.ID, func(o *order.Order) error { return s.answer(o, "CODE-1", payment.Paid) })
	noError(t, err)
	same(t, "state", got.Last().State, payment.Paid)
	same(t, "events left", len(got.Changes().Events), 0)
	sameOrder(t, s.load(t, before.ID).Snapshot(), got.Snapshot())

	got.MallKnows(got.Last().ID, order.ToldPaid, s.clock.Now())
	noError(t, s.Orders.Save(t.Context(), got))
	same(t, "told", s.load(t, before.ID).Snapshot().Told, order.ToldPaid)
}

func saveStores(t *testing.T, s *shelf) {
	before := s.store(t)
	o := s.load(t, before.ID)
	noError(t, s.answer(o, "CODE-1", payment.Failed))
	noError(t, s.again(o, "second"))
	noError(t, s.Orders.Save(t.Context(), o))
	got := s.load(t, before.ID)
	sameOrder(t, got.Snapshot(), o.Snapshot())
	same(t, "attempts", len(got.Snapshot().Payments), 2)
}

func saveStale(t *testing.T, s *shelf) {
	before := s.store(t)
	slow := s.load(t, before.ID)
	noError(t, s.answer(slow, "CODE-1", payment.Paid))
	after := s.tell(t, before.ID, "CODE-1", payment.Pending)

	wantFault(t, s.Orders.Save(t.Context(), slow), fault.Conflict, "stale_order")
	s.wantUntouched(t, after)
	if len(slow.Changes().Events) == 0 {
		t.Error("the changes that could not be stored count as stored")
	}
}

func cancelledBefore(t *testing.T, s *shelf) {
	before := s.store(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	fresh := s.open(t)
	wantFault(t, s.Orders.Create(ctx, fresh), fault.Unavailable, "")
	s.wantNothingOf(t, fresh, 0)

	loaded := s.load(t, before.ID)
	noError(t, s.answer(loaded, "CODE-1", payment.Paid))
	wantFault(t, s.Orders.Save(ctx, loaded), fault.Unavailable, "")
	_, err := s.Orders.Update(ctx, before.ID, func(o *order.Order) error { return s.answer(o, "CODE-1", payment.Paid) })
	wantFault(t, err, fault.Unavailable, "")
	s.wantUntouched(t, before)

	_, err = s.Orders.Get(ctx, ports.OrderQuery{ID: before.ID})
	wantFault(t, err, fault.Unavailable, "")
}

func cancelledDuring(t *testing.T, s *shelf) {
	before := s.store(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Orders.Update(ctx, before.ID, func(o *order.Order) error {
		cancel()
		return s.answer(o, "CODE-1", payment.Paid)
	})
	wantFault(t, err, fault.Unavailable, "")
	s.wantUntouched(t, before)
}

func copiesAreTheirs(t *testing.T, s *shelf) {
	o := s.open(t)
	noError(t, s.Orders.Create(t.Context(), o))
	before := s.load(t, o.Snapshot().ID).Snapshot()
	for _, is := range []order.Snapshot{o.Snapshot(), s.load(t, before.ID).Snapshot()} {
		is.Payments[0].Request[0], is.Latest.ExtraData[0] = 'X', 'X'
	}
	got := s.load(t, before.ID).Snapshot()
	same(t, "request", string(got.Payments[0].Request), `{"amount":"3065.00"}`)
	same(t, "extra data", string(got.Latest.ExtraData), `{"LogKey":"1"}`)
}

// wantUntouched checks that the order is as before, and that no event and no notice came of it.
func (s *shelf) wantUntouched(t *testing.T, before order.Snapshot) {
	t.Helper()
	sameOrder(t, s.load(t, before.ID).Snapshot(), before)
	same(t, "ledger rows", int64(len(s.ledger(t, before.Key))), before.Version)
	wantFault(t, s.Tasks.Wake(t.Context(), "notify_paid:"+string(before.Payments[0].ID)), fault.NotFound, "")
}
