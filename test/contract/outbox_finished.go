package contract

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// outboxFinished says what the verdict of a run means.
func outboxFinished() []clause {
	return []clause{
		{"a job to be run again is due then and counts its tries", finishedAgain},
		{"a job to be run again in the past is done", finishedAgainPast},
		{"a job that is done is not run again", finishedDone},
		{"a dead letter is not run again, but stays", finishedDead},
		{"the next run knows how and when the last one ended", finishedLastWord},
	}
}

// outboxWoken says what it means to be woken.
func outboxWoken() []clause {
	return []clause{
		{"a woken job is due at once, counts from one and knows that it was woken", wokenWaiting},
		{"a job that is done or dead is reopened when it is woken", wokenEnded},
		{"a job that is woken during its run is due again at once, whatever the verdict", wokenRunning},
		{"being woken during a run does not end the lease", wokenKeepsLease},
		{"waking an unknown key is not found", wokenUnknown},
		{"waking a job that is due changes its place for the better only", wokenDue},
	}
}

func finishedAgain(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	for try := 1; try <= 3; try++ {
		j := s.claimOne(t)
		same(t, "try", j.Try, try)
		noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Again: s.clock.Now().Add(time.Minute)}))
		s.clock.Advance(time.Minute - time.Microsecond)
		s.due(t)
		s.clock.Advance(time.Microsecond)
	}
}

func finishedAgainPast(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Again: s.clock.Now()}))
	s.clock.Advance(24 * time.Hour)
	s.due(t)
}

func finishedDone(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	s.clock.Advance(24 * time.Hour)
	s.due(t)
}

func finishedDead(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Dead: true, Word: "the mall is gone"}))
	s.clock.Advance(24 * time.Hour)
	s.due(t)
	backlog, err := s.Views.Backlog(t.Context())
	noError(t, err)
	same(t, "dead letters", backlog.Dead, 1)
}

func finishedLastWord(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	began := s.clock.Now()
	s.clock.Advance(2 * time.Second)
	ended := s.clock.Now()
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Again: ended.Add(time.Minute), Word: "500 from the mall"}))
	s.clock.Advance(time.Minute)
	got := s.claimOne(t)
	same(t, "last word", got.LastWord, "500 from the mall")
	if got.LastTry.Before(began) || got.LastTry.After(ended) {
		t.Errorf("the last try was at %v, want between %v and %v", got.LastTry, began, ended)
	}
}

func wokenWaiting(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	for range 3 {
		noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Again: s.clock.Now().Add(time.Second)}))
		s.clock.Advance(time.Second)
	}
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Again: s.clock.Now().Add(time.Hour)}))
	noError(t, s.Tasks.Wake(t.Context(), "a"))
	woken := s.claimOne(t)
	same(t, "try", woken.Try, 1)
	same(t, "woken", woken.Woken, true)
	noError(t, s.Outbox.Finish(t.Context(), woken, ports.Verdict{Again: s.clock.Now().Add(time.Second)}))
	s.due(t)
	s.clock.Advance(time.Second)
	later := s.claimOne(t)
	same(t, "try", later.Try, 2)
	same(t, "woken in the run after", later.Woken, false)
}

func wokenEnded(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("done"), chore("dead"))
	jobs := s.due(t, "done", "dead")
	noError(t, s.Outbox.Freeze(t.Context(), jobs[1], "https://mall.example", []byte("frozen")))
	noError(t, s.Outbox.Finish(t.Context(), jobs[0], ports.Verdict{Word: "ok"}))
	noError(t, s.Outbox.Finish(t.Context(), jobs[1], ports.Verdict{Dead: true, Word: "gone"}))
	noError(t, s.Tasks.Wake(t.Context(), "done"))
	noError(t, s.Tasks.Wake(t.Context(), "dead"))
	jobs = s.due(t, "done", "dead")
	for i, word := range []string{"ok", "gone"} {
		same(t, "try", jobs[i].Try, 1)
		same(t, "woken", jobs[i].Woken, true)
		same(t, "last word", jobs[i].LastWord, word)
	}
	same(t, "frozen body", string(jobs[1].Body), "frozen")
}

func wokenRunning(t *testing.T, s *shelf) {
	for name, verdict := range map[string]ports.Verdict{
		"done":  {},
		"dead":  {Dead: true},
		"again": {Again: s.clock.Now().Add(time.Hour)},
	} {
		s.enqueue(t, t.Context(), chore(name))
		running := s.claimOne(t)
		noError(t, s.Tasks.Wake(t.Context(), name))
		s.due(t)
		noError(t, s.Outbox.Finish(t.Context(), running, verdict))
		again := s.claimOne(t)
		same(t, "key", again.Key, name)
		same(t, "woken", again.Woken, true)
		same(t, "try", again.Try, 1)
		noError(t, s.Outbox.Finish(t.Context(), again, ports.Verdict{}))
		s.due(t)
	}
}

func wokenKeepsLease(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	noError(t, s.Tasks.Wake(t.Context(), "a"))
	noError(t, s.Outbox.Renew(t.Context(), j, lease))
	noError(t, s.Outbox.Freeze(t.Context(), j, "https://mall.example", []byte("body")))
	s.due(t)
}

func wokenUnknown(t *testing.T, s *shelf) {
	wantFault(t, s.Tasks.Wake(t.Context(), "nobody"), fault.NotFound, "")
	s.due(t)
}

func wokenDue(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	s.clock.Advance(time.Second)
	s.enqueue(t, t.Context(), chore("b"))
	s.clock.Advance(time.Second)
	noError(t, s.Tasks.Wake(t.Context(), "a"))
	s.due(t, "a", "b")
}
