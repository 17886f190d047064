package contract

import (
	"context"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Announcements is the suite of ports.Announcements: what Cafe24 told is dealt with once.
func Announcements(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"one that was settled is known, by its whole trace", announcementKnown},
		{"its tasks are stored with it and due", announcementTasks},
		{"one that is settled twice makes its tasks due again", announcementTwice},
		{"of many that settle one at once all succeed", announcementRaced},
		{"a cancelled context stores nothing, no task either", announcementCancelled},
		{"those from before are forgotten", announcementsPruned},
	})
}

func (s *shelf) announcement(trace string) ports.Announcement {
	return ports.Announcement{Trace: trace, Mall: "demomall", Event: "90111", At: s.clock.Now()}
}

func (s *shelf) settled(t *testing.T, trace string) bool {
	t.Helper()
	known, err := s.Announcements.Known(t.Context(), trace)
	noError(t, err)
	return known
}

func announcementKnown(t *testing.T, s *shelf) {
	same(t, "before", s.settled(t, "trace-1"), false)
	noError(t, s.Announcements.Settle(t.Context(), s.announcement("trace-1")))
	same(t, "after", s.settled(t, "trace-1"), true)
	for _, other := range []string{"trace-2", "trace", "TRACE-1", ""} {
		same(t, other, s.settled(t, other), false)
	}
}

func announcementTasks(t *testing.T, s *shelf) {
	noError(t, s.Announcements.Settle(traced(t.Context(), "story"), s.announcement("trace-1"), chore("a"), chore("b")))
	jobs := s.due(t, "a", "b")
	same(t, "trace", jobs[0].Trace, "story")
}

func announcementTwice(t *testing.T, s *shelf) {
	noError(t, s.Announcements.Settle(t.Context(), s.announcement("trace-1"), chore("a")))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	noError(t, s.Announcements.Settle(t.Context(), s.announcement("trace-1"), chore("a")))
	s.due(t, "a")
}

func announcementRaced(t *testing.T, s *shelf) {
	for _, err := range together(func(int) error {
		return s.Announcements.Settle(t.Context(), s.announcement("trace-1"), chore("a"))
	}) {
		noError(t, err)
	}
	s.due(t, "a")
}

func announcementCancelled(t *testing.T, s *shelf) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFault(t, s.Announcements.Settle(ctx, s.announcement("trace-1"), chore("a")), fault.Unavailable, "")
	same(t, "known", s.settled(t, "trace-1"), false)
	s.due(t)
}

func announcementsPruned(t *testing.T, s *shelf) {
	noError(t, s.Announcements.Settle(t.Context(), s.announcement("old")))
	s.clock.Advance(time.Hour)
	noError(t, s.Announcements.Settle(t.Context(), s.announcement("young")))
	n, err := s.Announcements.Prune(t.Context(), s.clock.Now())
	noError(t, err)
	same(t, "forgotten", n, 1)
	same(t, "old", s.settled(t, "old"), false)
	same(t, "young", s.settled(t, "young"), true)
}
