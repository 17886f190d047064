package memory

import (
	"time"

	"paybridge/ports"
)

// The states of a job.
const (
	ready   = "ready"
	running = "running"
	done    = "done"
	dead    = "dead"
)

// job is a stored task with the state of its runs.
type job struct {
	ports.Job
	state      string
	runAt      time.Time
	leaseUntil time.Time
	began      time.Time // of the last run
	rerun      time.Time // asked for during the run; zero: nobody did
}

// enqueue makes the task one job by its key: a new one, or an earlier date or another run of the one
// that is there, which forgets what it was about to say.
func (s *Store) enqueue(t ports.Task, trace string, now time.Time) {
	j, at := s.byKey[t.Key], now.Add(t.Delay)
	switch {
	case j == nil && !t.Nudge:
		j = &job{Job: ports.Job{Task: t, ID: int64(len(s.jobs) + 1), Trace: trace, Enqueued: now}, state: ready, runAt: at}
		s.jobs, s.byKey[t.Key] = append(s.jobs, j), j
	case j == nil:
	case j.state == ready:
		j.runAt = earlier(j.runAt, at)
	case j.state == running:
		j.rerun = earlier(j.rerun, at)
	case t.Nudge:
	default:
		j.state, j.runAt, j.Try, j.Trace, j.Enqueued = ready, at, 0, trace, now
	}
	if j != nil && !t.Nudge {
		j.Urgency, j.URL, j.Body = t.Urgency, "", nil
	}
}

// wake makes the job due now.
func (j *job) wake(now time.Time) {
	j.Woken = true
	switch j.state {
	case running:
		j.rerun = now
	case ready:
		j.runAt, j.Try = earlier(j.runAt, now), 0
	default:
		j.state, j.runAt, j.Try = ready, now, 0
	}
}

// start leases the job and returns what the worker gets.
func (j *job) start(token string, now time.Time, lease time.Duration) ports.Job {
	if !j.rerun.IsZero() {
		j.rerun, j.Try = time.Time{}, 0
	}
	j.state, j.Token, j.leaseUntil = running, token, now.Add(lease)
	j.Try++
	given := j.Job
	given.LastTry, j.began = j.began, now
	given.Body = append([]byte(nil), j.Body...)
	j.Woken = false
	return given
}

// finish ends the run. What was asked for during the run comes before the verdict.
func (j *job) finish(v ports.Verdict, now time.Time) {
	j.Token, j.LastWord = "", v.Word
	switch {
	case !j.rerun.IsZero():
		j.state, j.runAt, j.rerun, j.Try = ready, j.rerun, time.Time{}, 0
	case v.Again.After(now):
		j.state, j.runAt = ready, v.Again
	case v.Dead:
		j.state = dead
	default:
		j.state = done
	}
}

// holds reports that a worker holds the lease.
func (j *job) leased(now time.Time) bool { return j.state == running && j.leaseUntil.After(now) }

// open reports that the job still has to be run.
func (j *job) open() bool { return j.state == ready || j.state == running }

// due reports that the job may be claimed, as far as itself is concerned.
func (j *job) due(now time.Time) bool {
	return (j.state == ready && !j.runAt.After(now)) || (j.state == running && !j.leaseUntil.After(now))
}

// earlier returns the earlier of two times; zero is no time.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
