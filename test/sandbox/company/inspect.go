package company

import (
	"net/http"
	"slices"

	"paybridge/test/sandbox/control"
)

// Order is an order as tests look at it; amounts are decimal text.
type Order struct {
	Code       string `json:"order_code"`
	Account    string `json:"public_key"`
	Reference  string `json:"reference_no"`
	Letter     string `json:"order_status"`
	PageOpen   bool   `json:"page_open"`
	Amount     string `json:"amount"`
	Currency   string `json:"currency"`
	Paid       string `json:"paid_amount"`
	Refunded   string `json:"refunded_amount"`
	WebhookURL string `json:"webhook_url"`
	ReviewURL  string `json:"review_url,omitempty"` // of the external checkout
}

func inspect(o *order) Order {
	return Order{
		Code: o.Code, Account: o.Account, Reference: o.Reference, Letter: o.Letter, PageOpen: o.PageOpen,
		Amount: formatMoney(o.Amount, o.Currency), Currency: o.Currency, Paid: formatMoney(o.Paid, o.Currency),
		Refunded: formatMoney(o.Refunded, o.Currency), WebhookURL: o.WebhookURL, ReviewURL: o.ReviewURL,
	}
}

// Order returns one order.
func (c *Company) Order(code string) (Order, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, exists := c.book.orders[code]
	if !exists {
		return Order{}, false
	}
	return inspect(found), true
}

// Orders returns all orders of all accounts, oldest first.
func (c *Company) Orders() []Order {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]Order, 0, len(c.book.Orders))
	for _, o := range c.book.Orders {
		list = append(list, inspect(o))
	}
	return list
}

// OrdersByReference returns the orders that were created with a reference, whatever the list lag is.
func (c *Company) OrdersByReference(text string) []Order {
	return slices.DeleteFunc(c.Orders(), func(o Order) bool { return o.Reference != text })
}

// Refund is a refund as tests look at it; the amount is decimal text.
type Refund struct {
	Code      string `json:"refund_code"`
	Reference string `json:"reference_no"`
	Letter    string `json:"refund_status"`
	Amount    string `json:"refund_amount"`
}

// Refunds returns the refunds of an order, oldest first.
func (c *Company) Refunds(orderCode string) []Refund {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []Refund{}
	for _, r := range c.book.Refunds {
		if r.OrderCode == orderCode {
			list = append(list, Refund{Code: r.Code, Reference: r.Reference, Letter: r.Letter, Amount: formatMoney(r.Amount, r.Currency)})
		}
	}
	return list
}

// Totals counts what the company holds; sums are decimal text of one currency.
type Totals struct {
	Orders, Refunds int
	Paid, Refunded  string
}

// Totals counts the orders and refunds in one currency and sums up what was paid and refunded.
func (c *Company) Totals(currency string) Totals {
	c.mu.Lock()
	defer c.mu.Unlock()
	totals := Totals{}
	var paidSum, refundedSum int64
	for _, o := range c.book.Orders {
		if o.Currency == currency {
			totals.Orders++
			paidSum += o.Paid
			refundedSum += o.Refunded
		}
	}
	for _, r := range c.book.Refunds {
		if r.Currency == currency {
			totals.Refunds++
		}
	}
	totals.Paid, totals.Refunded = formatMoney(paidSum, currency), formatMoney(refundedSum, currency)
	return totals
}

// Webhooks returns the deliveries under way and the newest finished ones, oldest first.
func (c *Company) Webhooks() []Delivery { return c.webhooks.all() }

func (c *Company) showOrders(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, c.Orders())
}

func (c *Company) showWebhooks(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, c.Webhooks())
}
