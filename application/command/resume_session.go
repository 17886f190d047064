package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/session"
	"paybridge/ports"
)

// ResumeSession is a request of a browser that says to be in a session.
type ResumeSession struct {
	ID string // as the browser holds it
}

// ResumeSessionHandler finds who it is. Unauthenticated "session_ended" when there is no such session, or
// its time is over.
type ResumeSessionHandler struct {
	Sessions ports.Sessions
	Clock    ports.Clock
}

// Handle implements ports.Handler. That the session was used is remembered as well as possible: a store
// that can only be read keeps nobody out.
func (h ResumeSessionHandler) Handle(ctx context.Context, in ResumeSession) (session.Session, error) {
	if in.ID == "" {
		return session.Session{}, session.ErrEnded
	}
	s, err := h.Sessions.Get(ctx, session.FingerprintOf(in.ID))
	if fault.Is(err, fault.NotFound) {
		return session.Session{}, session.ErrEnded
	}
	if err != nil {
		return session.Session{}, err
	}
	used, err := s.Use(h.Clock.Now())
	if err != nil {
		return session.Session{}, err
	}
	if used {
		_ = h.Sessions.Update(ctx, s)
	}
	return s, nil
}
