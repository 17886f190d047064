package query_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/application/status"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

const (
	number  order.Number       = "20220519-0000029"
	partner merchant.PartnerID = "demomall:0:pk_demo"
)

var orderKey = order.Key{Mall: "demomall", Shop: 1, Number: number}

// counter is the mall's side of the application: a handler over stores in memory and a company that
// does what it is told.
type counter struct {
	query.PaymentStatusHandler

	t        *testing.T
	clock    *fakeclock.Clock
	company  *memory.Company
	store    *memory.Store
	orders   *counted
	view     ports.StatusView // as the handler has it at first
	accounts command.Accounts
	checkout command.CreateCheckoutHandler
	answered []string // who said what, as the metrics hear it
}

// counted are orders that count what they are asked for.
type counted struct {
	ports.Orders
	reads, writes atomic.Int64
}

// Get implements ports.Orders.
func (c *counted) Get(ctx context.Context, by ports.OrderQuery) (*order.Order, error) {
	c.reads.Add(1)
	return c.Orders.Get(ctx, by)
}

// Update implements ports.Orders.
func (c *counted) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	c.writes.Add(1)
	return c.Orders.Update(ctx, id, change, with...)
}

// newCounter returns one with a merchant whose company is edited, if at all.
func newCounter(t *testing.T, edits ...func(*ports.Sheet)) *counter {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	c := &counter{
		t: t, clock: clock, company: memory.NewCompany(clock, edits...),
		store: memory.New(task.React, clock, memory.Options{}), view: memory.NewStatusView(clock, memory.StatusViewOptions{}),
	}
	keyring, err := memory.NewKeyring()
	c.must(err)
	c.orders = &counted{Orders: c.store.Orders()}
	companies := memory.Gateways{"memory": c.company}
	accounts := command.Accounts{Merchants: c.store.Merchants(), Keyring: keyring, Gateways: companies}
	c.accounts = accounts
	inquiry := command.Inquiry{Accounts: accounts, Orders: c.store.Orders(), Clock: clock}
	c.checkout = command.CreateCheckoutHandler{Inquiry: inquiry, Mall: &memory.Mall{}, Links: links{}, IDs: &ids{}, Trace: untraced{}}
	c.PaymentStatusHandler = query.PaymentStatusHandler{
		View: c.view, Orders: c.orders, Gateways: companies, Asker: inquiry, Clock: clock,
		Answered: func(_ context.Context, source string, paid, repaired bool) {
			c.answered = append(c.answered, fmt.Sprint(source, " ", paid, " ", repaired))
		},
	}
	_, err = command.ImportMerchantsHandler{Accounts: accounts, Clock: clock}.Handle(t.Context(), command.ImportMerchants{
		Merchants: []command.MerchantImport{{
			Mall: "demomall", Gateway: "memory", PublicKey: "pk_demo", SecretKey: ports.NewSecret("sk_demo"),
			Shops: []command.ShopImport{{No: 1, Name: "Demo", Currency: "PHP", Enabled: true}},
		}},
	})
	c.must(err)
	return c
}

// open sends a checkout request, synchronous unless it is edited, which must be answered with a page.
func (c *counter) open(edits ...func(*command.CreateCheckout)) {
	c.t.Helper()
	amount, err := money.Parse("3065.00", "PHP")
	c.must(err)
	in := command.CreateCheckout{
		Shop: 1, Number: number, Amount: amount,
		Request: order.Request{
			Way: order.Sync, Partner: partner, AmountText: "3065.00", PayMethod: "card", ExtraData: []byte(`{"LogKey":"1"}`),
			ReturnURL: "https://demomall.cafe24.com/Pay/Recv/return", NotifyURL: "https://demomall.cafe24.com/Pay/Recv/noty",
		},
	}
	for _, edit := range edits {
		edit(&in)
	}
	_, err = c.checkout.Handle(c.t.Context(), in)
	c.must(err)
}

// settle moves the company's n-th order, counted from 1.
func (c *counter) settle(n int, state payment.State) {
	c.t.Helper()
	if !c.company.Settle(c.company.Opened()[n-1].Code, state) {
		c.t.Fatalf("the company has no order %d", n)
	}
}

// paid opens an order that the buyer pays and that we have heard of.
func (c *counter) paid() {
	c.t.Helper()
	c.open()
	c.settle(1, payment.Paid)
	c.learn(0)
}

// learn asks the company about the order's n-th attempt, counted from 0.
func (c *counter) learn(n int) {
	c.t.Helper()
	s := c.order().Snapshot()
	_, err := c.checkout.Ask(c.t.Context(), s, s.Payments[n], order.WebhookDoor)
	c.must(err)
}

// order reads past what counts.
func (c *counter) order() *order.Order {
	c.t.Helper()
	o, err := c.store.Orders().Get(c.t.Context(), ports.OrderQuery{Key: orderKey})
	c.must(err)
	return o
}

// change does something to the order.
func (c *counter) change(do func(*order.Order)) {
	c.t.Helper()
	_, err := c.store.Orders().Update(c.t.Context(), c.order().Snapshot().ID, func(o *order.Order) error {
		do(o)
		return nil
	})
	c.must(err)
}

// project writes the view as the projection job does.
func (c *counter) project() {
	c.t.Helper()
	_, err := c.view.Put(c.t.Context(), status.Of(c.order()))
	c.must(err)
}

func (c *counter) key() ports.StatusKey {
	c.t.Helper()
	return ports.StatusKey(c.order().Snapshot().StatusKey)
}

// ask is the mall's question.
func (c *counter) ask() (query.Status, error) {
	c.t.Helper()
	return c.Handle(c.t.Context(), query.PaymentStatus{Key: c.key()})
}

// says asks and checks what is answered, and by whom.
func (c *counter) says(paid bool, source string) query.Status {
	c.t.Helper()
	s, err := c.ask()
	c.must(err)
	if s.Paid != paid || s.Source != source {
		c.t.Errorf("%s says paid %t, want %s and %t", s.Source, s.Paid, source, paid)
	}
	return s
}

// news is says that also checks whether the mall learns of the payment by the answer.
func (c *counter) news(paid bool, source string, news bool) {
	c.t.Helper()
	if s := c.says(paid, source); s.News != news {
		c.t.Errorf("%s says paid %t: news %t, want %t", source, paid, s.News, news)
	}
}

// refuses asks and checks why there is no answer.
func (c *counter) refuses(kind fault.Kind, code string) {
	c.t.Helper()
	s, err := c.ask()
	c.wantFault(s, err, kind, code)
}

func (c *counter) wantFault(s query.Status, err error, kind fault.Kind, code string) {
	c.t.Helper()
	if !fault.Is(err, kind) || fault.Of(err).Code != code {
		c.t.Errorf("got %+v, %v, want kind %d with code %s", s, err, kind, code)
	}
}

func (c *counter) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("unexpected error: %v", err)
	}
}

// ids rise, the same in every run.
type ids struct{ n atomic.Int64 }

// NewID implements ports.IDs.
func (i *ids) NewID() string { return fmt.Sprintf("id-%06d", i.n.Add(1)) }

// links are addresses that nobody calls.
type links struct{}

// Callback implements ports.Links.
func (links) Callback(id payment.ID) string { return "https://app.example/callback/" + string(id) }

// SyncCallback implements ports.Links.
func (links) SyncCallback(key ports.StatusKey) string {
	return "https://app.example/sync/" + string(key)
}

// Webhook implements ports.Links.
func (links) Webhook(gateway string, id merchant.ID) string {
	return "https://app.example/" + gateway + "/" + string(id)
}

// RefundWebhook implements ports.Links.
func (links) RefundWebhook(gateway string, id merchant.ID) string {
	return "https://app.example/" + gateway + "/" + string(id) + "/refunds"
}

// untraced implements ports.Trace without traces.
type untraced struct{}

// Current implements ports.Trace.
func (untraced) Current(context.Context) string { return "" }

// Join implements ports.Trace.
func (untraced) Join(ctx context.Context, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}
