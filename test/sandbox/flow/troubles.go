package flow

import (
	"context"
	"fmt"
)

// notificationPath is where the mall is told about payments.
const notificationPath = "/Pay/Recv/openpg/PayReceiveNoty.php"

// tooLongMS is longer than the app waits for the company.
const tooLongMS = 6000

func troubles() []Flow {
	return []Flow{
		{
			Name: "mall-500", Title: "The mall answers 500", Breaks: true, Play: playMallDown,
			Text: "The mall fails twice while it is being told. The notice was stored with the payment, so it is sent again after 1 s and after 5 s, byte for byte, until the mall says OK.",
		},
		{
			Name: "company-timeout", Title: "The company times out after doing the work", Breaks: true, Play: playTimeout,
			Text: "The refund is done, but the answer never arrives. A time-out is no failure: the app asks by its own reference instead of refunding a second time.",
		},
		{
			Name: "webhook-twice", Title: "The webhook comes twice", Breaks: true, Play: playTwice,
			Text: "Companies repeat themselves. Each webhook is answered and the company is asked, but the mall is told once.",
		},
		{
			Name: "webhook-lost", Title: "The webhook is lost", Breaks: true, Play: playLost,
			Text: "The buyer pays and closes the tab; the company never calls. Within half a minute the app asks by itself.",
		},
	}
}

func playMallDown(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "barako-coffee", asynchronous)
	if err != nil {
		return err
	}
	if err := w.breaks(ctx, w.MallURL, map[string]any{"path": notificationPath, "status": 500, "times": 2}); err != nil {
		return err
	}
	w.say("From now on the mall answers the next two notices with 500.")
	w.say("Maria pays. The mall does not understand it yet.")
	if err := w.decides(ctx, order, "approve"); err != nil {
		return err
	}
	if _, err = w.becomes(ctx, order, "the mall says paid", paid); err != nil {
		return err
	}
	w.say("The third try was understood: the order is paid, and it was paid once.")
	return nil
}

func playTimeout(ctx context.Context, w *World) error {
	order, err := w.paidOrder(ctx, "dried-mango")
	if err != nil {
		return err
	}
	if err := w.breaks(ctx, w.CompanyURL, map[string]any{"path": "/v1/orders/*/refunds", "method": "POST", "delay_ms": tooLongMS, "times": 1}); err != nil {
		return err
	}
	w.say("An order is paid. From now on the company does a refund, but answers too late.")
	w.say("The merchant refunds 65 PHP. The app does not know whether it happened, and asks.")
	if err := w.refunds(ctx, order, "65.00", asynchronous); err != nil {
		return err
	}
	if _, err = w.becomes(ctx, order, "the refund is done", refundsDone(1)); err != nil {
		return err
	}
	return w.refundedOnce(ctx, order, "65.00")
}

// refundedOnce looks at what the company really gave back.
func (w *World) refundedOnce(ctx context.Context, order Order, amount string) error {
	var held []struct {
		Code     string `json:"order_code"`
		Refunded string `json:"refunded_amount"`
	}
	if err := w.call(ctx, "GET", w.CompanyURL+"/_sandbox/orders", nil, &held); err != nil {
		return err
	}
	for _, one := range held {
		if one.Code == order.code() && one.Refunded != amount {
			return fmt.Errorf("the company gave back %s, not %s", one.Refunded, amount)
		}
	}
	w.say("The company has given back %s PHP, once.", amount)
	return nil
}

func playTwice(ctx context.Context, w *World) error {
	order, err := w.paidOrder(ctx, "calamansi-jam")
	if err != nil {
		return err
	}
	w.say("An order is paid, and the mall has been told.")
	w.say("Now the company sends the same webhook again, three times.")
	if err := w.behindTheBack(ctx, order, "webhook?times=3"); err != nil {
		return err
	}
	after, err := w.becomes(ctx, order, "the webhooks are delivered", func(Order) bool { return w.webhooksDelivered(ctx) })
	if err == nil && after.notices("payment") != 1 {
		err = fmt.Errorf("the mall was told %d times", after.notices("payment"))
	}
	if err == nil {
		w.say("All of them were answered, and the mall was told once.")
	}
	return err
}

func (w *World) webhooksDelivered(ctx context.Context) bool {
	var deliveries []struct {
		Delivered bool `json:"delivered"`
	}
	if w.call(ctx, "GET", w.CompanyURL+"/_sandbox/webhooks", nil, &deliveries) != nil {
		return false
	}
	for _, one := range deliveries {
		if !one.Delivered {
			return false
		}
	}
	return true
}

func playLost(ctx context.Context, w *World) error {
	order, err := w.buys(ctx, "rattan-fan", asynchronous)
	if err != nil {
		return err
	}
	w.say("Maria orders a fan for %s PHP.", order.Amount)
	w.say("She pays and closes the tab. No webhook, no return: nobody tells the app.")
	if err := w.behindTheBack(ctx, order, "approve?webhook=no"); err != nil {
		return err
	}
	if _, err = w.becomes(ctx, order, "the mall says paid", paid); err != nil {
		return err
	}
	w.say("The app asked by itself, and the mall knows.")
	return nil
}
