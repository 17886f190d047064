package memory

import (
	"context"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

type audit struct{ *Store }

// Record implements ports.Audit.
func (s audit) Record(ctx context.Context, e ports.AuditEntry) error {
	if e.Mall == "" || e.Who == "" || e.Deed == "" {
		return fault.InvalidField("audit", "who did what at which mall is not complete")
	}
	return s.locked(ctx, func(time.Time) error {
		e.ID = int64(len(s.deeds) + 1)
		s.deeds = append(s.deeds, e)
		return nil
	})
}

// List implements ports.Audit.
func (s audit) List(ctx context.Context, f ports.AuditFilter) ([]ports.AuditEntry, error) {
	var list []ports.AuditEntry
	err := s.locked(ctx, func(time.Time) error {
		for _, e := range slices.Backward(s.deeds) {
			if e.Mall == f.Mall && (f.Before == 0 || e.ID < f.Before) {
				list = append(list, e)
			}
		}
		return nil
	})
	return limited(list, f.Limit), err
}
