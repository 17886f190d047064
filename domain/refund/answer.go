package refund

import (
	"time"

	"paybridge/domain/money"
)

// Answer is what the company says about one refund.
type Answer struct {
	Code      string // the company's refund code
	Reference string // our reference, as the company repeats it
	State     State  // Pending, Rejected or Refunded
	Amount    money.Money
	Message   string // the company's words, for operators
	AskedAt   time.Time
}
