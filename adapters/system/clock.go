// Package system is what the operating system gives: the time and randomness. Everything else takes
// them through ports, so that tests decide what time it is.
package system

import "time"

// Clock is the real clock. It implements ports.Clock.
type Clock struct{}

// Now returns the time in UTC, in whole microseconds: what databases keep, so that a stored time
// equals the one that was decided with. It carries no monotonic reading; a step of the system clock
// shows.
func (Clock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// After delivers once, when d is over. An abandoned wait costs nothing: the timer is collected.
func (Clock) After(d time.Duration) <-chan time.Time { return time.After(d) }
