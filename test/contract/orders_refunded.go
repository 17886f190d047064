package contract

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// ordersRefunded says which refunds an order comes with, and that none is forgotten over it.
func ordersRefunded() []clause {
	return []clause{
		{"open refunds always come with their order, ended ones do not", openRefundsCome},
		{"ended refunds come when they are asked for, with all their generations", askedRefundsCome},
		{"what is not loaded stays stored, and counts", unloadedRefundsStay},
		{"everything about a mall's refund comes back", mallRefundComesBack},
		{"a refund that is done is told again when its mall waited for the answer and waits for a notice now", doneAskedAgain},
		{"of many refunds at once no more is taken than was paid", manyRefunds},
		{"of many equal refunds at once one is stored", manyEqualRefunds},
		{"what an operator decided is stored, with his word in the ledger", operatorsWord},
		{"a withdrawn job is done and never runs", withdrawnJob},
		{"a job that has begun is not withdrawn", begunJob},
	}
}

// cancelled asks for a refund of so many minor units of an order that was paid 3065.00, with so many left, and to be told how
// it ends.
func (s *shelf) cancelled(o *order.Order, minor, remain int64, id refund.ID) (order.CancelDecision, error) {
	return s.cancelledBy(false, o, minor, remain, id)
}

// cancelledBy asks by a route that is answered when the refund has ended, or by one that is told.
func (s *shelf) cancelledBy(sync bool, o *order.Order, minor, remain int64, id refund.ID) (order.CancelDecision, error) {
	p := o.Last()
	c := order.Cancel{
		Code: p.Code, Total: p.Amount, Amount: centavos(minor), Remain: centavos(remain), Trace: parentOne,
		Request: refund.Request{
			Sync: sync, Partner: "demomall:0:key", AmountText: fmt.Sprint(minor), PayMethod: "card", NotifyURL: "https://demomall.cafe24.com/Pay/Recv/cancel",
			ExtraData: `"{\"LogKey\": \"ü\"}"`,
		},
	}
	return o.Cancel(c, order.Known{Payment: true, Proof: order.Proven}, order.Limits{CallBudget: 5 * time.Second, KeyLifetime: time.Hour}, s.clock.Now(), id, aBody)
}

// refunded stores refunds of an order, each of a part that is named by its number, and ends them as said.
func (s *shelf) refunded(t *testing.T, id order.ID, ends ...refund.State) {
	t.Helper()
	for i, end := range ends {
		s.clock.Advance(time.Minute) // a rejection is answered as it is for some seconds
		name := refund.ID(fmt.Sprint("refund-", i+1))
		now := s.load(t, id)
		left, err := now.Refundable(now.Last().ID)
		noError(t, err)
		rest := left.Minor() - 100
		_, err = s.Orders.Update(t.Context(), id, func(o *order.Order) error {
			_, err := s.cancelled(o, 100, rest, name)
			return err
		}, ports.RefundQuery{Purpose: order.CancelPurpose(1, centavos(100), centavos(rest))})
		noError(t, err)
		_, err = s.Orders.Update(t.Context(), id, func(o *order.Order) error {
			f, err := o.Refund(name)
			if err != nil || end == refund.Intended {
				return err
			}
			return o.ApplyRefund(name, refund.Answer{
				Code: "CODE-" + string(name), Reference: f.Reference, State: end, Amount: f.Amount, Message: "끝", AskedAt: s.clock.Now(),
			}, order.WebhookDoor, s.clock.Now())
		})
		noError(t, err)
	}
}

// names lists the refunds that an order was loaded with.
func names(o *order.Order) []refund.ID {
	list := []refund.ID{}
	for _, f := range o.Snapshot().Refunds {
		list = append(list, f.ID)
	}
	return list
}

func openRefundsCome(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	s.refunded(t, o.ID, refund.Refunded, refund.Pending, refund.Rejected, refund.Intended)
	want := []refund.ID{"refund-2", "refund-4"}
	alike(t, "refunds read", names(s.load(t, o.ID)), want)
	alike(t, "refunds read by key", names(s.byKey(t, o.Key)), want)
	bare, err := s.Orders.Get(t.Context(), ports.OrderQuery{Key: o.Key, Bare: true})
	noError(t, err)
	alike(t, "refunds of a bare order", names(bare), []refund.ID{})
	alike(t, "attempts of a bare order", bare.Snapshot().Payments, s.load(t, o.ID).Snapshot().Payments)
	locked, err := s.Orders.Update(t.Context(), o.ID, func(*order.Order) error { return nil })
	noError(t, err)
	alike(t, "refunds locked", names(locked), want)
	same(t, "refunds ever", locked.Snapshot().RefundCount, 4)
}

func (s *shelf) byKey(t *testing.T, k order.Key) *order.Order {
	t.Helper()
	o, err := s.Orders.Get(t.Context(), ports.OrderQuery{Key: k})
	noError(t, err)
	return o
}

func askedRefundsCome(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Paid)
	s.refunded(t, stored.ID, refund.Rejected, refund.Rejected, refund.Refunded, refund.Refunded) // three generations of one, and the next
	for name, tc := range map[string]struct {
		by   ports.RefundQuery
		want []refund.ID
	}{
		"its own id":            {ports.RefundQuery{ID: "refund-2"}, []refund.ID{"refund-1", "refund-2", "refund-3"}},
		"its purpose":           {ports.RefundQuery{Purpose: order.CancelPurpose(1, centavos(100), centavos(306_400))}, []refund.ID{"refund-1", "refund-2", "refund-3"}},
		"the next purpose":      {ports.RefundQuery{Purpose: order.CancelPurpose(1, centavos(100), centavos(306_300))}, []refund.ID{"refund-4"}},
		"the company's code":    {ports.RefundQuery{Code: "CODE-refund-3"}, []refund.ID{"refund-3"}},
		"the amount, newest":    {ports.RefundQuery{Like: centavos(100)}, []refund.ID{"refund-4"}},
		"two reasons":           {ports.RefundQuery{Code: "CODE-refund-1", Like: centavos(100)}, []refund.ID{"refund-1", "refund-4"}},
		"another amount":        {ports.RefundQuery{Like: centavos(101)}, []refund.ID{}},
		"somebody else's":       {ports.RefundQuery{ID: "nobody", Purpose: "cancel:9:1.00:0.00", Code: "nobody"}, []refund.ID{}},
		"nothing in particular": {ports.RefundQuery{}, []refund.ID{}},
	} {
		alike(t, "read by "+name, names(s.loadWith(t, stored.ID, tc.by)), tc.want)
		locked, err := s.Orders.Update(t.Context(), stored.ID, func(*order.Order) error { return nil }, tc.by)
		noError(t, err)
		alike(t, "locked by "+name, names(locked), tc.want)
	}
	both, err := s.Orders.Update(t.Context(), stored.ID, func(*order.Order) error { return nil }, ports.RefundQuery{ID: "refund-4"}, ports.RefundQuery{Code: "CODE-refund-1"})
	noError(t, err)
	alike(t, "locked by two questions", names(both), []refund.ID{"refund-1", "refund-4"})
}

func unloadedRefundsStay(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Paid)
	s.refunded(t, stored.ID, refund.Refunded, refund.Refunded)
	_, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		o.MallRefuses(o.Last().ID, "something else is written", s.clock.Now())
		return nil
	})
	noError(t, err)
	all := s.loadWith(t, stored.ID, ports.RefundQuery{ID: "refund-1"})
	alike(t, "the first", names(all), []refund.ID{"refund-1"})
	left, err := s.load(t, stored.ID).Refundable(stored.Payments[0].ID)
	noError(t, err)
	same(t, "left", left, centavos(306_300))
}

func mallRefundComesBack(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Paid)
	s.clock.Advance(time.Second)
	var want refund.Snapshot
	_, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		d, err := s.cancelled(o, 306_500, 0, "refund-1")
		if err != nil {
			return err
		}
		want, err = o.Refund(d.Refund)
		return err
	})
	noError(t, err)
	got, err := s.load(t, stored.ID).Refund("refund-1")
	noError(t, err)
	same(t, "stored refund", got, want)

	s.clock.Advance(time.Second)
	o, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		return errors.Join(
			o.RefundInDoubt("refund-1", order.CancelDoor, s.clock.Now()),
			o.RefundNotFound("refund-1", s.clock.Now(), time.Hour, order.ReconcilerDoor, s.clock.Now()),
		)
	})
	noError(t, err)
	sameOrder(t, s.load(t, stored.ID).Snapshot(), o.Snapshot())

	s.clock.Advance(time.Second)
	o, err = s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
		return o.ApplyRefund("refund-1", refund.Answer{Code: "R-1", State: refund.Refunded, Amount: want.Amount, Message: "환불", AskedAt: s.clock.Now()}, order.ReconcilerDoor, s.clock.Now())
	})
	noError(t, err)
	sameOrder(t, s.loadWith(t, stored.ID, ports.RefundQuery{ID: "refund-1"}).Snapshot(), o.Snapshot())
	same(t, "given back", o.Snapshot().Payments[0].Refunded, want.Amount)
}

func doneAskedAgain(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Paid)
	s.refunded(t, stored.ID, refund.Refunded)
	with := ports.RefundQuery{Purpose: order.CancelPurpose(1, centavos(100), centavos(306_400))}
	asked := func(sync bool) {
		_, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
			d, err := s.cancelledBy(sync, o, 100, 306_400, "refund-2")
			same(t, "step", d.Step, order.RefundIsDone)
			return err
		}, with)
		noError(t, err)
	}
	s.finishAll(t)
	for range 2 {
		asked(true)
		s.due(t)
		asked(false)
		j := s.claimOne(t)
		same(t, "notice", j.Key, "notify_refunded:refund-1")
		same(t, "stream", j.Stream, "notice:"+string(stored.ID))
		noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
		asked(false)
		s.due(t)
	}
}

// finishAll runs everything that is due, and what has waited for it.
func (s *shelf) finishAll(t *testing.T) {
	t.Helper()
	for {
		jobs := s.claim(t)
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
		}
	}
}

func manyRefunds(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Paid)
	const part = 60_000 // five fit into 306500
	errs := together(func(i int) error {
		_, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
			left, err := o.Refundable(stored.Payments[0].ID)
			if err != nil {
				return err
			}
			_, err = s.cancelled(o, part, max(0, left.Minor()-part), refund.ID(fmt.Sprint("refund-", i)))
			return err
		})
		return err
	})
	taken := 0
	for _, err := range errs {
		if err == nil {
			taken++
			continue
		}
		wantFault(t, err, fault.Conflict, "refund_exceeds")
	}
	same(t, "refunds", taken, 5)
	left, err := s.load(t, stored.ID).Refundable(stored.Payments[0].ID)
	noError(t, err)
	same(t, "left", left, centavos(6_500))
}

func manyEqualRefunds(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Paid)
	noError(t, errors.Join(together(func(i int) error {
		_, err := s.Orders.Update(t.Context(), stored.ID, func(o *order.Order) error {
			_, err := s.cancelled(o, 306_500, 0, refund.ID(fmt.Sprint("refund-", i)))
			return err
		})
		return err
	})...))
	same(t, "refunds", s.load(t, stored.ID).Snapshot().RefundCount, 1)
}

func withdrawnJob(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("one"), chore("two"), chore("three"))
	noError(t, s.Tasks.Withdraw(t.Context(), "needless", "one", "nobody", "three"))
	noError(t, s.Tasks.Withdraw(t.Context(), "needless", "nobody"))
	s.due(t, "two")
}

func begunJob(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("running"), chore("again"))
	for _, j := range s.claim(t) {
		if j.Key == "again" {
			noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Again: s.clock.Now().Add(time.Second)}))
		}
	}
	noError(t, s.Tasks.Withdraw(t.Context(), "needless", "running", "again"))
	s.clock.Advance(lease + time.Second)
	s.due(t, "running", "again")
}

func operatorsWord(t *testing.T, s *shelf) {
	stored := s.store(t)
	s.tell(t, stored.ID, "CODE-1", payment.Pending)
	decide := func(change func(o *order.Order) error, with ...ports.RefundQuery) {
		t.Helper()
		s.clock.Advance(time.Hour)
		_, err := s.Orders.Update(t.Context(), stored.ID, change, with...)
		noError(t, err)
	}
	decide(func(o *order.Order) error {
		return o.ResolvePayment(o.Last().ID, payment.Paid, "kim: 명세서", s.clock.Now())
	})
	same(t, "state", s.load(t, stored.ID).Last().State, payment.Paid)
	s.refunded(t, stored.ID, refund.Intended)
	decide(func(o *order.Order) error {
		return o.ResolveRefund("refund-1", refund.NotExecuted, "kim: letter", s.clock.Now())
	}, ports.RefundQuery{ID: "refund-1"})
	now := s.loadWith(t, stored.ID, ports.RefundQuery{ID: "refund-1"})
	f, err := now.Refund("refund-1")
	noError(t, err)
	same(t, "refund", f.State, refund.NotExecuted)
	left, err := now.Refundable(now.Last().ID)
	noError(t, err)
	same(t, "left", left, now.Last().Amount)
	rows, err := s.Views.Ledger(t.Context(), stored.Key.Number, "")
	noError(t, err)
	var words []string
	for _, row := range rows {
		if row.Event == "resolved" {
			words = append(words, row.From+" to "+row.To+" by "+row.Door+", "+row.Note)
		}
	}
	alike(t, "decisions", words, []string{"pending to paid by operator, kim: 명세서", "intended to not_executed by operator, kim: letter"})
}
