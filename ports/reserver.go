package ports

import (
	"context"

	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// Reserving is the content of a create call for an order that the buyer reviews with us before it can be
// paid. Equal ones give equal request bytes.
type Reserving struct {
	Reference  string
	Amount     money.Money // provisional
	ReviewURL  string      // where the company sends the buyer to review
	WebhookURL string
}

// ReserveAnswer is the company's answer to a reservation.
type ReserveAnswer struct {
	payment.Answer
	Button []byte // JSON object that the company's script in the mall's page starts with
}

// Agreement is the content of a pay call: what the buyer saw and agreed to.
type Agreement struct {
	Reference        string
	PaymentReference string // as the company told it with the buyer; empty when it did not
	Amount           money.Money
	ReturnURL        string // where the buyer's browser returns
}

// Buyer is who buys, as the company knows it. It is personal: never in a log, a span or an event.
type Buyer struct {
	Address          Address
	Preference       string // how the buyer wants it delivered
	PaymentReference string // the company's name of the payment to be; no part of the buyer
}

// Address is where the goods go.
type Address struct {
	Name, Line1, Line2, Line3, District, City, State, PostalCode, CountryCode, Country, Phone string
}

// Reserver creates orders that can be paid only after a pay call, which fixes their amount.
type Reserver interface {
	// PrepareReservation and Reserve are PrepareOpening and Open of such an order.
	PrepareReservation(r Reserving) ([]byte, error)
	Reserve(ctx context.Context, k Keys, key string, prepared []byte) (ReserveAnswer, error)
	// Buyer asks for the buyer of an order, or NotFound.
	Buyer(ctx context.Context, k Keys, code string) (Buyer, error)
	// PreparePay returns the exact bytes that Pay will send, without credentials.
	PreparePay(a Agreement) ([]byte, error)
	// Pay sends prepared bytes for an order under the idempotency key. The answer is Confirmed and has the
	// page. Sending the same bytes under the same key again changes nothing within Sheet.KeyLifetime.
	Pay(ctx context.Context, k Keys, key, code string, prepared []byte) (payment.Answer, error)
}
