// Package message writes what Cafe24 and the demo company send to the app, signed as they sign it.
// It is written against their protocols and shares no code with the app.
package message

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the company's scheme
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The one shop of the measurements, with the keys of the starting collection.
const (
	Mall       = "demomall"
	Partner    = Mall + ":0:" + PublicKey
	PublicKey  = "demo-app-public-key"
	SecretKey  = "demo-app-secret-key"
	ServiceKey = "mock_service_key"
	Amount     = "3065.00"
	Currency   = "PHP"
)

// Merchants is the import file of the shop.
const Merchants = `[{"mall_id":"` + Mall + `","gateway":"demo","public_key":"` + PublicKey + `","secret_key":"` + SecretKey + `",
	"shops":[{"shop_no":1,"shop_name":"Tindahan","currency_code":"` + Currency + `","enabled":true,"external_checkout":false}]}]`

// OrderNumber is Cafe24's number of the serial-th order, which is in [0, 10,000,000).
func OrderNumber(serial int) string { return fmt.Sprintf("20261103-%07d", serial) }

// Checkout is the body of Cafe24's payment request for an order, with every field that Cafe24 sends:
// those that the app passes over have to be read, too.
func Checkout(number string) []byte { return CheckoutOf(number, Amount) }

// CheckoutOf is Checkout with another amount.
func CheckoutOf(number, amount string) []byte {
	extra := `{"pgName":"pg-demo-app","orderId":"` + number + `","LogKey":"` + number + `","sRdrLogKey":"` + number + `"}`
	hash := Sign(ServiceKey, amount, Currency, number, Partner)
	return fmt.Appendf(nil, checkout, number, amount, extra, hash)
}

const checkout = `{"request_type":"request","partner_id":"` + Partner + `","end_user_ip":"203.0.113.7","shop_name":"Tindahan","shop_no":"1",` +
	`"order_id":"%s","paymethod":"etc","currency":"` + Currency + `","country_code":"EN","encoding_type":"UTF-8",` +
	`"buyer_id":"mockuser","buyer_name":"mock buyer","buyer_phone":"63-2620com","buyer_addr":"12 Mabini Street","buyer_email":"buyer@example.com",` +
	`"receiver_name":"mock buyer","receiver_phone":"63-2620com","receiver_addr":"12 Mabini Street","goods_name":"Product and 2 more",` +
	`"amount":"%s","amount_tax_free":"0","amount_vat":"0","amount_tax":"0",` +
	`"return_url":"https://` + Mall + `.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php",` +
	`"return_noty_url":"https://` + Mall + `.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php",` +
	`"user_agent":"Mozilla/5.0 (X11; Linux x86_64)","extra_data":%s,` +
	`"additional_payment_info":{"0":{"product_name":"Product","quantity":3,"payment_info":null,"additional_info":true,"unit_amount":1000},` +
	`"buyer_firstname":"mock","buyer_lastname":"buyer","shipping_fee":65,"discount_price":0},` +
	`"ship_country":"PH","ship_state":"Metro Manila","ship_city":"Manila","ship_address":"12 Mabini Street","ship_address2":"",` +
	`"ship_zip":null,"ship_option_1":"F","hash_data":"%s"}`

// Cancel is the body of Cafe24's request to give cancelled of an order's paid amount back, of which remain
// is left then.
func Cancel(number, code, paid, cancelled, remain string) []byte {
	return fmt.Appendf(nil, cancel, number, code, paid, cancelled, remain, number, Sign(ServiceKey, cancelled, Currency, number, Partner, code))
}

const cancel = `{"request_type":"cancel","partner_id":"` + Partner + `","shop_no":"1","order_id":"%s","tid":"%s","paymethod":"etc",` +
	`"currency":"` + Currency + `","amount":"%s","cancel_amount":"%s","remain_amount":"%s","escrow_tf":"F","tax_free_tf":"F",` +
	`"cancel_type":"C","cancel_reason":"changed my mind",` +
	`"cancel_noty_url":"https://` + Mall + `.cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php",` +
	`"extra_data":"{\"pgName\":\"pg-demo-app\",\"LogKey\":\"%s\"}","hash_data":"%s"}`

// Letter is the body of the company's payment webhook.
func Letter(reference, code, status string) []byte { return LetterOf(reference, code, status, Amount) }

// LetterOf is Letter about another amount.
func LetterOf(reference, code, status, amount string) []byte {
	return fmt.Appendf(nil, `{"reference_id":"%s","order_code":"%s","status":"%s","message":"Payment","amount":"%s","currency":"`+Currency+`","digest":"%s"}`,
		reference, code, status, amount, Digest(reference, code, status, amount, Currency, SecretKey))
}

// Question is the body of Cafe24's question for the status of an order.
func Question(key string) []byte { return fmt.Appendf(nil, `{"key":"%s"}`, key) }

// Return is what a buyer's browser brings from the company.
func Return(key, code, reference string) []byte {
	return fmt.Appendf(nil, `{"key":"%s","order_code":"%s","reference_no":"%s"}`, key, code, reference)
}

// Sign is Cafe24's hash_data: base64 of HMAC-SHA256 over the values as they are written, with nothing
// between them.
func Sign(key string, values ...string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(strings.Join(values, "")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Digest is the company's: lower-case hex SHA-1 over the values and the secret key, joined by colons.
func Digest(values ...string) string {
	sum := sha1.Sum([]byte(strings.Join(values, ":"))) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}
