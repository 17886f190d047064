package database

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Outbox implements ports.Outbox and ports.Tasks.
type Outbox struct {
	db       *DB
	clock    ports.Clock
	claiming chan struct{} // held by the one claim of this process that runs
	rate     int           // questions a second about one company account; 0: any number
	after    string        // the peer from which that claim goes on

	frozen   leaseholders[frozenRow]
	finished leaseholders[finishedRow]
}

// NewOutbox returns the outbox of a database. Clock is the only source of time, also for leases.
func NewOutbox(db *DB, clock ports.Clock) *Outbox {
	return &Outbox{
		db: db, clock: clock, claiming: make(chan struct{}, 1),
		frozen:   newLeaseholders[frozenRow](db, "job, token, url, body", freeze),
		finished: newLeaseholders[finishedRow](db, "job, token, state, run_at, ended_at, word", finish),
	}
}

// Renew implements ports.Outbox.
func (o *Outbox) Renew(ctx context.Context, j ports.Job, lease time.Duration) error {
	found, err := affected(ctx, o.db.write.NewUpdate().Model((*jobRow)(nil)).Set("lease_until = ?", o.clock.Now().Add(lease)).
		Where("id = ?", j.ID).Where("token = ?", j.Token).Where("state = ?", running))
	if err == nil && found == 0 {
		return leaseLost()
	}
	return err
}

// Freeze implements ports.Outbox.
func (o *Outbox) Freeze(ctx context.Context, j ports.Job, url string, body []byte) error {
	return o.frozen.change(ctx, j.ID, frozenRow{ID: j.ID, Token: j.Token, URL: url, Body: body})
}

// Finish implements ports.Outbox.
func (o *Outbox) Finish(ctx context.Context, j ports.Job, v ports.Verdict) error {
	now := o.clock.Now()
	row := finishedRow{ID: j.ID, Token: j.Token, State: done, RunAt: now, EndedAt: now, Word: v.Word}
	switch {
	case v.Again.After(now):
		row.State, row.RunAt = ready, v.Again
	case v.Dead:
		row.State = dead
	}
	return o.finished.change(ctx, j.ID, row)
}

// Wake implements ports.Tasks.
func (o *Outbox) Wake(ctx context.Context, key string) error {
	found, err := affected(ctx, wake(o.db.write, key, o.clock.Now()))
	switch {
	case err != nil:
		return fault.Wrap(err, "wake job %s", key)
	case found == 0:
		return fault.Newf(fault.NotFound, "unknown_job", "there is no job %q", key)
	}
	o.db.bell.ring()
	return nil
}

// Withdraw implements ports.Tasks.
func (o *Outbox) Withdraw(ctx context.Context, word string, keys ...string) error {
	_, err := affected(ctx, o.db.write.NewUpdate().Model((*jobRow)(nil)).Set("state = ?", done).Set("last_word = ?", word).
		Where("key IN (?)", bun.List(keys)).Where("state = ?", ready).Where("last_try IS NULL"))
	return fault.Wrap(err, "withdraw jobs %v", keys)
}

// wake makes a job due now. A wake is counted, so that one that comes during a run is not lost.
func wake(db bun.IDB, key string, now time.Time) *bun.UpdateQuery {
	return db.NewUpdate().Model((*jobRow)(nil)).
		Set("wakes = wakes + 1").
		Set("try = CASE WHEN state = 'running' THEN try ELSE 0 END").
		Set("run_at = CASE WHEN state IN ('done', 'dead') OR run_at > ? THEN ? ELSE run_at END", now, now).
		Set("state = CASE WHEN state = 'running' THEN 'running' ELSE 'ready' END").
		Where("key = ?", key)
}

// affected runs a statement that commits by itself, and counts its rows.
func affected(ctx context.Context, q statement) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, surely(err)
	}
	result, err := q.Exec(ctx)
	if err != nil {
		return 0, perhaps(err)
	}
	return result.RowsAffected()
}

func (r *jobRow) job() ports.Job {
	return ports.Job{
		Task: ports.Task{
			Kind: ports.TaskKind(r.Kind), Key: r.Key, Order: order.ID(r.OrderID), Payment: payment.ID(r.PaymentID), Refund: refund.ID(r.RefundID), Stream: r.Stream, Peer: r.Peer, Urgency: r.Urgency,
		},
		ID: r.ID, Token: r.Token, Try: r.Try, Woken: r.Woken, URL: r.URL, Body: r.Body,
		LastTry: r.LastTry.UTC(), LastWord: r.LastWord, Trace: r.Trace, Enqueued: r.EnqueuedAt.UTC(),
	}
}
