package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// Projections implements ports.Projections.
type Projections struct{ orders *Orders }

// NewProjections returns what read models of the orders are built from.
func NewProjections(orders *Orders) *Projections { return &Projections{orders: orders} }

type cursorRow struct {
	bun.BaseModel `bun:"table:cursors,alias:c"`

	Walk    string `bun:",pk"`
	Place   string
	MovedAt time.Time
}

// Next implements ports.Projections. The first statement measures a stretch of the way by the primary
// key alone; the second reads what stands on it.
func (p *Projections) Next(ctx context.Context, after order.ID, n int) (met []*order.Order, place order.ID, err error) {
	behind := func(q *bun.SelectQuery) *bun.SelectQuery {
		if after == "" {
			return q
		}
		return q.Where("o.id < ?", after)
	}
	stretch := p.orders.db.read.NewSelect().TableExpr("orders AS o").Column("o.id").Apply(behind).Order("o.id DESC").Limit(int64(n))
	var last sql.NullString
	if err := p.orders.db.read.NewSelect().TableExpr("(?) AS stretch", stretch).ColumnExpr("min(stretch.id)").Scan(ctx, &last); err != nil {
		return nil, "", fault.Wrap(surely(err), "measure the way from order %s", after)
	}
	if !last.Valid {
		return nil, "", nil
	}
	met, err = p.orders.list(ctx, ports.OrderQuery{}, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Apply(behind).Where("o.id >= ?", last.String).Where("o.way = ?", order.Sync)
	})
	return met, order.ID(last.String), fault.Wrap(err, "read orders to %s", last.String)
}

// Among implements ports.Projections.
func (p *Projections) Among(ctx context.Context, ids []order.ID) ([]*order.Order, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := p.orders.list(ctx, ports.OrderQuery{}, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("o.id IN ?", bun.Tuple(ids)) })
	return found, fault.Wrap(err, "read %d orders", len(ids))
}

// Cursor implements ports.Projections.
func (p *Projections) Cursor(ctx context.Context, walk string) (order.ID, error) {
	row := &cursorRow{Walk: walk}
	err := p.orders.db.read.NewSelect().Model(row).WherePK().Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return order.ID(row.Place), fault.Wrap(surely(err), "read the cursor of %s", walk)
}

// SetCursor implements ports.Projections.
func (p *Projections) SetCursor(ctx context.Context, walk string, place order.ID) error {
	row := &cursorRow{Walk: walk, Place: string(place), MovedAt: p.orders.clock.Now()}
	err := p.orders.db.execute(ctx, func(db bun.IDB) statement {
		return db.NewInsert().Model(row).On("CONFLICT (walk) DO UPDATE").
			Set("place = EXCLUDED.place").Set("moved_at = EXCLUDED.moved_at").Returning("NULL")
	})
	return fault.Wrap(err, "move the cursor of %s", walk)
}
