package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// Receipt is a webhook letter as it is stored: one row for equal letters, with a count.
type Receipt struct {
	Gateway  string
	Merchant merchant.ID // of the URL; empty for the bare routes
	Letter   Letter
	Order    order.ID // empty: nobody knows the payment yet, the letter is parked
	Payment  payment.ID
	At       time.Time
}

// Inbox stores webhook letters durably before they are answered.
type Inbox interface {
	// Receive stores the letter and, for a known payment, makes wake (the key of its asking job) due
	// now, in one transaction. An empty wake only stores. Letters for unknown payments are parked:
	// Unavailable "parking_full" when too many are.
	Receive(ctx context.Context, r Receipt, wake string) error
	// Join takes the parked letters of a payment that became known, and reports how many there were.
	Join(ctx context.Context, to PaymentAddress) (int, error)
	// Prune forgets parked letters older than before, and reports how many.
	Prune(ctx context.Context, before time.Time) (int, error)
}
