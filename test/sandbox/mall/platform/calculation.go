package platform

import (
	"cmp"
	"math/big"
	"net/http"
	"regexp"
)

// usualShippingFee is what a mall takes for sending anything.
const usualShippingFee = "65.00"

// Tariff is what a mall wants besides the prices of its products; texts that are empty are the usual.
type Tariff struct {
	// ShippingFee is for every order, ShippingDiscount is taken off it again.
	ShippingFee, ShippingDiscount string
	// Discount is taken off every order.
	Discount string
	// Prices are those of products that the mall knows; of all others it believes the caller.
	Prices map[int]string
}

// SetTariff changes what a mall wants from now on.
func (p *Platform) SetTariff(mall string, t Tariff) {
	p.change(mall, func(r *record) { r.Tariff = t })
}

type calculationRequest struct {
	ShopNo  int `json:"shop_no"`
	Request struct {
		Mobile       string            `json:"mobile"`
		Device       string            `json:"device"`
		MemberID     string            `json:"member_id"`
		ShippingType string            `json:"shipping_type"`
		Method       string            `json:"payment_method"`
		CountryCode  string            `json:"country_code"`
		CarrierID    int               `json:"carrier_id"`
		Zipcode      string            `json:"zipcode"`
		AddressFull  string            `json:"address_full"`
		AddressState string            `json:"address_state"`
		Points       string            `json:"points_spent_amount"`
		Coupons      []any             `json:"order_coupons"`
		Items        []calculationItem `json:"items"`
	} `json:"request"`
}

type calculationItem struct {
	ProductNo   int    `json:"product_no"`
	VariantCode string `json:"variant_code"`
	Quantity    int    `json:"quantity"`
	Price       string `json:"product_price"`
	OptionID    string `json:"option_id"`
	OptionPrice string `json:"option_price"`
	Bundle      string `json:"product_bundle"`
	BundleNo    int    `json:"product_bundle_no"`
	Prepaid     string `json:"prepaid_shipping_fee"`
	Coupons     []any  `json:"product_coupons"`
}

// signedDecimal is never changed.
var signedDecimal = regexp.MustCompile(`^-?[0-9]{1,13}(\.[0-9]{1,4})?$`) //nolint:gochecknoglobals // a compiled constant

func decimal(text string) (*big.Rat, bool) {
	if !signedDecimal.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// fee reads an amount of the tariff; what is no amount is nothing.
func fee(text string) *big.Rat {
	if value, ok := decimal(text); ok {
		return value
	}
	return new(big.Rat)
}

// calculateOrder serves POST orders/calculation.
func (p *Platform) calculateOrder(c call) answer {
	var asked calculationRequest
	if !readStrictly(c.Request, &asked) {
		return failed(http.StatusUnprocessableEntity, "the body holds something unknown or of the wrong type")
	}
	q := asked.Request
	switch {
	case len(q.Items) == 0:
		return failed(http.StatusUnprocessableEntity, "items is required")
	case q.Mobile != "T" && q.Mobile != "F" || q.Device != "pc" && q.Device != "mobile" && q.Device != "plusapp":
		return failed(http.StatusUnprocessableEntity, "mobile or device is not valid")
	case len(q.MemberID) > 20 || q.ShippingType != "A" && q.ShippingType != "B" || len([]rune(q.AddressFull)) > 1000 || len([]rune(q.AddressState)) > 255:
		return failed(http.StatusUnprocessableEntity, "member_id, shipping_type or address is not valid")
	}
	p.mu.Lock()
	tariff := p.of(c.mall).Tariff
	p.mu.Unlock()
	sum := new(big.Rat)
	for _, item := range q.Items {
		line, ok := item.total(tariff)
		if !ok {
			return failed(http.StatusUnprocessableEntity, "an item is not complete")
		}
		sum.Add(sum, line)
	}
	return answer{http.StatusOK, map[string]any{"calculation": tariff.calculation(q.MemberID, q.Items, sum)}}
}

// total is what a line costs: by the mall's own price where it has one.
func (i calculationItem) total(t Tariff) (*big.Rat, bool) {
	price, ok := decimal(cmp.Or(t.Prices[i.ProductNo], i.Price))
	option, okToo := decimal(cmp.Or(i.OptionPrice, "0"))
	if !ok || !okToo || i.ProductNo < 1 || i.VariantCode == "" || i.Quantity < 1 || (i.Prepaid != "P" && i.Prepaid != "C") {
		return nil, false
	}
	one := new(big.Rat).Add(price, option)
	return one.Mul(one, new(big.Rat).SetInt64(int64(i.Quantity))), true
}

func (t Tariff) calculation(member string, items []calculationItem, sum *big.Rat) map[string]any {
	shipping, rebate, discount := fee(cmp.Or(t.ShippingFee, usualShippingFee)), fee(t.ShippingDiscount), fee(t.Discount)
	due := new(big.Rat).Add(sum, shipping)
	due.Sub(due, rebate).Sub(due, discount)
	text := func(value *big.Rat) string { return value.FloatString(2) }
	return map[string]any{
		"member_id": member, "items": items, "points_spent_amount": "0.00", "coupon_discount_amount": "0.00", "membership_discount_amount": "0.00",
		"shipping_fee_discount_amount": text(rebate), "product_discount_amount": text(discount), "order_price_amount": text(sum),
		"total_discount_amount": text(discount), "shipping_fee": text(shipping), "total_amount_due": text(due),
		"shipping_fee_information": map[string]string{"default_shipping_fee": text(shipping), "supplier_shipping_fee": "0.00"},
		"tax_free_amount":          "0.00", "vat_amount": "0.00", "tax_amount": nil, "order_coupons": []any{},
	}
}
