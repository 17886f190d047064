package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/session"
)

// Launches stores who is on the way to a mall's consent page.
type Launches interface {
	// Begin stores a launch. Conflict "state_taken" when there is one of that state.
	Begin(ctx context.Context, l session.Launch) error
	// Take uses a launch up and returns it: of all who ask, one gets it. NotFound "unknown_state" when there
	// is none of that state, another browser began it, or its time is over; then nothing is used up.
	Take(ctx context.Context, state, browser session.Fingerprint, now time.Time) (session.Launch, error)
}

// Sessions stores who uses the admin pages.
type Sessions interface {
	// Start stores a new session. Conflict "session_taken" when there is one of that id.
	Start(ctx context.Context, s session.Session) error
	// Get returns a session, or NotFound "unknown_session".
	Get(ctx context.Context, id session.Fingerprint) (session.Session, error)
	// Update stores when a session was seen and what it speaks. One that has ended meanwhile stays ended.
	Update(ctx context.Context, s session.Session) error
	// End ends all sessions of a mall and the launches on the way to it, and returns how many sessions it were.
	End(ctx context.Context, mall merchant.MallID) (int, error)
	// Prune forgets sessions and launches that are over, and returns how many.
	Prune(ctx context.Context, now time.Time) (int, error)
}
