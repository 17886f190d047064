package company

import "time"

// The letters of a refund; R is shared with orders.
const (
	refundPending  = "RP"
	refundRejected = "RX"
)

// refund is one refund of an order. Amounts are in the currency's smallest unit.
type refund struct {
	Code, Account, Reference, OrderCode string
	Amount                              int64
	Currency, Letter, Message           string
	WebhookURL                          string
	Created                             time.Time
}

func refundMessage(letter string) string {
	switch letter {
	case refundPending:
		return "Refund is being processed"
	case refundRejected:
		return "Refund rejected"
	default:
		return "Payment refunded"
	}
}

// decide ends a pending refund. To decide the same again is no error and changes nothing.
func (r *refund) decide(o *order, done bool) (changed bool, err error) {
	letter := refundRejected
	if done {
		letter = refunded
	}
	if r.Letter == letter {
		return false, nil
	}
	if r.Letter != refundPending {
		return false, unacceptable("refund " + r.Code + " is " + r.Letter + " and cannot become " + letter)
	}
	r.Letter, r.Message = letter, refundMessage(letter)
	o.settle(r.Amount, done)
	return true, nil
}
