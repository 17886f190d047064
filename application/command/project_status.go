package command

import (
	"context"

	"paybridge/application/status"
	"paybridge/ports"
)

// ProjectStatusHandler writes the read model of an order again after a commit, so that a view that was
// away, or was emptied, is right in the end.
type ProjectStatusHandler struct {
	Orders ports.Orders
	View   ports.StatusView
}

// Handle writes what the database says now, never what the event said.
func (h ProjectStatusHandler) Handle(ctx context.Context, j ports.Job) (ports.Verdict, error) {
	if err := h.project(ctx, j); err != nil {
		return ports.Verdict{}, err
	}
	return ports.Verdict{Word: "projected"}, nil
}

func (h ProjectStatusHandler) project(ctx context.Context, j ports.Job) error {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: j.Order})
	if err != nil {
		return err
	}
	_, err = h.View.Put(ctx, status.Of(o))
	return err
}
