package httpapi

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
)

// Signatures verifies what Cafe24 signed.
type Signatures interface {
	// VerifyCheckout checks the hash of a payment request over the received text of the fields. It
	// returns Invalid, naming the field, for a field that breaks its grammar, and Unauthenticated for
	// a wrong hash; no error repeats the hash.
	VerifyCheckout(amount, currency, orderID, partnerID, hash string) error
	// VerifyCancel checks the hash of a cancel request likewise; amount is the received cancel_amount.
	VerifyCancel(amount, currency, orderID, partnerID, tid, hash string) error
	// SignPayment signs what is said about a payment; of an unpaid one the amount is "0".
	SignPayment(amount, currency, orderID, partnerID, tid string) string
}

// Bounds of what is kept of a checkout request, in bytes.
const (
	mostText  = 128
	mostURL   = 2048
	mostExtra = 8 << 10
)

// checkoutReader reads Cafe24's payment request. Both ways of paying send the same one.
type checkoutReader struct {
	way        order.Way
	signatures Signatures
}

// checkoutRequest is the payment request as received. Fields about the buyer and the goods are not
// even read: nobody needs them, so nobody can leak them.
type checkoutRequest struct {
	requestType, partner, shop, number string
	amount, currency, payMethod        string
	returnURL, notifyURL, hash         string
	extra                              []byte
}

// read checks every field's grammar before the signature: the signed text has no delimiters, so it
// proves something only about fields that cannot be cut in another place.
func (d checkoutReader) read(c *fiber.Ctx) (command.CreateCheckout, error) {
	received, err := readFields(c)
	if err != nil {
		return command.CreateCheckout{}, err
	}
	r, err := readCheckout(received)
	if err != nil {
		return command.CreateCheckout{}, err
	}
	in, err := r.command(d.way)
	if err != nil {
		return command.CreateCheckout{}, err
	}
	return in, d.signatures.VerifyCheckout(r.amount, r.currency, r.number, r.partner, r.hash)
}

func readCheckout(f fields) (checkoutRequest, error) {
	r := reader{fields: f}
	q := checkoutRequest{
		requestType: r.text("request_type", mostText),
		partner:     r.text("partner_id", mostText),
		shop:        r.decimal("shop_no"),
		number:      r.text("order_id", mostText),
		amount:      r.decimal("amount"),
		currency:    r.text("currency", mostText),
		payMethod:   r.text("paymethod", mostText),
		returnURL:   r.text("return_url", mostURL),
		notifyURL:   r.text("return_noty_url", mostURL),
		hash:        r.text("hash_data", mostText),
		extra:       r.object("extra_data", mostExtra),
	}
	return q, r.err
}

func (q checkoutRequest) command(way order.Way) (command.CreateCheckout, error) {
	partner, partnerErr := merchant.ParsePartnerID(q.partner)
	shop, shopErr := parseShop(q.shop)
	number, numberErr := order.ParseNumber(q.number)
	currency, currencyErr := money.ParseCurrency(q.currency)
	amount, amountErr := money.Parse(q.amount, currency)
	method, methodErr := parsePayMethod(q.payMethod)
	err := cmp.Or(q.checkType(), partnerErr, shopErr, numberErr, currencyErr, amountErr, methodErr)
	return command.CreateCheckout{
		Shop: shop, Number: number, Amount: amount,
		Request: order.Request{
			Way: way, Partner: partner, AmountText: q.amount, PayMethod: method,
			ReturnURL: q.returnURL, NotifyURL: q.notifyURL, ExtraData: q.extra,
		},
	}, err
}

func (q checkoutRequest) checkType() error {
	if q.requestType != "request" {
		return fault.InvalidField("request_type", `must be "request"`)
	}
	return nil
}

var shopNumber = regexp.MustCompile(`^[1-9][0-9]{0,5}$`)

func parseShop(text string) (int, error) {
	if !shopNumber.MatchString(text) {
		return 0, fault.InvalidField("shop_no", "must be a whole number from 1")
	}
	return strconv.Atoi(text)
}

// parsePayMethod takes what Cafe24 says; the list of its codes is not public, so it is free text.
func parsePayMethod(text string) (string, error) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", fault.InvalidField("paymethod", "must not have control characters")
	}
	return maskCards(text), nil
}
