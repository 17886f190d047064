package flow

import "context"

func refunds() []Flow {
	return []Flow{
		{
			Name: "refund", Title: "Refund in full", Play: playRefund,
			Text: "The merchant gives everything back. Asynchronously: the app accepts, and the mall is told when the company is done.",
		},
		{
			Name: "refund-part", Title: "Refund in part, twice", Play: playPartRefund,
			Text: "One part at once (synchronous), one part later (asynchronous). The ledger knows what is left.",
		},
	}
}

func (w *World) paidOrder(ctx context.Context, product string) (Order, error) {
	order, err := w.buys(ctx, product, asynchronous)
	if err != nil {
		return order, err
	}
	if err := w.decides(ctx, order, "approve"); err != nil {
		return order, err
	}
	return w.becomes(ctx, order, "the mall says paid", paid)
}

func playRefund(ctx context.Context, w *World) error {
	order, err := w.paidOrder(ctx, "capiz-lamp")
	if err != nil {
		return err
	}
	w.say("A lamp is paid, %s PHP. It arrives broken, so the merchant refunds all of it.", order.Amount)
	w.say("The app accepts; the company takes its time, and the mall is told at the end.")
	if err := w.refunds(ctx, order, "", asynchronous); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the refund is done", refundsDone(1))
	return err
}

func playPartRefund(ctx context.Context, w *World) error {
	order, err := w.paidOrder(ctx, "abaca-tote")
	if err != nil {
		return err
	}
	w.say("A tote is paid, %s PHP.", order.Amount)
	w.say("The merchant gives the 65 PHP delivery back at once.")
	if err := w.refunds(ctx, order, "65.00", synchronous); err != nil {
		return err
	}
	if _, err = w.becomes(ctx, order, "the first part is refunded", refundsDone(1)); err != nil {
		return err
	}
	w.say("Then 100 PHP more, asynchronously.")
	if err := w.refunds(ctx, order, "100.00", asynchronous); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the second part is refunded", refundsDone(2))
	return err
}
