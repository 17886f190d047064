// Package jobs drives the application from the outbox: what repositories stored as tasks in the
// transaction of an event is claimed here and run as the command of its kind.
//
// The flow of a job: claim (worker.go) leases due jobs, as many as there are free slots. Each runs in
// a goroutine of its own (run.go) while a second one renews its lease (lease.go). The handler's
// verdict, or its error, becomes what is stored (verdict.go), and the freed slot wakes the claimer.
//
// Delivery is at least once. A worker that dies leaves leases that expire, and another takes over; a
// worker that lost its lease is told through the job's context and stores no verdict. What a late
// handler still writes is harmless, because letters are ranked and bodies frozen.
//
// Waking is an accelerator, polling is the guarantee: nobody has to remember to call Wake.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"paybridge/application"
	"paybridge/ports"
)

const scope = "paybridge/adapters/jobs" // of spans and instruments

// storing bounds one attempt to store how a run ended, and what a shutdown waits for after it
// interrupted the jobs that did not end by themselves.
const storing = 2 * time.Second

var errShutdown = errors.New("the service is shutting down")

// Worker runs the jobs of an outbox. Several may share one outbox, in one process or in many.
type Worker struct {
	config   Config
	outbox   ports.Outbox
	handlers application.Jobs
	clock    ports.Clock
	log      *slog.Logger
	tracer   trace.Tracer
	count    instruments
	wake     chan struct{} // holds at most one wake-up: many are as good as one
	running  atomic.Int64
}

// New returns a worker that does nothing until Run.
func New(c Config, outbox ports.Outbox, handlers application.Jobs, clock ports.Clock, log *slog.Logger) *Worker {
	c = c.withDefaults()
	return &Worker{
		config: c, outbox: outbox, handlers: handlers, clock: clock, log: log,
		tracer: c.Tracer.Tracer(scope), count: newInstruments(c.Meter.Meter(scope)), wake: make(chan struct{}, 1),
	}
}

// Wake makes the worker look for due jobs now. It never blocks and is safe for concurrent use.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run claims and runs jobs until ctx ends. Then it claims no more and lets the running jobs finish for
// Config.Drain; those that are left are interrupted and due again at once. The error says how many
// did not even end then.
func (w *Worker) Run(ctx context.Context) error {
	working, interrupt := context.WithCancelCause(context.WithoutCancel(ctx))
	defer interrupt(nil)
	w.claimUntil(ctx, working)
	w.await(w.clock.After(w.config.Drain))
	interrupt(errShutdown)
	w.await(w.clock.After(storing))
	if left := w.running.Load(); left > 0 {
		return fmt.Errorf("%d jobs did not end within %s; their leases expire", left, w.config.Drain+storing)
	}
	return nil
}

// claimUntil claims whenever there is room and reason until ctx ends: at the start, when woken, when a
// job ended (its stream and its peer may have more), and on every poll. An outbox that cannot be
// reached is not asked before the next poll, however often somebody calls.
//
// After a claim that found work it rests a moment: jobs that end meanwhile are made up for by one claim. With one for
// every job that ends, looking for work would be most of the work while very much waits.
func (w *Worker) claimUntil(ctx, working context.Context) {
	poll := w.clock.After(w.config.Poll)
	for failing := false; ctx.Err() == nil; {
		found, err := w.claim(working, failing)
		failing = err != nil
		if found > 0 && w.config.Rest > 0 {
			w.rest(ctx)
		}
		wake := w.wake
		if failing {
			wake = nil
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-poll:
			poll = w.clock.After(w.config.Poll)
		}
	}
}

func (w *Worker) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-w.clock.After(w.config.Rest):
	}
}

// claim fills the free slots and returns how many. It is not cut off by a shutdown, which would leave leased jobs that
// nobody works on.
func (w *Worker) claim(working context.Context, failing bool) (int, error) {
	free := w.config.Workers - int(w.running.Load())
	if free <= 0 {
		return 0, nil
	}
	ctx, cancel := context.WithTimeout(quiet(working), w.config.Lease/2)
	defer cancel()
	until := w.clock.Now().Add(w.config.Lease)
	claimed, err := w.outbox.Claim(ctx, free, w.config.PerPeer, w.config.Lease)
	w.reportClaim(ctx, failing, err)
	for _, job := range claimed {
		w.running.Add(1)
		go w.work(working, job, until)
	}
	return len(claimed), err
}

// quiet keeps the looking for work out of the traces: an idle worker would fill them with one small
// trace a second.
func quiet(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}}))
}

// reportClaim logs the first failure of a row and its end, not every poll of an outage.
func (w *Worker) reportClaim(ctx context.Context, failing bool, err error) {
	switch {
	case err != nil:
		w.count.claimsFailed.Add(ctx, 1)
		if !failing {
			w.log.ErrorContext(ctx, "the outbox cannot be reached, no jobs run until it can", "error", err)
		}
	case failing:
		w.log.InfoContext(ctx, "the outbox can be reached again")
	}
}

// await returns when no job runs any more, or when enough delivers.
func (w *Worker) await(enough <-chan time.Time) {
	for w.running.Load() > 0 {
		select {
		case <-w.wake:
		case <-enough:
			return
		}
	}
}
