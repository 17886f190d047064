package stage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// endBudget bounds what has to be done after a measurement was given up.
const endBudget = 30 * time.Second

// Server is the Postgres that databases are made on.
type Server struct{ address string }

// Database is one database. It must be dropped.
type Database struct {
	URL    string
	name   string
	server Server
}

// NewServer returns the server with the address of a postgres:// URL. It calls nobody.
func NewServer(address string) Server { return Server{address: address} }

// Durable returns an error that says what is not durable: figures of a server that may lose what it
// confirmed say nothing.
func (s Server) Durable(ctx context.Context) error {
	return s.do(ctx, func(c *pgx.Conn) error {
		for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
			var value string
			if err := c.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
				return err
			}
			if value != "on" {
				return fmt.Errorf("%s is %s on the server of TEST_DATABASE_URL: run `make bench`, which starts a durable one", setting, value)
			}
		}
		return nil
	})
}

// Database makes an empty database.
func (s Server) Database(ctx context.Context) (*Database, error) {
	u, err := url.Parse(s.address)
	if err != nil {
		return nil, errors.New("TEST_DATABASE_URL is no URL")
	}
	d := &Database{name: "paybridge_load_" + strings.ToLower(rand.Text()), server: s}
	u.Path = "/" + d.name
	d.URL = u.String()
	return d, s.exec(ctx, `CREATE DATABASE `+d.name)
}

// Exec runs a script in the database.
func (d *Database) Exec(ctx context.Context, script string) error {
	return Server{address: d.URL}.exec(ctx, script)
}

// Count returns the number that a query asks for.
func (d *Database) Count(ctx context.Context, query string) (n int, err error) {
	err = Server{address: d.URL}.do(ctx, func(c *pgx.Conn) error { return c.QueryRow(ctx, query).Scan(&n) })
	return n, err
}

// Drop removes the database, also after ctx ended.
func (d *Database) Drop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endBudget)
	defer cancel()
	return d.server.exec(ctx, `DROP DATABASE IF EXISTS `+d.name+` WITH (FORCE)`)
}

func (s Server) exec(ctx context.Context, script string) error {
	return s.do(ctx, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, script)
		return err
	})
}

func (s Server) do(ctx context.Context, work func(*pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, s.address)
	if err != nil {
		return fmt.Errorf("the database cannot be reached: %w", err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	return work(c)
}
