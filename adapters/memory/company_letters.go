package memory

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// webhook is the body of a letter.
type webhook struct {
	Reference string `json:"reference"`
	Code      string `json:"code"`
	State     string `json:"state"`
	Minor     int64  `json:"minor"`
	Currency  string `json:"currency"`
	Digest    string `json:"digest"`
}

// Letter returns the body of the webhook that the company sends about an order as it is now, proven
// with the merchant's keys; NotFound when there is none.
func (c *Company) Letter(k ports.Keys, code string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.find(code)
	if o == nil {
		return nil, unknownCode(code)
	}
	w := webhook{Reference: o.Reference, Code: o.Code, State: o.State.String(), Minor: o.Amount.Minor(), Currency: string(o.Amount.Currency())}
	w.Digest = hex.EncodeToString(w.digest(k))
	return json.Marshal(w)
}

func (w webhook) digest(k ports.Keys) []byte {
	mac := hmac.New(sha256.New, []byte(k.Secret.Reveal()))
	_, _ = fmt.Fprintf(mac, "%q %q %q %d %q", w.Reference, w.Code, w.State, w.Minor, w.Currency)
	return mac.Sum(nil)
}

// ReadLetter implements ports.LetterReader.
func (c *Company) ReadLetter(_ http.Header, body []byte) (ports.Letter, error) {
	_, letter, err := read(body)
	return letter, err
}

// VerifyLetter implements ports.LetterReader.
func (c *Company) VerifyLetter(k ports.Keys, _ http.Header, body []byte) error {
	w, _, err := read(body)
	if err != nil {
		return err
	}
	sent, err := hex.DecodeString(w.Digest)
	if err != nil || !hmac.Equal(sent, w.digest(k)) {
		return fault.New(fault.Unauthenticated, "bad_digest", "the letter was not written with the merchant's keys").Because(err)
	}
	return nil
}

// RefundLetter returns the body of the webhook that the company sends about a refund.
func RefundLetter(orderCode, refundCode string) []byte {
	return []byte(orderCode + " " + refundCode)
}

// ReadRefundLetter implements ports.RefundLetterReader.
func (c *Company) ReadRefundLetter(_ http.Header, body []byte) (ports.RefundLetter, error) {
	order, code, both := strings.Cut(string(body), " ")
	if !both {
		return ports.RefundLetter{}, fault.InvalidField("body", "is no letter")
	}
	return ports.RefundLetter{OrderCode: order, Code: code}, nil
}

func read(body []byte) (w webhook, l ports.Letter, err error) {
	if err := json.Unmarshal(body, &w); err != nil {
		return w, l, fault.InvalidField("body", "is no letter").Because(err)
	}
	if w.Code == "" {
		return w, l, fault.InvalidField("code", "is missing")
	}
	state, err := payment.ParseState(w.State)
	if err != nil {
		return w, l, fault.InvalidField("state", "is unknown").Because(err)
	}
	amount, err := money.FromMinor(w.Minor, money.Currency(w.Currency))
	if err != nil {
		return w, l, err
	}
	return w, ports.Letter{Reference: w.Reference, Code: w.Code, State: state, Amount: amount, Digest: w.Digest}, nil
}

// Gateways are companies by name. It implements ports.Gateways.
type Gateways map[string]ports.Gateway

// Gateway implements ports.Gateways.
func (g Gateways) Gateway(name string) (ports.Gateway, error) {
	if company, ok := g[name]; ok {
		return company, nil
	}
	return nil, fault.Newf(fault.Unsupported, "no_such_company", "this installation does not offer %q", name)
}
