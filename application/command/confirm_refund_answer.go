package command

import (
	"context"

	"paybridge/application/task"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// ConfirmRefundAnswer says that a mall is being answered, in time and on a connection that still stands, how
// its refund ended.
type ConfirmRefundAnswer struct {
	Refund refund.ID
	State  refund.State
}

// ConfirmRefundAnswerHandler takes back the notice that would tell the mall the same, and the question how the
// refund ended. When the notice cannot be taken back the mall is told once more, which does no harm.
type ConfirmRefundAnswerHandler struct{ Tasks ports.Tasks }

// Handle implements ports.Handler.
func (h ConfirmRefundAnswerHandler) Handle(ctx context.Context, in ConfirmRefundAnswer) (struct{}, error) {
	kind := task.NotifyRefundFailed
	if in.State == refund.Refunded {
		kind = task.NotifyRefunded
	}
	return struct{}{}, h.Tasks.Withdraw(ctx, "the mall was answered", task.RefundNoticeKey(kind, in.Refund), task.AskRefundKey(in.Refund))
}
