package contract

import (
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// viewsOfUnsettled says what there is to ask companies about.
func viewsOfUnsettled() []clause {
	return []clause{
		{"what the company ended is not to be asked about", endedNotListed},
		{"refunds come before payments, doubt before certainty, the newer before the older", unsettledInOrder},
		{"what was paid twice is listed until it has gone back", surplusListed},
		{"what was paid while it was on hold is listed until a person has decided", heldListed},
		{"what was made before a time is left out", unsettledSince},
		{"the backlog counts what is open and in doubt, with the age of the oldest", backlogUnsettled},
		{"of one mall only its own is listed", unsettledOfMall},
		{"an order that a person names is listed with all its attempts", unsettledOfOrder},
	}
}

func (s *shelf) unsettled(t *testing.T, f ports.UnsettledFilter) []ports.UnsettledRow {
	t.Helper()
	rows, err := s.Views.Unsettled(t.Context(), f)
	noError(t, err)
	return rows
}

func (s *shelf) doubt(t *testing.T, id order.ID) {
	t.Helper()
	_, err := s.Orders.Update(t.Context(), id, func(o *order.Order) error {
		o.InDoubt(o.Last().ID, payment.CreateCall, order.CheckoutDoor, s.clock.Now())
		return nil
	})
	noError(t, err)
}

func endedNotListed(t *testing.T, s *shelf) {
	for i, end := range []payment.State{payment.Paid, payment.Failed, payment.Expired, payment.Cancelled} {
		s.tell(t, s.store(t).ID, string(rune('A'+i)), end)
	}
	paid := s.store(t)
	s.tell(t, paid.ID, "CODE-1", payment.Paid)
	s.refunded(t, paid.ID, refund.Refunded, refund.Rejected)
	same(t, "rows", len(s.unsettled(t, ports.UnsettledFilter{})), 0)
}

func unsettledInOrder(t *testing.T, s *shelf) {
	paid := s.store(t)
	s.tell(t, paid.ID, "CODE-1", payment.Paid)
	s.refunded(t, paid.ID, refund.Pending, refund.Sent, refund.Intended)
	doubtful := s.store(t)
	s.doubt(t, doubtful.ID)
	older := s.store(t)
	s.clock.Advance(time.Second)
	newer := s.store(t)
	_, err := s.Orders.Update(t.Context(), newer.ID, func(o *order.Order) error {
		o.Hold(o.Last().ID, payment.AmountHold, order.ReconcilerDoor, s.clock.Now())
		return nil
	})
	noError(t, err)

	refunds := func(n int) refund.Snapshot { return s.load(t, paid.ID).Snapshot().Refunds[n] }
	row := func(o order.Snapshot, state string, doubtful bool) ports.UnsettledRow {
		p := o.Payments[0]
		return ports.UnsettledRow{OrderID: o.ID, Order: o.Key.Number, Mall: o.Key.Mall, Payment: p.ID, Version: p.Account.Version, State: state, Doubtful: doubtful, CreatedAt: p.CreatedAt}
	}
	give := func(f refund.Snapshot, doubtful bool) ports.UnsettledRow {
		r := row(paid, f.State.String(), doubtful)
		r.Refund, r.CreatedAt = f.ID, f.CreatedAt
		return r
	}
	held := row(newer, "requested", false)
	held.Hold = "amount"
	alike(t, "rows", s.unsettled(t, ports.UnsettledFilter{}), []ports.UnsettledRow{
		give(refunds(2), true), give(refunds(1), true), give(refunds(0), false),
		row(doubtful, "requested", true), held, row(older, "requested", false),
	})
}

func surplusListed(t *testing.T, s *shelf) {
	o := s.store(t)
	surplus := s.surplus(t, o.ID)
	listed := func(states ...string) {
		t.Helper()
		var got []string
		for _, row := range s.unsettled(t, ports.UnsettledFilter{Mall: o.Key.Mall}) {
			same(t, "payment", row.Payment, surplus)
			same(t, "version", row.Version, o.Payments[0].Account.Version)
			got = append(got, row.State)
		}
		alike(t, "states", got, states)
	}
	listed("paid")
	for _, end := range []refund.State{refund.Rejected, refund.Refunded} {
		id := refund.ID("refund-" + end.String())
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			_, err := o.IntendSurplusRefund(surplus, id, s.clock.Now(), aBody)
			return err
		}, ports.RefundQuery{Purpose: order.SurplusPurpose(1)})
		noError(t, err)
		listed("intended", "paid")
		_, err = s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			return o.MarkRefund(id, end, "", order.OperatorDoor, s.clock.Now())
		})
		noError(t, err)
		if end == refund.Rejected {
			listed("paid")
		}
	}
	listed()
}

func heldListed(t *testing.T, s *shelf) {
	o := s.store(t)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		o.Hold(o.Last().ID, payment.CredentialsHold, order.ReconcilerDoor, s.clock.Now())
		return s.answer(o, "CODE-1", payment.Paid)
	})
	noError(t, err)
	rows := s.unsettled(t, ports.UnsettledFilter{})
	if len(rows) != 1 || rows[0].State != "paid" || rows[0].Hold != "credentials" {
		t.Errorf("got %+v", rows)
	}
	_, err = s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		return o.ResolvePayment(o.Last().ID, payment.Paid, "kim: seen", s.clock.Now())
	})
	noError(t, err)
	same(t, "rows once it counts", len(s.unsettled(t, ports.UnsettledFilter{})), 0)
}

func unsettledSince(t *testing.T, s *shelf) {
	s.store(t)
	s.clock.Advance(time.Minute)
	since := s.clock.Now()
	o := s.store(t)
	rows := s.unsettled(t, ports.UnsettledFilter{Since: since})
	if len(rows) != 1 || rows[0].OrderID != o.ID {
		t.Errorf("got %+v, want order %s alone", rows, o.ID)
	}
	same(t, "rows of the future", len(s.unsettled(t, ports.UnsettledFilter{Since: since.Add(time.Second)})), 0)
}

func unsettledOfOrder(t *testing.T, s *shelf) {
	paid, twin, _ := s.three(t)
	rows := s.unsettled(t, ports.UnsettledFilter{Number: paid.Key.Number})
	same(t, "attempts", len(rows), 3)
	same(t, "the newest is of the other mall", rows[0].OrderID, twin.ID)
	same(t, "and open", rows[0].State, "requested")
	same(t, "the second attempt", rows[1].State, "paid")
	same(t, "the first attempt", rows[2].State, "failed")
}

func backlogUnsettled(t *testing.T, s *shelf) {
	first := s.clock.Now()
	s.doubt(t, s.store(t).ID)
	s.clock.Advance(time.Second)
	s.store(t)
	paid := s.store(t)
	s.tell(t, paid.ID, "CODE-1", payment.Paid)
	s.refunded(t, paid.ID, refund.Refunded, refund.Pending, refund.Sent)
	b := s.backlog(t)
	same(t, "payments", b.Payments, ports.Unsettled{Open: 2, Doubtful: 1, Oldest: first})
	oldest := s.load(t, paid.ID).Snapshot().Refunds[0].CreatedAt
	same(t, "refunds", b.Refunds, ports.Unsettled{Open: 2, Doubtful: 1, Oldest: oldest})
}

func unsettledOfMall(t *testing.T, s *shelf) {
	mine := s.store(t)
	same(t, "rows of its mall", len(s.unsettled(t, ports.UnsettledFilter{Mall: mine.Key.Mall})), 1)
	same(t, "rows of another", len(s.unsettled(t, ports.UnsettledFilter{Mall: "othermall"})), 0)
}
