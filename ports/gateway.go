package ports

import (
	"context"
	"net/http"
	"time"

	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// Gateway is a payment company. What a company can do is told by the optional interfaces below that
// its adapter implements: a capability is a type, never a method that answers "not implemented".
//
// All calls take the merchant's keys, return within the time left in ctx, and classify what went
// wrong: Unavailable when the request surely was not executed (nothing was written to the socket,
// the breaker is open, 429), Declined when the company definitely refused it, Unauthenticated when
// it refused the keys, NotFound when it does not know the code, and Indeterminate for everything
// after the first byte whose outcome is unknown.
//
// An idempotency key belongs to the account at the company, not to one of its secrets: what was done with
// the secret before the merchant replaced it is not done again with the new one.
type Gateway interface {
	Sheet() Sheet
}

// Keys are the opened credentials of a merchant at the company.
type Keys struct {
	Public string
	Secret Secret
}

// Sheet is what a company declares about itself; the gateway contract suite checks what it can.
type Sheet struct {
	Name          string
	Currencies    []money.Currency
	KeyLifetime   time.Duration // how long an idempotency key is remembered; 0: no keys
	SettleTime    time.Duration // how long a lost create may take to show up in inquiries
	OrderLifetime time.Duration // how long an order can be asked about
	PageFresh     time.Duration // how long a page is handed out again without asking
	RefundAtOnce  bool          // a refund without webhook ends within its call
	PartialRefund bool
}

// Opening is the content of a create call. Equal openings give equal request bytes.
type Opening struct {
	Reference   string
	Amount      money.Money
	CallbackURL string // where the buyer's browser returns
	WebhookURL  string // where the company reports
}

// Opener creates orders that the buyer pays on the company's page.
type Opener interface {
	// PrepareOpening returns the exact bytes that Open will send, so that they can be stored before
	// the company is called. They hold no credentials. Unsupported when the company cannot take the
	// currency, Invalid when it cannot take the amount.
	PrepareOpening(o Opening) ([]byte, error)
	// Open sends prepared bytes under the idempotency key. Sending the same bytes under the same key
	// again yields the same order within Sheet.KeyLifetime.
	Open(ctx context.Context, k Keys, key string, prepared []byte) (payment.Answer, error)
}

// Inquirer answers questions about orders. It is the authority on whether money moved.
type Inquirer interface {
	InquireByCode(ctx context.Context, k Keys, code string) (payment.Answer, error)
	// InquireByReference finds the orders made under a reference; none is an empty slice, not an error.
	InquireByReference(ctx context.Context, k Keys, reference string) ([]payment.Answer, error)
}

// Lister lists orders by time, for the case that it is we who forgot. A list is a hint about what to ask.
type Lister interface {
	// ListOrders returns the orders of the account that were made then or later; none is an empty slice.
	ListOrders(ctx context.Context, k Keys, since time.Time) ([]payment.Answer, error)
}

// Closer ends orders that are not paid, for good.
type Closer interface {
	// CloseOrder ends an order, known to us under the reference, under the idempotency key: one that waits for its
	// buyer is closed, and reserved money is let go. To close it again changes nothing. Declined when it is paid.
	CloseOrder(ctx context.Context, k Keys, key, code, reference string) (payment.Answer, error)
}

// RefundOrder is the content of a refund call. Equal ones give equal request bytes.
type RefundOrder struct {
	Code       string // the company's order code
	Reference  string // our reference of the refund
	Amount     money.Money
	WebhookURL string // empty: the company answers with the final state at once
}

// Refunder returns money to the buyer.
type Refunder interface {
	// PrepareRefund returns the exact bytes that Refund will send, so that they can be stored before the
	// company is called. They hold no credentials. Unsupported or Invalid as with PrepareOpening.
	PrepareRefund(o RefundOrder) ([]byte, error)
	// Refund sends prepared bytes under the idempotency key, which names the refund and its generation.
	// Sending the same bytes under the same key again is the same refund within Sheet.KeyLifetime.
	Refund(ctx context.Context, k Keys, key string, prepared []byte) (refund.Answer, error)
	// InquireRefund asks by the company's refund code, or is NotFound.
	InquireRefund(ctx context.Context, k Keys, code string) (refund.Answer, error)
	// InquireRefunds finds the refunds made under our reference; none is an empty slice.
	InquireRefunds(ctx context.Context, k Keys, reference string) ([]refund.Answer, error)
}

// RefundLetter is what a company's webhook claims about a refund. Nothing proves the sender: it only
// wakes a question.
type RefundLetter struct {
	OrderCode string
	Code      string // of the refund; empty when the company does not say
}

// RefundLetterReader reads a company's webhooks about refunds.
type RefundLetterReader interface {
	// ReadRefundLetter parses a webhook body. Invalid names the field that is missing or wrong.
	ReadRefundLetter(header http.Header, body []byte) (RefundLetter, error)
}

// Letter is what a company's webhook or a returning browser claims about a payment. Claims wake a
// question; only the company's own answer moves money.
type Letter struct {
	Reference string
	Code      string
	State     payment.State
	Amount    money.Money
	Digest    string // the part that proves the sender, to be verified with the merchant's keys
}

// LetterReader reads a company's webhooks.
type LetterReader interface {
	// ReadLetter parses a webhook body. Invalid names the field that is missing or wrong.
	ReadLetter(header http.Header, body []byte) (Letter, error)
	// VerifyLetter checks the letter's digest in constant time, or returns Unauthenticated.
	VerifyLetter(k Keys, header http.Header, body []byte) error
}

// Gateways finds companies by name.
type Gateways interface {
	// Gateway returns the company, or Unsupported when this installation does not offer it; the cause tells operators
	// what is missing.
	Gateway(name string) (Gateway, error)
}
