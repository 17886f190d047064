package contract

import (
	"testing"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Views is the suite of ports.Views: people see at once what was committed.
func Views(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"an empty store shows nothing", viewsEmpty},
		{"a payment is listed as it is", paymentListed},
		{"a payment names the newest notice about it that was given up", paymentNamesDeadNotice},
		{"payments are listed newest first", paymentsNewest},
		{"payments are filtered by mall, number and state", paymentsFiltered},
		{"fifty payments are listed unless another limit is asked for", paymentsLimited},
		{"the ledger tells an order's story from its beginning", ledgerTells},
		{"the ledger of a number covers all its shops, and all malls when none is named", ledgerOfNumber},
		{"the ledger names refunds and their amounts", ledgerOfRefund},
		{"the ledger has the company's codes of an attempt and of its refunds", ledgerWithCodes},
	})
	run(t, open, viewsOfWork())
	run(t, open, viewsOfUnsettled())
}

func viewsEmpty(t *testing.T, s *shelf) {
	payments, err := s.Views.Payments(t.Context(), ports.PaymentFilter{})
	noError(t, err)
	notices, err := s.Views.Notices(t.Context(), ports.NoticeFilter{})
	noError(t, err)
	backlog, err := s.Views.Backlog(t.Context())
	noError(t, err)
	ledger := s.ledger(t, order.Key{Mall: "demomall", Number: "20261122-0000001"})
	same(t, "rows", len(payments)+len(notices)+len(ledger), 0)
	same(t, "backlog", backlog, ports.Backlog{})
}

func paymentListed(t *testing.T, s *shelf) {
	o := s.store(t, func(d *draft) { d.amount = amount(t, 1_234, "KWD"); d.key.Shop = 3 })
	want := ports.PaymentRow{
		Order: o.Key.Number, Mall: o.Key.Mall, Shop: 3, Attempt: 1, State: "requested", Amount: "1.234", Currency: "KWD",
		Told: "nothing", CreatedAt: s.clock.Now(), ChangedAt: s.clock.Now(),
	}
	s.wantPayments(t, ports.PaymentFilter{}, want)

	s.clock.Advance(time.Second)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		o.InDoubt(o.Last().ID, payment.CreateCall, order.CheckoutDoor, s.clock.Now())
		o.MallKnows(o.Last().ID, order.ToldUnpaid, s.clock.Now())
		return nil
	})
	noError(t, err)
	want.Doubt, want.Told = "create", "unpaid"
	s.wantPayments(t, ports.PaymentFilter{}, want)

	s.tell(t, o.ID, "CODE-1", payment.Paid)
	_, err = s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		o.MallKnows(o.Last().ID, order.ToldPaid, s.clock.Now())
		o.Hold(o.Last().ID, payment.OutsideMoneyHold, order.ReconcilerDoor, s.clock.Now())
		return nil
	})
	noError(t, err)
	want.State, want.Doubt, want.Hold, want.Told = "paid", "", "outside_refund", "paid"
	want.Code, want.Counted, want.ChangedAt = "CODE-1", true, s.clock.Now()
	s.wantPayments(t, ports.PaymentFilter{}, want)
}

func paymentNamesDeadNotice(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	j := s.claimOne(t)
	other := s.store(t)
	s.tell(t, other.ID, "CODE-2", payment.Paid)
	s.wantDead(t, o, 0)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Dead: true}))
	s.wantDead(t, o, j.ID)
	s.wantDead(t, other, 0)
	noError(t, s.Tasks.Wake(t.Context(), j.Key))
	s.wantDead(t, o, 0)
}

func (s *shelf) wantDead(t *testing.T, o order.Snapshot, notice int64) {
	t.Helper()
	rows, err := s.Views.Payments(t.Context(), ports.PaymentFilter{Number: o.Key.Number})
	noError(t, err)
	same(t, "rows", len(rows), 1)
	same(t, "dead notice", rows[0].Dead, notice)
}

func (s *shelf) wantPayments(t *testing.T, f ports.PaymentFilter, want ...ports.PaymentRow) {
	t.Helper()
	got, err := s.Views.Payments(t.Context(), f)
	noError(t, err)
	alike(t, "payments", got, want)
}

// three stores orders at two malls, a second apart: a paid one with an attempt that failed before
// it, an open one with the same number at the other mall, and another open one there.
func (s *shelf) three(t *testing.T) (paid, twin, open order.Snapshot) {
	t.Helper()
	paid = s.store(t)
	s.tell(t, paid.ID, "CODE-1", payment.Failed)
	s.clock.Advance(time.Second)
	_, err := s.Orders.Update(t.Context(), paid.ID, func(o *order.Order) error { return s.again(o, "second") })
	noError(t, err)
	paid = s.tell(t, paid.ID, "CODE-2", payment.Paid)
	s.clock.Advance(time.Second)
	twin = s.store(t, func(d *draft) {
		d.key.Mall, d.key.Number, d.account.Fingerprint = "othermall", paid.Key.Number, "account-2"
	})
	s.clock.Advance(time.Second)
	open = s.store(t, func(d *draft) { d.key.Mall = "othermall" })
	return paid, twin, open
}

// place names an attempt in a list.
type place struct {
	mall    merchant.MallID
	number  order.Number
	attempt int
}

func (s *shelf) wantPlaces(t *testing.T, f ports.PaymentFilter, want ...place) {
	t.Helper()
	rows, err := s.Views.Payments(t.Context(), f)
	noError(t, err)
	var got []place
	for _, r := range rows {
		got = append(got, place{r.Mall, r.Order, r.Attempt})
	}
	alike(t, "payments", got, want)
}

func paymentsNewest(t *testing.T, s *shelf) {
	paid, twin, open := s.three(t)
	s.wantPlaces(t, ports.PaymentFilter{},
		place{"othermall", open.Key.Number, 1}, place{"othermall", twin.Key.Number, 1},
		place{"demomall", paid.Key.Number, 2}, place{"demomall", paid.Key.Number, 1})
}

func paymentsFiltered(t *testing.T, s *shelf) {
	paid, twin, open := s.three(t)
	first, second := place{"demomall", paid.Key.Number, 1}, place{"demomall", paid.Key.Number, 2}
	twins, opened := place{"othermall", twin.Key.Number, 1}, place{"othermall", open.Key.Number, 1}
	s.wantPlaces(t, ports.PaymentFilter{Mall: "demomall"}, second, first)
	s.wantPlaces(t, ports.PaymentFilter{Number: paid.Key.Number}, twins, second, first)
	s.wantPlaces(t, ports.PaymentFilter{State: "requested"}, opened, twins)
	s.wantPlaces(t, ports.PaymentFilter{Mall: "demomall", State: "failed"}, first)
	s.wantPlaces(t, ports.PaymentFilter{Mall: "demomall", Number: open.Key.Number})
	s.wantPlaces(t, ports.PaymentFilter{State: "no such state"})
	s.wantPlaces(t, ports.PaymentFilter{Limit: 2}, opened, twins)
}

func paymentsLimited(t *testing.T, s *shelf) {
	for range 51 {
		s.store(t)
	}
	for limit, want := range map[int]int{0: 50, 51: 51, 100: 51, 1: 1} {
		rows, err := s.Views.Payments(t.Context(), ports.PaymentFilter{Limit: limit})
		noError(t, err)
		same(t, "payments", len(rows), want)
	}
}

func ledgerTells(t *testing.T, s *shelf) {
	o := s.store(t)
	begun := s.clock.Now()
	s.clock.Advance(time.Second)
	_, err := s.Orders.Update(traced(t.Context(), parentOne), o.ID, func(o *order.Order) error { return s.answer(o, "CODE-1", payment.Paid) })
	noError(t, err)
	s.clock.Advance(time.Second)
	_, err = s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		o.MallRefuses(o.Last().ID, "품절 \"sold out\"", s.clock.Now())
		return nil
	})
	noError(t, err)

	rows := s.ledger(t, o.Key)
	if len(rows) != 4 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	opened := rows[0]
	same(t, "first event", opened.Event, "opened")
	same(t, "at", opened.At, begun)
	same(t, "door", opened.Door, "checkout")
	alike(t, "raised", rows[1], ports.LedgerRow{
		Order: o.Key.Number, Mall: o.Key.Mall, Sequence: 2, Event: "raised", Attempt: 1, Code: "CODE-1", From: "requested", To: "paid",
		Amount: "3065.00", Currency: "PHP", Door: "webhook", Trace: traceOne, At: begun.Add(time.Second),
	})
	same(t, "third event", rows[2].Event, "order_paid")
	alike(t, "refused", rows[3], ports.LedgerRow{
		Order: o.Key.Number, Mall: o.Key.Mall, Sequence: 4, Event: "mall_refused", Attempt: 1, Code: "CODE-1", Door: "notification",
		Note: "품절 \"sold out\"", At: begun.Add(2 * time.Second),
	})
}

func ledgerOfNumber(t *testing.T, s *shelf) {
	o := s.store(t)
	for _, edit := range []func(*draft){
		func(d *draft) { d.key.Shop = 2 },
		func(d *draft) { d.key.Mall = "othermall" },
	} {
		s.clock.Advance(time.Second)
		s.store(t, func(d *draft) { d.key = o.Key; d.reference = s.NewID(); edit(d) })
	}
	s.store(t)
	same(t, "rows of the mall", len(s.ledger(t, o.Key)), 2)
	rows := s.ledger(t, order.Key{Number: o.Key.Number})
	same(t, "rows of all malls", len(rows), 3)
	for i := 1; i < len(rows); i++ {
		if rows[i].At.Before(rows[i-1].At) {
			t.Errorf("row %d is older than the one before", i)
		}
	}
}

func ledgerOfRefund(t *testing.T, s *shelf) {
	o := s.store(t)
	surplus := s.surplus(t, o.ID)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		_, err := o.IntendSurplusRefund(surplus, "refund-1", s.clock.Now(), aBody)
		return err
	})
	noError(t, err)
	rows := s.ledger(t, o.Key)
	last := rows[len(rows)-1]
	same(t, "event", last.Event, "refund_intended")
	same(t, "refund", last.Refund, "refund-1")
	same(t, "number of the refund", last.RefundNo, 1)
	same(t, "attempt", last.Attempt, 1)
	same(t, "amount", last.Amount+" "+last.Currency, "3065.00 PHP")
}

func ledgerWithCodes(t *testing.T, s *shelf) {
	o := s.store(t)
	same(t, "code before the company gave one", s.ledger(t, o.Key)[0].Code, "")
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	s.refunded(t, o.ID, refund.Pending)
	rows := s.ledger(t, o.Key)
	first, last := rows[0], rows[len(rows)-1]
	same(t, "codes of the first event", first.Code+" "+first.RefundCode, "CODE-1 ")
	same(t, "codes of the last event", last.Code+" "+last.RefundCode, "CODE-1 CODE-refund-1")
}
