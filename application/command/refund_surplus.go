package command

import (
	"context"
	"errors"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// mostGenerations is how often a surplus refund is tried after the company rejected it.
const mostGenerations = 3

var errKeyForgotten = fault.New(fault.Conflict, "key_forgotten",
	"the company no longer remembers whether it got this refund; a person must compare with the company's own list")

// RefundSurplusHandler gives the second payment of an order back, once and in full. Both payments are
// confirmed by asking first; the refund is stored before the company is called, and a call whose
// outcome is unknown is asked about, never sent under another key.
type RefundSurplusHandler struct {
	Inquiry
	IDs   ports.IDs
	Trace ports.Trace
}

// Handle runs one step of the surplus task of an attempt.
func (h RefundSurplusHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: j.Order})
	if err != nil {
		return ports.Verdict{}, err
	}
	p, err := o.Payment(j.Payment)
	if err != nil {
		return ports.Verdict{}, err
	}
	ctx, end := h.Trace.Join(ctx, p.Trace, "refund surplus")
	defer func() { end(err) }()
	if verdict, stop := h.confirm(ctx, o.Snapshot(), j); stop {
		return verdict, nil
	}
	var intent refund.Snapshot
	o, err = h.Orders.Update(ctx, j.Order, func(o *order.Order) (err error) {
		intent, err = o.IntendSurplusRefund(j.Payment, refund.ID(h.IDs.NewID()), h.Clock.Now())
		return err
	})
	if err != nil || intent.ID == "" || intent.State == refund.Refunded {
		return ports.Verdict{Word: "given back"}, err
	}
	return h.settle(ctx, o.Snapshot(), p, intent, j)
}

// confirm asks about both paid attempts: money is only given back when the company says that it has
// both, right now.
func (h RefundSurplusHandler) confirm(ctx context.Context, o order.Snapshot, j ports.Job) (ports.Verdict, bool) {
	for _, p := range o.Payments {
		if p.ID != j.Payment && p.ID != o.Counted {
			continue
		}
		asked, err := h.Ask(ctx, o, p, order.ReconcilerDoor)
		if err != nil {
			return h.later(j, fault.Of(err).Code), true
		}
		if now, err := asked.Payment(p.ID); err != nil || now.State != payment.Paid || now.Hold != payment.NoHold {
			return ports.Verdict{Dead: true, Word: "a payment of this order does not fit any more; a person must look"}, true
		}
	}
	return ports.Verdict{}, false
}

// settle sends the refund, or asks about one that was sent before.
func (h RefundSurplusHandler) settle(ctx context.Context, o order.Snapshot, p payment.Snapshot, r refund.Snapshot, j ports.Job) (ports.Verdict, error) {
	g, keys, err := h.open(ctx, o.Merchant, p.Account.Version)
	if err != nil {
		return ports.Verdict{}, err
	}
	refunder, can := g.(ports.Refunder)
	if !can {
		return ports.Verdict{Dead: true, Word: "the company cannot refund; a person must give the surplus back"}, nil
	}
	answer, err := h.askOrSend(ctx, refunder, keys, p, r, g.Sheet().KeyLifetime)
	if errors.Is(err, errKeyForgotten) {
		return ports.Verdict{Dead: true, Word: fault.Of(err).Message}, nil
	}
	updated, recordErr := h.Orders.Update(context.WithoutCancel(ctx), o.ID, func(o *order.Order) error {
		now := h.Clock.Now()
		switch {
		case err == nil:
			return o.ApplyRefund(r.ID, answer, order.ReconcilerDoor, now)
		case fault.Is(err, fault.Declined):
			o.MarkRefund(r.ID, refund.Rejected, order.ReconcilerDoor, now)
		default:
			o.MarkRefund(r.ID, refund.Sent, order.ReconcilerDoor, now)
		}
		return nil
	})
	if recordErr != nil {
		return ports.Verdict{}, recordErr
	}
	return h.after(updated.Snapshot(), r.ID, j), nil
}

// askOrSend never sends without having asked: a refund that exists under our reference is the answer.
// A refund that may have been sent is sent again only while the company remembers its key.
func (h RefundSurplusHandler) askOrSend(ctx context.Context, g ports.Refunder, k ports.Keys, p payment.Snapshot, r refund.Snapshot, remembered time.Duration) (refund.Answer, error) {
	known, err := g.InquireRefunds(ctx, k, r.Reference)
	if err != nil {
		return refund.Answer{}, fault.New(fault.Indeterminate, "refund_unknown", "the company could not be asked about the refund").Because(err)
	}
	if len(known) > 0 {
		return known[0], nil
	}
	if r.State == refund.Pending {
		return refund.Answer{}, fault.New(fault.Indeterminate, "refund_vanished", "the company accepted the refund and does not list it now")
	}
	if r.State == refund.Sent && h.Clock.Now().Sub(r.ChangedAt) > remembered-time.Hour {
		return refund.Answer{}, errKeyForgotten
	}
	return g.Refund(ctx, k, ports.RefundOrder{Code: p.Code, Reference: r.Reference, Key: r.Key, Amount: r.Amount})
}

func (h RefundSurplusHandler) after(o order.Snapshot, id refund.ID, j ports.Job) ports.Verdict {
	for _, r := range o.Refunds {
		if r.ID != id {
			continue
		}
		switch {
		case r.State == refund.Refunded:
			return ports.Verdict{Word: "given back"}
		case r.State == refund.Rejected && r.Generation >= mostGenerations:
			return ports.Verdict{Dead: true, Word: "the company keeps rejecting the refund; a person must give the surplus back: " + r.Message}
		}
		return h.later(j, "refund "+r.State.String()+" "+r.Message)
	}
	return h.later(j, "refund unknown")
}

func (h RefundSurplusHandler) later(j ports.Job, word string) ports.Verdict {
	return ports.Verdict{Again: h.Clock.Now().Add(task.AfterQuestion(j.Try, false)), Word: word}
}
