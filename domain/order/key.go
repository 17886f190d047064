package order

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// ID identifies an order inside paybridge.
type ID string

// Number is Cafe24's order id: a date, a dash and seven digits (protocol section 2). The fixed
// length keeps undelimited signed strings unambiguous.
type Number string

var number = regexp.MustCompile(`^[0-9]{8}-[0-9]{7}$`)

// ParseNumber returns the order number, or Invalid.
func ParseNumber(text string) (Number, error) {
	if !number.MatchString(text) {
		return "", fault.InvalidField("order_id", `must look like "20220519-0000029"`)
	}
	return Number(text), nil
}

// Key is the identity of an order. The shop comes from the signed partner id; the partner id itself
// is an alias and no part of it, because it contains the company's public key.
type Key struct {
	Mall   merchant.MallID
	Shop   int
	Number Number
}

// String is for logs and errors.
func (k Key) String() string { return fmt.Sprintf("%s/%d/%s", k.Mall, k.Shop, k.Number) }

// Derived keys and references are computed, not random: after a restore of the database the same
// work meets the company under the same name again. They are no secrets, so the HMAC key is a label.
func (k Key) derive(purpose string, parts ...any) []byte {
	mac := hmac.New(sha256.New, []byte("paybridge/"+purpose+"/v1"))
	_, _ = fmt.Fprintf(mac, "%s\x00%d\x00%s", k.Mall, k.Shop, k.Number)
	for _, p := range parts {
		_, _ = fmt.Fprintf(mac, "\x00%v", p)
	}
	return mac.Sum(nil)
}

// PaymentKey is the idempotency key of the n-th attempt's create call.
func (k Key) PaymentKey(n int) string {
	return "pay_" + hex.EncodeToString(k.derive("payment", n)[:20])
}

// PaymentReference names the n-th attempt to the company. The first is the order number itself, so
// that people find it there; when that is taken at the account (two malls can share one account),
// and for later attempts, six derived characters are added.
func (k Key) PaymentReference(n int, taken bool) string {
	if n == 1 && !taken {
		return string(k.Number)
	}
	return string(k.Number) + "-" + shortText(k.derive("reference", n))
}

// PayKey is the idempotency key of the call that tells the company what a buyer agreed to, for the n-th
// attempt and the time that it was agreed to.
func (k Key) PayKey(n, fixing int) string {
	return "agr_" + hex.EncodeToString(k.derive("agreement", n, fixing)[:20])
}

// CloseKey is the idempotency key of the call that closes the n-th attempt at the company.
func (k Key) CloseKey(n int) string {
	return "cls_" + hex.EncodeToString(k.derive("closing", n)[:20])
}

// RefundKey is the idempotency key of one generation of a refund, named by its purpose.
func (k Key) RefundKey(purpose string, generation int) string {
	return "ref_" + hex.EncodeToString(k.derive("refund", purpose, generation)[:20])
}

// RefundReference names one generation of a refund to the company.
func (k Key) RefundReference(purpose string, generation int) string {
	return string(k.Number) + "-r" + shortText(k.derive("refund-reference", purpose, generation))
}

func shortText(sum []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum))[:6]
}
