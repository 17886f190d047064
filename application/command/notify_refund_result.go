package command

import (
	"context"
	"encoding/json"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// NotifyRefundResultHandler tells the mall how a refund ended that it asked for: the result of an
// asynchronous one, and of a synchronous one whose answer may not have reached the mall, or that is asked for
// asynchronously afterwards.
type NotifyRefundResultHandler struct{ Notices }

// Handle runs one try. Before each, it checks that the notice is still true.
func (h NotifyRefundResultHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	with := ports.RefundQuery{ID: j.Refund}
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: j.Order, With: with})
	if err != nil {
		return ports.Verdict{}, err
	}
	f, valid := o.RefundNotice(j.Refund, j.Kind == task.NotifyRefunded)
	ctx, end := h.Trace.Join(ctx, f.Trace, "notify mall of refund")
	defer func() { end(err) }()
	if !valid {
		return h.afterArrival(j, "superseded"), nil
	}
	if j, err = h.freeze(ctx, j, f.Request.NotifyURL, func() ([]byte, error) { return h.compose(o, f) }); err != nil {
		return ports.Verdict{}, err
	}
	if sendErr := h.Mall.Deliver(ctx, j.URL, j.Body); sendErr != nil {
		return h.failed(j, sendErr), h.alert(ctx, j, sendErr)
	}
	_, err = record(ctx, h.Orders, o, func(o *order.Order) error {
		o.MallKnowsRefund(j.Refund, h.Clock.Now())
		return nil
	}, with)
	return ports.Verdict{Word: "told"}, err
}

func (h NotifyRefundResultHandler) compose(o *order.Order, f refund.Snapshot) ([]byte, error) {
	p, err := o.Payment(f.Payment)
	if err != nil {
		return nil, err
	}
	return h.Mall.ComposeRefundNotice(ports.RefundNotice{
		Partner: f.Request.Partner, OrderNo: string(o.Snapshot().Key.Number), PayMethod: f.Request.PayMethod, Reference: p.Code,
		Amount: f.Request.AmountText, Currency: string(f.Amount.Currency()), Refunded: f.State == refund.Refunded,
		ExtraData: json.RawMessage(f.Request.ExtraData), Message: "refund " + f.State.String(),
	})
}

// alert shows a mall that refuses to learn what became of its refund.
func (h NotifyRefundResultHandler) alert(ctx context.Context, j ports.Job, sendErr error) error {
	if !alarming(j, sendErr) {
		return nil
	}
	_, err := h.Orders.Update(ctx, j.Order, func(o *order.Order) error {
		o.MallRefusesRefund(j.Refund, fault.Of(sendErr).Message, h.Clock.Now())
		return nil
	}, ports.RefundQuery{ID: j.Refund})
	return err
}
