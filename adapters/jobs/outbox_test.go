package jobs_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// outbox keeps its jobs in a slice, oldest first, and the time of a fake clock. Its faults let a
// test cut each of its methods off.
type outbox struct {
	clock *fakeclock.Clock

	mu     sync.Mutex
	rows   []*row
	tokens int
	calls  map[string]int
	faults map[string]error // by method name
}

type row struct {
	job     ports.Job
	state   string // ready, running, done, dead
	due     time.Time
	until   time.Time // of the lease
	verdict ports.Verdict
}

var _ ports.Outbox = (*outbox)(nil)

func newOutbox(clock *fakeclock.Clock) *outbox {
	return &outbox{clock: clock, calls: map[string]int{}, faults: map[string]error{}}
}

// enqueue stores a task as a repository would, in one transaction with the event that it follows.
func (o *outbox) enqueue(task ports.Task, trace string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.clock.Now()
	o.rows = append(o.rows, &row{
		job: ports.Job{Task: task, ID: int64(len(o.rows) + 1), Enqueued: now, Trace: trace}, state: "ready", due: now.Add(task.Delay),
	})
}

// breaks makes a method fail until it is repaired with a nil error.
func (o *outbox) breaks(method string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults[method] = err
}

func (o *outbox) called(method string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls[method]
}

// row returns a copy of the row with that key.
func (o *outbox) row(key string) row {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.job.Key == key {
			return *r
		}
	}
	return row{}
}

// open counts the jobs that have not ended.
func (o *outbox) open() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	open := 0
	for _, r := range o.rows {
		if r.state == "ready" || r.state == "running" {
			open++
		}
	}
	return open
}

// steal leases the job to somebody else, as if its lease had expired.
func (o *outbox) steal(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.job.Key == key {
			r.job.Token, r.until = "stolen", o.clock.Now().Add(time.Hour)
		}
	}
}

func (o *outbox) Claim(_ context.Context, n, perPeer int, lease time.Duration) ([]ports.Job, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.call("Claim"); err != nil {
		return nil, err
	}
	var claimed []ports.Job
	for i, r := range o.rows {
		if len(claimed) == n {
			break
		}
		if o.claimable(i, perPeer) {
			o.tokens++
			r.state, r.until, r.job.Token = "running", o.clock.Now().Add(lease), strconv.Itoa(o.tokens)
			r.job.Try++
			claimed = append(claimed, r.job)
		}
	}
	return claimed, nil
}

func (o *outbox) claimable(i, perPeer int) bool {
	r, now, busy := o.rows[i], o.clock.Now(), 0
	for _, other := range o.rows {
		if other.job.Peer == r.job.Peer && other.state == "running" && other.until.After(now) {
			busy++
		}
	}
	older := slices.ContainsFunc(o.rows[:i], func(e *row) bool {
		return e.job.Stream != "" && e.job.Stream == r.job.Stream && (e.state == "ready" || e.state == "running")
	})
	due := r.state == "ready" && !r.due.After(now) || r.state == "running" && !r.until.After(now)
	return due && !older && busy < perPeer
}

func (o *outbox) Renew(_ context.Context, j ports.Job, lease time.Duration) error {
	return o.owned("Renew", j, func(r *row) { r.until = o.clock.Now().Add(lease) })
}

func (o *outbox) Freeze(_ context.Context, j ports.Job, url string, body []byte) error {
	return o.owned("Freeze", j, func(r *row) { r.job.URL, r.job.Body = url, body })
}

func (o *outbox) Finish(_ context.Context, j ports.Job, v ports.Verdict) error {
	return o.owned("Finish", j, func(r *row) {
		r.verdict, r.due, r.job.LastWord, r.job.LastTry = v, v.Again, v.Word, o.clock.Now()
		switch {
		case v.Again.After(o.clock.Now()):
			r.state = "ready"
		case v.Dead:
			r.state = "dead"
		default:
			r.state = "done"
		}
	})
}

func (o *outbox) Wake(_ context.Context, key string) error {
	return fault.Newf(fault.NotFound, "unknown_key", "no job %s", key)
}

func (o *outbox) owned(method string, j ports.Job, change func(*row)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.call(method); err != nil {
		return err
	}
	r := o.rows[j.ID-1]
	if r.job.Token != j.Token {
		return fault.New(fault.Conflict, "lease_lost", "another worker owns the job")
	}
	change(r)
	return nil
}

func (o *outbox) call(method string) error {
	o.calls[method]++
	return o.faults[method]
}
