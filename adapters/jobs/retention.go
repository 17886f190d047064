package jobs

import (
	"context"
	"log/slog"
	"time"

	"paybridge/ports"
)

const (
	parkedFor  = 72 * time.Hour // a letter for a payment that nobody knows wakes a question this long
	pruneEvery = time.Hour
	pruneLimit = time.Minute
)

// Retention forgets parked letters when their time is over.
type Retention struct {
	inbox ports.Inbox
	clock ports.Clock
	log   *slog.Logger
}

// NewRetention returns a Retention that does nothing until Run.
func NewRetention(inbox ports.Inbox, clock ports.Clock, log *slog.Logger) *Retention {
	return &Retention{inbox: inbox, clock: clock, log: log}
}

// Run prunes now and then every hour, until ctx ends. A pruning that fails is made good by the next:
// the letters only lie a little longer.
func (r *Retention) Run(ctx context.Context) {
	for ctx.Err() == nil {
		r.prune(ctx)
		select {
		case <-r.clock.After(pruneEvery):
		case <-ctx.Done():
		}
	}
}

func (r *Retention) prune(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pruneLimit)
	defer cancel()
	forgotten, err := r.inbox.Prune(ctx, r.clock.Now().Add(-parkedFor))
	switch {
	case err != nil:
		r.log.WarnContext(ctx, "parked letters could not be pruned", "error", err)
	case forgotten > 0:
		r.log.InfoContext(ctx, "parked letters forgotten that no payment claimed", "letters", forgotten)
	}
}
