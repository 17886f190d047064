package command

import (
	"context"
	"fmt"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// ReplayNotification sends a notice again: a new decision, not a resend, since each try checks that
// the notice is still true.
type ReplayNotification struct {
	ID   int64
	Mall merchant.MallID // the only one whose notices By may see; empty: any
	By   string          // who decides
}

// ReplayNotificationHandler wakes a dead letter, or a notice that waits.
type ReplayNotificationHandler struct {
	Views  ports.Views
	Orders ports.Orders
	Tasks  ports.Tasks
	Audit  ports.Audit
	Clock  ports.Clock
}

// Handle returns the notice as it was. NotFound when there is none, Conflict when the mall already
// confirmed it or when it is no longer true. What was woken and not recorded is an error: waking it once more
// is harmless.
func (h ReplayNotificationHandler) Handle(ctx context.Context, in ReplayNotification) (ports.NoticeRow, error) {
	rows, err := h.Views.Notices(ctx, ports.NoticeFilter{ID: in.ID, Mall: in.Mall, Limit: 1})
	if err != nil {
		return ports.NoticeRow{}, err
	}
	if len(rows) == 0 || in.ID == 0 {
		return ports.NoticeRow{}, fault.Newf(fault.NotFound, "no_such_notice", "there is no notification %d", in.ID)
	}
	row := rows[0]
	if row.State == "done" {
		return row, fault.Newf(fault.Conflict, "notice_done", "notification %d is finished: %s", row.ID, row.LastWord)
	}
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: row.OrderID, With: ports.RefundQuery{ID: row.Refund}})
	if err != nil {
		return row, err
	}
	if !current(o, ports.TaskKind(row.Kind), row.Payment, row.Refund) {
		return row, fault.Newf(fault.Conflict, "superseded", "notification %d is no longer true: the order has moved on since", row.ID)
	}
	if err := h.Tasks.Wake(ctx, row.Key); err != nil {
		return row, err
	}
	return row, h.Audit.Record(ctx, ports.AuditEntry{
		Mall: row.Mall, Who: in.By, Deed: ports.NotificationReplayed, Detail: fmt.Sprintf("%d, order %s", row.ID, row.Order), At: h.Clock.Now(),
	})
}
