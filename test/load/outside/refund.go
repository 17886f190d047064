package outside

import (
	"encoding/json"
	"strconv"

	"github.com/valyala/fasthttp"
)

// Refunds is how many refunds the order with the reference has.
func (c *Company) Refunds(reference string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if o := c.orders[reference]; o != nil {
		return o.refunds
	}
	return 0
}

// refund gives every wish its own refund, at once. A measurement sends none twice.
func (c *Company) refund(ctx *fasthttp.RequestCtx) {
	var wanted struct {
		Order    string `json:"order_code"`
		Amount   string `json:"refund_amount"`
		Currency string `json:"currency"`
	}
	if json.Unmarshal(ctx.PostBody(), &wanted) != nil || wanted.Amount == "" {
		refuse(ctx, fasthttp.StatusUnprocessableEntity, "refund_amount is required")
		return
	}
	serial, known := c.count(wanted.Order)
	if !known {
		refuse(ctx, fasthttp.StatusNotFound, "Order not found")
		return
	}
	answer(ctx, refundView{
		OK: fasthttp.StatusOK, Code: wanted.Order + "-refund-" + strconv.Itoa(serial), Order: wanted.Order, Letter: "R",
		Amount: wanted.Amount, Currency: wanted.Currency,
	})
}

func (c *Company) count(code string) (serial int, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for reference, o := range c.orders {
		if Code(reference) == code {
			o.refunds++
			return o.refunds, true
		}
	}
	return 0, false
}

type refundView struct {
	OK       int    `json:"code"`
	Code     string `json:"refund_code"`
	Order    string `json:"order_code"`
	Letter   string `json:"refund_status"`
	Amount   string `json:"request_refund_amount"`
	Currency string `json:"currency"`
}
