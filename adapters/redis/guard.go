package redis

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// GuardOptions bound what a view may cost. The zero value is ready to use.
type GuardOptions struct {
	ReadPatience  time.Duration // with a Get; 50 ms by default
	WritePatience time.Duration // with a Put or Remove; 250 ms by default
	Rest          time.Duration // how long a failing view is left alone; 500 ms by default
	Logger        *slog.Logger  // hears when a view is left alone and when it is back; by default nobody does
}

// Guarded is a view that fails at once while it would fail anyway. It implements ports.StatusView.
//
// When 5 of the last 10 calls were Unavailable, all are, without being tried, until a rest is over; then
// one call tries. Reads and writes are judged apart: a full Redis refuses writes and still answers.
type Guarded struct {
	ports.StatusView // Prune takes the time it takes

	reads, writes fuse
}

// Guard puts a guard before the view.
func Guard(view ports.StatusView, o GuardOptions) *Guarded {
	return &Guarded{
		StatusView: view,
		reads:      newFuse("reads", cmp.Or(o.ReadPatience, 50*time.Millisecond), o),
		writes:     newFuse("writes", cmp.Or(o.WritePatience, 250*time.Millisecond), o),
	}
}

// Get implements ports.StatusView.
func (g *Guarded) Get(ctx context.Context, key ports.StatusKey) (s ports.PaymentStatus, err error) {
	err = g.reads.do(ctx, func(ctx context.Context) error {
		s, err = g.StatusView.Get(ctx, key)
		return err
	})
	return s, err
}

// Put implements ports.StatusView.
func (g *Guarded) Put(ctx context.Context, s ports.PaymentStatus) (stored bool, err error) {
	err = g.writes.do(ctx, func(ctx context.Context) error {
		stored, err = g.StatusView.Put(ctx, s)
		return err
	})
	return stored, err
}

// Remove implements ports.StatusView.
func (g *Guarded) Remove(ctx context.Context, key ports.StatusKey) error {
	return g.writes.do(ctx, func(ctx context.Context) error { return g.StatusView.Remove(ctx, key) })
}

// fuse lets calls through while they succeed. The breaker is used without its executor, which costs
// more than a read from memory.
type fuse struct {
	breaker  circuitbreaker.CircuitBreaker[any]
	patience time.Duration
}

func newFuse(calls string, patience time.Duration, o GuardOptions) fuse {
	breaker := circuitbreaker.NewBuilder[any]().
		WithFailureThresholdRatio(5, 10).
		WithDelay(cmp.Or(o.Rest, 500*time.Millisecond)).
		WithSuccessThreshold(1)
	if o.Logger != nil {
		breaker.OnStateChanged(func(e circuitbreaker.StateChangedEvent) {
			o.Logger.LogAttrs(e.Context(), slog.LevelWarn, "breaker of the read model changed",
				slog.String("calls", calls), slog.String("from", e.OldState.String()), slog.String("to", e.NewState.String()))
		})
	}
	return fuse{breaker: breaker.Build(), patience: patience}
}

var errSuspended = fault.New(fault.Unavailable, "status_view_suspended", "the read model has been failing and is left alone for a moment")

func (f fuse) do(ctx context.Context, call func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return fault.Of(err)
	}
	if !f.breaker.TryAcquirePermit() {
		return errSuspended
	}
	bounded, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	err := call(bounded)
	f.judge(err, ctx.Err() != nil)
	return err
}

// judge counts how a call ended. A caller who left proves nothing; but every try after a rest has to be
// counted, or nobody may ever try again.
func (f fuse) judge(err error, left bool) {
	switch {
	case !fault.Is(err, fault.Unavailable):
		f.breaker.RecordSuccess()
	case !left || f.breaker.IsHalfOpen():
		f.breaker.RecordFailure()
	}
}
