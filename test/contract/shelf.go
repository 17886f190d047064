package contract

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/application/task"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// parking is how many letters fit into the stores under test.
const parking = 3

// pace is how many questions a second one company account is asked in the suites.
const pace = 40

// script marks a note of an event that stands for scripted tasks instead of those of the application.
const script = "script:"

// shelf is a fresh store with the clock and the makers of its contents.
type shelf struct {
	Storage
	clock *fakeclock.Clock

	mu       sync.Mutex
	serial   int
	scripted map[string][]ports.Task
	carrier  order.ID // the order whose events enqueue scripted tasks
}

func newShelf(t *testing.T, open OpenStorage) *shelf {
	t.Helper()
	s := &shelf{
		clock:    fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 123_456_000, time.UTC)),
		scripted: map[string][]ports.Task{},
	}
	s.Storage = open(t, Terms{React: s.react, Clock: s.clock, IDs: s, Trace: traces{}, Rate: pace, Parking: parking})
	return s
}

// NewID makes readable ids that rise.
func (s *shelf) NewID() string { return fmt.Sprintf("id-%06d", s.next()) }

func (s *shelf) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return s.serial
}

// react is the application's table, except that events of the carrier follow the script.
func (s *shelf) react(e order.Event, o order.Snapshot) []ports.Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case strings.HasPrefix(e.Note, script):
		return s.scripted[e.Note]
	case o.ID == s.carrier:
		return nil
	}
	return task.React(e, o)
}

// enqueue stores the tasks in one transaction, as a consequence of an event.
func (s *shelf) enqueue(t *testing.T, ctx context.Context, tasks ...ports.Task) {
	t.Helper()
	carrier := s.carry(t) //nolint:contextcheck // ctx is what the tasks are enqueued with, not what prepares them
	note := script + s.NewID()
	for i := range tasks {
		tasks[i].Order, tasks[i].Payment = carrier.ID, carrier.Payments[0].ID
	}
	s.mu.Lock()
	s.scripted[note] = tasks
	s.mu.Unlock()
	_, err := s.Orders.Update(ctx, carrier.ID, func(o *order.Order) error {
		o.MallRefuses(carrier.Payments[0].ID, note, s.clock.Now())
		return nil
	})
	noError(t, err)
}

// carry returns the order whose events enqueue scripted tasks, and stores it at the first call.
func (s *shelf) carry(t *testing.T) order.Snapshot {
	t.Helper()
	s.mu.Lock()
	id := s.carrier
	if id == "" {
		s.carrier = "carrier"
	}
	s.mu.Unlock()
	if id == "" {
		return s.store(t, func(d *draft) { d.id = "carrier" })
	}
	o, err := s.Orders.Get(t.Context(), ports.OrderQuery{ID: id})
	noError(t, err)
	return o.Snapshot()
}

// chore is one of a kind that no command runs, at a mall of its own.
func chore(key string) ports.Task {
	return ports.Task{Kind: "test", Key: key, Peer: "mall:" + key}
}

// claim leases whatever is due, for ten seconds.
func (s *shelf) claim(t *testing.T) []ports.Job {
	t.Helper()
	jobs, err := s.Outbox.Claim(t.Context(), 100, 100, lease)
	noError(t, err)
	return jobs
}

// claimOne leases the only job that is due.
func (s *shelf) claimOne(t *testing.T) ports.Job {
	t.Helper()
	jobs := s.claim(t)
	if len(jobs) != 1 {
		t.Fatalf("%d jobs are due: %q; want one", len(jobs), keys(jobs))
	}
	return jobs[0]
}

// due checks which keys are claimed now, in that order.
func (s *shelf) due(t *testing.T, want ...string) []ports.Job {
	t.Helper()
	jobs := s.claim(t)
	same(t, "due jobs", strings.Join(keys(jobs), " "), strings.Join(want, " "))
	return jobs
}

func keys(jobs []ports.Job) []string {
	names := make([]string, len(jobs))
	for i, j := range jobs {
		names[i] = j.Key
	}
	return names
}

// lease is how long claims of the suites last.
const lease = 10 * time.Second

// traces is a tracer whose current span is a value of the context.
type traces struct{}

type traceKey struct{}

func traced(ctx context.Context, traceparent string) context.Context {
	return context.WithValue(ctx, traceKey{}, traceparent)
}

// Current implements ports.Trace.
func (traces) Current(ctx context.Context) string {
	parent, _ := ctx.Value(traceKey{}).(string)
	return parent
}

// Join implements ports.Trace.
func (traces) Join(ctx context.Context, traceparent, _ string) (context.Context, func(error)) {
	return traced(ctx, traceparent), func(error) {}
}
