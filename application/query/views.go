// Package query answers questions of people: rows straight from storage, no aggregates.
package query

import (
	"context"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// PaymentsHandler lists attempts, newest first.
type PaymentsHandler struct{ Views ports.Views }

// Handle implements ports.Handler.
func (h PaymentsHandler) Handle(ctx context.Context, f ports.PaymentFilter) ([]ports.PaymentRow, error) {
	return h.Views.Payments(ctx, f)
}

// PaymentHistory asks for everything that happened to an order; an empty mall means any.
type PaymentHistory struct {
	Number order.Number
	Mall   merchant.MallID
}

// PaymentHistoryHandler prints the ledger of an order, oldest first.
type PaymentHistoryHandler struct{ Views ports.Views }

// Handle implements ports.Handler; an order that nobody knows has an empty history.
func (h PaymentHistoryHandler) Handle(ctx context.Context, q PaymentHistory) ([]ports.LedgerRow, error) {
	return h.Views.Ledger(ctx, q.Number, q.Mall)
}

// NotificationsHandler lists notifications to malls, dead letters among them.
type NotificationsHandler struct{ Views ports.Views }

// Handle implements ports.Handler.
func (h NotificationsHandler) Handle(ctx context.Context, f ports.NoticeFilter) ([]ports.NoticeRow, error) {
	return h.Views.Notices(ctx, f)
}

// Backlog asks how much work is open.
type Backlog struct{}

// BacklogHandler counts open work for health checks and metrics.
type BacklogHandler struct{ Views ports.Views }

// Handle implements ports.Handler.
func (h BacklogHandler) Handle(ctx context.Context, _ Backlog) (ports.Backlog, error) {
	return h.Views.Backlog(ctx)
}
