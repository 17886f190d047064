package company

import (
	"crypto/sha1" //nolint:gosec // The contract's digest is SHA-1; its weakness is part of what the app must cope with.
	"encoding/hex"
	"encoding/json"
	"strings"
)

// paymentWebhook tells the app about an order. The reference is called reference_id here and reference_no elsewhere: a trap
// of the contract, kept.
type paymentWebhook struct {
	Reference string `json:"reference_id"`
	OrderCode string `json:"order_code"`
	Letter    string `json:"status"`
	Message   string `json:"message"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Digest    string `json:"digest"`
}

// refundWebhook tells the app about a refund. It carries the order's reference and no proof of its origin.
type refundWebhook struct {
	Reference  string `json:"reference_no"`
	OrderCode  string `json:"order_code"`
	RefundCode string `json:"refund_code"`
	Letter     string `json:"refund_status"`
	Amount     string `json:"refund_amount"`
	Message    string `json:"message"`
}

// Digest signs a payment webhook: lower-case hex SHA-1 of the values joined with colons.
func Digest(referenceID, orderCode, status, amount, currency, secretKey string) string {
	sum := sha1.Sum([]byte(strings.Join([]string{referenceID, orderCode, status, amount, currency, secretKey}, ":"))) //nolint:gosec // See the import.
	return hex.EncodeToString(sum[:])
}

func (c *Company) paymentWebhook(o *order, letter string) paymentWebhook {
	amount := formatMoney(o.Amount, o.Currency)
	return paymentWebhook{
		Reference: o.Reference, OrderCode: o.Code, Letter: letter, Message: message(letter), Amount: amount, Currency: o.Currency,
		Digest: Digest(o.Reference, o.Code, letter, amount, o.Currency, c.accounts[o.Account]),
	}
}

// tell sends a payment webhook when the order has an address for it.
func (c *Company) tell(o *order, letter string) {
	if o.WebhookURL != "" {
		c.webhooks.send(Delivery{URL: o.WebhookURL, Body: encode(c.paymentWebhook(o, letter))})
	}
}

// tellRefund sends a refund webhook when the refund has an address for it.
func (c *Company) tellRefund(r *refund) {
	if r.WebhookURL == "" {
		return
	}
	c.webhooks.send(Delivery{URL: r.WebhookURL, Body: encode(refundWebhook{
		Reference: c.book.orders[r.OrderCode].Reference, OrderCode: r.OrderCode, RefundCode: r.Code, Letter: r.Letter,
		Amount: formatMoney(r.Amount, r.Currency), Message: r.Message,
	})})
}

func encode(message any) string {
	text, _ := json.Marshal(message) // Structures of strings can always be encoded.
	return string(text)
}
