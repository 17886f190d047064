package cafe24

import (
	"context"
	"encoding/json"
	"net/http"

	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

var _ ports.Calculator = (*API)(nil)

// calculationRequest is the body of POST orders/calculation.
type calculationRequest struct {
	Shop    int             `json:"shop_no"`
	Request calculationCart `json:"request"`
}

type calculationCart struct {
	Mobile   string            `json:"mobile"`
	Device   string            `json:"device"`
	Member   string            `json:"member_id,omitempty"`
	Shipping string            `json:"shipping_type"`
	Method   string            `json:"payment_method"`
	Country  string            `json:"country_code,omitempty"`
	ZIP      string            `json:"zipcode,omitempty"`
	Address  string            `json:"address_full,omitempty"`
	State    string            `json:"address_state,omitempty"`
	Items    []calculationItem `json:"items"`
}

type calculationItem struct {
	Product     int    `json:"product_no"`
	Variant     string `json:"variant_code"`
	Quantity    int    `json:"quantity"`
	Price       string `json:"product_price"`
	Option      string `json:"option_id,omitempty"`
	OptionPrice string `json:"option_price,omitempty"`
	Bundle      string `json:"product_bundle"`
	BundleNo    int    `json:"product_bundle_no,omitempty"`
	Prepaid     string `json:"prepaid_shipping_fee"`
}

type calculationAnswer struct {
	Calculation *struct {
		Total    string `json:"total_amount_due"`
		Items    string `json:"order_price_amount"`
		Shipping string `json:"shipping_fee"`
		Discount string `json:"total_discount_amount"`
		Rebate   string `json:"shipping_fee_discount_amount"`
	} `json:"calculation"`
}

// Bounds of the address in a calculation.
const (
	mostAddress = 1000
	mostState   = 255
	mostMember  = 20
)

// Calculate implements ports.Calculator. Cafe24's own total is the authority: its parts need not add up.
func (a *API) Calculate(
	ctx context.Context, mall merchant.MallID, shop int, c cart.Cart, to ports.Address, currency money.Currency,
) (ports.Calculation, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.Timeout)
	defer cancel()
	told, err := a.call(ctx, adminCall{
		mall: mall, scope: "mall.write_order", method: http.MethodPost, api: "orders/calculation", restricted: true,
		body: calculationRequest{Shop: shop, Request: calculationOf(c, to)},
	})
	if fault.Is(err, fault.Indeterminate) { // to calculate changes nothing
		err = errAPISilent.Because(err)
	}
	if err != nil {
		return ports.Calculation{}, err
	}
	var answer calculationAnswer
	if json.Unmarshal(told, &answer) != nil || answer.Calculation == nil { // the error would quote the answer
		return ports.Calculation{}, errUnreadableTotal
	}
	t := answer.Calculation
	total, err := money.Parse(t.Total, currency)
	if err != nil || !total.IsPositive() {
		return ports.Calculation{}, errUnreadableTotal
	}
	return ports.Calculation{
		Total: total, TotalText: t.Total, Items: part(t.Items, currency), Shipping: part(t.Shipping, currency),
		Discount: part(t.Discount, currency), Rebate: part(t.Rebate, currency),
	}, nil
}

var errUnreadableTotal = fault.New(fault.Unavailable, "no_total", "Cafe24 did not say what the order costs")

// part is for people: one that cannot be read is left out.
func part(text string, currency money.Currency) money.Money {
	m, err := money.Parse(text, currency)
	if err != nil {
		return money.Zero(currency)
	}
	return m
}

func calculationOf(c cart.Cart, to ports.Address) calculationCart {
	q := calculationCart{
		Mobile: flag(c.Mobile), Device: "pc", Member: memberOf(c), Shipping: c.Shipping, Method: "card", Country: to.CountryCode,
		ZIP: to.PostalCode, State: cut(to.State, mostState),
	}
	if c.Mobile {
		q.Device = "mobile"
	}
	for _, text := range []string{to.Line1, to.Line2, to.Line3, to.District, to.City} {
		if text != "" && q.Address != "" {
			text = " " + text
		}
		q.Address += text
	}
	q.Address = cut(q.Address, mostAddress)
	for _, l := range c.Lines {
		item := calculationItem{
			Product: l.Product, Variant: l.Variant, Quantity: l.Quantity, Price: l.Price.String(), Option: l.Option, OptionPrice: l.OptionPrice.String(),
			Bundle: flag(l.Bundle), BundleNo: l.BundleNo, Prepaid: "C",
		}
		if l.Prepaid {
			item.Prepaid = "P"
		}
		q.Items = append(q.Items, item)
	}
	return q
}

// memberOf leaves out an id that Cafe24 does not take: a shortened one could be another's.
func memberOf(c cart.Cart) string {
	if len(c.Member) > mostMember {
		return ""
	}
	return c.Member
}

// cut shortens a text to a number of letters.
func cut(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most])
	}
	return text
}
