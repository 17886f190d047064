package command

import (
	"context"
	"strings"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/money"
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
	// refusedWord begins the word of a try that the mall understood and refused.
	refusedWord = "refused: "
	// waitingWord begins the word of a run that only waited, and ends in until when: the next run could
	// not tell it from a try.
	waitingWord = "waiting for the last try to arrive until "
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
	switch {
	case j.Kind == task.NotifyPaid && o.Snapshot().Told == order.ToldPaid: // a worker died before it could say so
		return ports.Verdict{Word: "told"}, nil
	case !valid:
		return h.afterArrival(j, "superseded"), nil
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

// afterArrival ends a notice, but not before the tries of earlier runs can have arrived.
func (h NotifyPaymentResultHandler) afterArrival(j ports.Job, word string) ports.Verdict {
	arrived := time.Time{}
	if until, waited := strings.CutPrefix(j.LastWord, waitingWord); waited {
		arrived, _ = time.Parse(time.RFC3339Nano, until) // our own word; a broken one waits no longer
	} else if !j.LastTry.IsZero() {
		arrived = j.LastTry.Add(arrivalTime)
	}
	if arrived.After(h.Clock.Now()) {
		return ports.Verdict{Again: arrived, Word: waitingWord + arrived.Format(time.RFC3339Nano)}
	}
	return ports.Verdict{Word: word}
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
		n.Amount = amountText(o.Latest, p.Amount)
	}
	if j.Body, err = h.Mall.ComposePaymentNotice(n); err != nil {
		return j, err
	}
	j.URL = o.Latest.NotifyURL
	return j, h.Outbox.Freeze(ctx, j, j.URL, j.Body)
}

// amountText is what was paid, in the mall's own text. The latest request is about other money when
// an attempt was paid after it had closed and another amount was asked for.
func amountText(latest order.Request, paid money.Money) string {
	if asked, err := money.Parse(latest.AmountText, paid.Currency()); err == nil && asked == paid {
		return latest.AmountText
	}
	return paid.String()
}

// failed plans the next try. After the last one the notice is a dead letter: visible, replayable.
func (h NotifyPaymentResultHandler) failed(ctx context.Context, j ports.Job, sendErr error) (ports.Verdict, error) {
	f := fault.Of(sendErr)
	word := f.Code + ": " + f.Message
	if f.Kind == fault.Declined {
		word = refusedWord + f.Message
		if err := h.alert(ctx, j, f.Message); err != nil {
			return ports.Verdict{}, err
		}
	}
	wait, more := task.AfterNotice(j.Try)
	if !more {
		return ports.Verdict{Dead: true, Word: word}, nil
	}
	return ports.Verdict{Again: h.Clock.Now().Add(wait), Word: word}, nil
}

// alert shows a mall that refuses to learn that its order is paid: at the third try, or at the first
// refusal after it, but not at each of a row.
func (h NotifyPaymentResultHandler) alert(ctx context.Context, j ports.Job, why string) error {
	shown := j.Try > refusalsBeforeAlert && strings.HasPrefix(j.LastWord, refusedWord)
	if j.Kind != task.NotifyPaid || j.Try < refusalsBeforeAlert || shown {
		return nil
	}
	_, err := h.Orders.Update(ctx, j.Order, func(o *order.Order) error {
		o.MallRefuses(j.Payment, why, h.Clock.Now())
		return nil
	})
	return err
}
