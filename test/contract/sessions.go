package contract

import (
	"context"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
)

// Sessions is the suite of ports.Launches and ports.Sessions: who comes in, and who stays.
func Sessions(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"a launch comes back whole, once", launchTakenOnce},
		{"of many who bring a state at once exactly one gets the launch", launchRaced},
		{"another browser gets nothing and uses nothing up", launchOfAnotherBrowser},
		{"a launch whose time is over is unknown", launchTooLate},
		{"a state stands for one launch", launchStateTaken},
		{"a session comes back whole", sessionKept},
		{"an id stands for one session", sessionIDTaken},
		{"what is updated is when it was seen and what it speaks, of that session only", sessionUpdated},
		{"a mall's sessions and launches end together, others stay", sessionsEnded},
		{"a session that has ended is not brought back by an update", sessionStaysEnded},
		{"what is over is forgotten, and nothing else", sessionsPruned},
		{"a cancelled context stores nothing", sessionsCancelled},
	})
}

func operator(mall merchant.MallID) session.Operator {
	return session.Operator{Mall: mall, UserID: "kim'; --", UserName: "김 ⚙", Role: session.Staff, Language: session.Korean}
}

func (s *shelf) launch(t *testing.T, mall merchant.MallID, state, browser string) session.Launch {
	t.Helper()
	l := session.NewLaunch(operator(mall), state, browser, s.clock.Now())
	noError(t, s.Launches.Begin(t.Context(), l))
	return l
}

func (s *shelf) take(t *testing.T, l session.Launch) (session.Launch, error) {
	t.Helper()
	return s.Launches.Take(t.Context(), l.State, l.Browser, s.clock.Now())
}

func (s *shelf) stay(t *testing.T, mall merchant.MallID, id string) session.Session {
	t.Helper()
	one := session.New(operator(mall), id, s.clock.Now())
	noError(t, s.Sessions.Start(t.Context(), one))
	return one
}

func (s *shelf) session(t *testing.T, id string) session.Session {
	t.Helper()
	got, err := s.Sessions.Get(t.Context(), session.FingerprintOf(id))
	noError(t, err)
	return got
}

func (s *shelf) noSession(t *testing.T, id string) {
	t.Helper()
	_, err := s.Sessions.Get(t.Context(), session.FingerprintOf(id))
	wantFault(t, err, fault.NotFound, "unknown_session")
}

func launchTakenOnce(t *testing.T, s *shelf) {
	want := s.launch(t, "demomall", "state-1", "browser-1")
	other := s.launch(t, "demomall", "state-2", "browser-1")
	got, err := s.take(t, want)
	noError(t, err)
	alike(t, "launch", got, want)
	_, err = s.take(t, want)
	wantFault(t, err, fault.NotFound, "unknown_state")
	got, err = s.take(t, other)
	noError(t, err)
	alike(t, "the other launch", got, other)
}

func launchRaced(t *testing.T, s *shelf) {
	l := s.launch(t, "demomall", "state-1", "browser-1")
	won := 0
	for _, err := range together(func(int) error { _, err := s.take(t, l); return err }) {
		if err == nil {
			won++
			continue
		}
		wantFault(t, err, fault.NotFound, "unknown_state")
	}
	same(t, "who got it", won, 1)
}

func launchOfAnotherBrowser(t *testing.T, s *shelf) {
	l := s.launch(t, "demomall", "state-1", "browser-1")
	s.launch(t, "othermall", "state-2", "browser-2")
	for _, browser := range []string{"browser-2", ""} {
		_, err := s.Launches.Take(t.Context(), l.State, session.FingerprintOf(browser), s.clock.Now())
		wantFault(t, err, fault.NotFound, "unknown_state")
	}
	_, err := s.take(t, l)
	noError(t, err)
}

func launchTooLate(t *testing.T, s *shelf) {
	l := s.launch(t, "demomall", "state-1", "browser-1")
	s.clock.Advance(l.Until.Sub(s.clock.Now()) - time.Microsecond)
	last := s.launch(t, "demomall", "state-2", "browser-1")
	s.clock.Advance(time.Microsecond)
	_, err := s.take(t, l)
	wantFault(t, err, fault.NotFound, "unknown_state")
	_, err = s.take(t, last)
	noError(t, err)
}

func launchStateTaken(t *testing.T, s *shelf) {
	want := s.launch(t, "demomall", "state-1", "browser-1")
	again := session.NewLaunch(operator("othermall"), "state-1", "browser-2", s.clock.Now())
	wantFault(t, s.Launches.Begin(t.Context(), again), fault.Conflict, "state_taken")
	got, err := s.take(t, want)
	noError(t, err)
	alike(t, "launch", got, want)
}

func sessionKept(t *testing.T, s *shelf) {
	want := s.stay(t, "demomall", "session-1")
	other := s.stay(t, "othermall", "session-2")
	alike(t, "session", s.session(t, "session-1"), want)
	alike(t, "session of another mall", s.session(t, "session-2"), other)
	s.noSession(t, "session-3")
}

func sessionIDTaken(t *testing.T, s *shelf) {
	want := s.stay(t, "demomall", "session-1")
	err := s.Sessions.Start(t.Context(), session.New(operator("othermall"), "session-1", s.clock.Now()))
	wantFault(t, err, fault.Conflict, "session_taken")
	alike(t, "session", s.session(t, "session-1"), want)
}

func sessionUpdated(t *testing.T, s *shelf) {
	want := s.stay(t, "demomall", "session-1")
	other := s.stay(t, "demomall", "session-2")
	s.clock.Advance(time.Hour)
	want.SeenAt, want.Language = s.clock.Now(), session.Japanese
	noError(t, s.Sessions.Update(t.Context(), want))
	alike(t, "session", s.session(t, "session-1"), want)
	alike(t, "the other session", s.session(t, "session-2"), other)
}

func sessionsEnded(t *testing.T, s *shelf) {
	s.stay(t, "demomall", "session-1")
	s.stay(t, "demomall", "session-2")
	kept := s.stay(t, "othermall", "session-3")
	ended, onTheWay := s.launch(t, "demomall", "state-1", "browser-1"), s.launch(t, "othermall", "state-2", "browser-1")
	n, err := s.Sessions.End(t.Context(), "demomall")
	noError(t, err)
	same(t, "ended", n, 2)
	s.noSession(t, "session-1")
	s.noSession(t, "session-2")
	alike(t, "session of another mall", s.session(t, "session-3"), kept)
	_, err = s.take(t, ended)
	wantFault(t, err, fault.NotFound, "unknown_state")
	_, err = s.take(t, onTheWay)
	noError(t, err)
}

func sessionStaysEnded(t *testing.T, s *shelf) {
	was := s.stay(t, "demomall", "session-1")
	_, err := s.Sessions.End(t.Context(), "demomall")
	noError(t, err)
	noError(t, s.Sessions.Update(t.Context(), was))
	s.noSession(t, "session-1")
}

func sessionsPruned(t *testing.T, s *shelf) {
	s.stay(t, "demomall", "idle")
	busy := s.stay(t, "demomall", "busy")
	s.launch(t, "demomall", "old", "browser-1")
	for range 12 {
		s.clock.Advance(time.Hour)
		busy.SeenAt = s.clock.Now()
		noError(t, s.Sessions.Update(t.Context(), busy))
		if s.clock.Now().Sub(busy.CreatedAt) < 12*time.Hour {
			_, err := s.Sessions.Prune(t.Context(), s.clock.Now())
			noError(t, err)
			s.session(t, "busy")
		}
	}
	young := s.stay(t, "demomall", "young")
	fresh := s.launch(t, "demomall", "fresh", "browser-1")
	n, err := s.Sessions.Prune(t.Context(), s.clock.Now())
	noError(t, err)
	same(t, "forgotten", n, 1)
	s.noSession(t, "idle")
	s.noSession(t, "busy")
	alike(t, "young session", s.session(t, "young"), young)
	_, err = s.take(t, fresh)
	noError(t, err)
}

func sessionsCancelled(t *testing.T, s *shelf) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	one := session.New(operator("demomall"), "session-1", s.clock.Now())
	wantFault(t, s.Sessions.Start(ctx, one), fault.Unavailable, "")
	l := session.NewLaunch(operator("demomall"), "state-1", "browser-1", s.clock.Now())
	wantFault(t, s.Launches.Begin(ctx, l), fault.Unavailable, "")
	s.noSession(t, "session-1")
	_, err := s.take(t, l)
	wantFault(t, err, fault.NotFound, "unknown_state")
}
