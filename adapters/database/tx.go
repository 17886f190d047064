package database

import (
	"context"

	"github.com/uptrace/bun"
)

// transact runs do in a transaction and commits when it returns nil; otherwise, and when it panics,
// everything is as before. An error of do is returned as it is. A commit that failed is reported,
// as Indeterminate when nobody knows how it ended.
func (d *DB) transact(ctx context.Context, do func(tx bun.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return surely(err)
	}
	ended := false
	defer func() {
		if !ended {
			_ = tx.Rollback() // a connection that cannot is closed, which rolls back too
		}
	}()
	if err := do(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // the transaction is rolled back already
		return surely(err)
	}
	ended = true
	return perhaps(tx.Commit())
}

// atomically runs do, which writes through together: in one transaction on SQLite, while on PostgreSQL
// its one statement commits by itself.
func (d *DB) atomically(ctx context.Context, do func(db bun.IDB) error) error {
	if !d.postgres() {
		return d.transact(ctx, func(tx bun.Tx) error { return surely(do(tx)) })
	}
	if err := ctx.Err(); err != nil {
		return surely(err)
	}
	return perhaps(do(d.write))
}

// execute runs one statement by itself.
func (d *DB) execute(ctx context.Context, q func(db bun.IDB) statement) error {
	return d.atomically(ctx, func(db bun.IDB) error {
		_, err := q(db).Exec(ctx)
		return err
	})
}
