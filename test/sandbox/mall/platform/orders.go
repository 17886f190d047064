package platform

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Order is what the platform tells about an order of the mall. Amounts are decimal text.
type Order struct {
	ID, Currency, Amount, TID string
	Created                   time.Time
	Paid                      bool
	Items                     []Item
	// Cancelling says that the merchant has begun to cancel it; Cancelled that all of it is refunded.
	Cancelling, Cancelled bool
	Refunds               []Refund
}

// Item is a position of an order.
type Item struct {
	Name, Price string
	Quantity    int
}

// Refund is money on its way back, or back when Done.
type Refund struct {
	Amount string
	Begun  time.Time
	Done   bool
}

// inProgress says whether money is about to go back.
func (o Order) inProgress() bool {
	return o.Cancelling || slices.ContainsFunc(o.Refunds, func(r Refund) bool { return !r.Done })
}

// showOrder serves GET orders/{order_id}.
func (p *Platform) showOrder(c call) answer {
	order, exists := Order{}, false
	if p.config.Order != nil && c.shopNo == 1 {
		order, exists = p.config.Order(c.mall, c.PathValue("order_id"))
	}
	if !exists {
		return failed(http.StatusNotFound, "there is no such order")
	}
	shown := map[string]any{
		"shop_no": 1, "currency": order.Currency, "order_id": order.ID, "market_id": "self", "payment_method": []string{"etc"},
		"transaction_ids": nil, "paid": flag(order.Paid), "canceled": canceled(order), "order_date": koreanTime(order.Created),
		"payment_amount": order.Amount, "shipping_type": "A",
	}
	if order.TID != "" {
		shown["transaction_ids"] = []string{order.TID}
	}
	for embed := range strings.SplitSeq(c.URL.Query().Get("embed"), ",") {
		switch embed {
		case "items":
			shown[embed] = items(order)
		case "cancellation":
			shown[embed] = cancellation(order)
		case "refunds":
			shown[embed] = refunds(order)
		}
	}
	return answer{http.StatusOK, map[string]any{"order": shown}}
}

func flag(set bool) string {
	if set {
		return "T"
	}
	return "F"
}

// canceled is T for a cancelled order, M for one that is cancelled in part.
func canceled(o Order) string {
	if !o.Cancelled && slices.ContainsFunc(o.Refunds, func(r Refund) bool { return r.Done }) {
		return "M"
	}
	return flag(o.Cancelled)
}

// itemStatus is waiting, being prepared, being cancelled before the refund, or cancelled.
func itemStatus(o Order) string {
	switch {
	case o.inProgress():
		return "C34"
	case o.Cancelled:
		return "C40"
	case o.Paid:
		return "N10"
	}
	return "N00"
}

func items(o Order) []map[string]any {
	list := []map[string]any{}
	for i, item := range o.Items {
		list = append(list, map[string]any{
			"shop_no": 1, "order_item_code": fmt.Sprintf("%s-%02d", o.ID, i+1), "product_name": item.Name, "product_price": item.Price,
			"quantity": item.Quantity, "order_status": itemStatus(o),
		})
	}
	return list
}

func cancellation(o Order) []map[string]any {
	list := []map[string]any{}
	if o.inProgress() || o.Cancelled {
		status := "canceled"
		if o.inProgress() {
			status = "canceling"
		}
		list = append(list, map[string]any{"claim_code": "C" + o.ID, "status": status, "order_id": o.ID})
	}
	return list
}

// refunds tells the status of each refund: F before, T after.
func refunds(o Order) []map[string]any {
	list := []map[string]any{}
	begun := o.Refunds
	if o.Cancelling && !slices.ContainsFunc(begun, func(r Refund) bool { return !r.Done }) {
		begun = append(slices.Clone(begun), Refund{Amount: o.Amount, Begun: o.Created})
	}
	for i, refund := range begun {
		list = append(list, map[string]any{
			"shop_no": 1, "order_id": o.ID, "refund_code": fmt.Sprintf("C%s-%02d", o.ID, i+1), "currency": o.Currency,
			"actual_refund_amount": refund.Amount, "accepted_refund_date": koreanTime(refund.Begun), "status": flag(refund.Done),
		})
	}
	return list
}
