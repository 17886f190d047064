package database

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
)

// Sessions implements ports.Sessions.
type Sessions struct{ db *DB }

// NewSessions returns the sessions of a database.
func NewSessions(db *DB) *Sessions { return &Sessions{db: db} }

// Start implements ports.Sessions.
func (r *Sessions) Start(ctx context.Context, s session.Session) error {
	_, err := affected(ctx, r.db.write.NewInsert().Model(toSessionRow(s)).Returning("NULL"))
	return fault.Wrap(err, "store a session of mall %s", s.Mall)
}

// Get implements ports.Sessions.
func (r *Sessions) Get(ctx context.Context, id session.Fingerprint) (session.Session, error) {
	row := &sessionRow{ID: string(id)}
	err := surely(r.db.read.NewSelect().Model(row).WherePK().Scan(ctx))
	switch {
	case fault.Is(err, fault.NotFound):
		return session.Session{}, fault.New(fault.NotFound, "unknown_session", "there is no such session")
	case err != nil:
		return session.Session{}, fault.Wrap(err, "read a session")
	}
	return row.session(), nil
}

// Update implements ports.Sessions.
func (r *Sessions) Update(ctx context.Context, s session.Session) error {
	_, err := affected(ctx, r.db.write.NewUpdate().Model(toSessionRow(s)).Column("seen_at", "language").WherePK().Returning("NULL"))
	return fault.Wrap(err, "update a session of mall %s", s.Mall)
}

// End implements ports.Sessions.
func (r *Sessions) End(ctx context.Context, mall merchant.MallID) (int, error) {
	var ended int64
	err := r.db.transact(ctx, func(tx bun.Tx) error {
		var err error
		if ended, err = affected(ctx, tx.NewDelete().Model((*sessionRow)(nil)).Where("mall_id = ?", mall)); err != nil {
			return err
		}
		_, err = affected(ctx, tx.NewDelete().Model((*launchRow)(nil)).Where("mall_id = ?", mall))
		return err
	})
	return int(ended), fault.Wrap(err, "end the sessions of mall %s", mall)
}

// Prune implements ports.Sessions.
func (r *Sessions) Prune(ctx context.Context, now time.Time) (int, error) {
	created, seen := session.Ended(now)
	sessions, err := affected(ctx, r.db.write.NewDelete().Model((*sessionRow)(nil)).
		WhereOr("created_at <= ?", created).WhereOr("seen_at <= ?", seen))
	if err != nil {
		return 0, fault.Wrap(err, "prune sessions")
	}
	launches, err := affected(ctx, r.db.write.NewDelete().Model((*launchRow)(nil)).Where("until <= ?", now))
	return int(sessions + launches), fault.Wrap(err, "prune launches")
}
