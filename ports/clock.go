package ports

import "time"

// Clock tells the time. Now is UTC, truncated to microseconds, so that what is stored equals what
// was decided with.
type Clock interface {
	Now() time.Time
	// After delivers once, d after now, and is how handlers wait; tests drive it.
	After(d time.Duration) <-chan time.Time
}

// IDs makes identifiers: unique, URL-safe, unguessable (at least 122 random bits), and rising with
// time so that indexes stay compact.
type IDs interface {
	NewID() string
}
