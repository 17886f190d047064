package outside

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// Company is a payment company without delay. Its codes are made of the references, so that a
// repeated call gets the same answer and a measurement knows the code of every order.
type Company struct {
	base string

	mu     sync.RWMutex
	orders map[string]*companyOrder // by reference
}

type companyOrder struct {
	amount, currency        string
	callbackURL, webhookURL string
	paid                    bool
	refunds                 int
	took, showing           time.Duration
}

// Order is what the company sends the buyer back with and writes letters about.
type Order struct{ Reference, Code, CallbackURL, WebhookURL string }

// Code is the company's code of the order with the reference.
func Code(reference string) string { return "pg-order-" + reference }

// OrderTook returns how long the company worked on creating the order with the reference: from the
// moment when the request was read to the moment when the answer went to its connection. It is 0 for
// an unknown order.
func (c *Company) OrderTook(reference string) time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if o := c.orders[reference]; o != nil {
		return o.took
	}
	return 0
}

// ShowingTook is OrderTook for the last question about the order, 0 when there was none.
func (c *Company) ShowingTook(reference string) time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if o := c.orders[reference]; o != nil {
		return o.showing
	}
	return 0
}

// PayAll makes every order paid and returns them, by reference. It sends no letters.
func (c *Company) PayAll() []Order {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Order, 0, len(c.orders))
	for reference, o := range c.orders {
		o.paid = true
		all = append(all, Order{Reference: reference, Code: Code(reference), CallbackURL: o.callbackURL, WebhookURL: o.webhookURL})
	}
	slices.SortFunc(all, func(a, b Order) int { return strings.Compare(a.Reference, b.Reference) })
	return all
}

func (c *Company) serve(ctx *fasthttp.RequestCtx) {
	arrived := time.Now()
	path := string(ctx.Path())
	switch code, byCode := strings.CutPrefix(path, "/v1/orders/"); {
	case ctx.IsPost() && byCode && strings.HasSuffix(code, "/refunds"):
		c.refund(ctx)
	case ctx.IsPost() && path == "/v1/orders":
		c.create(ctx, arrived)
	case ctx.IsGet() && byCode:
		c.show(ctx, strings.TrimPrefix(code, Code("")), arrived)
	default:
		refuse(ctx, fasthttp.StatusNotFound, "there is no such thing here")
	}
}

func (c *Company) create(ctx *fasthttp.RequestCtx, arrived time.Time) {
	var wanted struct {
		Reference string `json:"reference_no"`
		Amount    string `json:"amount"`
		Currency  string `json:"currency"`
		Callback  string `json:"callback_url"`
		Webhook   string `json:"webhook_url"`
	}
	if json.Unmarshal(ctx.PostBody(), &wanted) != nil || wanted.Reference == "" {
		refuse(ctx, fasthttp.StatusUnprocessableEntity, "reference_no is required")
		return
	}
	code := Code(wanted.Reference)
	answer(ctx, orderCreated{OK: fasthttp.StatusOK, Code: code, Page: c.page(code), Letter: "P"})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.orders[wanted.Reference] = &companyOrder{
		amount: wanted.Amount, currency: wanted.Currency, callbackURL: wanted.Callback, webhookURL: wanted.Webhook, took: time.Since(arrived),
	}
}

func (c *Company) show(ctx *fasthttp.RequestCtx, reference string, arrived time.Time) {
	c.mu.RLock()
	o := c.orders[reference]
	var seen companyOrder
	if o != nil {
		seen = *o
	}
	c.mu.RUnlock()
	if o == nil {
		refuse(ctx, fasthttp.StatusNotFound, "Order not found")
		return
	}
	code := Code(reference)
	view := orderView{
		OK: fasthttp.StatusOK, Code: code, Reference: reference, Letter: "P", Page: c.page(code),
		Created: "2026-11-03T00:00:00Z", Expires: "2036-11-03T00:00:00Z",
		Amount: seen.amount, Currency: seen.currency, Paid: "0.00", Refunded: "0.00",
	}
	if seen.paid {
		view.Letter, view.Page, view.Paid = "S", "", seen.amount
	}
	answer(ctx, view)
	c.mu.Lock()
	defer c.mu.Unlock()
	o.showing = time.Since(arrived)
}

func (c *Company) page(code string) string { return c.base + "/pay/" + code }

type orderCreated struct {
	OK     int    `json:"code"`
	Code   string `json:"reference_no"`
	Page   string `json:"redirect_uri"`
	Letter string `json:"order_status"`
}

type orderView struct {
	OK        int    `json:"code"`
	Code      string `json:"reference_no"`
	Reference string `json:"merchant_reference_no"`
	Letter    string `json:"order_status"`
	Page      string `json:"redirect_uri,omitempty"`
	Created   string `json:"created_at"`
	Expires   string `json:"expires_at"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Paid      string `json:"paid_amount"`
	Refunded  string `json:"refunded_amount"`
}

type problem struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func refuse(ctx *fasthttp.RequestCtx, status int, message string) {
	ctx.SetStatusCode(status)
	answer(ctx, problem{Code: status, Message: message})
}

func answer(ctx *fasthttp.RequestCtx, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		ctx.SetStatusCode(fasthttp.StatusInternalServerError)
		return
	}
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
}
