package command_test

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// edit changes the checkout request that a test sends.
type edit func(*command.CreateCheckout)

func (w *world) request(edits ...edit) command.CreateCheckout {
	w.t.Helper()
	in := command.CreateCheckout{
		Shop: 1, Number: number, Amount: w.money("3065.00", "PHP"),
		Request: order.Request{
			Way: order.Async, Partner: partner, AmountText: "3065.00", PayMethod: "card",
			ReturnURL: returnTo, NotifyURL: notifyTo, ExtraData: []byte(`{"LogKey":"1"}`),
		},
	}
	for _, e := range edits {
		e(&in)
	}
	return in
}

// amount makes the request one of another amount.
func (w *world) amount(text string) edit {
	w.t.Helper()
	m := w.money(text, "PHP")
	return func(in *command.CreateCheckout) { in.Amount, in.Request.AmountText = m, text }
}

// logKey makes the request differ where no signature and no amount is concerned.
func logKey(text string) edit {
	return func(in *command.CreateCheckout) { in.Request.ExtraData = []byte(`{"LogKey":"` + text + `"}`) }
}

// ask sends a checkout request.
func (w *world) ask(edits ...edit) (command.PaymentPage, error) {
	w.t.Helper()
	return w.checkout.Handle(w.t.Context(), w.request(edits...))
}

// open sends a checkout request that must be answered with a page, and returns the page.
func (w *world) open(edits ...edit) string {
	w.t.Helper()
	page, err := w.ask(edits...)
	w.must(err)
	return page.URL
}

// refused sends a checkout request that must not be answered with a page.
func (w *world) refused(kind fault.Kind, code string, edits ...edit) {
	w.t.Helper()
	page, err := w.ask(edits...)
	if page.URL != "" {
		w.t.Fatalf("got the page %s", page.URL)
	}
	w.wantFault(err, kind, code)
}

// settle moves the company's n-th order, counted from 1, as its buyer does.
func (w *world) settle(n int, state payment.State) {
	w.t.Helper()
	opened := w.company.Opened()
	if len(opened) < n || !w.company.Settle(opened[n-1].Code, state) {
		w.t.Fatalf("the company has %d orders, not %d", len(opened), n)
	}
}

// paid opens a payment that the buyer pays.
func (w *world) paid() {
	w.t.Helper()
	w.open()
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
}

// closed opens a payment that comes to an end without money, and lets everybody know but the mall.
func (w *world) closed(state payment.State) {
	w.t.Helper()
	w.open()
	w.settle(1, state)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
}

// approved is a buyer's return that must find its payment.
func (w *world) approved(in command.ApprovePayment) command.BuyerReturn {
	w.t.Helper()
	back, err := w.approve.Handle(w.t.Context(), in)
	w.must(err)
	return back
}

// claim is the company's webhook body about its n-th order, whatever the truth is.
func (w *world) claim(n int, state payment.State) []byte {
	w.t.Helper()
	o := w.company.Opened()[n-1]
	w.settle(n, state)
	body, err := w.company.Letter(ourKeys, o.Code)
	w.must(err)
	w.settle(n, o.State)
	return body
}

// forged is a webhook body about the company's first order, with other content but a right digest.
func (w *world) forged(keys ports.Keys, reference string, m money.Money) []byte {
	w.t.Helper()
	forger := memory.NewCompany(w.clock)
	body, err := forger.PrepareOpening(ports.Opening{Reference: reference, Amount: m})
	w.must(err)
	a, err := forger.Open(w.t.Context(), keys, "forged", body)
	w.must(err)
	body, err = forger.Letter(keys, a.Code)
	w.must(err)
	return body
}

// deliver brings a webhook to the merchant's own route.
func (w *world) deliver(body []byte) (command.Received, error) {
	w.t.Helper()
	return w.receive.Handle(w.t.Context(), command.RecordPaymentResult{Gateway: "memory", Merchant: w.merchant(), Body: body})
}

// accepted is a webhook that must be stored for a known payment.
func (w *world) accepted(body []byte) {
	w.t.Helper()
	got, err := w.deliver(body)
	w.must(err)
	if got.Parked {
		w.t.Fatal("the letter was parked")
	}
}

func (w *world) merchant() merchant.ID {
	w.t.Helper()
	m, err := w.store.Merchants().Get(w.t.Context(), ports.MerchantQuery{Mall: mallID})
	w.must(err)
	return m.Snapshot().ID
}

func (w *world) order() order.Snapshot {
	w.t.Helper()
	o, err := w.store.Orders().Get(w.t.Context(), ports.OrderQuery{Key: orderKey})
	w.must(err)
	return o.Snapshot()
}

// attempt is the n-th attempt of the order, counted from 1.
func (w *world) attempt(n int) payment.Snapshot {
	w.t.Helper()
	payments := w.order().Payments
	if len(payments) < n {
		w.t.Fatalf("the order has %d attempts, not %d", len(payments), n)
	}
	return payments[n-1]
}

// told are the notices about payments that reached the mall, oldest first.
func (w *world) told() []ports.PaymentNotice {
	w.t.Helper()
	var notices []ports.PaymentNotice
	for _, d := range w.mall.Received() {
		if strings.HasPrefix(d.URL, cancelTo) {
			continue
		}
		var n ports.PaymentNotice
		w.must(json.Unmarshal(d.Body, &n))
		notices = append(notices, n)
	}
	return notices
}

// ledger is what happened to the order, oldest first.
func (w *world) ledger() []ports.LedgerRow {
	w.t.Helper()
	rows, err := w.store.Views().Ledger(w.t.Context(), number, mallID)
	w.must(err)
	return rows
}

// happened counts the events of one kind.
func (w *world) happened(kind order.EventKind) int {
	w.t.Helper()
	return len(slices.Collect(func(yield func(ports.LedgerRow) bool) {
		for _, row := range w.ledger() {
			if row.Event == kind.String() && !yield(row) {
				return
			}
		}
	}))
}

func (w *world) money(text string, c money.Currency) money.Money {
	w.t.Helper()
	m, err := money.Parse(text, c)
	w.must(err)
	return m
}

func (w *world) wantFault(err error, kind fault.Kind, code string) {
	w.t.Helper()
	if !fault.Is(err, kind) || fault.Of(err).Code != code {
		w.t.Errorf("got %v, want kind %d with code %s", err, kind, code)
	}
}

// same checks that two values are equal.
func same[T comparable](w *world, what string, got, want T) {
	w.t.Helper()
	if got != want {
		w.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// alike checks that two lists are equal.
func alike[T comparable](w *world, what string, got, want []T) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		w.t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func seconds(counts ...int) []time.Duration {
	waits := make([]time.Duration, len(counts))
	for i, n := range counts {
		waits[i] = time.Duration(n) * time.Second
	}
	return waits
}
