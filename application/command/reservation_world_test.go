package command_test

import (
	"context"
	"sync"
	"testing"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// till is what the mall wants for a cart: 65 for sending it, unless a test says otherwise.
type till struct {
	mu    sync.Mutex
	fee   string
	err   error
	asked int
}

// Calculate implements ports.Calculator.
func (c *till) Calculate(_ context.Context, _ merchant.MallID, _ int, bought cart.Cart, _ ports.Address, currency money.Currency) (ports.Calculation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if c.err != nil {
		return ports.Calculation{}, c.err
	}
	items, err := bought.Total()
	if err != nil {
		return ports.Calculation{}, err
	}
	fee, err := money.Parse(c.fee, currency)
	if err != nil {
		return ports.Calculation{}, err
	}
	total, err := items.Add(fee)
	return ports.Calculation{
		Total: total, TotalText: total.String(), Items: items, Shipping: fee, Discount: money.Zero(currency), Rebate: money.Zero(currency),
	}, err
}

func (c *till) wants(fee string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fee, c.err = fee, err
}

// reviewLinks are the addresses that buyers get.
type reviewLinks struct{}

// Review implements ports.ReviewLinks.
func (reviewLinks) Review(token string) string { return "https://app.example/review/" + token }

// Agreed implements ports.ReviewLinks.
func (reviewLinks) Agreed(id payment.ID) string { return "https://app.example/agreed/" + string(id) }

// counterWorld is a world with a button.
type counterWorld struct {
	*world
	till    *till
	reserve command.ReserveOrderHandler
	review  command.ReviewOrderHandler
	pay     command.PayReservationHandler
}

// newCounter returns a world whose shop takes external checkout.
func newCounter(t *testing.T) *counterWorld {
	t.Helper()
	return counterOf(newWorld(t))
}

// counterOf gives the world's shop the button.
func counterOf(w *world) *counterWorld {
	w.t.Helper()
	w.link("pk_demo", "sk_demo", withButton)
	w.company.Live(ports.Address{Name: "Maria Santos", City: "Manila", Country: "Philippines"})
	c := &counterWorld{world: w, till: &till{fee: "65.00"}}
	inquiry := w.checkout.Inquiry
	pricing := command.Pricing{Accounts: inquiry.Accounts, Orders: inquiry.Orders, Reservations: w.store.Reservations(), Calculator: c.till, Clock: w.clock}
	c.reserve = command.ReserveOrderHandler{
		Inquiry: inquiry, Reservations: w.store.Reservations(), Pages: w.mall, Links: links{}, Reviews: reviewLinks{}, IDs: w.checkout.IDs, Trace: untraced{},
	}
	c.review = command.ReviewOrderHandler{Pricing: pricing, Trace: untraced{}}
	c.pay = command.PayReservationHandler{Pricing: pricing, Inquiry: inquiry, Reviews: reviewLinks{}, Trace: untraced{}}
	return c
}

// payload is what a page says about the order: two lines, 1900 in all.
func (c *counterWorld) payload(edits ...func(*command.ReserveOrder)) command.ReserveOrder {
	line := cart.Line{Product: 22, Variant: "A", Quantity: 1, Price: c.money("1000.00", "PHP"), OptionPrice: c.money("100.00", "PHP"), Prepaid: true, Name: "Basic"}
	less, err := money.ParseSigned("-200.00", "PHP")
	c.must(err)
	other := line
	other.Variant, other.OptionPrice = "B", less
	in := command.ReserveOrder{
		Mall: mallID, Shop: 1, Number: number, Currency: "PHP", Cart: cart.Cart{Lines: []cart.Line{line, other}, Member: "mockbuyer", Shipping: "A"},
		Intent: "intent-1", NotifyURL: "http://demomall.cafe24.com/Pay/Recv/noty", ReturnURL: "http://demomall.cafe24.com/shop2",
	}
	for _, edit := range edits {
		edit(&in)
	}
	return in
}

func another(in *command.ReserveOrder) { in.Intent = "intent-2" }

// reserved sends a payload that must be taken.
func (c *counterWorld) reserved(edits ...func(*command.ReserveOrder)) string {
	c.t.Helper()
	got, err := c.reserve.Handle(c.t.Context(), c.payload(edits...))
	c.must(err)
	return string(got.Data)
}

// token is that of the n-th attempt's link.
func (c *counterWorld) token(n int) command.Named {
	c.t.Helper()
	o := c.stored()
	r, err := c.store.Reservations().Get(c.t.Context(), ports.ReservationQuery{Payment: o.Payments[n-1].ID})
	c.must(err)
	return command.Named{ReservationQuery: ports.ReservationQuery{Token: r.Token}}
}

// look reviews, and returns what is to be paid.
func (c *counterWorld) look(n int) string {
	c.t.Helper()
	r, err := c.review.Handle(c.t.Context(), command.ReviewOrder{Named: c.token(n)})
	c.must(err)
	return r.Total.String()
}

// press agrees.
func (c *counterWorld) press(n int, seen string) (string, error) {
	c.t.Helper()
	page, err := c.pay.Handle(c.t.Context(), command.PayReservation{Named: c.token(n), Seen: seen})
	return page.URL, err
}

// agreedTo reviews and agrees, and returns the company's page.
func (c *counterWorld) agreedTo(n int) string {
	c.t.Helper()
	page, err := c.press(n, c.look(n))
	c.must(err)
	return page
}

func (c *counterWorld) stored() order.Snapshot {
	c.t.Helper()
	o, err := c.store.Orders().Get(c.t.Context(), ports.OrderQuery{Key: orderKey})
	c.must(err)
	return o.Snapshot()
}

// holdsOnly says what the company has for the order: one order of this amount.
func (c *counterWorld) holdsOnly(amount string) {
	c.t.Helper()
	opened := c.company.Opened()
	if len(opened) != 1 || opened[0].Amount.String() != amount {
		c.t.Errorf("the company has %+v, want one order of %s", opened, amount)
	}
}

func (c *counterWorld) refuses(err error, kind fault.Kind, code string) {
	c.t.Helper()
	c.wantFault(err, kind, code)
}

// newReviewed is newCounter with an order that was reserved and looked at by its buyer.
func newReviewed(t *testing.T) *counterWorld {
	t.Helper()
	c := newCounter(t)
	c.reserved()
	c.look(1)
	return c
}

// agreesInDoubt lets the buyer agree while nobody hears what the company says to it.
func (c *counterWorld) agreesInDoubt(trouble memory.Trouble) {
	c.t.Helper()
	c.company.Next(memory.PayCall, trouble)
	_, err := c.press(1, "1965.00")
	c.refuses(err, fault.Indeterminate, "in_doubt")
}
