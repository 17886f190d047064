package jobs

import (
	"errors"
	"log/slog"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/ports"
)

const (
	// soon is the shortest wait before a job runs again, more than clocks of one site differ.
	soon = 100 * time.Millisecond
	// spread is how much of a wait chance adds or takes, so that what failed together does not come
	// back together.
	spread = 0.1
)

// outcome is how a run ended, as metrics and spans name it.
type outcome string

const (
	done        outcome = "done"
	again       outcome = "again"
	dead        outcome = "dead"        // given up: a person must look
	failed      outcome = "failed"      // an error of our own side: runs again
	panicked    outcome = "panicked"    // a defect of ours: runs again
	interrupted outcome = "interrupted" // by the shutdown: due again at once
	leaseLost   outcome = "lease_lost"  // another worker owns the job; nothing was stored
	notStored   outcome = "not_stored"  // runs again when the lease expires
)

// level says how loud an outcome is: a warning heals by itself, an error needs a person.
func (o outcome) level() slog.Level {
	switch o {
	case done, again:
		return slog.LevelDebug
	case interrupted:
		return slog.LevelInfo
	case failed, leaseLost, notStored:
		return slog.LevelWarn
	case dead, panicked:
	}
	return slog.LevelError
}

// ending is how a run ended and what is stored of it.
type ending struct {
	verdict ports.Verdict
	outcome outcome
	err     error
}

// judge decides what a run that returned v or err comes to; why is what cut it short, if anything
// did. Errors never kill a job: they speak of our own side, and what the mall or the company said
// comes as a verdict.
func (w *Worker) judge(j ports.Job, v ports.Verdict, err, why error) ending {
	now := w.clock.Now()
	var broken *panicError
	switch {
	case errors.Is(why, errLeaseLost):
		return ending{verdict: v, outcome: leaseLost, err: err}
	case err == nil && v.Dead:
		return ending{verdict: v, outcome: dead}
	case err == nil && v.Again.IsZero():
		return ending{verdict: v, outcome: done}
	case err == nil:
		v.Again = w.jitter(now, v.Again)
		return ending{verdict: v, outcome: again}
	case errors.Is(why, errShutdown):
		return ending{verdict: ports.Verdict{Again: now.Add(soon), Word: "interrupted by a shutdown"}, outcome: interrupted, err: err}
	}
	end := ending{verdict: ports.Verdict{Again: w.jitter(now, now.Add(task.AfterError(j.Try))), Word: word(err)}, outcome: failed, err: err}
	if errors.As(err, &broken) {
		end.outcome = panicked
	}
	return end
}

// jitter moves a time to run again by chance, and never before now.
func (w *Worker) jitter(now, at time.Time) time.Time {
	wait := max(at.Sub(now), soon)
	return now.Add(wait + time.Duration((2*w.config.Random()-1)*spread*float64(wait)))
}

// word is what people read about an error; causes stay in the log.
func word(err error) string {
	f := fault.Of(err)
	return f.Code + ": " + f.Message
}
