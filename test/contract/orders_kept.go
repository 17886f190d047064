package contract

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// ordersKept says that everything comes back exactly as it was stored.
func ordersKept() []clause {
	return []clause{
		{"amounts of every currency and size come back exactly", amountsComeBack},
		{"times come back in UTC to the microsecond", timesComeBack},
		{"bytes come back exactly, whatever their spacing, order and alphabet", bytesComeBack},
		{"every state of an order comes back as it was", statesComeBack},
		{"doubt and hold come back beside the state", flagsComeBack},
		{"refunds come back with their generation and their answer", refundsComeBack},
	}
}

func amountsComeBack(t *testing.T, s *shelf) {
	for _, tc := range []struct {
		minor    int64
		currency money.Currency
	}{
		{1, "JPY"},
		{1_000, "JPY"},
		{306_500, "PHP"},
		{1, "PHP"},
		{1_234, "KWD"},
		{math.MaxInt64, "KRW"},
		{99_999_999_999_999_999, "PHP"},
		{math.MaxInt64 - 1, "USD"},
		{1<<53 + 1, "KWD"},
	} {
		stored := s.store(t, func(d *draft) { d.amount = amount(t, tc.minor, tc.currency) })
		paid := s.tell(t, stored.ID, "CODE-"+string(stored.ID), payment.Paid)
		got := s.load(t, stored.ID).Snapshot()
		sameOrder(t, got, paid)
		same(t, "minor units", got.Payments[0].Amount.Minor(), tc.minor)
		same(t, "currency", got.Payments[0].Amount.Currency(), tc.currency)
		s.clock.Advance(time.Minute)
	}
}

func timesComeBack(t *testing.T, s *shelf) {
	stored := s.store(t)
	got := s.load(t, stored.ID).Snapshot()
	for what, at := range map[string]time.Time{
		"created": got.CreatedAt, "received": got.Latest.ReceivedAt,
		"opened": got.Payments[0].CreatedAt, "changed": got.Payments[0].ChangedAt,
	} {
		same(t, what, at, s.clock.Now())
	}
	for what, at := range map[string]time.Time{
		"told": got.ToldAt, "handed out": got.Payments[0].HandedOutAt, "asked": got.Payments[0].AskedAt,
		"fresh until": got.Payments[0].FreshUntil, "empty since": got.Payments[0].EmptySince, "doubt since": got.Payments[0].Doubt.Since,
	} {
		same(t, what, at, time.Time{})
	}
}

func bytesComeBack(t *testing.T, s *shelf) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, extra := range []string{
		"{ \"b\" : 1,\t\"a\":[1,  2.0, 1e2],\r\n \"a\":\"again\" }\n",
		`{"name":"Zoë Müller \u00fc 김밥 🧾 \\ \" ' ? ?? $1 --","null":null}`,
		strings.Repeat(`[" ",1],`, 1<<12),
		``,
	} {
		stored := s.store(t, func(d *draft) { d.request, d.extra = every, []byte(extra) })
		got := s.load(t, stored.ID).Snapshot()
		same(t, "request", string(got.Payments[0].Request), string(every))
		same(t, "extra data", string(got.Latest.ExtraData), extra)
	}
}

func statesComeBack(t *testing.T, s *shelf) {
	for _, state := range []payment.State{
		payment.Pending, payment.Authorized, payment.Expired, payment.Cancelled, payment.Failed, payment.Paid,
	} {
		stored := s.store(t, func(d *draft) { d.account.Fingerprint = state.String() })
		s.clock.Advance(time.Second)
		told := s.tell(t, stored.ID, "CODE", state)
		sameOrder(t, s.load(t, stored.ID).Snapshot(), told)
		same(t, "state", told.Payments[0].State, state)
	}
}

func flagsComeBack(t *testing.T, s *shelf) {
	stored := s.store(t)
	id := stored.Payments[0].ID
	s.clock.Advance(time.Second)
	want, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		o.InDoubt(id, payment.CreateCall, order.CheckoutDoor, s.clock.Now())
		o.NotFound(id, s.clock.Now(), time.Hour, order.ReconcilerDoor, s.clock.Now())
		o.Hold(id, payment.CredentialsHold, order.ReconcilerDoor, s.clock.Now())
		o.MallKnows(id, order.ToldUnpaid, s.clock.Now())
		return nil
	})
	noError(t, err)
	got := s.load(t, stored.ID).Snapshot()
	sameOrder(t, got, want.Snapshot())
	same(t, "doubt", got.Payments[0].Doubt, payment.Doubt{Call: payment.CreateCall, Since: s.clock.Now()})
	same(t, "hold", got.Payments[0].Hold, payment.CredentialsHold)
	same(t, "empty since", got.Payments[0].EmptySince, s.clock.Now())
	same(t, "told", got.Told, order.ToldUnpaid)
}

func refundsComeBack(t *testing.T, s *shelf) {
	stored := s.store(t)
	surplus := s.surplus(t, stored.ID)
	s.clock.Advance(time.Second)
	var first refund.Snapshot
	want, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		var err error
		if first, err = o.IntendSurplusRefund(surplus, "refund-1", s.clock.Now(), aBody); err != nil {
			return err
		}
		if err := errors.Join(
			o.RefundInDoubt(first.ID, order.ReconcilerDoor, s.clock.Now()),
			o.MarkRefund(first.ID, refund.Rejected, "no", order.ReconcilerDoor, s.clock.Now()),
		); err != nil {
			return err
		}
		_, err = o.IntendSurplusRefund(surplus, "refund-2", s.clock.Now(), aBody)
		return err
	})
	noError(t, err)
	all := ports.RefundQuery{ID: "refund-2"}
	sameOrder(t, s.loadWith(t, stored.ID, all).Snapshot(), want.Snapshot())

	s.clock.Advance(time.Second)
	want, err = s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		return o.ApplyRefund("refund-2", refund.Answer{
			Code: "R-1", State: refund.Refunded, Amount: first.Amount, Message: "환불 완료", AskedAt: s.clock.Now(),
		}, order.ReconcilerDoor, s.clock.Now())
	}, all)
	noError(t, err)
	got := s.loadWith(t, stored.ID, all).Snapshot()
	sameOrder(t, got, want.Snapshot())
	same(t, "refunds", len(got.Refunds), 2)
	same(t, "generation", got.Refunds[1].Generation, 2)
}

// aBody stands for the body of a refund's call.
func aBody(r refund.Snapshot) ([]byte, error) {
	return []byte(`{ "reference":"` + r.Reference + `" }`), nil
}

// surplus makes the order paid twice and returns the attempt that must be given back.
func (s *shelf) surplus(t *testing.T, id order.ID) payment.ID {
	t.Helper()
	s.tell(t, id, "CODE-1", payment.Failed)
	_, err := s.Orders.Update(t.Context(), id, func(o *order.Order) error { return s.again(o, string(id)+"-second") })
	noError(t, err)
	after := s.tell(t, id, "CODE-2", payment.Paid)
	_, err = s.Orders.Update(t.Context(), id, func(o *order.Order) error {
		first := after.Payments[0]
		return o.Apply(first.ID, payment.Answer{
			Code: "CODE-1", Reference: first.Reference, State: payment.Paid, Amount: first.Amount, Paid: first.Amount,
			Refunded: money.Zero(first.Amount.Currency()), AskedAt: s.clock.Now(),
		}, order.ReconcilerDoor, s.clock.Now())
	})
	noError(t, err)
	return after.Payments[0].ID
}
