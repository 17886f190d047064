package company

import "time"

// The letters of an order.
const (
	pending    = "P"
	authorized = "A"
	paid       = "S"
	failed     = "F"
	cancelled  = "C"
	expired    = "E"
	refunded   = "R"
)

// order is one order at the company. Amounts are in the currency's smallest unit.
type order struct {
	Code, Account, Reference string
	Amount                   int64
	Currency                 string
	CallbackURL, WebhookURL  string
	ReviewURL                string
	Letter                   string
	PageOpen                 bool // While it is open the order may still be paid.
	PaymentReference         string
	Paid, Refunded, Reserved int64 // Reserved is the sum of pending refunds.
	Created, Expires         time.Time
	Message                  string
	Address, Preference      int  // What the buyer chose, by position.
	Confirmed                bool // An external order is payable only after the pay call.
}

// mayBecome is the table of letters: what the buyer, the clock or the merchant can turn an order into while its page is open.
// R comes from refunds alone.
func mayBecome(from, to string) bool {
	switch from {
	case pending, failed:
		return to == authorized || to == paid || to == failed || to == cancelled || to == expired
	case authorized:
		return to == paid || to == cancelled || to == expired
	case cancelled, expired:
		return to == authorized || to == paid || to == cancelled
	default:
		return false
	}
}

// message is what the company says about a letter.
func message(letter string) string {
	switch letter {
	case pending:
		return "Order created, waiting for payment"
	case authorized:
		return "Payment authorized"
	case paid:
		return "Payment successful"
	case failed:
		return "Payment declined"
	case cancelled:
		return "Payment cancelled"
	case expired:
		return "Order expired"
	default:
		return "Payment refunded"
	}
}

// become changes the letter. keepOpen says whether S may still follow; a paid order's page is always closed.
func (o *order) become(letter string, keepOpen bool) error {
	if !o.PageOpen || !mayBecome(o.Letter, letter) {
		return unacceptable("order " + o.Code + " is " + o.Letter + " and cannot become " + letter)
	}
	o.Letter, o.Message = letter, message(letter)
	o.PageOpen = keepOpen && letter != paid
	if letter == paid {
		o.Paid = o.Amount
	}
	return nil
}

// reserve takes a refund out of what is left, so that pending refunds count.
func (o *order) reserve(amount int64) error {
	switch {
	case o.Letter != paid && o.Letter != refunded:
		return unacceptable("order " + o.Code + " is not paid")
	case amount <= 0:
		return unacceptable("refund_amount must be above 0")
	case o.Refunded+o.Reserved+amount > o.Paid:
		return unacceptable("refunds would exceed the paid amount")
	}
	o.Reserved += amount
	return nil
}

// settle ends a reserved refund.
func (o *order) settle(amount int64, done bool) {
	o.Reserved -= amount
	if !done {
		return
	}
	o.Refunded += amount
	if o.Refunded == o.Paid {
		o.Letter, o.Message = refunded, message(refunded)
	}
}
