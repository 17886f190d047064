package command

import (
	"context"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// ClosePaymentHandler ends at the company what nobody is to pay any more, so that its page takes no money
// of a buyer who comes late. It is no promise: what is paid meanwhile is a fact, and is taken in as one.
type ClosePaymentHandler struct {
	Inquiry
	Trace ports.Trace
}

// Handle runs the closing task of an attempt until the company has closed it, or says that it cannot.
func (h ClosePaymentHandler) Handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	o, p, err := h.attempt(ctx, j.Order, j.Payment)
	if err != nil {
		return ports.Verdict{}, err
	}
	ctx, end := h.Trace.Join(ctx, p.Trace, "close payment")
	defer func() { end(err) }()
	if p.Code == "" && !p.State.Closed() { // whether the company has it is not known yet
		asked, askErr := h.Ask(ctx, o.Snapshot(), p, order.ReconcilerDoor)
		if askErr != nil {
			return h.later(j, p, askErr), nil
		}
		o = asked
		if p, err = o.Payment(j.Payment); err != nil {
			return ports.Verdict{}, err
		}
	}
	switch {
	case !o.Unwanted(p.ID):
		return ports.Verdict{Word: "nothing to close: " + p.State.String()}, nil
	case p.Code == "" && p.State.Closed():
		return ports.Verdict{Word: "the company never had it"}, nil
	case p.Code == "":
		return ports.Verdict{Again: h.Clock.Now().Add(task.AfterQuestion(j.Try, false)), Word: "the company does not list it yet"}, nil
	}
	return h.close(ctx, o, p, j)
}

// close calls the company and takes its answer in.
func (h ClosePaymentHandler) close(ctx context.Context, o *order.Order, p payment.Snapshot, j ports.Job) (ports.Verdict, error) {
	s := o.Snapshot()
	g, pin, err := h.open(ctx, s.Merchant, p.Account.Version)
	if err != nil {
		return h.later(j, p, err), nil
	}
	closer, offered := g.(ports.Closer)
	if !offered {
		return ports.Verdict{Word: "the company closes nothing: its page ends by itself"}, nil
	}
	answer, err := h.closeOrder(ctx, closer, pin, s, p)
	switch {
	case err == nil:
		o, err = h.apply(ctx, s.ID, p.ID, answer, order.ReconcilerDoor)
	case fault.Is(err, fault.Declined): // it is paid, or why else
		o, err = h.Ask(ctx, s, p, order.ReconcilerDoor)
	default:
		return h.later(j, p, err), nil
	}
	if err != nil {
		return h.later(j, p, err), nil
	}
	p, err = o.Payment(p.ID)
	return ports.Verdict{Word: "closed: " + p.State.String()}, err
}

// closeOrder calls the company. To close an order twice is to close it once, under the same key.
func (q Inquiry) closeOrder(ctx context.Context, c ports.Closer, pin pinned, o order.Snapshot, p payment.Snapshot) (payment.Answer, error) {
	return withKeys(ctx, q.Accounts, pin, func(k ports.Keys) (payment.Answer, error) {
		return c.CloseOrder(ctx, k, o.Key.CloseKey(p.Number), p.Code, p.Reference)
	})
}

// later tries again, for as long as the company keeps its orders.
func (h ClosePaymentHandler) later(j ports.Job, p payment.Snapshot, why error) ports.Verdict {
	code := fault.Of(why).Code
	g, err := h.Gateways.Gateway(p.Account.Gateway)
	if err != nil || h.Clock.Now().Sub(p.CreatedAt) > g.Sheet().OrderLifetime {
		return ports.Verdict{Word: "the company's own time for it is over: " + code}
	}
	return ports.Verdict{Again: h.Clock.Now().Add(min(task.AfterQuestion(j.Try, false), task.AfterSilence(j.Try))), Word: code}
}
