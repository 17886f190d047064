package database

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
)

// Migration is a step of the schema.
type Migration struct {
	Version   int
	Name      string
	AppliedAt time.Time // zero while pending
}

// Migrate applies what is pending, oldest first, and returns what it applied.
//
// Bun's own migrator marks a step as applied before it ran and in another transaction, so that a crash
// in between needs a person. Here a step and its mark are one transaction, and instances that start
// together wait for each other.
func (d *DB) Migrate(ctx context.Context) ([]Migration, error) {
	var all []Migration
	for {
		m, err := d.migrate(ctx, up)
		if err != nil || m == nil {
			return all, err
		}
		all = append(all, *m)
	}
}

// MigrateDown takes the newest applied migration back, with what it stored, and returns it; NotFound
// when none is applied.
func (d *DB) MigrateDown(ctx context.Context) (Migration, error) {
	m, err := d.migrate(ctx, down)
	if err == nil && m == nil {
		err = fault.New(fault.NotFound, "no_migration", "no migration is applied")
	}
	if err != nil {
		return Migration{}, err
	}
	return *m, nil
}

// migrate takes one step in a transaction; nil when there is none to take.
func (d *DB) migrate(ctx context.Context, take func(context.Context, bun.Tx, []step) (*Migration, error)) (*Migration, error) {
	var taken *Migration
	err := d.transact(ctx, func(tx bun.Tx) error {
		if err := lockMigrations(ctx, tx); err != nil {
			return surely(err)
		}
		steps, err := readSteps(ctx, tx)
		if err == nil {
			taken, err = take(ctx, tx, steps)
		}
		return surely(err)
	})
	return taken, fault.Wrap(err, "migrate the database")
}

func up(ctx context.Context, tx bun.Tx, steps []step) (*Migration, error) {
	for _, s := range steps {
		if !s.AppliedAt.IsZero() {
			continue
		}
		if _, err := tx.Tx.ExecContext(ctx, s.up); err != nil {
			return nil, err
		}
		s.AppliedAt = time.Now().UTC().Truncate(time.Microsecond)
		_, err := tx.NewRaw("INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)", s.Version, s.Name, s.AppliedAt).Exec(ctx)
		return &s.Migration, err
	}
	return nil, nil
}

func down(ctx context.Context, tx bun.Tx, steps []step) (*Migration, error) {
	for _, s := range slices.Backward(steps) {
		if s.AppliedAt.IsZero() {
			continue
		}
		if _, err := tx.Tx.ExecContext(ctx, s.down); err != nil {
			return nil, err
		}
		s.AppliedAt = time.Time{}
		_, err := tx.NewRaw("DELETE FROM schema_migrations WHERE version = ?", s.Version).Exec(ctx)
		return &s.Migration, err
	}
	return nil, nil
}

// lockMigrations makes instances that migrate at once wait for each other, and the list of what is
// applied. On SQLite the transaction is alone by itself.
func lockMigrations(ctx context.Context, tx bun.Tx) error {
	list := "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at text NOT NULL)"
	if isPostgres(tx) {
		list = strings.Replace(list, "applied_at text", "applied_at timestamptz", 1)
		if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtext('paybridge/migrate/' || current_schema()))").Exec(ctx); err != nil {
			return err
		}
	}
	_, err := tx.NewRaw(list).Exec(ctx)
	return err
}
