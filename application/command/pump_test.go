package command_test

import (
	"context"
	"sync"
	"time"

	"paybridge/application/task"
	"paybridge/domain/order"
	"paybridge/ports"
)

// run is one run of a job, as the pump saw it.
type run struct {
	ports.Job
	at      time.Time
	verdict ports.Verdict
	err     error
}

// alarms are the times at which something becomes due. Stores call from anywhere.
type alarms struct {
	mu    sync.Mutex
	times map[time.Time]bool
}

func (a *alarms) set(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.times == nil {
		a.times = map[time.Time]bool{}
	}
	a.times[at] = true
}

// next is the first alarm after now, but not later than end.
func (a *alarms) next(now, end time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	first := end
	for at := range a.times {
		switch {
		case !at.After(now):
			delete(a.times, at)
		case at.Before(first):
			first = at
		}
	}
	return first
}

// react is the application's own table; it also notes when what follows is due.
func (w *world) react(e order.Event, o order.Snapshot) []ports.Task {
	tasks := task.React(e, o)
	for _, t := range tasks {
		w.alarms.set(w.clock.Now().Add(t.Delay))
	}
	return tasks
}

// work lets d pass, and runs every job when it is due, as the worker of adapters/jobs does but for its
// jitter: one after the other, at the very moment.
func (w *world) work(d time.Duration) {
	w.t.Helper()
	end := w.clock.Now().Add(d)
	for w.runDue(); w.clock.Now().Before(end); w.runDue() {
		now := w.clock.Now()
		w.clock.Advance(w.alarms.next(now, end).Sub(now))
	}
}

func (w *world) runDue() {
	w.t.Helper()
	for {
		jobs, err := w.store.Outbox().Claim(w.t.Context(), 100, 8, 10*time.Second)
		w.must(err)
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			w.run(j)
		}
	}
}

// run works one job. An error of our own side is never a verdict: the job runs again.
func (w *world) run(j ports.Job) {
	w.t.Helper()
	verdict, err := w.jobs[j.Kind].Handle(w.t.Context(), j)
	if err != nil {
		verdict = ports.Verdict{Again: w.clock.Now().Add(task.AfterError(j.Try)), Word: err.Error()}
	}
	w.runs = append(w.runs, run{Job: j, at: w.clock.Now(), verdict: verdict, err: err})
	w.alarms.set(verdict.Again)
	w.must(w.store.Outbox().Finish(w.t.Context(), j, verdict))
}

// during runs act once, while a job of that kind runs: after its work, before its verdict is stored.
func (w *world) during(kind ports.TaskKind, act func()) {
	w.jobs[kind] = &interrupted{Handler: w.jobs[kind], act: act}
}

// interrupted is a job during which something happens.
type interrupted struct {
	ports.Handler[ports.Job, ports.Verdict]
	act func()
}

// Handle implements ports.Handler.
func (i *interrupted) Handle(ctx context.Context, j ports.Job) (ports.Verdict, error) {
	verdict, err := i.Handler.Handle(ctx, j)
	act := i.act
	i.act = func() {}
	act()
	return verdict, err
}

// ran returns the runs of one kind of job, oldest first.
func (w *world) ran(kind ports.TaskKind) []run {
	var runs []run
	for _, r := range w.runs {
		if r.Kind == kind {
			runs = append(runs, r)
		}
	}
	return runs
}

// gaps are the waits before the first run and between the runs of one kind of job, counted from since.
func (w *world) gaps(kind ports.TaskKind, since time.Time) []time.Duration {
	var gaps []time.Duration
	for _, r := range w.ran(kind) {
		if r.at.Before(since) {
			continue
		}
		gaps = append(gaps, r.at.Sub(since))
		since = r.at
	}
	return gaps
}

// last is the newest run of one kind of job.
func (w *world) last(kind ports.TaskKind) run {
	w.t.Helper()
	runs := w.ran(kind)
	if len(runs) == 0 {
		w.t.Fatalf("no job of kind %s ran", kind)
	}
	return runs[len(runs)-1]
}
