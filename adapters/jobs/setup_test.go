package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/jobs"
	"paybridge/application"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// The kinds of the tests' jobs, by what their handlers do.
const (
	succeed ports.TaskKind = "succeed"
	wait    ports.TaskKind = "wait" // until the test lets go, or the context ends
	fail    ports.TaskKind = "fail"
	burst   ports.TaskKind = "burst" // panics
)

var (
	start   = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	errDown = errors.New("the database is down")
)

// bench is a worker on a fake clock inside a synctest bubble: after settle, everybody waits for the
// test, so nothing has to be polled or slept for.
type bench struct {
	clock  *fakeclock.Clock
	outbox *outbox
	worker *jobs.Worker
	log    *syncBuffer
	letGo  chan struct{}    // closed or fed: jobs of kind wait end
	shut   func()           // begins the shutdown
	ended  chan error       // what Run returned
	causes chan error       // why the contexts of interrupted jobs ended
	began  chan ports.Job   // jobs of kind wait that run
	extra  application.Jobs // handlers that a test adds before run
	config jobs.Config
}

func setup(t *testing.T, c jobs.Config) *bench {
	t.Helper()
	clock := fakeclock.New(start)
	b := &bench{
		clock: clock, outbox: newOutbox(clock), log: &syncBuffer{}, letGo: make(chan struct{}), ended: make(chan error, 1),
		causes: make(chan error, 100), began: make(chan ports.Job, 100), extra: application.Jobs{}, config: c,
	}
	if b.config.Rest == 0 {
		b.config.Rest = -1 // what can be claimed is claimed before a test goes on
	}
	if b.config.Random == nil {
		b.config.Random = func() float64 { return 0.5 } // no jitter
	}
	return b
}

// run starts the worker; it is shut down when the test ends, if not before.
func (b *bench) run(t *testing.T) {
	t.Helper()
	b.worker = jobs.New(b.config, b.outbox, b.handlers(), b.clock, slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	ctx, cancel := context.WithCancel(t.Context())
	b.shut = cancel
	go func() { b.ended <- b.worker.Run(ctx); close(b.ended) }()
	t.Cleanup(func() {
		cancel()
		synctest.Wait()
		b.clock.Advance(time.Hour)
		for range b.ended {
			continue // until it is closed
		}
	})
	synctest.Wait()
}

func (b *bench) handlers() application.Jobs {
	all := application.Jobs{
		succeed: handle(func(context.Context, ports.Job) (ports.Verdict, error) { return ports.Verdict{Word: "fine"}, nil }),
		fail:    handle(func(context.Context, ports.Job) (ports.Verdict, error) { return ports.Verdict{}, errDown }),
		burst:   handle(func(context.Context, ports.Job) (ports.Verdict, error) { panic("a defect") }),
		wait: handle(func(ctx context.Context, j ports.Job) (ports.Verdict, error) {
			b.began <- j
			select {
			case <-b.letGo:
				return ports.Verdict{Word: "let go"}, nil
			case <-ctx.Done():
				b.causes <- context.Cause(ctx)
				return ports.Verdict{}, ctx.Err()
			}
		}),
	}
	for kind, handler := range b.extra {
		all[kind] = handler
	}
	return all
}

func handle(f func(context.Context, ports.Job) (ports.Verdict, error)) ports.Handler[ports.Job, ports.Verdict] {
	return ports.HandlerFunc[ports.Job, ports.Verdict](f)
}

// announce enqueues tasks and wakes the worker, as a commit of this process does.
func (b *bench) announce(tasks ...ports.Task) {
	for _, task := range tasks {
		b.outbox.enqueue(task, "")
	}
	b.worker.Wake()
	synctest.Wait()
}

// pass lets time pass and everybody react to it.
func (b *bench) pass(d time.Duration) {
	b.clock.Advance(d)
	synctest.Wait()
}

func job(kind ports.TaskKind, key string) ports.Task { return ports.Task{Kind: kind, Key: key} }

// expect fails the test when the job is in another state.
func (b *bench) expect(t *testing.T, key, state string) row {
	t.Helper()
	r := b.outbox.row(key)
	if r.state != state {
		t.Fatalf("job %s is %s, expected %s (%+v)", key, r.state, state, r.verdict)
	}
	return r
}

// syncBuffer is a log that a test may read while it is written.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
