package redis_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
	"paybridge/ports"
)

var (
	errDown    = fault.New(fault.Unavailable, "status_view_down", "down")
	errMissing = fault.New(fault.NotFound, "status_not_found", "missing")
)

// moody is a view that answers as it is told, and counts how often it was asked.
type moody struct {
	ports.StatusView

	reads, writes func(ctx context.Context) error
	asked         atomic.Int64
}

func (m *moody) Get(ctx context.Context, _ ports.StatusKey) (ports.PaymentStatus, error) {
	m.asked.Add(1)
	return ports.PaymentStatus{}, m.reads(ctx)
}

func (m *moody) Put(ctx context.Context, _ ports.PaymentStatus) (bool, error) {
	m.asked.Add(1)
	err := m.writes(ctx)
	return err == nil, err
}

func (m *moody) Remove(ctx context.Context, _ ports.StatusKey) error {
	m.asked.Add(1)
	return m.writes(ctx)
}

func always(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

// hangs is how a view behaves that does not answer in time.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return fault.Of(ctx.Err())
}

// times reads so often and returns the last error.
func times(ctx context.Context, n int, g *redis.Guarded) (err error) {
	for range n {
		_, err = g.Get(ctx, "key")
	}
	return err
}

func TestAFailingViewIsLeftAlone(t *testing.T) {
	t.Parallel()
	view := &moody{reads: always(errDown)}
	g := redis.Guard(view, redis.GuardOptions{Rest: time.Hour})
	wantFault(t, times(t.Context(), 5, g), fault.Unavailable, "status_view_down")
	wantFault(t, times(t.Context(), 100, g), fault.Unavailable, "status_view_suspended")
	if n := view.asked.Load(); n != 5 {
		t.Errorf("the view was asked %d times", n)
	}
}

func TestAViewThatDoesNotAnswerInTimeIsLeftAlone(t *testing.T) {
	t.Parallel()
	view := &moody{reads: hangs, writes: hangs}
	g := redis.Guard(view, redis.GuardOptions{ReadPatience: time.Millisecond, WritePatience: time.Millisecond, Rest: time.Hour})
	wantFault(t, times(t.Context(), 5, g), fault.Unavailable, "timed_out")
	wantFault(t, times(t.Context(), 1, g), fault.Unavailable, "status_view_suspended")
	for range 5 {
		_, err := g.Put(t.Context(), ports.PaymentStatus{})
		wantFault(t, err, fault.Unavailable, "timed_out")
	}
	wantFault(t, g.Remove(t.Context(), "key"), fault.Unavailable, "status_view_suspended")
}

func TestAnswersThatAreNoOutageAreNotHeldAgainstAView(t *testing.T) {
	t.Parallel()
	for _, answer := range []error{nil, errMissing, fault.New(fault.Internal, "status_unreadable", "unreadable")} {
		view := &moody{reads: always(answer)}
		_ = times(t.Context(), 100, redis.Guard(view, redis.GuardOptions{Rest: time.Hour}))
		if n := view.asked.Load(); n != 100 {
			t.Errorf("%v: the view was asked %d times", answer, n)
		}
	}
}

func TestAFullViewThatRefusesWritesIsStillRead(t *testing.T) {
	t.Parallel()
	view := &moody{reads: always(nil), writes: always(errDown)}
	g := redis.Guard(view, redis.GuardOptions{Rest: time.Hour})
	for range 10 {
		_ = g.Remove(t.Context(), "key")
	}
	_, err := g.Put(t.Context(), ports.PaymentStatus{})
	wantFault(t, err, fault.Unavailable, "status_view_suspended")
	if _, err := g.Get(t.Context(), "key"); err != nil {
		t.Errorf("reading: %v", err)
	}
}

func TestAfterARestOneCallTriesAndABackViewIsUsed(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	down.Store(true)
	view := &moody{reads: func(context.Context) error {
		if down.Load() {
			return errDown
		}
		return nil
	}}
	g := redis.Guard(view, redis.GuardOptions{Rest: 20 * time.Millisecond})
	_ = times(t.Context(), 10, g)
	await(t, "the view is tried again", func() bool { _ = times(t.Context(), 1, g); return view.asked.Load() >= 8 })
	down.Store(false)
	await(t, "the view is used again", func() bool { return times(t.Context(), 1, g) == nil })
	if err := times(t.Context(), 100, g); err != nil {
		t.Error(err)
	}
}

func TestCallersWhoLeaveProveNothing(t *testing.T) {
	t.Parallel()
	view := &moody{reads: hangs}
	g := redis.Guard(view, redis.GuardOptions{ReadPatience: time.Hour, Rest: time.Hour})
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		_, err := g.Get(ctx, "key")
		cancel()
		wantFault(t, err, fault.Unavailable, "timed_out")
	}
	view.reads = always(nil)
	if err := times(t.Context(), 1, g); err != nil {
		t.Errorf("the view is blamed for what callers did: %v", err)
	}
}

func TestACallerWhoLeavesDuringTheTryDoesNotShutTheViewForEver(t *testing.T) {
	t.Parallel()
	view := &moody{reads: always(errDown)}
	g := redis.Guard(view, redis.GuardOptions{ReadPatience: time.Hour, Rest: time.Millisecond})
	_ = times(t.Context(), 5, g)
	view.reads = hangs
	asked := view.asked.Load()
	await(t, "somebody tries and leaves", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_ = times(ctx, 1, g)
		return view.asked.Load() > asked
	})
	view.reads = always(nil)
	await(t, "the view is used again", func() bool { return times(t.Context(), 1, g) == nil })
}

func TestTheLogTellsWhenAViewIsLeftAlone(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	g := redis.Guard(&moody{reads: always(errDown)}, redis.GuardOptions{Logger: slog.New(slog.NewTextHandler(&log, nil)), Rest: time.Hour})
	_ = times(t.Context(), 20, g)
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "calls=reads from=closed to=open") {
		t.Errorf("log: %s", log.String())
	}
}
