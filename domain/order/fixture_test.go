package order_test

import (
	"strconv"
	"testing"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

var (
	start  = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	key    = order.Key{Mall: "demomall", Shop: 1, Number: "20261122-0000001"}
	limits = order.Limits{CallBudget: 5 * time.Second, KeyLifetime: 23 * time.Hour}
)

const (
	one payment.ID = "p-1"
	two payment.ID = "p-2"
)

func pesos(minor int64) money.Money { return amount(minor, "PHP") }

func yen(minor int64) money.Money { return amount(minor, "JPY") }

func amount(minor int64, c money.Currency) money.Money {
	m, err := money.FromMinor(minor, c)
	if err != nil {
		panic(err)
	}
	return m
}

var price = pesos(306_500)

// after is a time of the stories, counted from their start.
func after(d time.Duration) time.Time { return start.Add(d) }

// request is a checkout request that was received d after the start.
func request(d time.Duration) order.Request {
	return order.Request{
		Way: order.Async, Partner: "demomall:0:key", AmountText: "3065.00", PayMethod: "card",
		ReturnURL: "https://demomall.cafe24.com/Pay/Recv/return", NotifyURL: "https://demomall.cafe24.com/Pay/Recv/noty",
		ExtraData: []byte(`{"LogKey":"` + d.String() + `"}`), ReceivedAt: after(d),
	}
}

// terms are those of the n-th attempt. Nothing is derived here: orders are made by the hundred thousand.
func terms(n int) (payment.Snapshot, error) {
	digit := strconv.Itoa(n)
	return payment.Snapshot{
		ID: payment.ID("p-" + digit), Amount: price, Account: merchant.Account{Gateway: "demo", Fingerprint: "fp", Version: 1},
		Reference: string(key.Number) + "-" + digit, Key: "pay_" + digit, Request: []byte("{}"),
	}, nil
}

// opened is an order whose first attempt was just stored.
func opened(t *testing.T) *order.Order {
	t.Helper()
	o := order.New("o-1", key, "m-1", start)
	d, err := o.Checkout(request(0), price, nil, limits, terms)
	if err != nil || d != (order.Decision{Step: order.CallCompany, Payment: one, New: true}) {
		t.Fatalf("first checkout: %+v, %v", d, err)
	}
	return o
}

// twice is an order whose first attempt failed and whose second was just stored.
func twice(t *testing.T) *order.Order {
	t.Helper()
	o := opened(t)
	tell(t, o, one, payment.Failed, time.Minute)
	d, err := o.Checkout(request(2*time.Minute), price, nil, limits, terms)
	if err != nil || d != (order.Decision{Step: order.CallCompany, Payment: two, New: true}) {
		t.Fatalf("second checkout: %+v, %v", d, err)
	}
	return o
}

// says is the company's word about an attempt, asked d after the start.
func says(o *order.Order, id payment.ID, state payment.State, d time.Duration) payment.Answer {
	p, err := o.Payment(id)
	if err != nil {
		panic(err)
	}
	a := payment.Answer{
		Code: "code of " + string(id), Reference: p.Reference, State: state, Amount: p.Amount, Paid: pesos(0), Refunded: pesos(0),
		AskedAt: after(d),
	}
	switch state {
	case payment.Pending:
		a.PageURL, a.FreshUntil = "https://pay.example/"+string(id), after(d+10*time.Minute)
	case payment.Paid:
		a.Paid = p.Amount
	case payment.Requested, payment.Refused, payment.Abandoned, payment.Authorized, payment.Expired, payment.Cancelled, payment.Failed:
	}
	return a
}

// tell applies the company's word about an attempt.
func tell(t *testing.T, o *order.Order, id payment.ID, state payment.State, d time.Duration, edits ...func(*payment.Answer)) {
	t.Helper()
	a := says(o, id, state, d)
	for _, edit := range edits {
		edit(&a)
	}
	if err := o.Apply(id, a, order.ReconcilerDoor, after(d)); err != nil {
		t.Fatal(err)
	}
}

// refunded says that so much went back.
func refunded(minor int64) func(*payment.Answer) {
	return func(a *payment.Answer) { a.Refunded = pesos(minor) }
}

// noBody stands for the body of a refund's call, which means nothing to an order.
func noBody(r refund.Snapshot) ([]byte, error) { return []byte(r.Reference), nil }

// count counts the events of a kind since the order was loaded.
func count(o *order.Order, kind order.EventKind) int {
	n := 0
	for _, e := range o.Changes().Events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// balance is the sum of the movements of an attempt: what the company still has of it.
func balance(movements []order.Movement, id payment.ID) int64 {
	var minor int64
	for _, m := range movements {
		switch {
		case m.Payment != id:
		case m.Kind == order.Charge, m.Kind == order.Reversal:
			minor += m.Amount.Minor()
		default:
			minor -= m.Amount.Minor()
		}
	}
	return minor
}

// firstState is the state of the first attempt.
func firstState(t *testing.T, o *order.Order) payment.State {
	t.Helper()
	p, err := o.Payment(one)
	if err != nil {
		t.Fatal(err)
	}
	return p.State
}
