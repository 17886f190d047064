package database

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Reservations implements ports.Reservations.
type Reservations struct{ db *DB }

// NewReservations returns the reservations of a database.
func NewReservations(db *DB) *Reservations { return &Reservations{db: db} }

// Add implements ports.Reservations.
func (r *Reservations) Add(ctx context.Context, v ports.ReservedOrder) error {
	return r.write(ctx, v.Payment, "store", func(db bun.IDB) error {
		_, err := db.NewInsert().Model(toReservationRow(v)).Returning("NULL").Exec(ctx)
		return err
	})
}

// Get implements ports.Reservations.
func (r *Reservations) Get(ctx context.Context, by ports.ReservationQuery) (ports.ReservedOrder, error) {
	row := new(reservationRow)
	q := r.db.read.NewSelect().Model(row)
	switch {
	case by.Payment != "":
		q = q.Where("v.payment_id = ?", by.Payment)
	case by.Token != "":
		q = q.Where("v.token = ?", by.Token)
	default:
		q = q.Where("v.number = ?", by.Number).Where("v.mall_id = ?", by.Mall).Order("v.created_at DESC", "v.payment_id DESC").Limit(1)
	}
	if err := q.Scan(ctx); err != nil {
		return ports.ReservedOrder{}, fault.Wrap(surely(err), "read a reservation")
	}
	return row.reservation()
}

// Answered implements ports.Reservations.
func (r *Reservations) Answered(ctx context.Context, id payment.ID, button []byte) error {
	return r.write(ctx, id, "store the answer of", func(db bun.IDB) error {
		_, err := r.row(db, id).Set("button = ?", button).Where("button IS NULL").Exec(ctx)
		return err
	})
}

// Seen implements ports.Reservations.
func (r *Reservations) Seen(ctx context.Context, id payment.ID, reviewed money.Money, sealed []byte) error {
	return r.write(ctx, id, "store what was seen of", func(db bun.IDB) error {
		_, err := r.row(db, id).Set("reviewed_minor = ?", reviewed.Minor()).Set("reviewed_currency = ?", string(reviewed.Currency())).
			Set("sealed = ?", sealed).Where("sealed IS NOT NULL").Exec(ctx)
		return err
	})
}

func (r *Reservations) row(db bun.IDB, id payment.ID) *bun.UpdateQuery {
	return db.NewUpdate().Model((*reservationRow)(nil)).Where("payment_id = ?", id)
}

// needed are the attempts whose reservation is not to be erased yet.
const needed = "NOT EXISTS (SELECT 1 FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE p.id = v.payment_id AND (" +
	openPayment + " OR p.changed_at >= ? OR (o.counted_payment = p.id AND o.told <> ?)))"

// Erase implements ports.Reservations.
func (r *Reservations) Erase(ctx context.Context, before time.Time) (int, error) {
	var erased int64
	err := r.db.atomically(ctx, func(db bun.IDB) (err error) {
		erased, err = affected(ctx, db.NewUpdate().Model((*reservationRow)(nil)).Set("sealed = NULL").
			Where("v.sealed IS NOT NULL").Where("v.expires_at < ?", before).Where(needed, before, uint8(order.ToldPaid)))
		return err
	})
	return int(erased), fault.Wrap(err, "erase what was reserved")
}

func (r *Reservations) write(ctx context.Context, id payment.ID, what string, do func(bun.IDB) error) error {
	return fault.Wrap(r.db.atomically(ctx, do), what+" reservation %s", id)
}
