package database

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"paybridge/domain/fault"
)

// samples of the server's time that are taken at a measurement; the quickest one counts.
const samples = 5

// Clock implements ports.Clock by the time of the database server, so that instances whose own clocks
// differ agree on leases and due dates. Between measurements it follows the monotonic clock: setting
// the machine's time does not move it. On SQLite it is the machine's clock.
type Clock struct {
	db     *DB
	anchor atomic.Pointer[anchor]
}

// anchor is a moment on both clocks.
type anchor struct{ server, own time.Time }

// NewClock returns a clock that follows the database, or Unavailable when that does not answer.
func NewClock(ctx context.Context, db *DB) (*Clock, error) {
	c := &Clock{db: db}
	return c, c.Measure(ctx)
}

// Measure compares the clocks again. Call it now and then: machines drift, and sleep.
func (c *Clock) Measure(ctx context.Context) error {
	if !c.db.postgres() {
		return nil
	}
	var best *anchor
	shortest := time.Duration(math.MaxInt64)
	for range samples {
		a, took, err := c.sample(ctx)
		if err != nil {
			return fault.Wrap(surely(err), "measure the clock of the database")
		}
		if took < shortest {
			best, shortest = a, took
		}
	}
	c.anchor.Store(best)
	return nil
}

// sample asks the server for its time, which was that in the middle of the question.
func (c *Clock) sample(ctx context.Context) (*anchor, time.Duration, error) {
	var server time.Time
	asked := time.Now()
	if err := c.db.read.NewRaw("SELECT clock_timestamp()").Scan(ctx, &server); err != nil {
		return nil, 0, err
	}
	took := time.Since(asked)
	return &anchor{server: server, own: asked.Add(took / 2)}, took, nil
}

// Now implements ports.Clock.
func (c *Clock) Now() time.Time {
	now := time.Now()
	if a := c.anchor.Load(); a != nil {
		now = a.server.Add(now.Sub(a.own))
	}
	return now.UTC().Truncate(time.Microsecond)
}

// After implements ports.Clock.
func (c *Clock) After(d time.Duration) <-chan time.Time { return time.After(d) }
