package contract

import (
	"context"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// Outbox is the suite of ports.Outbox: tasks are one by key, jobs are worked under leases, and
// nothing that was stored is forgotten.
func Outbox(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, outboxEnqueued())
	run(t, open, outboxLeased())
	run(t, open, outboxFinished())
	run(t, open, outboxWoken())
	run(t, open, outboxStreams())
	run(t, open, outboxPeers())
}

// outboxEnqueued says what enqueuing does to a task that is or is not there.
func outboxEnqueued() []clause {
	return []clause{
		{"due jobs are claimed by due time, then in the order they were enqueued", claimOrder},
		{"no more jobs are claimed than asked for", claimLimit},
		{"a job is claimed when its delay is over and not before", claimDelay},
		{"a task enqueued twice is one job, due at the earlier time", enqueuedEarlier},
		{"enqueuing a waiting task later does not put it off", enqueuedLater},
		{"a task that is done is reopened when it is enqueued again", enqueuedDone},
		{"a task that is enqueued again is made anew: what was frozen is forgotten", enqueuedAnew},
		{"what a run freezes after its task was enqueued again is forgotten, too", enqueuedBeforeItFroze},
		{"a task that is enqueued while it runs is run again", enqueuedRunning},
		{"a nudge hurries a task that waits", nudgeHurries},
		{"a task that is nudged while it runs is run again at once, whatever the verdict", nudgedRunning},
		{"a nudge neither creates nor reopens a task", nudgeNeverCreates},
		{"a cancelled context enqueues nothing", enqueueCancelled},
	}
}

func claimOrder(t *testing.T, s *shelf) {
	late, early := chore("late"), chore("early")
	late.Delay, early.Delay = 2*time.Second, time.Second
	s.enqueue(t, t.Context(), late, early, chore("first"), chore("second"))
	s.clock.Advance(3 * time.Second)
	s.enqueue(t, t.Context(), chore("third"))
	s.due(t, "first", "second", "early", "late", "third")
}

func claimLimit(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"), chore("b"), chore("c"))
	for _, want := range []string{"a b", "c", ""} {
		jobs, err := s.Outbox.Claim(t.Context(), 2, 9, lease)
		noError(t, err)
		same(t, "claimed", joined(jobs), want)
	}
}

func claimDelay(t *testing.T, s *shelf) {
	delayed := chore("a")
	delayed.Delay = time.Minute
	s.enqueue(t, t.Context(), delayed)
	s.clock.Advance(time.Minute - time.Microsecond)
	s.due(t)
	s.clock.Advance(time.Microsecond)
	s.due(t, "a")
}

func enqueuedEarlier(t *testing.T, s *shelf) {
	slow, fast := chore("a"), chore("a")
	slow.Delay, fast.Delay = time.Hour, time.Second
	s.enqueue(t, t.Context(), slow)
	s.enqueue(t, t.Context(), fast)
	s.clock.Advance(time.Second)
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	s.clock.Advance(2 * time.Hour)
	s.due(t)
}

func enqueuedLater(t *testing.T, s *shelf) {
	slow, fast := chore("a"), chore("a")
	slow.Delay, fast.Delay = time.Hour, time.Second
	s.enqueue(t, t.Context(), fast, slow)
	s.clock.Advance(time.Second)
	s.due(t, "a")
}

func enqueuedDone(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	first := s.claimOne(t)
	noError(t, s.Outbox.Finish(t.Context(), first, ports.Verdict{Word: "well"}))
	again := chore("a")
	again.Delay = time.Minute
	s.clock.Advance(time.Hour)
	enqueued := s.clock.Now()
	s.enqueue(t, traced(t.Context(), parentTwo), again)
	s.due(t)
	s.clock.Advance(time.Minute)
	second := s.claimOne(t)
	same(t, "id", second.ID, first.ID)
	same(t, "try", second.Try, 1)
	same(t, "last word", second.LastWord, "well")
	same(t, "enqueued", second.Enqueued, enqueued) // how late it is counts from here
	same(t, "trace", second.Trace, parentTwo)
}

func enqueuedAnew(t *testing.T, s *shelf) {
	ends := map[string]ports.Verdict{"done": {}, "dead": {Dead: true}, "waits": {Again: s.clock.Now().Add(time.Hour)}}
	for name, verdict := range ends {
		s.enqueue(t, t.Context(), chore(name))
		j := s.claimOne(t)
		noError(t, s.Outbox.Freeze(t.Context(), j, "https://mall.example", []byte("old")))
		noError(t, s.Outbox.Finish(t.Context(), j, verdict))
		s.enqueue(t, t.Context(), chore(name))
		s.unfrozen(t, name)
	}
	s.enqueue(t, t.Context(), chore("runs"))
	j := s.claimOne(t)
	noError(t, s.Outbox.Freeze(t.Context(), j, "https://mall.example", []byte("old")))
	s.enqueue(t, t.Context(), chore("runs"))
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
	s.unfrozen(t, "runs")
}

func enqueuedBeforeItFroze(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	s.enqueue(t, t.Context(), chore("a"))
	noError(t, s.Outbox.Freeze(t.Context(), j, "https://mall.example", []byte("read before")))
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
	s.unfrozen(t, "a")
}

// unfrozen runs the only job that is due, and checks that it is to be composed.
func (s *shelf) unfrozen(t *testing.T, key string) {
	t.Helper()
	j := s.claimOne(t)
	same(t, "key", j.Key, key)
	same(t, "url of "+key, j.URL, "")
	same(t, "has no body: "+key, j.Body == nil, true)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
}

func enqueuedRunning(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	running := s.claimOne(t)
	s.enqueue(t, t.Context(), chore("a"))
	s.due(t)
	noError(t, s.Outbox.Finish(t.Context(), running, ports.Verdict{}))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	s.due(t)
}

func nudgeHurries(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{Again: s.clock.Now().Add(time.Hour)}))
	s.due(t)
	nudge := chore("a")
	nudge.Nudge = true
	s.enqueue(t, t.Context(), nudge)
	s.due(t, "a")
}

func nudgedRunning(t *testing.T, s *shelf) {
	nudge := chore("a")
	nudge.Nudge = true
	for _, verdict := range []ports.Verdict{{}, {Again: s.clock.Now().Add(time.Hour)}, {Dead: true}} {
		s.enqueue(t, t.Context(), chore("a"))
		running := s.claimOne(t)
		s.enqueue(t, t.Context(), nudge)
		s.due(t)
		noError(t, s.Outbox.Finish(t.Context(), running, verdict))
		noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
		s.due(t)
	}
}

func nudgeNeverCreates(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("done"), chore("dead"))
	jobs := s.due(t, "done", "dead")
	noError(t, s.Outbox.Finish(t.Context(), jobs[0], ports.Verdict{}))
	noError(t, s.Outbox.Finish(t.Context(), jobs[1], ports.Verdict{Dead: true}))
	nudges := []ports.Task{chore("done"), chore("dead"), chore("never")}
	for i := range nudges {
		nudges[i].Nudge = true
	}
	s.enqueue(t, t.Context(), nudges...)
	s.due(t)
	wantFault(t, s.Tasks.Wake(t.Context(), "never"), fault.NotFound, "")
}

func enqueueCancelled(t *testing.T, s *shelf) {
	carrier := s.carry(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.scripted[script+"cancelled"] = []ports.Task{chore("a")}
	_, err := s.Orders.Update(ctx, carrier.ID, func(o *order.Order) error {
		cancel()
		o.MallRefuses(o.Last().ID, script+"cancelled", s.clock.Now())
		return nil
	})
	wantFault(t, err, fault.Unavailable, "")
	s.due(t)
	_, err = s.Outbox.Claim(ctx, 1, 1, lease)
	wantFault(t, err, fault.Unavailable, "")
}
