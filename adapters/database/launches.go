package database

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/session"
)

// Launches implements ports.Launches.
type Launches struct{ db *DB }

// NewLaunches returns the launches of a database.
func NewLaunches(db *DB) *Launches { return &Launches{db: db} }

// Begin implements ports.Launches.
func (r *Launches) Begin(ctx context.Context, l session.Launch) error {
	_, err := affected(ctx, r.db.write.NewInsert().Model(toLaunchRow(l)).Returning("NULL"))
	return fault.Wrap(err, "store a launch of mall %s", l.Mall)
}

// Take implements ports.Launches by one statement: who deletes the row has it.
func (r *Launches) Take(ctx context.Context, state, browser session.Fingerprint, now time.Time) (session.Launch, error) {
	var rows []launchRow
	_, err := r.db.write.NewDelete().Model(&rows).
		Where("state = ?", state).Where("browser = ?", browser).Where("until > ?", now).Returning("*").Exec(ctx)
	switch {
	case err != nil:
		return session.Launch{}, fault.Wrap(perhaps(err), "take a launch")
	case len(rows) == 0:
		return session.Launch{}, fault.New(fault.NotFound, "unknown_state", "no launch of this browser has that state")
	}
	return rows[0].launch(), nil
}
