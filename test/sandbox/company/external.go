package company

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// checkoutSignature is the input of the company's browser SDK: it proves to the company's page that the merchant made the
// order. Nobody else checks it.
func checkoutSignature(o *order, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(o.Code + ":" + o.Reference + ":" + formatMoney(o.Amount, o.Currency) + ":" + o.Currency))
	return hex.EncodeToString(mac.Sum(nil))
}

type payRequest struct {
	Reference        string  `json:"reference_no"`
	PaymentReference *string `json:"payment_reference_no"`
	Amount           string  `json:"amount"`
	ReturnURL        string  `json:"redirect_url"`
}

type payAnswer struct {
	Code             int    `json:"code"`
	PaymentReference string `json:"payment_reference_no"`
	Letter           string `json:"order_status"`
	RedirectURL      string `json:"redirect_url"`
}

// payOrder fixes the amount of an order of the external checkout and opens its payment page.
func (c *Company) payOrder(in call) (any, error) {
	found, err := c.book.order(in.account.PublicKey, in.request.PathValue("code"))
	if err != nil {
		return nil, err
	}
	var wanted payRequest
	if err := in.decode(&wanted); err != nil {
		return nil, err
	}
	amount, err := parsePositive(wanted.Amount, found.Currency)
	switch {
	case err != nil:
		return nil, err
	case !absoluteURL(wanted.ReturnURL):
		return nil, malformed("redirect_url must be an absolute http or https URL")
	case found.ReviewURL == "":
		return nil, unacceptable("order " + found.Code + " is not of the external checkout")
	case found.Letter != pending || !found.PageOpen:
		return nil, unacceptable("order " + found.Code + " is " + found.Letter + " and cannot be paid")
	case wanted.PaymentReference != nil && *wanted.PaymentReference != found.PaymentReference:
		return nil, unacceptable("payment_reference_no is not of this order")
	}
	c.book.paymentReference(found)
	found.Amount, found.CallbackURL, found.Confirmed = amount, wanted.ReturnURL, true
	return payAnswer{Code: 200, PaymentReference: found.PaymentReference, Letter: found.Letter, RedirectURL: in.base + "/pay/" + found.Code}, nil
}
