package ports

import (
	"context"
	"encoding/json"

	"paybridge/domain/merchant"
)

// PaymentNotice tells a mall how a payment ended. Amounts are text because the mall compares the
// signature over the very text it sent.
type PaymentNotice struct {
	Partner       merchant.PartnerID
	OrderNo       string
	PayMethod     string // as in the checkout request
	Reference     string // the company's order code; the mall quotes it when it cancels
	Amount        string // the received text when paid, "0" otherwise
	Currency      string
	Paid          bool
	FullRefund    bool // the merchant's company can refund all of it
	PartialRefund bool // ... or a part
	ExtraData     json.RawMessage
	Message       string
}

// RefundNotice tells a mall how a refund ended.
type RefundNotice struct {
	Partner   merchant.PartnerID
	OrderNo   string
	PayMethod string // as in the cancel request
	Reference string // the company's order code, as the mall quoted it
	Amount    string // the cancel request's own text
	Currency  string
	Refunded  bool
	ExtraData json.RawMessage // the cancel request's own
	Message   string
}

// Mall is Cafe24's side that we call: URLs of a mall are judged, notices are composed once and
// delivered as often as needed.
type Mall interface {
	// AcceptURL returns the URL to use for a raw one of a checkout request, or Invalid when its host,
	// scheme or path is none that this mall may send us to. The host must be on the installation's
	// allow-list or one of the mall's own domains.
	AcceptURL(domains []string, raw string) (string, error)
	// AcceptOwnURL is AcceptURL for a mall's own hosts alone: its two at Cafe24 and those given. Money that
	// goes back is told to nobody else.
	AcceptOwnURL(mall merchant.MallID, hosts []string, raw string) (string, error)
	// ComposePaymentNotice returns the signed body. It is stored before the first try, so that every
	// repetition is byte-identical.
	ComposePaymentNotice(n PaymentNotice) ([]byte, error)
	// ComposeRefundNotice is ComposePaymentNotice for a refund.
	ComposeRefundNotice(n RefundNotice) ([]byte, error)
	// Deliver posts a composed body once. It returns nil only when the mall answered
	// {"result":"OK"}; Declined when the mall understood and refused it or answered 4xx; Unavailable
	// when it surely was not processed (not sent, 429) or the mall answered 5xx; Indeterminate when the
	// outcome is unknown.
	Deliver(ctx context.Context, url string, body []byte) error
}
