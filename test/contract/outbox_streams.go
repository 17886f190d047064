package contract

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/ports"
)

// outboxStreams says what order tasks of one stream keep.
func outboxStreams() []clause {
	return []clause{
		{"of a stream one job is in flight, the oldest first", streamInOrder},
		{"a later job of a stream waits even when the older one is not due", streamWaitsForDelayed},
		{"a later job of a stream waits while the older one is to be run again", streamWaitsForRetry},
		{"a dead letter lets the next of its stream go", streamAfterDead},
		{"a reopened older job waits for the newer one that runs", streamReopened},
		{"an expired lease does not block its stream for ever", streamExpired},
		{"of a stream one job is in flight, however many workers claim at once", streamRace},
		{"other streams and jobs without one are not held up", streamOthers},
	}
}

// outboxPeers says how fairly peers share the workers.
func outboxPeers() []clause {
	return []clause{
		{"of one peer no more jobs run at once than the bound", peerBound},
		{"a backlog of one peer does not delay another", peerFair},
		{"a company account is asked so often a second and no more, and a letter's question does not count", peerPaced},
		{"of the due jobs of a company account the most urgent go first, however young", peerUrgent},
		{"how urgent a job is, who enqueued it last says", peerUrgency},
		{"jobs whose lease expired count no longer against their peer", peerExpired},
	}
}

// letter is a task of a stream.
func letter(stream, key string, delay time.Duration) ports.Task {
	return ports.Task{Kind: "test", Key: key, Stream: stream, Peer: "mall:one", Delay: delay}
}

func joined(jobs []ports.Job) string { return strings.Join(keys(jobs), " ") }

func streamInOrder(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", 0), letter("s", "2", 0), letter("s", "3", 0))
	for i := 1; i <= 3; i++ {
		j := s.claimOne(t)
		same(t, "key", j.Key, fmt.Sprint(i))
		s.due(t)
		noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
	}
	s.due(t)
}

func streamWaitsForDelayed(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", time.Minute), letter("s", "2", 0))
	s.due(t)
	s.clock.Advance(time.Minute)
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	s.due(t, "2")
}

func streamWaitsForRetry(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", 0), letter("s", "2", 0))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Again: s.clock.Now().Add(time.Hour)}))
	s.due(t)
	s.clock.Advance(time.Hour)
	s.due(t, "1")
}

func streamAfterDead(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", 0), letter("s", "2", 0))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Dead: true}))
	s.due(t, "2")
}

func streamReopened(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", 0), letter("s", "2", 0))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	newer := s.claimOne(t)
	noError(t, s.Tasks.Wake(t.Context(), "1"))
	s.due(t)
	noError(t, s.Outbox.Finish(t.Context(), newer, ports.Verdict{}))
	s.due(t, "1")
}

func streamExpired(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", 0), letter("s", "2", 0))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	s.due(t, "2")
	noError(t, s.Tasks.Wake(t.Context(), "1"))
	s.clock.Advance(lease + time.Microsecond)
	for _, key := range []string{"1", "2"} {
		j := s.claimOne(t)
		same(t, "key", j.Key, key)
		noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
	}
}

func streamRace(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), letter("s", "1", 0), letter("s", "2", 0), letter("s", "3", 0))
	var mu sync.Mutex
	var ran []string
	noError(t, errors.Join(together(func(int) error {
		jobs, err := s.Outbox.Claim(t.Context(), 3, 9, lease)
		mu.Lock()
		defer mu.Unlock()
		ran = append(ran, keys(jobs)...)
		return err
	})...))
	alike(t, "claimed at once", ran, []string{"1"})
}

func streamOthers(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(),
		letter("s", "s1", 0), letter("s", "s2", 0), letter("r", "r1", 0), letter("", "free1", 0), letter("", "free2", 0))
	s.due(t, "s1", "r1", "free1", "free2")
}

func peerBound(t *testing.T, s *shelf) {
	var tasks []ports.Task
	for i := range 6 {
		tasks = append(tasks, ports.Task{Kind: "test", Key: fmt.Sprint(i), Peer: "mall:one"})
	}
	s.enqueue(t, t.Context(), tasks...)
	first, err := s.Outbox.Claim(t.Context(), 100, 2, lease)
	noError(t, err)
	same(t, "claimed", joined(first), "0 1")
	none, err := s.Outbox.Claim(t.Context(), 100, 2, lease)
	noError(t, err)
	same(t, "claimed beside them", joined(none), "")
	noError(t, s.Outbox.Finish(t.Context(), first[1], ports.Verdict{}))
	next, err := s.Outbox.Claim(t.Context(), 100, 2, lease)
	noError(t, err)
	same(t, "claimed when one was finished", joined(next), "2")
}

func peerFair(t *testing.T, s *shelf) {
	var tasks []ports.Task
	for i := range 200 {
		tasks = append(tasks, ports.Task{Kind: "test", Key: fmt.Sprint("dead-", i), Peer: "mall:dead"})
	}
	s.enqueue(t, t.Context(), tasks...)
	s.clock.Advance(time.Hour)
	s.enqueue(t, t.Context(), ports.Task{Kind: "test", Key: "live", Peer: "mall:live"})
	jobs, err := s.Outbox.Claim(t.Context(), 4, 3, lease)
	noError(t, err)
	if !slices.Contains(keys(jobs), "live") || len(jobs) != 4 {
		t.Errorf("claimed %q: the backlog of another mall delays this one", keys(jobs))
	}
}

func peerExpired(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(),
		ports.Task{Kind: "test", Key: "1", Peer: "mall:one"}, ports.Task{Kind: "test", Key: "2", Peer: "mall:one"})
	for range 2 {
		jobs, err := s.Outbox.Claim(t.Context(), 1, 1, lease)
		noError(t, err)
		same(t, "claimed", len(jobs), 1)
		s.clock.Advance(lease + time.Microsecond)
	}
}

func peerPaced(t *testing.T, s *shelf) {
	var tasks []ports.Task
	for i := range 3 * pace {
		tasks = append(tasks, ports.Task{Kind: "test", Key: fmt.Sprintf("%03d", i), Peer: "company:demo:one"})
	}
	s.enqueue(t, t.Context(), append(tasks, ports.Task{Kind: "test", Key: "other", Peer: "company:demo:two"})...)
	same(t, "claimed at once", len(s.claim(t)), pace+1)
	same(t, "claimed beside them", len(s.claim(t)), 0)
	noError(t, s.Tasks.Wake(t.Context(), "050"))
	s.clock.Advance(time.Second / 4)
	same(t, "claimed a moment later, with the woken one", len(s.claim(t)), pace/4+1)
	s.clock.Advance(time.Hour)
	same(t, "claimed after a rest", len(s.claim(t)), pace+1)
}

// question is a task about the orders of one company account.
func question(key string, u ports.Urgency) ports.Task {
	return ports.Task{Kind: "test", Key: key, Peer: "company:demo:one", Urgency: u}
}

// inTurn claims one job after the other and says which they were.
func inTurn(t *testing.T, s *shelf) string {
	t.Helper()
	var taken []ports.Job
	for {
		jobs, err := s.Outbox.Claim(t.Context(), 1, 100, lease)
		noError(t, err)
		if len(jobs) == 0 {
			return joined(taken)
		}
		taken = append(taken, jobs...)
	}
}

func peerUrgent(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), question("usual", ports.Usual), question("moving", ports.Moving))
	s.clock.Advance(time.Minute)
	s.enqueue(t, t.Context(), question("doubtful", ports.Doubtful))
	same(t, "claimed", inTurn(t, s), "doubtful moving usual")
}

func peerUrgency(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), question("first", ports.Moving), question("settled", ports.Doubtful), question("settled", ports.Usual))
	s.enqueue(t, t.Context(), question("risen", ports.Usual))
	s.enqueue(t, t.Context(), question("risen", ports.Doubtful))
	nudge := question("risen", ports.Usual)
	nudge.Nudge = true
	s.enqueue(t, t.Context(), nudge)
	same(t, "claimed", inTurn(t, s), "risen first settled")
}
