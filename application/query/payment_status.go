package query

import (
	"cmp"
	"context"
	"time"

	"paybridge/application/status"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

const (
	// askBudget bounds the question to the company while the mall waits for the status.
	askBudget = 2 * time.Second
	// lateAnswer is how long a mall is taken to wait for its answer.
	lateAnswer = 3 * time.Second
)

// PaymentStatus asks for the status of an order: by its key, or, where the sandbox lets the mall do so,
// by its number.
type PaymentStatus struct {
	Key    ports.StatusKey
	Number order.Number
}

// Status is the answer with what the merchant's company can do.
type Status struct {
	ports.PaymentStatus
	RefundAtOnce  bool
	FullRefund    bool
	PartialRefund bool
	Source        string // view, database or company: who said it
	Repaired      bool   // the view did not know it, and does now
	News          bool   // the mall learns by this answer, if it arrives, that the order is paid
}

// Asker asks the company about an attempt and returns the order as it is afterwards.
type Asker interface {
	Ask(ctx context.Context, o order.Snapshot, p payment.Snapshot, door order.Door) (*order.Order, error)
}

// PaymentStatusHandler answers status questions: from the view when it says paid, else from the
// database, which asks the company first while the payment is not final. The view may say paid; only
// the database may say not paid, because a view can forget what it knew.
type PaymentStatusHandler struct {
	View     ports.StatusView
	Orders   ports.Orders
	Gateways ports.Gateways
	Asker    Asker
	Clock    ports.Clock
	Answered func(ctx context.Context, source string, paid, repaired bool) // for traces and metrics
}

// Handle returns the status. NotFound for a key that is unknown, expired, or of an order whose latest
// request was not synchronous; Unavailable when it is not known and the company cannot be asked.
func (h PaymentStatusHandler) Handle(ctx context.Context, q PaymentStatus) (Status, error) {
	begun := h.Clock.Now()
	s, err := h.find(ctx, q, begun)
	if err != nil {
		return Status{}, err
	}
	h.Answered(ctx, s.Source, s.Paid, s.Repaired)
	s.News = s.Paid && !s.Known && h.Clock.Now().Sub(begun) <= lateAnswer
	return h.describe(s)
}

func (h PaymentStatusHandler) find(ctx context.Context, q PaymentStatus, begun time.Time) (Status, error) {
	if q.Key != "" {
		if s, err := h.View.Get(ctx, q.Key); err == nil && s.Paid && begun.Before(s.ExpiresAt) {
			return Status{PaymentStatus: s, Source: "view"}, nil
		}
	}
	o, err := h.load(ctx, q)
	if fault.Is(err, fault.NotFound) || (err == nil && !status.Answerable(o, h.Clock.Now())) {
		return Status{}, fault.New(fault.NotFound, "unknown_key", "key: no payment is known by it, or its time is over")
	}
	if err != nil {
		return Status{}, err
	}
	source := "database"
	if s := status.Of(o); !s.Paid {
		if o, source, err = h.ask(ctx, o); err != nil {
			return Status{}, err
		}
	}
	s := Status{PaymentStatus: status.Of(o), Source: source}
	if s.Paid {
		s.Repaired, _ = h.View.Put(ctx, s.PaymentStatus) // what fails here, the projection job does
	}
	return s, nil
}

func (h PaymentStatusHandler) load(ctx context.Context, q PaymentStatus) (*order.Order, error) {
	if q.Key != "" {
		return h.Orders.Get(ctx, ports.OrderQuery{StatusKey: q.Key})
	}
	found, err := h.Orders.Payments(ctx, ports.PaymentQuery{Reference: string(q.Number)})
	if err != nil || len(found) != 1 {
		return nil, cmp.Or(err, error(fault.New(fault.NotFound, "unknown_order", "no single order has this number")))
	}
	return h.Orders.Get(ctx, ports.OrderQuery{ID: found[0].Order})
}

// ask asks the company when the newest attempt is not final. What cannot be asked is not answered: the
// mall would take "not paid" for the last word.
func (h PaymentStatusHandler) ask(ctx context.Context, o *order.Order) (*order.Order, string, error) {
	p := o.Last()
	if p.State.Closed() || p.State == payment.Paid || p.Hold != payment.NoHold {
		return o, "database", nil
	}
	asking, cancel := context.WithTimeout(ctx, askBudget)
	defer cancel()
	asked, err := h.Asker.Ask(asking, o.Snapshot(), p, order.StatusDoor)
	if err != nil {
		return nil, "", fault.New(fault.Unavailable, "not_known_yet", "the payment company cannot be asked right now, please ask again").Because(err)
	}
	return asked, "company", nil
}

func (h PaymentStatusHandler) describe(answer Status) (Status, error) {
	g, err := h.Gateways.Gateway(answer.Gateway)
	if err != nil {
		return Status{}, err
	}
	if _, refunds := g.(ports.Refunder); refunds {
		sheet := g.Sheet()
		answer.FullRefund, answer.PartialRefund, answer.RefundAtOnce = true, sheet.PartialRefund, sheet.RefundAtOnce
	}
	return answer, nil
}
