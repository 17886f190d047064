package command

import (
	"context"
	"strings"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// graceAfterLifetime is how long an attempt is asked about after the company may have forgotten it.
const graceAfterLifetime = 7 * 24 * time.Hour

// ReconcilePaymentHandler asks the company about one attempt, as often as it takes. Webhooks only make
// it ask sooner. Time alone never ends an attempt: only the company's answer does.
type ReconcilePaymentHandler struct {
	Inquiry
	Inbox ports.Inbox
	Trace ports.Trace
}

// Handle runs the asking task of an attempt and says when to ask again.
func (h ReconcilePaymentHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	o, p, err := h.attempt(ctx, j.Order, j.Payment)
	if err != nil {
		return ports.Verdict{}, err
	}
	ctx, end := h.Trace.Join(ctx, p.Trace, "reconcile payment")
	defer func() { end(err) }()
	if verdict, over := h.over(p); over && !j.Woken {
		return verdict, nil
	}
	if p.Quote == payment.Provisional && p.Code != "" && !j.Woken {
		return h.awaitBuyer(ctx, o, p, j)
	}
	door := order.ReconcilerDoor
	if j.Woken {
		door = order.WebhookDoor
	}
	asked, askErr := h.Ask(ctx, o.Snapshot(), p, door)
	if askErr != nil {
		return h.again(j, min(task.AfterQuestion(j.Try, claimed(j)), task.AfterSilence(j.Try)), fault.Of(askErr).Code), nil
	}
	return h.answered(ctx, asked, p, j)
}

// awaitBuyer asks nothing about a reservation that nobody agreed to: it cannot be paid. It waits until
// its time is over.
func (h ReconcilePaymentHandler) awaitBuyer(ctx context.Context, o *order.Order, p payment.Snapshot, j ports.Job) (ports.Verdict, error) {
	if p.State.Closed() {
		return ports.Verdict{Word: "nobody agreed: " + p.State.String()}, nil
	}
	if now := h.Clock.Now(); now.Before(p.LapsesAt()) {
		return h.again(j, p.LapsesAt().Sub(now), "waits for the buyer to agree"), nil
	}
	_, err := h.Orders.Update(ctx, o.Snapshot().ID, func(o *order.Order) error {
		o.Lapse(p.ID, 0, order.ReconcilerDoor, h.Clock.Now())
		return nil
	})
	return ports.Verdict{Word: "nobody agreed in time"}, err
}

// answered decides after an answer was applied; before is the attempt as it was.
func (h ReconcilePaymentHandler) answered(ctx context.Context, o *order.Order, before payment.Snapshot, j ports.Job) (ports.Verdict, error) {
	p, err := o.Payment(before.ID)
	if err != nil {
		return ports.Verdict{}, err
	}
	if p.Code != "" && (j.Try == 1 || before.Code == "") {
		joined, err := h.join(ctx, o.Snapshot(), p)
		if err != nil {
			return ports.Verdict{}, err
		}
		if joined > 0 { // a letter may be younger than the answer: this counts as a wake-up
			j.Try, j.Woken = 1, true
		}
	}
	if p.Confirming() {
		if p, err = h.lapse(ctx, before.ID, o); err != nil {
			return ports.Verdict{}, err
		}
	}
	return h.next(p, j), nil
}

// lapse closes an agreement that never arrived at the company, once that is certain.
func (h ReconcilePaymentHandler) lapse(ctx context.Context, id payment.ID, o *order.Order) (payment.Snapshot, error) {
	p, err := o.Payment(id)
	if err != nil {
		return p, err
	}
	g, err := h.Gateways.Gateway(p.Account.Gateway)
	if err != nil {
		return p, err
	}
	o, err = h.Orders.Update(ctx, o.Snapshot().ID, func(o *order.Order) error {
		o.Lapse(id, g.Sheet().SettleTime, order.ReconcilerDoor, h.Clock.Now())
		return nil
	})
	if err != nil {
		return p, err
	}
	return o.Payment(id)
}

// letterWord ends the words of the runs that a letter is the reason for, so that the runs after the
// first, which nobody woke, still know it.
const letterWord = ", a letter came in"

// claimed reports that a letter claimed something that the company did not confirm so far.
func claimed(j ports.Job) bool { return j.Woken || strings.HasSuffix(j.LastWord, letterWord) }

// over reports that there is nothing left to ask.
func (h ReconcilePaymentHandler) over(p payment.Snapshot) (ports.Verdict, bool) {
	switch {
	case p.Hold != payment.NoHold:
		return ports.Verdict{Word: "on hold: " + string(p.Hold)}, true
	case p.State == payment.Paid:
		return ports.Verdict{Word: "paid"}, true
	case p.State == payment.Refused && p.Code == "":
		return ports.Verdict{Word: "never existed at the company"}, true
	}
	return ports.Verdict{}, false
}

func (h ReconcilePaymentHandler) next(p payment.Snapshot, j ports.Job) ports.Verdict {
	if verdict, over := h.over(p); over {
		return verdict
	}
	if p.Quote == payment.Provisional && p.State == payment.Pending {
		return h.again(j, max(p.LapsesAt().Sub(h.Clock.Now()), time.Second), "waits for the buyer to agree")
	}
	age := h.Clock.Now().Sub(p.CreatedAt)
	if g, err := h.Gateways.Gateway(p.Account.Gateway); err == nil && age > g.Sheet().OrderLifetime+graceAfterLifetime {
		return ports.Verdict{Word: "stale: the company's own time for it is over, still " + p.State.String()}
	}
	if p.State.Closed() && !claimed(j) {
		return h.again(j, task.AfterClosed(h.Clock.Now().Sub(p.ChangedAt)), p.State.String())
	}
	return h.again(j, task.AfterQuestion(j.Try, claimed(j)), p.State.String())
}

func (h ReconcilePaymentHandler) again(j ports.Job, wait time.Duration, word string) ports.Verdict {
	if claimed(j) {
		word += letterWord
	}
	return ports.Verdict{Again: h.Clock.Now().Add(wait), Word: word}
}

// join takes the letters that came before anybody knew the payment, and reports how many there were.
func (h ReconcilePaymentHandler) join(ctx context.Context, o order.Snapshot, p payment.Snapshot) (int, error) {
	p.Request = nil
	return h.Inbox.Join(ctx, ports.PaymentAddress{Order: o.ID, Merchant: o.Merchant, Mall: o.Key.Mall, Payment: p})
}
