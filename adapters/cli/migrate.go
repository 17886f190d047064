package cli

import (
	"context"
	"strconv"
	"time"
)

// migrations opens the database for the time of work, and makes it when create says so.
func (s *session) migrations(ctx context.Context, create bool, work func(Migrations) error) error {
	m, closing, err := s.Migrations(ctx, create)
	if err != nil {
		return err
	}
	defer closing()
	return work(m)
}

func (m Migration) String() string { return strconv.Itoa(m.Version) + " " + m.Name }

type migrateUp struct{}

// Run is called by kong. What was applied is told even when a later step fails.
func (migrateUp) Run(ctx context.Context, s *session) error {
	return s.migrations(ctx, true, func(m Migrations) error {
		applied, err := m.Up(ctx)
		for _, step := range applied {
			if err := s.print("applied " + step.String() + "\n"); err != nil {
				return err
			}
		}
		if err != nil || len(applied) > 0 {
			return err
		}
		return s.print("nothing to do, the database is up to date\n")
	})
}

type migrateDown struct{}

// Run is called by kong.
func (migrateDown) Run(ctx context.Context, s *session) error {
	return s.migrations(ctx, false, func(m Migrations) error {
		reverted, err := m.Down(ctx)
		if err != nil {
			return err
		}
		return s.print("reverted " + reverted.String() + "\n")
	})
}

type migrateStatus struct{ format }

type migrationRow struct {
	Version   int       `json:"version"`
	Name      string    `json:"name"`
	AppliedAt time.Time `json:"applied_at,omitzero"`
}

// Run is called by kong.
func (c migrateStatus) Run(ctx context.Context, s *session) error {
	return s.migrations(ctx, false, func(m Migrations) error {
		all, err := m.List(ctx)
		if err != nil {
			return err
		}
		pending := 0
		var rows []migrationRow
		for _, step := range all {
			rows = append(rows, migrationRow{Version: step.Version, Name: step.Name, AppliedAt: step.AppliedAt.UTC()})
			if step.AppliedAt.IsZero() {
				pending++
			}
		}
		err = list(s, c.format, rows, "there are no migrations", []string{"VERSION", "NAME", "APPLIED"}, func(r migrationRow) []string {
			if r.AppliedAt.IsZero() {
				return []string{strconv.Itoa(r.Version), r.Name, "pending"}
			}
			return []string{strconv.Itoa(r.Version), r.Name, moment(r.AppliedAt)}
		})
		if err != nil {
			return err
		}
		return s.hint(pending > 0, plural(pending, "migration is", "migrations are")+" pending: `paybridge migrate up` applies them")
	})
}
