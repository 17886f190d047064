package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
)

// Announcement is what Cafe24 told about a mall, once it was dealt with.
type Announcement struct {
	Trace string // names it: one that is told again has the same
	Mall  merchant.MallID
	Event string // in Cafe24's own words
	At    time.Time
}

// Announcements keeps what was dealt with. Everything that follows from one can be done twice, so it is
// settled after it was done: what broke off is told again.
type Announcements interface {
	// Known reports whether one of that trace was dealt with.
	Known(ctx context.Context, trace string) (bool, error)
	// Settle stores that one was dealt with, and the tasks that follow, in one transaction. One that is known
	// already stays as it is; its tasks are made due again.
	Settle(ctx context.Context, a Announcement, tasks ...Task) error
	// Prune forgets those from before, and returns how many.
	Prune(ctx context.Context, before time.Time) (int, error)
}
