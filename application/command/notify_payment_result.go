package command

import (
	"context"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// NotifyPaymentResultHandler tells the mall how a payment ended, once or as often as it takes. A
// notice that fails never changes the payment.
type NotifyPaymentResultHandler struct {
	Notices
	Gateways ports.Gateways
}

// Handle runs one try. Before each, it checks that the notice is still true.
func (h NotifyPaymentResultHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: j.Order})
	if err != nil {
		return ports.Verdict{}, err
	}
	p, valid := h.still(o, j)
	ctx, end := h.Trace.Join(ctx, p.Trace, "notify mall")
	defer func() { end(err) }()
	switch {
	case j.Kind == task.NotifyPaid && o.Snapshot().Told == order.ToldPaid: // a worker died, or the mall quoted the payment
		return ports.Verdict{Word: "told"}, nil
	case !valid:
		return h.afterArrival(j, "superseded"), nil
	}
	j, err = h.freeze(ctx, j, o.Snapshot().Latest.NotifyURL, func() ([]byte, error) { return h.compose(o.Snapshot(), p, j.Kind) })
	if err != nil {
		return ports.Verdict{}, err
	}
	if sendErr := h.Mall.Deliver(ctx, j.URL, j.Body); sendErr != nil {
		return h.failed(j, sendErr), h.alert(ctx, j, sendErr)
	}
	_, err = record(ctx, h.Orders, o, func(o *order.Order) error {
		o.MallKnows(j.Payment, told(j.Kind), h.Clock.Now())
		return nil
	})
	return h.confirmed(j), err
}

// confirmed ends a notice that the mall accepted. An earlier try may still be on its way: were it
// about an unpaid order, it must not arrive after a notice that says paid.
func (h NotifyPaymentResultHandler) confirmed(j ports.Job) ports.Verdict {
	if j.Kind == task.NotifyUnpaid {
		return h.afterArrival(j, "told")
	}
	return ports.Verdict{Word: "told"}
}

func (h NotifyPaymentResultHandler) still(o *order.Order, j ports.Job) (payment.Snapshot, bool) {
	if j.Kind == task.NotifyPaid {
		return o.PaidNotice()
	}
	return o.UnpaidNotice(j.Payment)
}

func told(kind ports.TaskKind) order.Told {
	if kind == task.NotifyPaid {
		return order.ToldPaid
	}
	return order.ToldUnpaid
}

func (h NotifyPaymentResultHandler) compose(o order.Snapshot, p payment.Snapshot, kind ports.TaskKind) ([]byte, error) {
	g, err := h.Gateways.Gateway(p.Account.Gateway)
	if err != nil {
		return nil, err
	}
	n := ports.PaymentNotice{
		Partner: o.Latest.Partner, OrderNo: string(o.Key.Number), PayMethod: o.Latest.PayMethod, Reference: p.Code,
		Amount: "0", Currency: string(p.Amount.Currency()), Paid: kind == task.NotifyPaid, ExtraData: o.Latest.ExtraData, Message: "payment " + p.State.String(),
	}
	if _, refunds := g.(ports.Refunder); refunds {
		n.FullRefund, n.PartialRefund = true, g.Sheet().PartialRefund
	}
	if n.Paid {
		n.Amount = o.Latest.PaidText(p.Amount)
	}
	return h.Mall.ComposePaymentNotice(n)
}

// alert shows a mall that refuses to learn that its order is paid.
func (h NotifyPaymentResultHandler) alert(ctx context.Context, j ports.Job, sendErr error) error {
	if j.Kind != task.NotifyPaid || !alarming(j, sendErr) {
		return nil
	}
	_, err := h.Orders.Update(ctx, j.Order, func(o *order.Order) error {
		o.MallRefuses(j.Payment, fault.Of(sendErr).Message, h.Clock.Now())
		return nil
	})
	return err
}
