package contract

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Reservations is the suite of ports.Reservations, and of what reserved orders need of ports.Orders.
func Reservations(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"a reservation is found by payment, token, and mall with number", reservationIsFound},
		{"of several reservations of an order the newest is found", newestReservationIsFound},
		{"what nobody stored is not found", reservationIsNotFound},
		{"a token names one reservation", tokenIsUnique},
		{"the first answer stays", firstAnswerStays},
		{"what was seen replaces what was sealed", seenReplaces},
		{"what was erased stays erased", erasedStays},
		{"it is erased when its order ended long enough ago", erasesEnded},
		{"the buyer of a paid order is kept until the mall knows", keepsUntilTold},
		{"the terms of a reserved attempt come back as they were", termsComeBack},
		{"attempts are found by the number of their orders", attemptsByNumber},
	})
}

// reservation is one of an attempt that need not be stored.
func (s *shelf) reservation(id payment.ID, edits ...func(*ports.ReservedOrder)) ports.ReservedOrder {
	now := s.clock.Now()
	r := ports.ReservedOrder{
		Payment: id, Key: order.Key{Mall: "demomall", Shop: 2, Number: "20220513-0000079"}, Token: "token-" + string(id),
		ReturnURL: "https://demomall.cafe24.com/shop2", NotifyURL: "https://demomall.cafe24.com/Pay/Recv/noty", Sealed: []byte("sealed"),
		CreatedAt: now, ExpiresAt: now.Add(30 * time.Minute),
	}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

func (s *shelf) reserve(t *testing.T, id payment.ID, edits ...func(*ports.ReservedOrder)) ports.ReservedOrder {
	t.Helper()
	r := s.reservation(id, edits...)
	noError(t, s.Reservations.Add(t.Context(), r))
	return r
}

func (s *shelf) reserved(t *testing.T, by ports.ReservationQuery) ports.ReservedOrder {
	t.Helper()
	r, err := s.Reservations.Get(t.Context(), by)
	noError(t, err)
	return r
}

func reservationIsFound(t *testing.T, s *shelf) {
	want := s.reserve(t, "p-1")
	for _, by := range []ports.ReservationQuery{{Payment: "p-1"}, {Token: "token-p-1"}, {Mall: "demomall", Number: "20220513-0000079"}} {
		alike(t, "found", s.reserved(t, by), want)
	}
}

func newestReservationIsFound(t *testing.T, s *shelf) {
	s.reserve(t, "p-1")
	s.clock.Advance(time.Second)
	want := s.reserve(t, "p-2")
	s.reserve(t, "p-3", func(r *ports.ReservedOrder) { r.Key.Mall = "othermall" })
	same(t, "kept", s.reserved(t, ports.ReservationQuery{Mall: "demomall", Number: "20220513-0000079"}).Payment, want.Payment)
}

func reservationIsNotFound(t *testing.T, s *shelf) {
	s.reserve(t, "p-1")
	for _, by := range []ports.ReservationQuery{{Payment: "p-2"}, {Token: "p-1"}, {Mall: "othermall", Number: "20220513-0000079"}, {}} {
		_, err := s.Reservations.Get(t.Context(), by)
		wantFault(t, err, fault.NotFound, "")
	}
}

func tokenIsUnique(t *testing.T, s *shelf) {
	s.reserve(t, "p-1")
	if err := s.Reservations.Add(t.Context(), s.reservation("p-2", func(r *ports.ReservedOrder) { r.Token = "token-p-1" })); err == nil {
		t.Error("two reservations have one token")
	}
}

func firstAnswerStays(t *testing.T, s *shelf) {
	s.reserve(t, "p-1")
	noError(t, s.Reservations.Answered(t.Context(), "p-1", []byte(`{"n":1}`)))
	noError(t, s.Reservations.Answered(t.Context(), "p-1", []byte(`{"n":2}`)))
	same(t, "kept", string(s.reserved(t, ports.ReservationQuery{Payment: "p-1"}).Button), `{"n":1}`)
}

func seenReplaces(t *testing.T, s *shelf) {
	s.reserve(t, "p-1")
	noError(t, s.Reservations.Seen(t.Context(), "p-1", centavos(196_500), []byte("more")))
	r := s.reserved(t, ports.ReservationQuery{Payment: "p-1"})
	same(t, "kept", r.Reviewed, centavos(196_500))
	same(t, "kept", string(r.Sealed), "more")
}

// erase forgets what ended a day ago, and says how many that were.
func (s *shelf) erase(t *testing.T) int {
	t.Helper()
	n, err := s.Reservations.Erase(t.Context(), s.clock.Now().Add(-24*time.Hour))
	noError(t, err)
	return n
}

func erasedStays(t *testing.T, s *shelf) {
	s.reserve(t, "p-1")
	s.clock.Advance(25 * time.Hour)
	same(t, "erased", s.erase(t), 1)
	noError(t, s.Reservations.Seen(t.Context(), "p-1", centavos(1), []byte("again")))
	if r := s.reserved(t, ports.ReservationQuery{Payment: "p-1"}); r.Sealed != nil || r.Reviewed != (money.Money{}) {
		t.Errorf("kept %q", r.Sealed)
	}
	same(t, "erased", s.erase(t), 0)
}

// reservedOrder stores an order with an attempt that was reserved.
func (s *shelf) reservedOrder(t *testing.T) (order.Snapshot, payment.ID) {
	t.Helper()
	o := s.open(t)
	is := o.Snapshot()
	noError(t, s.Orders.Create(t.Context(), o))
	s.reserve(t, is.Payments[0].ID, func(r *ports.ReservedOrder) { r.Key = is.Key })
	return is, is.Payments[0].ID
}

func erasesEnded(t *testing.T, s *shelf) {
	o, _ := s.reservedOrder(t)
	s.clock.Advance(25 * time.Hour)
	same(t, "erased", s.erase(t), 0)
	s.tell(t, o.ID, "O-1", payment.Cancelled)
	s.clock.Advance(23 * time.Hour)
	same(t, "erased", s.erase(t), 0)
	s.clock.Advance(2 * time.Hour)
	same(t, "erased", s.erase(t), 1)
}

func keepsUntilTold(t *testing.T, s *shelf) {
	o, id := s.reservedOrder(t)
	s.tell(t, o.ID, "O-1", payment.Paid)
	s.clock.Advance(72 * time.Hour)
	same(t, "erased", s.erase(t), 0)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		o.MallKnows(id, order.ToldPaid, s.clock.Now())
		return nil
	})
	noError(t, err)
	same(t, "erased", s.erase(t), 1)
}

// provisional reserves the order of a draft.
func (s *shelf) provisional(t *testing.T, d order.Key, reference string) *order.Order {
	t.Helper()
	o := order.New(order.ID(s.NewID()), d, "merchant-1", s.clock.Now())
	r := order.Request{Way: order.External, Partner: "demomall:0:key", AmountText: "1900.00", PayMethod: "etc", ReturnURL: "https://r", NotifyURL: "https://n", ReceivedAt: s.clock.Now()}
	_, err := o.Reserve(r, "intent-1", order.Limits{CallBudget: time.Second, KeyLifetime: time.Hour}, func(n int) (payment.Snapshot, error) {
		p := s.open(t).Last()
		return payment.Snapshot{
			ID: payment.ID(s.NewID()), Amount: centavos(190_000), Account: p.Account, Reference: reference, Key: d.PaymentKey(n), Request: []byte("{}"),
			Quote: payment.Provisional, Intent: "intent-1",
		}, nil
	})
	noError(t, err)
	noError(t, s.Orders.Create(t.Context(), o))
	return o
}

func termsComeBack(t *testing.T, s *shelf) {
	o := s.provisional(t, order.Key{Mall: "demomall", Shop: 1, Number: "20220513-0000079"}, "20220513-0000079")
	id := o.Last().ID
	s.tell(t, o.Snapshot().ID, "O-1", payment.Pending)
	_, err := s.Orders.Update(t.Context(), o.Snapshot().ID, func(o *order.Order) error {
		r := o.Snapshot().Latest
		r.AmountText, r.ReceivedAt = "1965.00", s.clock.Now()
		return o.Fix(id, r, centavos(196_500), []byte(`{"amount":"1965.00"}`))
	})
	noError(t, err)
	p := s.load(t, o.Snapshot().ID).Last()
	same(t, "kept", p.Quote, payment.Reviewed)
	same(t, "kept", p.Intent, "intent-1")
	same(t, "kept", p.Amount, centavos(196_500))
	same(t, "kept", string(p.PayRequest), `{"amount":"1965.00"}`)
	same(t, "kept", p.Fixings, 1)
	same(t, "kept", p.Doubt, payment.Doubt{Call: payment.PayCall, Since: s.clock.Now()})
	same(t, "kept", s.load(t, o.Snapshot().ID).Snapshot().Latest.AmountText, "1965.00")
}

func attemptsByNumber(t *testing.T, s *shelf) {
	key := order.Key{Mall: "demomall", Shop: 1, Number: "20220513-0000079"}
	other := key
	other.Mall = "othermall"
	s.provisional(t, key, "20220513-0000079")
	s.provisional(t, other, "20220513-0000079-abc")
	s.store(t)
	found, err := s.Orders.Payments(t.Context(), ports.PaymentQuery{Gateway: "demo", Number: "20220513-0000079"})
	noError(t, err)
	same(t, "kept", len(found), 2)
	for _, p := range found {
		if p.Payment.PayRequest != nil || p.Payment.Request != nil {
			t.Error("the request came along")
		}
	}
}
