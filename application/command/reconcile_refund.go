package command

import (
	"context"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// ReconcileRefundHandler asks the company about one refund until it ended, as often as it takes. Webhooks
// only make it ask sooner.
type ReconcileRefundHandler struct {
	Inquiry
	Trace ports.Trace
}

// Handle runs the asking task of a refund and says when to ask again. A refund that ended is asked about
// again only when somebody wakes the task: banks send money back.
func (h ReconcileRefundHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: j.Order, With: ports.RefundQuery{ID: j.Refund}})
	if err != nil {
		return ports.Verdict{}, err
	}
	f, err := o.Refund(j.Refund)
	if err != nil {
		return ports.Verdict{}, err
	}
	ctx, end := h.Trace.Join(ctx, f.Trace, "reconcile refund")
	defer func() { end(err) }()
	if !f.State.Open() && !j.Woken {
		return ports.Verdict{Word: f.State.String()}, nil
	}
	door := order.ReconcilerDoor
	if j.Woken {
		door = order.WebhookDoor
	}
	asked, askErr := h.AskRefund(ctx, o.Snapshot(), f, door)
	if askErr != nil {
		return ports.Verdict{Again: h.Clock.Now().Add(task.AfterSilence(j.Try)), Word: fault.Of(askErr).Code}, nil
	}
	if f, err = asked.Refund(j.Refund); err != nil {
		return ports.Verdict{}, err
	}
	return h.next(asked, f, j), nil
}

func (h ReconcileRefundHandler) next(o *order.Order, f refund.Snapshot, j ports.Job) ports.Verdict {
	if !f.State.Open() {
		return ports.Verdict{Word: f.State.String()}
	}
	p, err := o.Payment(f.Payment)
	if err == nil && p.Hold == payment.CredentialsHold {
		return ports.Verdict{Word: "on hold: " + string(p.Hold)}
	}
	if g, err := h.Gateways.Gateway(p.Account.Gateway); err == nil && h.Clock.Now().Sub(f.CreatedAt) > g.Sheet().OrderLifetime+graceAfterLifetime {
		return ports.Verdict{Word: "stale: the company's own time for it is over, still " + f.State.String()}
	}
	return ports.Verdict{Again: h.Clock.Now().Add(h.wait(f, j)), Word: f.State.String()}
}

// wait follows the schedule of payments. A refund that the company does not know is looked for again as soon
// as that can be settled.
func (h ReconcileRefundHandler) wait(f refund.Snapshot, j ports.Job) time.Duration {
	wait := task.AfterQuestion(j.Try, j.Woken)
	if f.EmptySince.IsZero() {
		return wait
	}
	return min(wait, 2*time.Minute)
}
