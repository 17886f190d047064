package command

import (
	"context"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

const (
	// arrivalTime is how long a notice whose outcome is unknown may still arrive at the mall. The next
	// notice of the order waits for it, or the older one could overwrite the newer.
	arrivalTime = time.Minute
	// refusalsBeforeAlert is how often a mall may refuse that an order is paid before a person is told.
	refusalsBeforeAlert = 3
)

// NotifyPaymentResultHandler tells the mall how a payment ended, once or as often as it takes. A
// notice that fails never changes the payment.
type NotifyPaymentResultHandler struct {
	Gateways ports.Gateways
	Orders   ports.Orders
	Outbox   ports.Outbox
	Mall     ports.Mall
	Clock    ports.Clock
	Trace    ports.Trace
}

// Handle runs one try. Before each, it checks that the notice is still true; the body is frozen
// before the first, so that all repetitions are byte-identical.
func (h NotifyPaymentResultHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: j.Order})
	if err != nil {
		return ports.Verdict{}, err
	}
	p, valid := h.still(o, j)
	ctx, end := h.Trace.Join(ctx, p.Trace, "notify mall")
	defer func() { end(err) }()
	if !valid {
		return h.superseded(j), nil
	}
	if j.Body == nil {
		if j, err = h.freeze(ctx, o.Snapshot(), p, j); err != nil {
			return ports.Verdict{}, err
		}
	}
	if sendErr := h.Mall.Deliver(ctx, j.URL, j.Body); sendErr != nil {
		return h.failed(ctx, j, sendErr)
	}
	_, err = h.Orders.Update(ctx, j.Order, func(o *order.Order) error {
		o.MallKnows(j.Payment, told(j.Kind), h.Clock.Now())
		return nil
	})
	return ports.Verdict{Word: "told"}, err
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

// superseded ends a notice that is no longer true, but not before its last try can have arrived.
func (h NotifyPaymentResultHandler) superseded(j ports.Job) ports.Verdict {
	if arrived := j.LastTry.Add(arrivalTime); !j.LastTry.IsZero() && arrived.After(h.Clock.Now()) {
		return ports.Verdict{Again: arrived, Word: "superseded, waiting for the last try to arrive"}
	}
	return ports.Verdict{Word: "superseded"}
}

func (h NotifyPaymentResultHandler) freeze(ctx context.Context, o order.Snapshot, p payment.Snapshot, j ports.Job) (ports.Job, error) {
	paid := j.Kind == task.NotifyPaid
	g, err := h.Gateways.Gateway(p.Account.Gateway)
	if err != nil {
		return j, err
	}
	n := ports.PaymentNotice{
		Partner: o.Latest.Partner, OrderNo: string(o.Key.Number), PayMethod: o.Latest.PayMethod, Reference: p.Code,
		Amount: "0", Currency: string(p.Amount.Currency()), Paid: paid, ExtraData: o.Latest.ExtraData, Message: "payment " + p.State.String(),
	}
	if _, refunds := g.(ports.Refunder); refunds {
		n.FullRefund, n.PartialRefund = true, g.Sheet().PartialRefund
	}
	if paid {
		n.Amount = o.Latest.AmountText
	}
	if j.Body, err = h.Mall.ComposePaymentNotice(n); err != nil {
		return j, err
	}
	j.URL = o.Latest.NotifyURL
	return j, h.Outbox.Freeze(ctx, j, j.URL, j.Body)
}

// failed plans the next try. After the last one the notice is a dead letter: visible, replayable.
func (h NotifyPaymentResultHandler) failed(ctx context.Context, j ports.Job, sendErr error) (ports.Verdict, error) {
	f := fault.Of(sendErr)
	if f.Kind == fault.Declined && j.Kind == task.NotifyPaid && j.Try == refusalsBeforeAlert {
		_, err := h.Orders.Update(ctx, j.Order, func(o *order.Order) error {
			o.MallRefuses(j.Payment, f.Message, h.Clock.Now())
			return nil
		})
		if err != nil {
			return ports.Verdict{}, err
		}
	}
	wait, more := task.AfterNotice(j.Try)
	if !more {
		return ports.Verdict{Dead: true, Word: f.Code + ": " + f.Message}, nil
	}
	return ports.Verdict{Again: h.Clock.Now().Add(wait), Word: f.Code + ": " + f.Message}, nil
}
