package cafe24

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/ports"
)

// ReservedOrders checks the hmac that Cafe24 gives a page with the order that it reserved. Its key is made
// of the client id and the order id, which everybody can see: whoever wants to can make one. So it tells
// that a message was not garbled on its way, and vouches for nothing.
type ReservedOrders struct{ clientIDs []string }

// NewReservedOrders takes the client ids of the app.
func NewReservedOrders(clientIDs []string) (*ReservedOrders, error) {
	if len(clientIDs) == 0 || slices.Contains(clientIDs, "") {
		return nil, errors.New("reserved orders: a client id is missing")
	}
	return &ReservedOrders{clientIDs: clientIDs}, nil
}

// Check compares the hmac of a reserved order: the JSON string of the texts joined, the total first. How
// Cafe24 writes totals that are not whole is not known, so all ways that it could be are taken. It
// returns Invalid when none fits.
func (r *ReservedOrders) Check(total money.Money, orderID, responseTime, notifyURL, mac string) error {
	for _, id := range r.clientIDs {
		for _, text := range renderings(total) {
			made := hmac.New(sha256.New, []byte(id+orderID))
			made.Write([]byte(phpString(text + orderID + responseTime + notifyURL)))
			if hmac.Equal([]byte(base64.StdEncoding.EncodeToString(made.Sum(nil))), []byte(mac)) {
				return nil
			}
		}
	}
	return fault.InvalidField("hmac", "is not that of this order")
}

// renderings are the texts of an amount: with as few decimals as it needs, with two, and without.
func renderings(m money.Money) []string {
	whole, fraction, _ := strings.Cut(m.String(), ".")
	shortest := strings.TrimSuffix(whole+"."+strings.TrimRight(fraction, "0"), ".")
	two := whole + "." + (fraction + "00")[:2]
	return []string{shortest, two, whole, m.String()}
}

// phpString is PHP's json_encode of a text without escaping slashes and letters.
func phpString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < ' ':
			b.WriteString(`\u00` + strconv.FormatInt(int64(c)+0x100, 16)[1:])
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

var _ ports.Storefront = (*Mall)(nil)
