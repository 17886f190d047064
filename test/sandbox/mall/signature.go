package mall

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Sign computes Cafe24's hash_data: base64 of HMAC-SHA256 with the app's service key over the values joined without anything
// between them, each exactly as it is written in the message. The values are
//
//   - payment request: amount, currency, order_id, partner_id;
//   - payment notification and status answer: amount, currency, order_id, partner_id, tid;
//   - cancel request and cancel notification: cancel_amount, currency, order_id, partner_id, tid.
func Sign(serviceKey string, values ...string) string {
	mac := hmac.New(sha256.New, []byte(serviceKey))
	_, _ = mac.Write([]byte(strings.Join(values, "")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signedText is what the signature of a message of the app covers.
func signedText(m message, amountField string) []string {
	return []string{m.text(amountField), m.text("currency"), m.text("order_id"), m.text("partner_id"), m.text("tid")}
}

// validSignature says whether a message carries the signature of its own values.
func validSignature(serviceKey string, m message, amountField string) bool {
	return hmac.Equal([]byte(m.text("hash_data")), []byte(Sign(serviceKey, signedText(m, amountField)...)))
}
