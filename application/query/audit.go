package query

import (
	"context"

	"paybridge/ports"
)

// AuditHandler lists who changed what at a mall, the newest first.
type AuditHandler struct{ Audit ports.Audit }

// Handle implements ports.Handler.
func (h AuditHandler) Handle(ctx context.Context, f ports.AuditFilter) ([]ports.AuditEntry, error) {
	return h.Audit.List(ctx, f)
}
