package database

import (
	"context"
	"embed"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
)

// Every step is two files a database, NNN_name.up.sql and NNN_name.down.sql.
//
//go:embed migrations
var migrations embed.FS

type step struct {
	Migration

	up, down string
}

// Migrations lists all migrations, oldest first, and when each was applied.
func (d *DB) Migrations(ctx context.Context) ([]Migration, error) {
	steps, err := readSteps(ctx, d.read)
	if err != nil {
		return nil, fault.Wrap(surely(err), "list migrations")
	}
	all := make([]Migration, len(steps))
	for i, s := range steps {
		all[i] = s.Migration
	}
	return all, nil
}

// readSteps reads the embedded steps and when they were applied. The names sort by number, since all
// numbers are of one length.
func readSteps(ctx context.Context, db bun.IDB) ([]step, error) {
	folder := "migrations/sqlite/"
	if isPostgres(db) {
		folder = "migrations/postgres/"
	}
	names, err := fs.Glob(migrations, folder+"*.up.sql")
	if err != nil {
		return nil, err
	}
	at, err := readApplied(ctx, db)
	if err != nil {
		return nil, err
	}
	steps := make([]step, len(names))
	for i, file := range names {
		if steps[i], err = readStep(file); err != nil {
			return nil, err
		}
		steps[i].AppliedAt = at[steps[i].Version]
	}
	return steps, nil
}

// readApplied returns when each version was applied; nothing where nobody ever migrated.
func readApplied(ctx context.Context, db bun.IDB) (map[int]time.Time, error) {
	there := "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations')"
	if isPostgres(db) {
		there = "SELECT to_regclass('schema_migrations') IS NOT NULL"
	}
	var ever bool
	if err := db.NewRaw(there).Scan(ctx, &ever); err != nil || !ever {
		return nil, err
	}
	var marks []Migration
	if err := db.NewRaw("SELECT version, name, applied_at FROM schema_migrations").Scan(ctx, &marks); err != nil {
		return nil, err
	}
	at := map[int]time.Time{}
	for _, m := range marks {
		at[m.Version] = m.AppliedAt.UTC()
	}
	return at, nil
}

func readStep(file string) (step, error) {
	number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".up.sql"), "_")
	version, err := strconv.Atoi(number)
	if err != nil {
		return step{}, err
	}
	up, err := migrations.ReadFile(file)
	if err != nil {
		return step{}, err
	}
	down, err := migrations.ReadFile(strings.TrimSuffix(file, ".up.sql") + ".down.sql")
	return step{Migration: Migration{Version: version, Name: name}, up: string(up), down: string(down)}, err
}
