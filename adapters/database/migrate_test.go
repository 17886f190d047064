package database_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"paybridge/adapters/database"
	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

func TestTheSchemaGoesUpDownAndUpAgain(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t, fresh(t))
			all, err := db.Migrations(t.Context())
			noError(t, err)
			for _, last := range slices.Backward(all) {
				taken, err := db.MigrateDown(t.Context())
				noError(t, err)
				if taken.Version != last.Version {
					t.Fatalf("took back %d %s, want %d", taken.Version, taken.Name, last.Version)
				}
			}
			if _, err := db.MigrateDown(t.Context()); !fault.Is(err, fault.NotFound) {
				t.Errorf("one down too many: %v", err)
			}
			again, err := db.Migrate(t.Context())
			noError(t, err)
			if len(again) != len(all) {
				t.Errorf("applied %d of %d again", len(again), len(all))
			}
			in := start(db, fakeclock.New(now))
			in.get(t, in.stored(t, 1))
		})
	}
}

func TestPendingMigrationsAreListedWithoutApplyingThem(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := database.Open(t.Context(), fresh(t), database.Options{})
			noError(t, err)
			t.Cleanup(func() { noError(t, db.Close()) })
			for range 2 {
				wantApplied(t, db, false)
			}
			_, err = db.Migrate(t.Context())
			noError(t, err)
			wantApplied(t, db, true)
			none, err := db.Migrate(t.Context())
			if err != nil || len(none) != 0 {
				t.Errorf("migrating again applied %v, %v", none, err)
			}
		})
	}
}

func wantApplied(t *testing.T, db *database.DB, want bool) {
	t.Helper()
	all, err := db.Migrations(t.Context())
	noError(t, err)
	if len(all) == 0 {
		t.Fatal("there are no migrations")
	}
	for i, m := range all {
		rises := i == 0 || m.Version > all[i-1].Version
		if !rises || m.Name == "" || m.AppliedAt.IsZero() == want {
			t.Errorf("migration %d is %+v, want applied: %v", i+1, m, want)
		}
	}
}

func TestInstancesThatMigrateAtOnceDoEachStepOnce(t *testing.T) {
	t.Parallel()
	address := freshPostgres(t)
	all := make([]instance, 3)
	for i := range all {
		db, err := database.Open(t.Context(), address, database.Options{MaxConnections: 2})
		noError(t, err)
		t.Cleanup(func() { noError(t, db.Close()) })
		all[i] = instance{db: db}
	}
	applied := make([]int, len(all))
	noError(t, atOnce(all, func(i int, in instance) error {
		done, err := in.db.Migrate(t.Context())
		applied[i] = len(done)
		return err
	}))
	list, err := all[0].db.Migrations(t.Context())
	noError(t, err)
	if sum := applied[0] + applied[1] + applied[2]; sum != len(list) {
		t.Errorf("%v steps were applied, there are %d", applied, len(list))
	}
}

func TestLedgerAndAuditLogCannotBeRewritten(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := fresh(t)
			in := start(open(t, address), fakeclock.New(now))
			id := in.stored(t, 1)
			in.pay(t, id)
			noError(t, database.NewAudit(in.db).Record(t.Context(), ports.AuditEntry{Mall: "demomall", Who: "owner", Deed: ports.AppInstalled, At: now}))
			raw := direct(t, address)
			for _, forgery := range []string{
				"DELETE FROM events", "UPDATE events SET note = 'forged'", "DELETE FROM movements", "UPDATE movements SET amount_minor = 1",
				"DELETE FROM payments", "DELETE FROM orders", "DELETE FROM audit", "UPDATE audit SET who = 'nobody'", "INSERT INTO movements SELECT * FROM movements",
			} {
				if _, err := raw.ExecContext(t.Context(), forgery); err == nil {
					t.Errorf("%s was done", forgery)
				}
			}
		})
	}
}

// direct opens a database past the adapter.
func direct(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver, source := "pgx", address
	if path, isSQLite := strings.CutPrefix(address, "sqlite:"); isSQLite {
		driver, source = "sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"
	}
	raw, err := sql.Open(driver, source)
	noError(t, err)
	t.Cleanup(func() { noError(t, raw.Close()) })
	return raw
}
