package contract

import (
	"fmt"
	"testing"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// draft is what an order of the suites is made from; a clause edits what it cares about.
type draft struct {
	id        order.ID
	key       order.Key
	merchant  merchant.ID
	account   merchant.Account
	amount    money.Money
	reference string
	request   []byte
	extra     []byte
	notify    string
	way       order.Way
}

// open makes an order with one attempt that the company has not heard of yet. It is not stored.
func (s *shelf) open(t *testing.T, edits ...func(*draft)) *order.Order {
	t.Helper()
	d := draft{
		id:       order.ID(s.NewID()),
		key:      order.Key{Mall: "demomall", Shop: 1, Number: order.Number(fmt.Sprintf("20261122-%07d", s.next()))},
		merchant: "merchant-1",
		account:  merchant.Account{Gateway: "demo", Fingerprint: "account-1", Version: 1},
		amount:   amount(t, 306_500, "PHP"),
		request:  []byte(`{"amount":"3065.00"}`),
		extra:    []byte(`{"LogKey":"1"}`),
		notify:   "https://demomall.cafe24.com/Pay/Recv/noty",
		way:      order.Async,
	}
	for _, edit := range edits {
		edit(&d)
	}
	if d.reference == "" {
		d.reference = d.key.PaymentReference(1, false)
	}
	o := order.New(d.id, d.key, d.merchant, s.clock.Now())
	noError(t, s.attempt(o, d))
	return o
}

// attempt sends a checkout request that opens the order's next attempt.
func (s *shelf) attempt(o *order.Order, d draft) error {
	r := order.Request{
		Way: d.way, Partner: "demomall:0:key", AmountText: d.amount.String(), PayMethod: "card",
		ReturnURL: "https://demomall.cafe24.com/Pay/Recv/return", NotifyURL: d.notify, ExtraData: d.extra, ReceivedAt: s.clock.Now(),
	}
	_, err := o.Checkout(r, d.amount, nil, order.Limits{CallBudget: time.Second, KeyLifetime: time.Hour}, func(n int) (payment.Snapshot, error) {
		return payment.Snapshot{
			ID: payment.ID(fmt.Sprintf("%s-%d", d.id, n)), Amount: d.amount, Account: d.account, Reference: d.reference,
			Key: d.key.PaymentKey(n), Request: d.request, Trace: parentOne,
		}, nil
	})
	return err
}

// again opens another attempt of an order whose last one is closed.
func (s *shelf) again(o *order.Order, reference string) error {
	is := o.Snapshot()
	return s.attempt(o, draft{
		id: is.ID, key: is.Key, account: o.Last().Account, amount: o.Last().Amount, reference: reference, notify: is.Latest.NotifyURL, way: is.Latest.Way,
	})
}

// store opens an order and creates it.
func (s *shelf) store(t *testing.T, edits ...func(*draft)) order.Snapshot {
	t.Helper()
	o := s.open(t, edits...)
	noError(t, s.Orders.Create(t.Context(), o))
	return o.Snapshot()
}

// tell applies the company's word about the newest attempt and stores it.
func (s *shelf) tell(t *testing.T, id order.ID, code string, state payment.State) order.Snapshot {
	t.Helper()
	o, err := s.Orders.Update(t.Context(), id, func(o *order.Order) error { return s.answer(o, code, state) })
	noError(t, err)
	return o.Snapshot()
}

func (s *shelf) answer(o *order.Order, code string, state payment.State) error {
	p := o.Last()
	a := payment.Answer{
		Code: code, Reference: p.Reference, State: state, Amount: p.Amount, Paid: money.Zero(p.Amount.Currency()),
		Refunded: money.Zero(p.Amount.Currency()), PageURL: "https://pay.example/" + code, FreshUntil: s.clock.Now().Add(10 * time.Minute),
		AskedAt: s.clock.Now(),
	}
	if state == payment.Paid {
		a.Paid = p.Amount
	}
	return o.Apply(p.ID, a, order.WebhookDoor, s.clock.Now())
}

// load reads an order afresh.
func (s *shelf) load(t *testing.T, id order.ID) *order.Order {
	t.Helper()
	return s.loadWith(t, id, ports.RefundQuery{})
}

// loadWith is load with refunds that ended.
func (s *shelf) loadWith(t *testing.T, id order.ID, with ports.RefundQuery) *order.Order {
	t.Helper()
	o, err := s.Orders.Get(t.Context(), ports.OrderQuery{ID: id, With: with})
	noError(t, err)
	return o
}

// ledger is everything that was recorded of an order.
func (s *shelf) ledger(t *testing.T, k order.Key) []ports.LedgerRow {
	t.Helper()
	rows, err := s.Views.Ledger(t.Context(), k.Number, k.Mall)
	noError(t, err)
	return rows
}

func amount(t *testing.T, minor int64, c money.Currency) money.Money {
	t.Helper()
	m, err := money.FromMinor(minor, c)
	noError(t, err)
	return m
}

// centavos is so many centavos.
func centavos(minor int64) money.Money {
	m, err := money.FromMinor(minor, "PHP")
	if err != nil {
		panic(err) // PHP is known: cannot happen
	}
	return m
}

// Two traces, as W3C traceparents and as the ids in them.
const (
	traceOne  = "0af7651916cd43dd8448eb211c80319c"
	parentOne = "00-" + traceOne + "-b7ad6b7169203331-01"
	traceTwo  = "4bf92f3577b34da6a3ce929d0e0e4736"
	parentTwo = "00-" + traceTwo + "-00f067aa0ba902b7-01"
)
