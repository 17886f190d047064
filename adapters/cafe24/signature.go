package cafe24

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"regexp"
	"strings"
	"sync"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// The grammars of what a signature covers. Cafe24 joins the fields without a delimiter, so a hash
// proves the joined text only; the grammars make every field but the last end where the next begins.
// The amount is what money.Parse accepts in shape, whatever the currency.
var (
	amountText   = regexp.MustCompile(`^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,3})?$`)
	currencyText = regexp.MustCompile(`^[A-Z]{3}$`)
	orderIDText  = regexp.MustCompile(`^[0-9]{8}-[0-9]{7}$`)
	tidText      = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
)

// Signer makes and checks hash_data, the signature of Cafe24's payment messages: the base64 text of
// HMAC-SHA256 under the app's service key over the joined text of some fields.
//
// Payment notice, status answer and cancel request share one formula, so what we sign for one can be
// sent to us as another. Two rules keep that harmless here: an amount of zero, which is what every
// answer that does not say "paid" carries, is never accepted, and nothing is signed without a tid.
// The border between partner id and tid is the only one that the grammars leave open; it is closed
// by the registry of partner ids, as long as none of them begins with another one.
type Signer struct{ macs *sync.Pool }

// NewSigner returns a signer, or an error when the key is blank: with an empty key anybody can sign.
func NewSigner(serviceKey ports.Secret) (*Signer, error) {
	if strings.TrimSpace(serviceKey.Reveal()) == "" {
		return nil, errors.New("the service key is empty")
	}
	key := []byte(serviceKey.Reveal())
	return &Signer{macs: &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}, nil
}

// VerifyCheckout checks hash_data of a payment request over the received text of the fields. It
// returns Invalid, naming the field, when one breaks its grammar or the amount is zero, and
// Unauthenticated when the signature is wrong.
func (s *Signer) VerifyCheckout(amount, currency, orderID, partnerID, hash string) error {
	f := signedFields{amount, currency, orderID, partnerID, ""}
	if err := cmp.Or(checkAmount("amount", amount), f.checkNames()); err != nil {
		return err
	}
	return s.compare(f, hash)
}

// VerifyCancel checks hash_data of a cancel request; amount is the received cancel_amount. Errors are
// those of VerifyCheckout.
func (s *Signer) VerifyCancel(amount, currency, orderID, partnerID, tid, hash string) error {
	f := signedFields{amount, currency, orderID, partnerID, tid}
	if err := cmp.Or(checkAmount("cancel_amount", amount), f.checkNames(), checkTid(tid)); err != nil {
		return err
	}
	return s.compare(f, hash)
}

// SignPayment returns hash_data of a status answer or a notice. The fields are stored values that
// passed a Verify function when they came in; amount is "0" unless the payment is paid.
func (s *Signer) SignPayment(amount, currency, orderID, partnerID, tid string) string {
	return s.sign(signedFields{amount, currency, orderID, partnerID, tid})
}

func (s *Signer) compare(f signedFields, hash string) error {
	if !hmac.Equal([]byte(s.sign(f)), []byte(hash)) {
		return &fault.Error{
			Kind: fault.Unauthenticated, Code: "wrong_signature", Field: "hash_data",
			Message: "hash_data: is not the signature of this request",
		}
	}
	return nil
}

func (s *Signer) sign(f signedFields) string {
	return s.mac(f.amount + f.currency + f.orderID + f.partnerID + f.tid)
}

// mac is the signature of a text that is already joined.
func (s *Signer) mac(text string) string {
	mac := s.macs.Get().(hash.Hash)
	defer s.macs.Put(mac)
	mac.Reset()
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signedFields is what a signature covers, in the order in which it is joined. The tid is empty in
// payment requests.
type signedFields struct{ amount, currency, orderID, partnerID, tid string }

// checkNames holds the fields between amount and tid against their grammars.
func (f signedFields) checkNames() error {
	if !currencyText.MatchString(f.currency) {
		return fault.InvalidField("currency", "must be three upper-case letters")
	}
	if !orderIDText.MatchString(f.orderID) {
		return fault.InvalidField("order_id", `must have the form "20220519-0000029"`)
	}
	_, err := merchant.ParsePartnerID(f.partnerID)
	return err
}

func checkAmount(field, amount string) error {
	if !amountText.MatchString(amount) {
		return fault.InvalidField(field, `must be plain decimal text such as "3065.00"`)
	}
	if strings.Trim(amount, "0.") == "" {
		return fault.InvalidField(field, "must be greater than zero")
	}
	return nil
}

func checkTid(tid string) error {
	if !tidText.MatchString(tid) {
		return fault.InvalidField("tid", "must be 1 to 64 letters, digits, dots, dashes or underscores")
	}
	return nil
}
