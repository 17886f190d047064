// Package fakeclock is a clock that tests move by hand.
//
// Code under test waits on After; the test awaits that waiter, advances the clock, and the wait is
// over. Nothing sleeps, so a day of retries takes no time and happens the same way every time.
package fakeclock

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Clock stands still until it is advanced. It is safe for concurrent use and implements ports.Clock.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	timers  []timer
	arrived chan struct{} // closed when the next waiter arrives
}

type timer struct {
	at   time.Time
	fire chan time.Time
}

// New returns a clock that shows start, in UTC and whole microseconds.
func New(start time.Time) *Clock {
	return &Clock{now: start.UTC().Truncate(time.Microsecond), arrived: make(chan struct{})}
}

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After returns a channel that delivers once, when the clock was advanced by d or more. It delivers
// at once when d is not positive.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	fire := make(chan time.Time, 1)
	if d <= 0 {
		fire <- c.now
		return fire
	}
	c.timers = append(c.timers, timer{at: c.now.Add(d), fire: fire})
	close(c.arrived)
	c.arrived = make(chan struct{})
	return fire
}

// Advance moves the clock forward and wakes everybody whose time has come.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d).Truncate(time.Microsecond)
	waiting := c.timers[:0]
	for _, t := range c.timers {
		if t.at.After(c.now) {
			waiting = append(waiting, t)
			continue
		}
		t.fire <- c.now
	}
	c.timers = waiting
}

// AwaitWaiters returns when at least n waits are pending, or with an error when ctx ends before.
// Whoever stopped listening to its channel counts until its time has come.
func (c *Clock) AwaitWaiters(ctx context.Context, n int) error {
	for {
		pending, arrived := c.pending()
		if pending >= n {
			return nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d waiters came: %w", pending, n, ctx.Err())
		}
	}
}

func (c *Clock) pending() (int, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers), c.arrived
}
