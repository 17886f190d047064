package database

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"paybridge/ports"
)

// The states of a job.
const (
	ready   = "ready"   // waits for its time
	running = "running" // leased
	done    = "done"
	dead    = "dead" // given up, until somebody wakes it
)

// open are the jobs that are still to be worked. Indexes are built for these very words.
const open = "state IN ('ready', 'running')"

// queued is a task with the time of its first run and the story that it belongs to.
type queued struct {
	ports.Task

	at, now     time.Time
	traceparent string
}

func queue(tasks []ports.Task, now time.Time, traceparent string) []queued {
	all := make([]queued, len(tasks))
	for i, t := range tasks {
		all[i] = queued{Task: t, at: now.Add(t.Delay), now: now, traceparent: traceparent}
	}
	return merge(nil, all)
}

// merge makes one of tasks with the same key, because a statement can touch a row only once: the
// earliest time counts and the last urgency, and beside a task that is enqueued anyway a nudge is nothing.
func merge(all, later []queued) []queued {
	for _, q := range later {
		i := slices.IndexFunc(all, func(known queued) bool { return known.Key == q.Key })
		switch {
		case i < 0:
			all = append(all, q)
		case all[i].Nudge && !q.Nudge, all[i].Nudge == q.Nudge && q.at.Before(all[i].at):
			all[i] = q
		case !q.Nudge:
			all[i].Urgency = q.Urgency
		}
	}
	return all
}

// enqueue stores tasks. One that is there already keeps its place and may get an earlier time; one
// that was done or given up is opened again, unless it is nudged; one that runs is run again
// afterwards, because what it has read may be old. What was frozen may be old as well, and is forgotten.
func enqueue(db bun.IDB, tasks []queued) []statement {
	var rows []jobRow
	var all []statement
	for _, t := range tasks {
		if t.Nudge {
			all = append(all, db.NewUpdate().Model((*jobRow)(nil)).
				Set("wakes = wakes + CASE WHEN state = 'running' THEN 1 ELSE 0 END").
				Set("run_at = CASE WHEN state = 'running' THEN run_at ELSE ? END", t.at).
				Where("key = ?", t.Key).Where("state = 'running' OR (state = 'ready' AND run_at > ?)", t.at))
			continue
		}
		rows = append(rows, jobRow{
			Key: t.Key, Kind: string(t.Kind), OrderID: string(t.Order), PaymentID: string(t.Payment), RefundID: string(t.Refund), Stream: t.Stream, Peer: t.Peer,
			Urgency: t.Urgency, State: ready, RunAt: t.at, Trace: t.traceparent, EnqueuedAt: t.now,
		})
	}
	if len(rows) > 0 {
		all = append(all, db.NewInsert().Model(&rows).Returning("NULL").On("CONFLICT (key) DO UPDATE").
			Set("urgency = EXCLUDED.urgency").Set("url = ''").Set("body = NULL").
			Set("wakes = j.wakes + CASE WHEN j.state = 'running' THEN 1 ELSE 0 END").
			Set("try = CASE WHEN j.state IN ('done', 'dead') THEN 0 ELSE j.try END").
			Set("trace = CASE WHEN j.state IN ('done', 'dead') THEN EXCLUDED.trace ELSE j.trace END").
			Set("enqueued_at = CASE WHEN j.state IN ('done', 'dead') THEN EXCLUDED.enqueued_at ELSE j.enqueued_at END").
			Set("run_at = CASE WHEN j.state IN ('done', 'dead') OR EXCLUDED.run_at < j.run_at THEN EXCLUDED.run_at ELSE j.run_at END").
			Set("state = CASE WHEN j.state = 'running' THEN 'running' ELSE 'ready' END"))
	}
	return all
}

type jobRow struct {
	bun.BaseModel `bun:"table:outbox,alias:j"`

	ID         int64 `bun:",pk,autoincrement"`
	Key        string
	Kind       string
	OrderID    string
	PaymentID  string
	RefundID   string
	Stream     string
	Peer       string
	Urgency    ports.Urgency
	State      string
	Try        int
	Woken      bool
	RunAt      time.Time
	Token      string
	URL        string
	Body       []byte
	LastTry    time.Time `bun:",nullzero"`
	LastWord   string
	Trace      string
	EnqueuedAt time.Time
}
