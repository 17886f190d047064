package company

import (
	"sort"
	"time"
)

type orderView struct {
	Code              int     `json:"code"`
	OrderCode         string  `json:"reference_no"`
	MerchantReference string  `json:"merchant_reference_no"`
	PaymentReference  *string `json:"payment_reference_no"`
	PaymentLetter     string  `json:"payment_status"`
	Letter            string  `json:"order_status"`
	RedirectURI       string  `json:"redirect_uri,omitempty"`
	Created           string  `json:"created_at"`
	Expires           string  `json:"expires_at"`
	Amount            string  `json:"amount"`
	Currency          string  `json:"currency"`
	Paid              string  `json:"paid_amount"`
	Refunded          string  `json:"refunded_amount"`
	Preference        string  `json:"preference"`
	ShippingAddress   address `json:"shipping_address"`
}

type address struct {
	Name        string `json:"name"`
	Line1       string `json:"add_1"`
	Line2       string `json:"add_2"`
	Line3       string `json:"add_3"`
	District    string `json:"district"`
	City        string `json:"city"`
	State       string `json:"state"`
	PostalCode  string `json:"postal_code"`
	CountryCode string `json:"country_code"`
	Country     string `json:"country"`
	Phone       string `json:"phone_number"`
}

func (c *Company) view(o *order, base string) orderView {
	seen := orderView{
		Code: 200, OrderCode: o.Code, MerchantReference: o.Reference, PaymentLetter: o.Letter, Letter: o.Letter,
		Created: timestamp(o.Created), Expires: timestamp(o.Expires), Amount: formatMoney(o.Amount, o.Currency), Currency: o.Currency,
		Paid: formatMoney(o.Paid, o.Currency), Refunded: formatMoney(o.Refunded, o.Currency),
		Preference: preferences()[o.Preference], ShippingAddress: addresses()[o.Address],
	}
	if o.PageOpen {
		seen.RedirectURI = base + "/pay/" + o.Code
	}
	if o.PaymentReference != "" {
		reference := o.PaymentReference
		seen.PaymentReference = &reference
	}
	return seen
}

// timestamp writes whole seconds, as many companies do: a caller must not rely on fractions.
func timestamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// getOrder also serves GET /v1/orders/VALIDATION-ORDER, with which an app checks credentials: that code is never given out, so the
// answer is 404 with right keys and 401 with wrong ones.
func (c *Company) getOrder(in call) (any, error) {
	found, err := c.book.order(in.account.PublicKey, in.request.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return c.view(found, in.base), nil
}

type orderList struct {
	Code   int         `json:"code"`
	Orders []orderView `json:"orders"`
}

// listOrders finds orders by the merchant's reference or by time; with both, by both. Orders younger than the lag are not
// listed yet.
func (c *Company) listOrders(in call) (any, error) {
	query := in.request.URL.Query()
	wanted, since := query.Get("reference_no"), query.Get("created_from")
	var candidates []*order
	switch {
	case wanted != "":
		candidates = c.book.ordersByReference[reference{in.account.PublicKey, wanted}]
	case since != "":
		candidates = c.book.Orders
	default:
		return nil, malformed("reference_no or created_from is required")
	}
	if since != "" {
		from, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return nil, malformed("created_from must be an RFC 3339 time")
		}
		first := sort.Search(len(candidates), func(i int) bool { return !candidates[i].Created.Truncate(time.Second).Before(from) })
		candidates = candidates[first:]
	}
	list := orderList{Code: 200, Orders: []orderView{}}
	visible := c.now().Add(-c.listLag)
	for _, o := range candidates {
		if o.Account == in.account.PublicKey && !o.Created.After(visible) {
			list.Orders = append(list.Orders, c.view(o, in.base))
		}
	}
	return list, nil
}
