package mall

import (
	"cmp"
	"math/big"
	"strings"
	"time"
)

// The states of an order at the mall.
const (
	stateWaiting = "waiting"
	statePaid    = "paid"
	stateUnpaid  = "unpaid"
)

// The states of a refund at the mall.
const (
	refundAsked   = "asked"
	refundDone    = "refunded"
	refundRefused = "refused"
)

// Order is an order as the mall sees it. Amounts are decimal text.
type Order struct {
	Mall      string    `json:"mall_id"`
	ID        string    `json:"order_id"`
	PartnerID string    `json:"partner_id"`
	Currency  string    `json:"currency"`
	Amount    string    `json:"amount"`
	Created   time.Time `json:"created_at"`
	// Mode is "asynchronous" or "synchronous"; empty for an order that the mall knows only from the app's messages.
	Mode string `json:"mode,omitempty"`
	// State is waiting, paid or unpaid: what the app's last valid message said.
	State string `json:"state"`
	// TID is the company's name of the payment, from the first message that said paid.
	TID string `json:"tid,omitempty"`
	// PaymentURL is where the buyer pays, from the app's last answer.
	PaymentURL string `json:"payment_url,omitempty"`
	// AppAnswer is the app's last answer when it was not a payment_url.
	AppAnswer string   `json:"app_answer,omitempty"`
	Lines     []Line   `json:"lines,omitempty"`
	Shipping  string   `json:"shipping,omitempty"`
	Buyer     Buyer    `json:"buyer,omitzero"`
	LogKeys   []string `json:"log_keys,omitempty"`
	Refunds   []Refund `json:"refunds,omitempty"`
	Told      []Told   `json:"told,omitempty"`
	// Cancelling says that the merchant has begun to cancel the order, for the Admin API.
	Cancelling bool `json:"cancelling,omitempty"`
}

// Seller is the mall whose partner id the order carries. Mall is the one whose host was told: the starting collection sells at one
// mall and has another one told.
func (o *Order) Seller() string {
	mall, _, _ := strings.Cut(o.PartnerID, ":")
	return cmp.Or(mall, o.Mall)
}

// Line is a position of an order.
type Line struct {
	Product  string `json:"product_name"`
	Quantity int    `json:"quantity"`
	Price    int    `json:"unit_amount"`
}

// Buyer is who ordered.
type Buyer struct {
	Name    string `json:"name"`
	Email   string `json:"email"`
	Phone   string `json:"phone"`
	Address string `json:"address"`
	City    string `json:"city"`
}

// Refund is one cancel request, or a refund that the mall knows only from the app's notification.
type Refund struct {
	LogKey string    `json:"log_key"`
	Amount string    `json:"cancel_amount"`
	Mode   string    `json:"mode,omitempty"`
	State  string    `json:"state"`
	Answer string    `json:"answer,omitempty"`
	Asked  time.Time `json:"asked_at"`
}

// Told is one message of the app about an order: a notification, or the answer to the status question.
type Told struct {
	Time           time.Time         `json:"time"`
	Kind           string            `json:"kind"` // payment, cancel, checkout, status
	Fields         map[string]string `json:"fields"`
	SignatureValid bool              `json:"signature_valid"`
	SignedText     string            `json:"signed_text"`
	Result         string            `json:"result"` // OK or FAIL
	Message        string            `json:"message,omitempty"`
}

// Refunded is the sum of the refunds that are done.
func (o *Order) Refunded() string { return twoDecimals(o.refunded()) }

func (o *Order) refunded() *big.Rat { return o.sum(refundDone) }

func (o *Order) sum(state string) *big.Rat {
	sum := new(big.Rat)
	for _, refund := range o.Refunds {
		if refund.State == state {
			sum.Add(sum, mustAmount(refund.Amount))
		}
	}
	return sum
}

// Refundable is what is left after the refunds that are done or asked for.
func (o *Order) Refundable() string {
	if o.State != statePaid {
		return twoDecimals(new(big.Rat))
	}
	left := new(big.Rat).Sub(mustAmount(o.Amount), o.refunded())
	return twoDecimals(left.Sub(left, o.sum(refundAsked)))
}

// CanRefund says whether anything is left to refund.
func (o *Order) CanRefund() bool { return mustAmount(o.Refundable()).Sign() > 0 }

// Standing is the state in words for people, with the refunds taken into account.
func (o *Order) Standing() string {
	refunded := o.refunded()
	switch {
	case o.State != statePaid:
		return o.State
	case refunded.Sign() == 0:
		return statePaid
	case refunded.Cmp(mustAmount(o.Amount)) >= 0:
		return "refunded"
	default:
		return "partially refunded"
	}
}

// knows says whether the mall has given out a log key for this order, in a checkout or a cancel.
func (o *Order) knows(logKey string) bool {
	for _, given := range o.LogKeys {
		if given == logKey {
			return true
		}
	}
	return o.refund(logKey) != nil
}

func (o *Order) refund(logKey string) *Refund {
	for i := range o.Refunds {
		if o.Refunds[i].LogKey == logKey {
			return &o.Refunds[i]
		}
	}
	return nil
}
