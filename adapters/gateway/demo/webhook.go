package demo

import (
	"crypto/sha1" //nolint:gosec // The company's scheme; a letter alone never moves money.
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// letter is the body of a payment webhook, every field as it was received. Our reference is called
// reference_id here, and reference_no everywhere else.
type letter struct {
	Reference string `json:"reference_id"`
	Code      string `json:"order_code"`
	Status    string `json:"status"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Digest    string `json:"digest"`
}

var digestGrammar = regexp.MustCompile(`^[0-9a-f]{40}$`)

// claim is the state that a letter claims, 0 when there is no such letter. It differs from an answer
// in R: a webhook cannot say how much went back, and Cancelled, unlike Paid, is never taken for
// something already known.
func (l letter) claim() payment.State {
	if l.Status == "R" {
		return payment.Cancelled
	}
	return closedStates[l.Status]
}

// ReadLetter implements ports.LetterReader.
func (g *Gateway) ReadLetter(_ http.Header, body []byte) (ports.Letter, error) {
	l, amount, err := readLetter(body)
	if err != nil {
		return ports.Letter{}, err
	}
	return ports.Letter{Reference: l.Reference, Code: l.Code, State: l.claim(), Amount: amount, Digest: l.Digest}, nil
}

// VerifyLetter implements ports.LetterReader. Invalid when the body is no letter.
func (g *Gateway) VerifyLetter(k ports.Keys, _ http.Header, body []byte) error {
	l, _, err := readLetter(body)
	if err != nil {
		return err
	}
	// Without a secret everybody could compute the digest.
	if k.Secret.Reveal() == "" || subtle.ConstantTimeCompare([]byte(l.digest(k.Secret)), []byte(l.Digest)) != 1 {
		return fault.New(fault.Unauthenticated, "bad_digest", "digest: does not prove the sender")
	}
	return nil
}

// ReadRefundLetter implements ports.RefundLetterReader. The letter carries no digest, and its reference_no
// is the order's: all that it names for sure is the order.
func (g *Gateway) ReadRefundLetter(_ http.Header, body []byte) (ports.RefundLetter, error) {
	var l struct {
		OrderCode string `json:"order_code"`
		Code      string `json:"refund_code"`
		Status    string `json:"refund_status"`
	}
	if err := json.Unmarshal(body, &l); err != nil {
		return ports.RefundLetter{}, fault.InvalidField("body", "must be one JSON object whose fields are text")
	}
	switch {
	case !codeGrammar.MatchString(l.OrderCode):
		return ports.RefundLetter{}, fault.InvalidField("order_code", "is missing or no order code")
	case !codeGrammar.MatchString(l.Code):
		return ports.RefundLetter{}, fault.InvalidField("refund_code", "is missing or no refund code")
	case refundStates[l.Status] == 0:
		return ports.RefundLetter{}, fault.InvalidField("refund_status", "is missing or none of RP, R, RX")
	}
	return ports.RefundLetter{OrderCode: l.OrderCode, Code: l.Code}, nil
}

// readLetter checks every field before anything is computed with it. No field of the digest can hold
// a colon then, so no two letters have the same digest input.
func readLetter(body []byte) (letter, money.Money, error) {
	var l letter
	if err := json.Unmarshal(body, &l); err != nil {
		return l, money.Money{}, fault.InvalidField("body", "must be one JSON object whose fields are text")
	}
	switch {
	case !referenceGrammar.MatchString(l.Reference):
		return l, money.Money{}, fault.InvalidField("reference_id", "is missing or no reference")
	case !codeGrammar.MatchString(l.Code):
		return l, money.Money{}, fault.InvalidField("order_code", "is missing or no order code")
	case l.claim() == 0:
		return l, money.Money{}, fault.InvalidField("status", "is missing or none of P, A, S, F, C, E, R")
	case !digestGrammar.MatchString(l.Digest):
		return l, money.Money{}, fault.InvalidField("digest", "is missing or not 40 lower-case hex digits")
	}
	currency, err := money.ParseCurrency(l.Currency)
	if err != nil {
		return l, money.Money{}, err
	}
	amount, err := money.Parse(l.Amount, currency)
	return l, amount, err
}

// digest is the lower-case hex SHA-1 over the received texts and the secret.
func (l letter) digest(secret ports.Secret) string {
	text := strings.Join([]string{l.Reference, l.Code, l.Status, l.Amount, l.Currency, secret.Reveal()}, ":")
	sum := sha1.Sum([]byte(text)) //nolint:gosec // See the import.
	return hex.EncodeToString(sum[:])
}
