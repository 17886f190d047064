package database

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
)

// statement is an insert or update that can run by itself or within another statement.
type statement interface {
	bun.Query
	Exec(ctx context.Context, dest ...any) (sql.Result, error)
}

// carrier is a statement that can take others along.
type carrier[S any] interface {
	statement
	With(name string, query bun.Query) S
}

// atOnce runs a statement and those that belong to it: as one statement, and so in one round
// trip, on PostgreSQL; one after another on SQLite, where they must be of one transaction.
//
// PostgreSQL runs the carrier first and the others from the last to the first, although it promises
// no order. Nothing stored depends on it, only which of two broken rules is reported, and that
// writers of one order queue up at its row instead of meeting in a deadlock.
func atOnce[S carrier[S]](ctx context.Context, d *DB, first S, others []statement) error {
	if d.postgres() {
		ctx = repeated(ctx)
		for i, s := range slices.Backward(others) {
			first = first.With(fmt.Sprintf("w%d", i), s)
		}
		_, err := first.Exec(ctx)
		return err
	}
	if _, err := first.Exec(ctx); err != nil {
		return err
	}
	for _, s := range others {
		if _, err := s.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
