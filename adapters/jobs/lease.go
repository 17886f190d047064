package jobs

import (
	"context"
	"errors"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Why a job is interrupted, besides a shutdown.
var (
	errLeaseLost    = errors.New("another worker holds the lease")
	errLeaseExpired = errors.New("the lease expired and could not be renewed")
	errTooLong      = errors.New("the job ran longer than a job may")
)

// hold keeps a job's lease while it works. The context ends when the lease is lost, when it could not
// be renewed in time, when the job runs too long, or with ctx. Release must be called once; it tells
// until when the lease lasts, and what ended the context before that, if anything did.
func (w *Worker) hold(ctx context.Context, j ports.Job, until time.Time) (held context.Context, release func() (time.Time, error)) {
	held, lose := context.WithCancelCause(ctx)
	renewing, stop := context.WithCancel(held)
	last := make(chan time.Time, 1)
	go func() { last <- w.keep(renewing, lose, j, until) }()
	return held, func() (time.Time, error) {
		why := context.Cause(held)
		stop()
		until := <-last
		lose(nil)
		return until, why
	}
}

// keep renews at a third of the lease's time, until ctx ends or the lease is lost, and returns until
// when the lease lasts. A renewal that fails is tried again while the lease lasts.
func (w *Worker) keep(ctx context.Context, lose context.CancelCauseFunc, j ports.Job, until time.Time) time.Time {
	tooLong := w.clock.After(w.config.Limit)
	for {
		left := until.Sub(w.clock.Now())
		if left <= 0 {
			w.count.lost(ctx, j, "expired")
			lose(errLeaseExpired)
			return until
		}
		select {
		case <-ctx.Done():
			return until
		case <-tooLong:
			lose(errTooLong)
			return until
		case <-w.clock.After(min(left, w.config.Lease/3)):
		}
		asked := w.clock.Now()
		switch err := w.renew(ctx, j); {
		case err == nil:
			until = asked.Add(w.config.Lease)
		case isLost(err):
			w.count.lost(ctx, j, "taken")
			lose(errLeaseLost)
			return until
		case ctx.Err() == nil:
			w.log.WarnContext(ctx, "a lease could not be renewed", "kind", j.Kind, "job", j.ID, "until", until, "error", err)
		}
	}
}

func (w *Worker) renew(ctx context.Context, j ports.Job) error {
	ctx, cancel := context.WithTimeout(ctx, w.config.Lease/3)
	defer cancel()
	return w.outbox.Renew(ctx, j, w.config.Lease)
}

// isLost reports that the outbox refused because another lease of the job is newer.
func isLost(err error) bool { return err != nil && fault.Of(err).Code == "lease_lost" }
