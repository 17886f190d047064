package flow

import (
	"context"
	"errors"
	"fmt"
)

func payments() []Flow {
	return []Flow{
		{
			Name: "async", Title: "Pay asynchronously", Play: playAsync,
			Text: "The buyer approves and comes back. The mall marks the order paid when the app's signed notice arrives.",
		},
		{
			Name: "sync", Title: "Pay synchronously", Play: playSync,
			Text: "The buyer comes back with a key. The mall asks the app with it and believes the signed answer.",
		},
		{
			Name: "button", Title: "Pay by the external button", Play: playButton,
			Text: "The button on a product page: the order is reserved in the browser, reviewed on the app's page, and paid at the company.",
		},
		{
			Name: "decline", Title: "Declined, then paid", Play: playDecline,
			Text: "The card is declined. The page stays open, the mall is told nothing yet, and the second try pays the order once.",
		},
		{
			Name: "cancel", Title: "Cancelled, then paid by a new attempt", Play: playCancel,
			Text: "The buyer cancels; that attempt is over for good. Paying again opens a second attempt, and only that one counts.",
		},
		{
			Name: "later", Title: "Pay later", Play: playLater,
			Text: "The buyer leaves the payment page and asks for it again: the same page, not a second payment.",
		},
	}
}

func playAsync(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "barako-coffee", asynchronous)
	if err != nil {
		return err
	}
	w.say("Maria orders coffee for %s PHP; the mall asks the app, the app asks the company for a payment page.", order.Amount)
	w.say("She approves. The app asks the company what is true and tells the mall.")
	if err := w.decides(ctx, order, "approve"); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the mall says paid", paid)
	return err
}

func playSync(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "dried-mango", synchronous)
	if err != nil {
		return err
	}
	w.say("Maria orders mangoes for %s PHP in the synchronous way.", order.Amount)
	w.say("She approves and comes back with a key; the mall asks the app with it.")
	if err := w.decides(ctx, order, "approve"); err != nil {
		return err
	}
	order, err = w.becomes(ctx, order, "the mall says paid", paid)
	if err == nil && order.notices("status") == 0 {
		err = errors.New("the mall did not learn it from the status answer")
	}
	return err
}

func playDecline(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "calamansi-jam", asynchronous)
	if err != nil {
		return err
	}
	w.say("Maria orders marmalade for %s PHP.", order.Amount)
	w.say("Her card is declined. The page stays open, so nobody is told that the order failed.")
	if err := w.decides(ctx, order, "decline"); err != nil {
		return err
	}
	w.say("The second try on the same page goes through.")
	if err := w.decides(ctx, order, "approve"); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the mall says paid", paid)
	return err
}

func playCancel(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "rattan-fan", asynchronous)
	if err != nil {
		return err
	}
	w.say("Maria orders a fan for %s PHP.", order.Amount)
	w.say("She cancels: %s can never be paid any more.", order.code())
	if err := w.decides(ctx, order, "cancel"); err != nil {
		return err
	}
	w.say("She changes her mind.")
	again, err := w.paysAgain(ctx, order)
	if err != nil {
		return err
	}
	if again.code() == order.code() {
		return errors.New("the closed page was handed out again")
	}
	w.say("She has got a new attempt, %s, and approves.", again.code())
	if err := w.decides(ctx, again, "approve"); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the mall says paid", paid)
	return err
}

func playLater(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "abaca-tote", asynchronous)
	if err != nil {
		return err
	}
	w.say("Maria orders a tote for %s PHP.", order.Amount)
	w.say("She leaves without deciding. Nothing is paid, nothing is told.")
	if err := w.decides(ctx, order, "later"); err != nil {
		return err
	}
	w.say("She asks for the payment page again.")
	again, err := w.paysAgain(ctx, order)
	if err != nil {
		return err
	}
	if again.code() != order.code() {
		return fmt.Errorf("she got another payment page: %s after %s", again.code(), order.code())
	}
	w.say("It is the same page, %s, and she approves.", again.code())
	if err := w.decides(ctx, again, "approve"); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the mall says paid", paid)
	return err
}

// paysAgain asks for the payment page of an order that is not paid.
func (w *World) paysAgain(ctx context.Context, order Order) (Order, error) {
	var again Order
	err := w.post(ctx, w.MallURL+"/_sandbox/orders/"+order.ID+"/pay", map[string]any{"mode": asynchronous}, &again)
	if err == nil && again.AppAnswer != "" {
		err = fmt.Errorf("the payment could not be started again: %s", again.AppAnswer)
	}
	return again, err
}
