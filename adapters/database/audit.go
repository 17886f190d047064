package database

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Audit implements ports.Audit.
type Audit struct{ db *DB }

// NewAudit returns the audit log of a database.
func NewAudit(db *DB) *Audit { return &Audit{db: db} }

type auditRow struct {
	bun.BaseModel `bun:"table:audit,alias:a"`

	ID     int64 `bun:",pk,autoincrement"`
	MallID string
	Who    string
	Deed   string
	Detail string
	At     time.Time
}

// Record implements ports.Audit.
func (r *Audit) Record(ctx context.Context, e ports.AuditEntry) error {
	if e.Mall == "" || e.Who == "" || e.Deed == "" {
		return fault.InvalidField("audit", "who did what at which mall is not complete")
	}
	row := &auditRow{MallID: string(e.Mall), Who: e.Who, Deed: string(e.Deed), Detail: e.Detail, At: e.At}
	err := r.db.execute(ctx, func(db bun.IDB) statement { return db.NewInsert().Model(row).Returning("NULL") })
	return fault.Wrap(err, "record %s at mall %s", e.Deed, e.Mall)
}

// List implements ports.Audit.
func (r *Audit) List(ctx context.Context, f ports.AuditFilter) ([]ports.AuditEntry, error) {
	var rows []auditRow
	q := r.db.read.NewSelect().Model(&rows).Where("a.mall_id = ?", f.Mall)
	if f.Before != 0 {
		q = q.Where("a.id < ?", f.Before)
	}
	if err := q.Order("a.id DESC").Limit(int64(cmp.Or(f.Limit, pageSize))).Scan(ctx); err != nil {
		return nil, fault.Wrap(surely(err), "list the audit log of mall %s", f.Mall)
	}
	list := make([]ports.AuditEntry, len(rows))
	for i, row := range rows {
		list[i] = ports.AuditEntry{
			ID: row.ID, Mall: merchant.MallID(row.MallID), Who: row.Who, Deed: ports.Deed(row.Deed), Detail: row.Detail, At: row.At.UTC(),
		}
	}
	return list, nil
}
