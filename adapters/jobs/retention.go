package jobs

import (
	"context"
	"log/slog"
	"time"

	"paybridge/ports"
)

const (
	pruneEvery = time.Hour
	pruneLimit = time.Minute
)

// Sweep forgets one kind of thing when its time is over.
type Sweep struct {
	What   string // for people
	Keep   time.Duration
	Forget func(ctx context.Context, before time.Time) (int, error)
}

// Retention forgets what is over.
type Retention struct {
	sweeps []Sweep
	clock  ports.Clock
	log    *slog.Logger
}

// NewRetention returns a Retention that does nothing until Run.
func NewRetention(clock ports.Clock, log *slog.Logger, sweeps ...Sweep) *Retention {
	return &Retention{sweeps: sweeps, clock: clock, log: log}
}

// Run sweeps now and then every hour, until ctx ends. A sweep that fails is made good by the next: things
// only lie a little longer.
func (r *Retention) Run(ctx context.Context) {
	for ctx.Err() == nil {
		for _, s := range r.sweeps {
			r.sweep(ctx, s)
		}
		select {
		case <-r.clock.After(pruneEvery):
		case <-ctx.Done():
		}
	}
}

func (r *Retention) sweep(ctx context.Context, s Sweep) {
	ctx, cancel := context.WithTimeout(ctx, pruneLimit)
	defer cancel()
	forgotten, err := s.Forget(ctx, r.clock.Now().Add(-s.Keep))
	switch {
	case err != nil:
		r.log.WarnContext(ctx, "what is over could not be forgotten", "what", s.What, "error", err)
	case forgotten > 0:
		r.log.InfoContext(ctx, "what is over was forgotten", "what", s.What, "count", forgotten)
	}
}
