package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"paybridge/adapters/jobs"
	"paybridge/ports"
)

// plan is what the runs of a job do, one letter a run; after them it succeeds.
// e: error, p: panic, a: again in a minute, h: hangs until it is interrupted.
type plan struct{ stream, runs string }

// TestEveryJobEndsAndStreamsKeepTheirOrder walks any mixture of failures to its end: whatever
// handlers do, each job is done in the end, and no stream ever has two running or an older one left.
func TestEveryJobEndsAndStreamsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		plans := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) plan {
			return plan{stream: rapid.SampledFrom([]string{"", "x", "y"}).Draw(rt, "stream"), runs: rapid.StringOfN(rapid.SampledFrom([]rune("epah")), 0, 4, -1).Draw(rt, "runs")}
		}), 1, 8).Draw(rt, "plans")
		workers := rapid.IntRange(1, 4).Draw(rt, "workers")
		random := rapid.Float64Range(0, 0.999).Draw(rt, "random")
		var problems []string
		synctest.Test(t, func(t *testing.T) {
			problems = walk(t, jobs.Config{Workers: workers, PerPeer: 3, Random: func() float64 { return random }}, plans)
		})
		if len(problems) > 0 {
			rt.Fatalf("%v: %q", plans, problems)
		}
	})
}

func walk(t *testing.T, c jobs.Config, plans []plan) []string {
	b := setup(t, c)
	w := &watch{plans: plans, running: map[string]bool{}}
	b.extra["planned"] = handle(func(ctx context.Context, j ports.Job) (ports.Verdict, error) { return w.run(ctx, b, j) })
	for i, p := range plans {
		b.outbox.enqueue(ports.Task{Kind: "planned", Key: fmt.Sprint(i), Stream: p.stream}, "")
	}
	b.run(t)
	for limit := start.Add(time.Hour); b.outbox.open() > 0 && b.clock.Now().Before(limit); {
		b.pass(2 * time.Second)
	}
	if open := b.outbox.open(); open > 0 {
		w.problems = append(w.problems, fmt.Sprintf("%d jobs did not end within an hour", open))
	}
	for _, stream := range []string{"x", "y"} {
		if !slices.IsSorted(w.ended[stream]) {
			w.problems = append(w.problems, fmt.Sprintf("stream %s ended in the order %v", stream, w.ended[stream]))
		}
	}
	return w.problems
}

// watch carries the plans out and notices what must never happen.
type watch struct {
	mu       sync.Mutex
	plans    []plan
	running  map[string]bool    // by stream
	ended    map[string][]int64 // by stream
	problems []string
}

func (w *watch) run(ctx context.Context, b *bench, j ports.Job) (ports.Verdict, error) {
	w.enter(j)
	defer w.leave(j)
	p := w.plans[j.ID-1]
	if j.Try > len(p.runs) {
		w.end(j)
		return ports.Verdict{}, nil
	}
	switch p.runs[j.Try-1] {
	case 'e':
		return ports.Verdict{}, errDown
	case 'p':
		panic("planned")
	case 'h':
		<-ctx.Done()
		return ports.Verdict{}, ctx.Err()
	}
	return ports.Verdict{Again: b.clock.Now().Add(time.Minute)}, nil
}

func (w *watch) enter(j ports.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j.Stream != "" && w.running[j.Stream] {
		w.problems = append(w.problems, "two jobs of stream "+j.Stream+" run at once")
	}
	w.running[j.Stream] = true
}

func (w *watch) leave(j ports.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running[j.Stream] = false
}

func (w *watch) end(j ports.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended == nil {
		w.ended = map[string][]int64{}
	}
	w.ended[j.Stream] = append(w.ended[j.Stream], j.ID)
}
