package demo

import (
	"net/url"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// closedStates are the letters of an order as they count once its page is closed.
var closedStates = map[string]payment.State{
	"P": payment.Pending,
	"A": payment.Authorized,
	"S": payment.Paid,
	"R": payment.Paid, // and given back, see orderView.answer
	"E": payment.Expired,
	"C": payment.Cancelled,
	"F": payment.Failed,
}

// refundStates are the letters of a refund.
var refundStates = map[string]refund.State{"RP": refund.Pending, "R": refund.Refunded, "RX": refund.Rejected}

// stateOf reads a letter of an order. While the page is open S may still follow E, C and F: they are
// soft, and the order is pending, however final they sound.
func stateOf(letter string, pageOpen bool) (payment.State, bool) {
	state, known := closedStates[letter]
	if pageOpen && state.FinalUnpaid() {
		state = payment.Pending
	}
	return state, known
}

// answer is the state of a new order: pending, whatever the letter says, because a repeated call is
// given the first answer again and the order may have gone on. Asking tells.
func (c createdOrder) answer(reference string, amount money.Money, asked time.Time) (payment.Answer, error) {
	if !codeGrammar.MatchString(c.Code) {
		return payment.Answer{}, transport.Unreadable("the order has no code")
	}
	if _, known := closedStates[c.Letter]; !known {
		return payment.Answer{}, transport.Unreadable("the order has an unknown letter")
	}
	a := payment.Answer{
		Code: c.Code, Reference: reference, State: payment.Pending, Amount: amount,
		Paid: money.Zero(amount.Currency()), Refunded: money.Zero(amount.Currency()),
		PageURL: pageOf(c.Page), AskedAt: asked,
	}
	if a.PageURL != "" {
		a.FreshUntil = asked.Add(sheet().PageFresh)
	}
	return a, nil
}

func (o orderView) answer(asked time.Time) (payment.Answer, error) {
	if !codeGrammar.MatchString(o.Code) || !referenceGrammar.MatchString(o.Reference) {
		return payment.Answer{}, transport.Unreadable("the order has no code or no reference")
	}
	state, known := stateOf(o.Letter, o.Page != "")
	if !known {
		return payment.Answer{}, transport.Unreadable("the order has an unknown letter")
	}
	a := payment.Answer{Code: o.Code, Reference: o.Reference, State: state, PageURL: pageOf(o.Page), AskedAt: asked, Confirmed: o.PaymentReference != ""}
	if err := o.readMoney(&a); err != nil {
		return payment.Answer{}, err
	}
	if err := o.readTimes(&a); err != nil {
		return payment.Answer{}, err
	}
	return a, nil
}

// readMoney reads the three amounts. The letter R says that everything went back, also where
// refunded_amount is behind.
func (o orderView) readMoney(a *payment.Answer) (err error) {
	if a.Amount, err = amountOf(o.Amount, o.Currency); err != nil {
		return err
	}
	if a.Paid, err = amountOrNothing(o.Paid, o.Currency); err != nil {
		return err
	}
	if a.Refunded, err = amountOrNothing(o.Refunded, o.Currency); err != nil {
		return err
	}
	if o.Letter == "R" && a.Refunded.Minor() < a.Amount.Minor() {
		a.Refunded = a.Amount
	}
	return nil
}

func (o orderView) readTimes(a *payment.Answer) (err error) {
	if a.CreatedAt, err = timeOf(o.CreatedAt); err != nil {
		return err
	}
	expires, err := timeOf(o.ExpiresAt)
	if err != nil || a.PageURL == "" {
		return err
	}
	a.FreshUntil = a.AskedAt.Add(sheet().PageFresh)
	if !expires.IsZero() && expires.Before(a.FreshUntil) {
		a.FreshUntil = expires
	}
	return nil
}

func (r refundView) answer(reference string, asked time.Time) (refund.Answer, error) {
	state, known := refundStates[r.Letter]
	if !known || !codeGrammar.MatchString(r.Code) {
		return refund.Answer{}, transport.Unreadable("the refund has no code or an unknown letter")
	}
	amount, err := amountOf(r.Amount, r.Currency)
	if err != nil {
		return refund.Answer{}, err
	}
	return refund.Answer{
		Code: r.Code, Reference: reference, State: state, Amount: amount, Message: plain(r.Message), AskedAt: asked,
	}, nil
}

func amountOf(text, currency string) (money.Money, error) {
	amount, err := money.Parse(text, money.Currency(currency))
	if err != nil {
		return money.Money{}, transport.Unreadable("an amount or its currency cannot be read")
	}
	return amount, nil
}

func amountOrNothing(text, currency string) (money.Money, error) {
	if text == "" {
		return money.Zero(money.Currency(currency)), nil
	}
	return amountOf(text, currency)
}

// timeOf reads a time by the company's clock; a missing one is the zero time.
func timeOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, transport.Unreadable("a time cannot be read")
	}
	return at.UTC(), nil
}

// pageOf returns the page's address when a browser may be sent there. The company is trusted with
// money, but not with a script in the buyer's browser.
func pageOf(text string) string {
	page, err := url.Parse(text)
	if err != nil || page.Host == "" || (page.Scheme != "https" && page.Scheme != "http") {
		return ""
	}
	return text
}
