package database_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paybridge/adapters/database"
	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// now is when the tests with a fake clock happen.
var now = time.Date(2026, 11, 22, 10, 0, 0, 123_456_000, time.UTC)

// untraced is a tracer without spans.
type untraced struct{}

func (untraced) Current(context.Context) string { return "" }

func (untraced) Join(ctx context.Context, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// instance is one of several programs that share a database.
type instance struct {
	db     *database.DB
	orders *database.Orders
	outbox *database.Outbox
	inbox  *database.Inbox
	clock  *fakeclock.Clock
}

// instances opens n of them on one fresh PostgreSQL schema.
func instances(t *testing.T, n int) []instance {
	t.Helper()
	address, clock := freshPostgres(t), fakeclock.New(now)
	all := make([]instance, n)
	for i := range all {
		all[i] = start(open(t, address), clock)
	}
	return all
}

func start(db *database.DB, clock *fakeclock.Clock) instance {
	return instance{
		db: db, clock: clock,
		orders: database.NewOrders(db, task.React, clock, untraced{}),
		outbox: database.NewOutbox(db, clock),
		inbox:  database.NewInbox(db, clock, 10),
	}
}

// opened makes the n-th order with one attempt; it is not stored.
func (i instance) opened(t *testing.T, n int) *order.Order {
	t.Helper()
	pesos, err := money.FromMinor(306_500, "PHP")
	noError(t, err)
	key := order.Key{Mall: "demomall", Shop: 1, Number: order.Number(fmt.Sprintf("20261122-%07d", n))}
	o := order.New(order.ID(fmt.Sprint("order-", n)), key, "merchant-1", i.clock.Now())
	r := order.Request{
		Way: order.Async, Partner: "demomall:0:key", AmountText: "3065.00", PayMethod: "card", ReturnURL: "https://demomall.cafe24.com/return",
		NotifyURL: fmt.Sprintf("https://mall-%03d.cafe24.com/noty", n), ExtraData: []byte(`{"LogKey":"1"}`), ReceivedAt: i.clock.Now(),
	}
	_, err = o.Checkout(r, pesos, nil, order.Limits{CallBudget: time.Second, KeyLifetime: time.Hour}, func(attempt int) (payment.Snapshot, error) {
		return payment.Snapshot{
			ID: payment.ID(fmt.Sprint("payment-", n, "-", attempt)), Amount: pesos,
			Account: merchant.Account{Gateway: "demo", Fingerprint: "account-1", Version: 1}, Reference: key.PaymentReference(attempt, false),
			Key: key.PaymentKey(attempt), Request: []byte(`{"amount":"3065.00"}`),
		}, nil
	})
	noError(t, err)
	return o
}

// stored opens the n-th order and stores it.
func (i instance) stored(t *testing.T, n int) order.ID {
	t.Helper()
	o := i.opened(t, n)
	noError(t, i.orders.Create(t.Context(), o))
	return o.Snapshot().ID
}

// pay makes the newest attempt of an order paid, which is told to its mall at once.
func (i instance) pay(t *testing.T, id order.ID) {
	t.Helper()
	i.tell(t, id, payment.Paid)
}

// tell applies the company's word about the newest attempt.
func (i instance) tell(t *testing.T, id order.ID, state payment.State) {
	t.Helper()
	_, err := i.orders.Update(t.Context(), id, func(o *order.Order) error {
		return answer(o, len(o.Snapshot().Payments)-1, state, i.clock.Now())
	})
	noError(t, err)
}

func answer(o *order.Order, attempt int, state payment.State, at time.Time) error {
	p := o.Snapshot().Payments[attempt]
	a := payment.Answer{
		Code: "code of " + string(p.ID), Reference: p.Reference, State: state, Amount: p.Amount,
		Paid: money.Zero(p.Amount.Currency()), Refunded: money.Zero(p.Amount.Currency()), AskedAt: at,
	}
	if state == payment.Paid {
		a.Paid = p.Amount
	}
	return o.Apply(p.ID, a, order.WebhookDoor, at)
}

// remark is the smallest change of an order.
func remark(text string, at time.Time) func(*order.Order) error {
	return func(o *order.Order) error {
		o.MallRefuses(o.Last().ID, text, at)
		return nil
	}
}

func (i instance) claim(t *testing.T, n, perPeer int) []ports.Job {
	t.Helper()
	jobs, err := i.outbox.Claim(t.Context(), n, perPeer, lease)
	noError(t, err)
	return jobs
}

func (i instance) get(t *testing.T, id order.ID) order.Snapshot {
	t.Helper()
	o, err := i.orders.Get(t.Context(), ports.OrderQuery{ID: id})
	noError(t, err)
	return o.Snapshot()
}

const lease = 10 * time.Second

// twicePaid stores an order of which two attempts are paid: the second is a surplus.
func twicePaid(t *testing.T, in instance) order.ID {
	t.Helper()
	id := in.stored(t, 1)
	in.tell(t, id, payment.Failed)
	o := in.opened(t, 1)
	_, err := in.orders.Update(t.Context(), id, func(stored *order.Order) error {
		terms := o.Last()
		_, err := stored.Checkout(o.Snapshot().Latest, terms.Amount, nil, order.Limits{}, func(n int) (payment.Snapshot, error) {
			terms.ID, terms.Reference, terms.Key = "payment-second", "second", stored.Snapshot().Key.PaymentKey(n)
			return terms, nil
		})
		return err
	})
	noError(t, err)
	in.pay(t, id)
	_, err = in.orders.Update(t.Context(), id, func(o *order.Order) error { return answer(o, 0, payment.Paid, in.clock.Now()) })
	noError(t, err)
	return id
}

// rejectedRefund tries to give the surplus back, in vain: two events and one refund.
func rejectedRefund(n int, at time.Time) func(*order.Order) error {
	return func(o *order.Order) error {
		body := func(refund.Snapshot) ([]byte, error) { return []byte("{}"), nil }
		r, err := o.IntendSurplusRefund(o.Snapshot().Payments[0].ID, refund.ID(fmt.Sprint("refund-", n)), at, body)
		if err != nil {
			return err
		}
		return o.MarkRefund(r.ID, refund.Rejected, "no", order.ReconcilerDoor, at)
	}
}
