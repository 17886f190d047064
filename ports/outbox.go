package ports

import (
	"context"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// TaskKind names a command that is run from the outbox.
type TaskKind string

// Urgency says which due tasks about one company account go before which others.
type Urgency uint8

// The urgencies, the most urgent last.
const (
	Usual    Urgency = iota // the young go first, with a share for what waits the longest
	Moving                  // money is on its way back to a buyer
	Doubtful                // nobody knows whether money is on its way back
)

// Task is work that follows from an event. Its key makes it one, however often it is enqueued. Each time
// it is to be run anew: a notice forgets the target and body that were frozen.
type Task struct {
	Kind    TaskKind
	Key     string
	Order   order.ID
	Payment payment.ID
	Refund  refund.ID     // empty unless the task is about one
	Stream  string        // tasks of one stream run one at a time, oldest first; empty: no stream
	Peer    string        // whom it will call ("mall:host", "company:account"), for fairness
	Urgency Urgency       // before which others of its company account; as it was enqueued last
	Delay   time.Duration // first run after this
	Nudge   bool          // only hurry a task that waits, and run one again that runs; never create or reopen one
}

// Job is a claimed task. It is worked under a lease; whoever holds a newer lease owns it.
type Job struct {
	Task
	ID       int64
	Token    string // of this lease
	Try      int    // 1 for the first run since it was enqueued or woken
	Woken    bool   // somebody asked for it to run now (a webhook, an operator)
	URL      string // frozen target of a notice, empty before the first try
	Body     []byte // frozen body of a notice
	LastTry  time.Time
	LastWord string // how the last run ended
	Trace    string // W3C traceparent of the transaction that enqueued it
	Enqueued time.Time
}

// Verdict is how a run ended. Exactly one of the three applies: Again when it is later than now,
// Dead when it is set, otherwise the job is done.
type Verdict struct {
	Again time.Time // run again then
	Dead  bool      // give up: a dead letter, visible and replayable
	Word  string    // why, for people; never a secret
}

// Outbox hands out the tasks that repositories stored. Delivery is at least once.
type Outbox interface {
	// Claim leases up to n due jobs, at most perPeer running at once for each peer, none whose stream
	// has an older job waiting or running. An expired lease is claimed again. Of the jobs of one company
	// account ("company:...") that no letter woke, no more are handed out a second, to all claimers
	// together, than the outbox is made for. Of the due ones the most urgent go first.
	Claim(ctx context.Context, n, perPeer int, lease time.Duration) ([]Job, error)
	// Renew prolongs the lease, or returns Conflict "lease_lost".
	Renew(ctx context.Context, j Job, lease time.Duration) error
	// Freeze stores the target and body of a notice before its first try, or Conflict "lease_lost". A job that was
	// woken during its run keeps neither: the run has read what may be old.
	Freeze(ctx context.Context, j Job, url string, body []byte) error
	// Finish ends the run, or returns Conflict "lease_lost". A job that was woken during its run is due
	// again at once, whatever the verdict.
	Finish(ctx context.Context, j Job, v Verdict) error
}

// Tasks are the outbox as doors see it: they hurry work, and take back what has become needless.
type Tasks interface {
	// Wake makes the job of that key due now, reopening it when it is done or dead; unknown keys are NotFound.
	Wake(ctx context.Context, key string) error
	// Withdraw ends the jobs of these keys that wait and were never run, with a word for people. One that has
	// begun, or that nobody knows, is left alone; that is no error.
	Withdraw(ctx context.Context, word string, keys ...string) error
}
