package rig

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// Payload is what the script in a mall's page says about a reserved order, with the values of the starting
// collection: two lines of one product, 1900 pesos in all.
type Payload struct {
	Mall, Order, Member string
	Price               string // of both lines; empty: 1000.00
	Currency            string // empty: PHP
}

const responseTime = 1652409113

// Body proves the payload, as everybody can, and writes it as the script would.
func (p Payload) Body() string {
	price, currency := p.Price, p.Currency
	if price == "" {
		price = "1000.00"
	}
	if currency == "" {
		currency = "PHP"
	}
	row := func(variant, option string) map[string]any {
		return map[string]any{
			"shop_no": 1, "quantity": 1, "variant_code": variant, "product_bundle": "F", "prefaid_shipping_fee": "P", "product_price": price,
			"option_price": option, "product_no": 22, "option_id": "000C", "product_bundle_no": 0, "shipping_type": "A", "product_name": "Basic Product", "option_text": "Size=S",
		}
	}
	notify := "http://" + p.Mall + ".cafe24shop.com/Pay/Recv/openpg/PayReceiveCheckoutNoty.php"
	each, err := strconv.ParseFloat(price, 64)
	if err != nil {
		panic(err) // the test's own text
	}
	total := strconv.FormatFloat(2*each-100, 'f', -1, 64)
	body, err := json.Marshal(map[string]any{
		"order": []any{row("P000000W000C", "100.00"), row("P000000W000A", "-200.00")}, "mall_id": p.Mall, "store_id": "Tindahan", "member_id": p.Member,
		"currency": currency, "order_id": p.Order, "return_notification_url": notify, "return_url_base": "http://" + p.Mall + ".cafe24shop.com", "bGuest": 0,
		"response_time": responseTime, "hmac": prove(p.Order, fmt.Sprintf("%s%s%d%s", total, p.Order, responseTime, notify)),
	})
	if err != nil {
		panic(err) // plain values: cannot happen
	}
	return string(body)
}

func prove(order, message string) string {
	mac := hmac.New(sha256.New, []byte("mock_client_id"+order))
	mac.Write([]byte(`"` + message + `"`))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
