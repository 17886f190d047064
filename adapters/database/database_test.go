package database_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"paybridge/adapters/database"
	"paybridge/test/contract"
)

func TestOrders(t *testing.T)        { t.Parallel(); onBoth(t, contract.Orders) }
func TestOutbox(t *testing.T)        { t.Parallel(); onBoth(t, contract.Outbox) }
func TestInbox(t *testing.T)         { t.Parallel(); onBoth(t, contract.Inbox) }
func TestMerchants(t *testing.T)     { t.Parallel(); onBoth(t, contract.Merchants) }
func TestTokens(t *testing.T)        { t.Parallel(); onBoth(t, contract.Tokens) }
func TestReservations(t *testing.T)  { t.Parallel(); onBoth(t, contract.Reservations) }
func TestSessions(t *testing.T)      { t.Parallel(); onBoth(t, contract.Sessions) }
func TestAnnouncements(t *testing.T) { t.Parallel(); onBoth(t, contract.Announcements) }
func TestViews(t *testing.T)         { t.Parallel(); onBoth(t, contract.Views) }

func TestVault(t *testing.T) { t.Parallel(); onBoth(t, contract.Vault) }
func TestAudit(t *testing.T) { t.Parallel(); onBoth(t, contract.Audit) }

func TestPulses(t *testing.T) { t.Parallel(); onBoth(t, contract.Pulses) }

func TestProjections(t *testing.T) { t.Parallel(); onBoth(t, contract.Projections) }

// onBoth runs a suite on both databases.
func onBoth(t *testing.T, suite func(*testing.T, contract.OpenStorage)) {
	t.Helper()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite(t, func(t *testing.T, terms contract.Terms) contract.Storage {
				t.Helper()
				return stores(open(t, fresh(t)), terms)
			})
		})
	}
}

// both are the two databases; a call makes a fresh one and returns its address.
func both() map[string]func(t *testing.T) string {
	return map[string]func(t *testing.T) string{"sqlite": freshSQLite, "postgres": freshPostgres}
}

func freshSQLite(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "paybridge.db")
}

// freshPostgres makes a schema of the test's own.
func freshPostgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("TEST_DATABASE_URL is not set: run the tests by test/scripts/with-services.sh, or name a PostgreSQL server")
	}
	schema := "test_" + strings.ToLower(rand.Text())
	run(t, server, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { run(t, server, "DROP SCHEMA "+schema+" CASCADE") })
	u, err := url.Parse(server)
	noError(t, err)
	q := u.Query()
	q.Set("search_path", schema)
	q.Set("application_name", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func run(t *testing.T, server, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	noError(t, err)
	defer func() { noError(t, db.Close()) }()
	_, err = db.ExecContext(context.Background(), statement)
	noError(t, err)
}

// open opens a database, migrates it and closes it when the test ends.
func open(t *testing.T, address string) *database.DB {
	t.Helper()
	return openWith(t, address, database.Options{MaxConnections: 4})
}

// openWith opens and migrates a database that is closed when the test ends.
func openWith(t *testing.T, address string, o database.Options) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), address, o)
	noError(t, err)
	t.Cleanup(func() { noError(t, db.Close()) })
	_, err = db.Migrate(t.Context())
	noError(t, err)
	return db
}

// stores are all ports over one database.
func stores(db *database.DB, terms contract.Terms) contract.Storage {
	orders := database.NewOrders(db, terms.React, terms.Clock, terms.Trace)
	outbox := database.NewOutbox(db, terms.Clock).Paced(terms.Rate)
	return contract.Storage{
		Orders:        orders,
		Outbox:        outbox,
		Tasks:         outbox,
		Inbox:         database.NewInbox(db, terms.Clock, terms.Parking),
		Merchants:     database.NewMerchants(db, terms.Clock, terms.IDs),
		Tokens:        database.NewTokens(db),
		Reservations:  database.NewReservations(db),
		Launches:      database.NewLaunches(db),
		Sessions:      database.NewSessions(db),
		Announcements: database.NewAnnouncements(db, terms.Clock, terms.Trace),
		Views:         database.NewViews(db, terms.Clock),
		Projections:   database.NewProjections(orders),
		Vault:         database.NewVault(db),
		Audit:         database.NewAudit(db),
		Pulses:        database.NewViews(db, terms.Clock),
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}
