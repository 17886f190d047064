package contract

import (
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Orders is the suite of ports.Orders: what is stored comes back, nothing is stored by half, and
// nobody's write is lost.
func Orders(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"an order that nobody stored is not found", unknownOrder},
		{"a stored order is found by its id and by its key", foundByIDAndKey},
		{"an order with the key of another one is refused", duplicateKey},
		{"the same number is another order in another shop or mall", otherShopsAndMalls},
		{"a reference that the company's account knows already is refused", duplicateReference},
		{"a later attempt cannot take a known reference either", duplicateReferenceLater},
		{"the same reference is free at another account", referenceOfOtherAccount},
		{"a stored order has no changes left, and its version counts its events", versionCountsEvents},
		{"an order without changes is not written", unchangedOrder},
	})
	run(t, open, ordersWritten())
	run(t, open, ordersRacing())
	run(t, open, ordersReacting())
	run(t, open, ordersKept())
	run(t, open, ordersFound())
	run(t, open, ordersRefunded())
}

func unknownOrder(t *testing.T, s *shelf) {
	known := s.store(t)
	for _, by := range []ports.OrderQuery{
		{ID: "nobody"},
		{Key: order.Key{Mall: "othermall", Shop: known.Key.Shop, Number: known.Key.Number}},
		{ID: "nobody", Key: known.Key},
		{},
	} {
		_, err := s.Orders.Get(t.Context(), by)
		wantFault(t, err, fault.NotFound, "")
	}
	_, err := s.Orders.Update(t.Context(), "nobody", func(*order.Order) error {
		t.Error("the change of an unknown order was called")
		return nil
	})
	wantFault(t, err, fault.NotFound, "")
}

func foundByIDAndKey(t *testing.T, s *shelf) {
	s.store(t)
	want := s.store(t)
	s.store(t)
	for _, by := range []ports.OrderQuery{{ID: want.ID}, {Key: want.Key}, {ID: want.ID, Key: order.Key{Mall: "ignored"}}} {
		got, err := s.Orders.Get(t.Context(), by)
		noError(t, err)
		sameOrder(t, got.Snapshot(), want)
	}
}

func duplicateKey(t *testing.T, s *shelf) {
	first := s.store(t)
	second := s.open(t, func(d *draft) { d.key, d.reference = first.Key, "another reference" })
	wantFault(t, s.Orders.Create(t.Context(), second), fault.Conflict, "order_exists")
	sameOrder(t, s.load(t, first.ID).Snapshot(), first)
	s.wantNothingOf(t, second, 1)
}

func otherShopsAndMalls(t *testing.T, s *shelf) {
	first := s.store(t)
	shop := s.store(t, func(d *draft) { d.key, d.reference = first.Key, "in the other shop"; d.key.Shop = 2 })
	mall := s.store(t, func(d *draft) { d.key, d.reference = first.Key, "in the other mall"; d.key.Mall = "othermall" })
	for _, want := range []order.Snapshot{first, shop, mall} {
		got, err := s.Orders.Get(t.Context(), ports.OrderQuery{Key: want.Key})
		noError(t, err)
		same(t, "order", got.Snapshot().ID, want.ID)
	}
}

func duplicateReference(t *testing.T, s *shelf) {
	first := s.store(t)
	// Two malls may share one account and use the same order number.
	second := s.open(t, func(d *draft) {
		d.key = first.Key
		d.key.Mall = "othermall"
		d.merchant = "merchant-2"
		d.account.Version = 7
	})
	wantFault(t, s.Orders.Create(t.Context(), second), fault.Conflict, "reference_taken")
	s.wantNothingOf(t, second, 0)
}

func duplicateReferenceLater(t *testing.T, s *shelf) {
	taken, o := s.store(t), s.store(t)
	before := s.tell(t, o.ID, "CODE-1", payment.Failed)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error { return s.again(o, taken.Payments[0].Reference) })
	wantFault(t, err, fault.Conflict, "reference_taken")
	loaded := s.load(t, o.ID)
	noError(t, s.again(loaded, taken.Payments[0].Reference))
	wantFault(t, s.Orders.Save(t.Context(), loaded), fault.Conflict, "reference_taken")
	sameOrder(t, s.load(t, o.ID).Snapshot(), before)

	noError(t, s.again(s.load(t, o.ID), "a free one"))
}

func referenceOfOtherAccount(t *testing.T, s *shelf) {
	first := s.store(t)
	for i, account := range []merchant.Account{
		{Gateway: "demo", Fingerprint: "account-2", Version: 1},
		{Gateway: "other", Fingerprint: "account-1", Version: 1},
	} {
		s.store(t, func(d *draft) { d.account, d.reference, d.key.Shop = account, first.Payments[0].Reference, i+2 })
	}
}

func versionCountsEvents(t *testing.T, s *shelf) {
	o := s.open(t)
	noError(t, s.Orders.Create(t.Context(), o))
	same(t, "events left after Create", len(o.Changes().Events), 0)
	same(t, "version after Create", o.Snapshot().Version, 1)

	o.MallRefuses(o.Last().ID, "once", s.clock.Now())
	o.MallRefuses(o.Last().ID, "twice", s.clock.Now())
	noError(t, s.Orders.Save(t.Context(), o))
	same(t, "events left after Save", len(o.Changes().Events), 0)
	same(t, "version after Save", o.Snapshot().Version, 3)

	after := s.tell(t, o.Snapshot().ID, "CODE-1", payment.Pending)
	same(t, "version after Update", after.Version, 4)
	sameOrder(t, s.load(t, after.ID).Snapshot(), after)
}

func unchangedOrder(t *testing.T, s *shelf) {
	before := s.store(t)
	got, err := s.Orders.Update(t.Context(), before.ID, func(*order.Order) error { return nil })
	noError(t, err)
	sameOrder(t, got.Snapshot(), before)
	noError(t, s.Orders.Save(t.Context(), got))
	sameOrder(t, s.load(t, before.ID).Snapshot(), before)
	same(t, "ledger rows", len(s.ledger(t, before.Key)), 1)
}

// wantNothingOf checks that an order which could not be stored left neither itself nor a task, and no
// row in the ledger beside the rows that were there.
func (s *shelf) wantNothingOf(t *testing.T, o *order.Order, rows int) {
	t.Helper()
	is := o.Snapshot()
	_, err := s.Orders.Get(t.Context(), ports.OrderQuery{ID: is.ID})
	wantFault(t, err, fault.NotFound, "")
	wantFault(t, s.Tasks.Wake(t.Context(), "ask:"+string(o.Last().ID)), fault.NotFound, "")
	same(t, "ledger rows", len(s.ledger(t, is.Key)), rows)
}
