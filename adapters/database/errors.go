package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"paybridge/domain/fault"
)

// unavailable says that the database did not do it.
func unavailable(cause error) error {
	return fault.New(fault.Unavailable, "database_down", "the database is not available, please try again").Because(cause)
}

// doubtful says that nobody knows whether the database did it.
func doubtful(cause error) error {
	return fault.New(fault.Indeterminate, "database_doubt", "the database broke off, it is not known whether it was stored").Because(cause)
}

// surely translates an error of something that has surely not been stored: of reading, or of a
// statement before the commit that would make it last.
func surely(err error) error { return translate(err, false) }

// perhaps translates an error of a commit, or of a statement that commits by itself. A server that
// answered with an error did not do it; when the answer is lost, nobody knows.
func perhaps(err error) error { return translate(err, true) }

// translate turns an error of Bun, of a driver or of a server into a fault, and leaves faults alone.
func translate(err error, committing bool) error {
	var known *fault.Error
	var ofPostgres *pgconn.PgError
	var ofSQLite *sqlite.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return fault.New(fault.NotFound, "not_found", "there is no such thing").Because(err)
	case errors.As(err, &ofPostgres):
		return translatePostgres(ofPostgres)
	case errors.As(err, &ofSQLite):
		return translateSQLite(ofSQLite)
	case neverSent(err):
		return unavailable(err)
	case committing && (gaveUp(err) || brokenOff(err)):
		return doubtful(err)
	case gaveUp(err):
		return fault.Of(err)
	case brokenOff(err):
		return unavailable(err)
	}
	return err
}

func translatePostgres(err *pgconn.PgError) error {
	switch {
	case err.Code == "23505":
		return conflict(err.ConstraintName, err)
	case err.Code == "23503" && err.ConstraintName == "events_order": // there is no such order
		return staleOrder(err)
	case err.Code == "40003" || err.Code == "08007": // the server itself does not know
		return doubtful(err)
	}
	switch err.Code[:min(2, len(err.Code))] {
	case "08", // connection
		"25", // read only: a replica that is about to be promoted
		"40", // serialization, deadlock
		"53", // resources: connections, memory, disk
		"55", // lock not available, shutting down
		"57", // the operator stopped the server, or the statement
		"58": // the system below the server
		return unavailable(err)
	}
	return err
}

func translateSQLite(err *sqlite.Error) error {
	switch err.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		_, columns, _ := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
		columns, _, _ = strings.Cut(columns, " (")
		return conflict(columns, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: // SQLite does not say which; only an order can be missing
		return staleOrder(err)
	}
	switch err.Code() & 0xff { // the rest tells details
	case sqlite3.SQLITE_READONLY:
		return errInUse.Because(err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM:
		return unavailable(err)
	}
	return err
}

// conflict says what it means that a unique rule is broken. PostgreSQL names the rule, SQLite its
// columns; a rule that is not listed is a defect of ours.
func conflict(rule string, cause error) error {
	switch rule {
	case "orders_identity", "orders.number, orders.mall_id, orders.shop_no", "orders_pkey", "orders.id":
		return fault.New(fault.Conflict, "order_exists", "the order is there already").Because(cause)
	case "payments_reference", "payments.reference, payments.gateway, payments.fingerprint":
		return fault.New(fault.Conflict, "reference_taken", "the company's account knows another payment by that reference").Because(cause)
	case "payments_code", "payments.code, payments.gateway, payments.fingerprint":
		return fault.New(fault.Conflict, "code_taken", "the company's order belongs to another payment").Because(cause)
	case "events_pkey", "events.order_id, events.seq",
		"payments_pkey", "payments.id", "payments_attempt", "payments.order_id, payments.attempt", "payments_key", "payments.idempotency_key",
		"refunds_pkey", "refunds.id", "refunds_position", "refunds.order_id, refunds.position", "refunds_key", "refunds.idempotency_key":
		return staleOrder(cause)
	case "partner_ids_pkey", "partner_ids.partner_id":
		return fault.New(fault.Conflict, "partner_taken", "another shop is registered under that partner_id").Because(cause)
	case "launches_pkey", "launches.state":
		return fault.New(fault.Conflict, "state_taken", "another launch has that state").Because(cause)
	case "sessions_pkey", "sessions.id":
		return fault.New(fault.Conflict, "session_taken", "another session has that id").Because(cause)
	}
	return cause
}

func staleOrder(cause error) error {
	return fault.New(fault.Conflict, "stale_order", "somebody else changed the order").Because(cause)
}

// neverSent reports that nothing of the request reached the database. What pgx calls safe to retry is
// no proof of it (see connector).
func neverSent(err error) bool {
	var connecting *pgconn.ConnectError
	return errors.As(err, &connecting) || errors.Is(err, driver.ErrBadConn)
}

// gaveUp reports that the caller's time was over before the answer came.
func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// brokenOff reports that the connection was lost.
func brokenOff(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) ||
		errors.Is(err, errBrokenOff) || pgconn.SafeToRetry(err)
}
