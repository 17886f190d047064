package command

import (
	"context"

	"paybridge/domain/order"
	"paybridge/ports"
)

// ConfirmStatusAnswer says that a mall is being answered, in time and on a connection that still stands, that
// its order is paid.
type ConfirmStatusAnswer struct{ Order order.ID }

// ConfirmStatusAnswerHandler notes that the mall learned of the payment, so that no notice has to say it.
type ConfirmStatusAnswerHandler struct {
	Orders ports.Orders
	Clock  ports.Clock
}

// Handle implements ports.Handler.
func (h ConfirmStatusAnswerHandler) Handle(ctx context.Context, in ConfirmStatusAnswer) (struct{}, error) {
	_, err := h.Orders.Update(ctx, in.Order, func(o *order.Order) error {
		o.MallFetched(h.Clock.Now())
		return nil
	})
	return struct{}{}, err
}
