package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Settled counts what ends as it is stored, as paybridge.settled by kind (payment, refund), by what it
// ended as (to), and by who found it: asked, webhook, return, or the door by its own name. A share of
// asked that grows is a webhook that is broken. What is stored and should not have happened is counted as
// paybridge.alarms.
func (t *Telemetry) Settled(next ports.Orders) ports.Orders {
	return settling{Orders: next, count: t.settled, alarms: t.alarms}
}

type settling struct {
	ports.Orders

	count, alarms metric.Int64Counter
}

// Create implements ports.Orders.
func (s settling) Create(ctx context.Context, o *order.Order) error {
	events := o.Changes().Events
	err := s.Orders.Create(ctx, o)
	s.note(ctx, events, err)
	return err
}

// Save implements ports.Orders.
func (s settling) Save(ctx context.Context, o *order.Order) error {
	events := o.Changes().Events
	err := s.Orders.Save(ctx, o)
	s.note(ctx, events, err)
	return err
}

// Update implements ports.Orders.
func (s settling) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	var events []order.Event // of the last try: a transaction may be run again
	o, err := s.Orders.Update(ctx, id, func(o *order.Order) error {
		err := change(o)
		events = o.Changes().Events
		return err
	}, with...)
	s.note(ctx, events, err)
	return o, err
}

func (s settling) note(ctx context.Context, events []order.Event, err error) {
	if err != nil {
		return
	}
	for _, e := range events {
		if what := alarm(e); what != "" {
			s.alarms.Add(ctx, 1, about(what))
		}
		if kind, ended := ending(e); ended {
			s.count.Add(ctx, 1, metric.WithAttributeSet(attribute.NewSet(
				attribute.String("kind", kind), attribute.String("to", e.To), attribute.String("found", finder(e.Door)))))
		}
	}
}

// ending reports that an event ends an attempt or a refund, and which of the two.
func ending(e order.Event) (kind string, ended bool) {
	switch e.Kind { //nolint:exhaustive // of all that happens, only these two raise a state
	case order.Raised:
		to, err := payment.ParseState(e.To)
		return "payment", err == nil && (to.Closed() || to == payment.Paid)
	case order.RefundRaised:
		to, err := refund.ParseState(e.To)
		return "refund", err == nil && !to.Open()
	}
	return "", false
}

func finder(d order.Door) string {
	switch d { //nolint:exhaustive // the others go by their own names
	case order.ReconcilerDoor:
		return "asked"
	case order.CallbackDoor:
		return "return"
	}
	return string(d)
}
