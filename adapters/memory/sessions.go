package memory

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
)

type launches struct{ *Store }

// Begin implements ports.Launches.
func (s launches) Begin(ctx context.Context, l session.Launch) error {
	return s.locked(ctx, func(time.Time) error {
		if _, taken := s.underway[l.State]; taken {
			return fault.New(fault.Conflict, "state_taken", "another launch has that state")
		}
		s.underway[l.State] = l
		return nil
	})
}

// Take implements ports.Launches.
func (s launches) Take(ctx context.Context, state, browser session.Fingerprint, now time.Time) (l session.Launch, err error) {
	err = s.locked(ctx, func(time.Time) error {
		l = s.underway[state]
		if l.State == "" || l.Browser != browser || !now.Before(l.Until) {
			l = session.Launch{}
			return fault.New(fault.NotFound, "unknown_state", "no launch of this browser has that state")
		}
		delete(s.underway, state)
		return nil
	})
	return l, err
}

type sessions struct{ *Store }

// Start implements ports.Sessions.
func (s sessions) Start(ctx context.Context, one session.Session) error {
	return s.locked(ctx, func(time.Time) error {
		if _, taken := s.staying[one.ID]; taken {
			return fault.New(fault.Conflict, "session_taken", "another session has that id")
		}
		s.staying[one.ID] = one
		return nil
	})
}

// Get implements ports.Sessions.
func (s sessions) Get(ctx context.Context, id session.Fingerprint) (one session.Session, err error) {
	err = s.locked(ctx, func(time.Time) error {
		var known bool
		if one, known = s.staying[id]; !known {
			return fault.New(fault.NotFound, "unknown_session", "there is no such session")
		}
		return nil
	})
	return one, err
}

// Update implements ports.Sessions.
func (s sessions) Update(ctx context.Context, one session.Session) error {
	return s.locked(ctx, func(time.Time) error {
		if stored, known := s.staying[one.ID]; known {
			stored.SeenAt, stored.Language = one.SeenAt, one.Language
			s.staying[one.ID] = stored
		}
		return nil
	})
}

// End implements ports.Sessions.
func (s sessions) End(ctx context.Context, mall merchant.MallID) (n int, err error) {
	err = s.locked(ctx, func(time.Time) error {
		n = s.drop(func(one session.Session) bool { return one.Mall == mall })
		for state, l := range s.underway {
			if l.Mall == mall {
				delete(s.underway, state)
			}
		}
		return nil
	})
	return n, err
}

// Prune implements ports.Sessions.
func (s sessions) Prune(ctx context.Context, now time.Time) (n int, err error) {
	created, seen := session.Ended(now)
	err = s.locked(ctx, func(time.Time) error {
		n = s.drop(func(one session.Session) bool { return !one.CreatedAt.After(created) || !one.SeenAt.After(seen) })
		for state, l := range s.underway {
			if !now.Before(l.Until) {
				delete(s.underway, state)
				n++
			}
		}
		return nil
	})
	return n, err
}

func (s sessions) drop(over func(session.Session) bool) int {
	n := 0
	for id, one := range s.staying {
		if over(one) {
			delete(s.staying, id)
			n++
		}
	}
	return n
}
