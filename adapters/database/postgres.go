package database

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun/dialect/pgdialect"

	"paybridge/domain/fault"
)

// How the pool is kept. Connections are replaced now and then, so that they follow a failover.
const (
	defaultConnections = 16
	connectTimeout     = 5 * time.Second
	connectionLifetime = 30 * time.Minute
)

func openPostgres(ctx context.Context, url string, o Options) (*DB, error) {
	config, err := postgresConfig(url)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector{stdlib.GetConnector(*config, stdlib.OptionAfterConnect(dropIdleLocks))})
	most := o.MaxConnections
	if most <= 0 {
		most = defaultConnections
	}
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	pool.SetConnMaxLifetime(connectionLifetime)
	db := newBun(pool, pgdialect.New(), o)
	d := &DB{write: db, read: db, bell: newBell(config), close: db.Close}
	if err := d.Ping(ctx); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// postgresConfig reads the url. Bun writes values into the statements, so every statement is a new
// text: preparing them would fill the server with statements that are used once. The two settings
// are what Bun's quoting and our reading of times rely on.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.InvalidField("DATABASE_URL", "is not a PostgreSQL address").Because(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	config.RuntimeParams["standard_conforming_strings"] = "on"
	config.RuntimeParams["timezone"] = "UTC"
	return config, nil
}

// dropIdleLocks lets the server end a transaction whose owner is frozen or cut off: the locks that it
// holds would stop everybody else. No transaction waits for anything but the database.
func dropIdleLocks(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET idle_in_transaction_session_timeout = '10s'")
	return err
}
