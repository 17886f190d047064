package database

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5/stdlib"
)

// errBrokenOff says that a statement was sent and its answer was lost.
var errBrokenOff = errors.New("the connection broke after the statement was sent")

// connector makes connections that never send a statement twice.
//
// When the answer to a statement is lost, pgx v5.12.0 reports it as safe to retry (Exec without
// arguments: the error of the read is overwritten by "conn closed", which claims that nothing was
// sent), its database/sql driver reports a bad connection, and database/sql sends the statement again
// on another one. What is written twice here is money.
type connector struct{ driver.Connector }

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	pgx, ok := inner.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(errors.New("the connector is not pgx's"), inner.Close())
	}
	return connection{pgx}, nil
}

type connection struct{ *stdlib.Conn }

// ExecContext implements driver.ExecerContext. What surely was not sent is told before sending.
func (c connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	if shape, values, ok := prepared(ctx, query, args); ok {
		query, args = shape, values
	}
	result, err := c.Conn.ExecContext(ctx, query, args)
	if errors.Is(err, driver.ErrBadConn) {
		return nil, errBrokenOff
	}
	return result, err
}

// QueryContext implements driver.QueryerContext. A question may be asked twice.
func (c connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if shape, values, ok := preparedQuestion(ctx, query, args); ok {
		query, args = shape, values
	}
	return c.Conn.QueryContext(ctx, query, args)
}
