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

// mostGenerations is how often a surplus refund is tried after the company rejected it.
const mostGenerations = 3

const keyForgottenWord = "the company no longer remembers whether it got this refund; a person must compare with the company's own list"

const keysGoneWord = "the merchant has unlinked its account; a person must give the surplus back, or replay this once the account is linked again"

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
	o, p, err := h.attempt(ctx, j.Order, j.Payment)
	if err != nil {
		return ports.Verdict{}, err
	}
	ctx, end := h.Trace.Join(ctx, p.Trace, "refund surplus")
	defer func() { end(err) }()
	if verdict, stop := h.confirm(ctx, o.Snapshot(), j); stop {
		return verdict, nil
	}
	company, err := h.refunder(ctx, o.Snapshot(), p.ID)
	if err != nil && fault.Of(err).Code == "not_offered" {
		return ports.Verdict{Dead: true, Word: "the company cannot refund; a person must give the surplus back"}, nil
	}
	if err != nil {
		return ports.Verdict{}, err
	}
	var f refund.Snapshot
	newID := refund.ID(h.IDs.NewID())
	o, err = h.Orders.Update(ctx, j.Order, func(o *order.Order) (err error) {
		f, err = o.IntendSurplusRefund(j.Payment, newID, h.Clock.Now(), func(f refund.Snapshot) ([]byte, error) {
			return company.PrepareRefund(ports.RefundOrder{Code: p.Code, Reference: f.Reference, Amount: f.Amount})
		})
		return err
	}, ports.RefundQuery{Purpose: order.SurplusPurpose(p.Number)})
	if err != nil || f.ID == "" || f.State == refund.Refunded {
		return ports.Verdict{Word: "given back"}, err
	}
	return h.settle(ctx, company, o.Snapshot(), f, f.ID == newID, j)
}

// confirm asks about both paid attempts: money is only given back when the company says that it has
// both, right now.
func (h RefundSurplusHandler) confirm(ctx context.Context, o order.Snapshot, j ports.Job) (ports.Verdict, bool) {
	for _, p := range o.Payments {
		if p.ID != j.Payment && p.ID != o.Counted {
			continue
		}
		asked, err := h.Ask(ctx, o, p, order.ReconcilerDoor)
		if gone(err) {
			return ports.Verdict{Dead: true, Word: keysGoneWord}, true
		}
		if err != nil {
			return h.later(j, fault.Of(err).Code), true
		}
		if now, err := asked.Payment(p.ID); err != nil || now.State != payment.Paid || now.Hold != payment.NoHold {
			return ports.Verdict{Dead: true, Word: "a payment of this order does not fit any more; a person must look"}, true
		}
	}
	return ports.Verdict{}, false
}

// settle asks about the refund and sends it when the company does not know it. It never sends without having
// asked, and one that may have been sent is sent again only while the company remembers its key.
func (h RefundSurplusHandler) settle(ctx context.Context, company refunder, o order.Snapshot, f refund.Snapshot, first bool, j ports.Job) (ports.Verdict, error) {
	asked, err := h.AskRefund(ctx, o, f, order.ReconcilerDoor)
	if err != nil {
		return h.later(j, fault.Of(err).Code), nil
	}
	if f, err = asked.Refund(f.ID); err != nil {
		return ports.Verdict{}, err
	}
	switch {
	case f.State != refund.Intended && f.State != refund.Sent:
		return h.after(f, j), nil
	case !first && h.Clock.Now().Sub(f.CreatedAt) > company.sheet.KeyLifetime-time.Hour:
		return ports.Verdict{Dead: true, Word: keyForgottenWord}, nil
	}
	sent, _, err := h.sendRefund(ctx, company, o.ID, f, first, order.ReconcilerDoor)
	if err != nil {
		return ports.Verdict{}, err
	}
	if f, err = sent.Refund(f.ID); err != nil {
		return ports.Verdict{}, err
	}
	return h.after(f, j), nil
}

func (h RefundSurplusHandler) after(f refund.Snapshot, j ports.Job) ports.Verdict {
	switch {
	case f.State == refund.Refunded:
		return ports.Verdict{Word: "given back"}
	case f.State == refund.Rejected && f.Generation >= mostGenerations:
		return ports.Verdict{Dead: true, Word: "the company keeps rejecting the refund; a person must give the surplus back: " + f.Message}
	}
	return h.later(j, "refund "+f.State.String()+" "+f.Message)
}

func (h RefundSurplusHandler) later(j ports.Job, word string) ports.Verdict {
	return ports.Verdict{Again: h.Clock.Now().Add(task.AfterQuestion(j.Try, false)), Word: word}
}
