// Package database stores everything that must survive, on PostgreSQL or SQLite, through Bun.
//
// The same repositories serve both. What differs is told in few places: how a database is opened
// (postgres.go, sqlite.go), how errors are told apart (errors.go), how a write of several rows is
// sent (write.go: one statement on PostgreSQL, one transaction on SQLite) and how instances wake each
// other (notify.go).
//
// A write follows one path: the aggregate's changes become rows (order_rows.go), its events become
// tasks by ports.React (enqueue.go), and everything is stored together or not at all. Who meets in a
// process takes turns (turns.go): writers of one order share a transaction, and readers of orders by their
// status keys a question. Times are UTC in whole microseconds. Bytes that a signature covers, or that are sent
// again, are kept as bytes.
package database

import (
	"context"
	"database/sql"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/extra/bunotel"
	"github.com/uptrace/bun/schema"
	"go.opentelemetry.io/otel/trace"

	"paybridge/domain/fault"
)

// Options are what an installation may choose. The zero value is good.
type Options struct {
	MaxConnections int                  // of the pool on PostgreSQL; 0 means 16
	Tracer         trace.TracerProvider // nil means the global one
	// Look opens an SQLite file that another process holds to look only: writes are refused as Conflict
	// "database_in_use". On PostgreSQL it means nothing, since any number of processes may write.
	Look bool
	// Existing opens an SQLite file that is there and makes none: NotFound "no_database". On PostgreSQL it means nothing.
	Existing bool
}

// DB is an open database. Metrics of its pools go to the global meter provider, which must be set
// before Open.
type DB struct {
	write *bun.DB // SQLite: one connection, the only writer
	read  *bun.DB // SQLite: readers beside the writer; PostgreSQL: the same pool as write
	bell  *bell
	close func() error
}

// Open opens the database that url names: sqlite:relative, sqlite:/absolute, postgres:// or
// postgresql://. Invalid for another url; Conflict "database_in_use" when another process holds the
// SQLite file, Invalid "not_a_database" when something else lies there; Unavailable when the database does not answer.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch {
	case scheme == "sqlite" && rest != "":
		return openSQLite(ctx, rest, o)
	case scheme == "postgres", scheme == "postgresql":
		return openPostgres(ctx, url, o)
	}
	return nil, fault.InvalidField("DATABASE_URL", `must begin with "sqlite:", "postgres://" or "postgresql://"`)
}

// Ping reports whether the database answers, or Unavailable.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.write.PingContext(ctx); err != nil {
		return unavailable(err)
	}
	return nil
}

// Close closes all connections and lets other processes have an SQLite file.
func (d *DB) Close() error { return d.close() }

// postgres reports which of the two databases it is.
func (d *DB) postgres() bool { return isPostgres(d.write) }

// newBun makes every query of a pool a span. The spans hold statements without their values: no
// amount, no key and nothing of a buyer leaves by a trace. Columns that a later release added are
// passed over, so that it can run beside this one.
func newBun(pool *sql.DB, d schema.Dialect, o Options) *bun.DB {
	hook := bunotel.NewQueryHook(bunotel.WithFormattedQueries(false), bunotel.WithTracerProvider(o.Tracer))
	return bun.NewDB(pool, d, bun.WithDiscardUnknownColumns()).WithQueryHook(hook)
}

// isPostgres tells the database of a transaction.
func isPostgres(db bun.IDB) bool { return db.Dialect().Name() == dialect.PG }
