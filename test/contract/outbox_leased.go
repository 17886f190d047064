package contract

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// outboxLeased says who may work a job, and for how long.
func outboxLeased() []clause {
	return []clause{
		{"a leased job is nobody else's", leaseExclusive},
		{"of many workers at once each job goes to one", leaseRace},
		{"an expired lease is taken over under another token", leaseExpires},
		{"a renewed lease lasts from then on", leaseRenewed},
		{"who lost the lease can neither renew, freeze nor finish", leaseLost},
		{"who finished has no lease any more", leaseEnds},
		{"of many who freeze and finish at once each changes its own job, and who lost the lease none", leasesTogether},
		{"an expired lease that nobody took over still ends its run", leaseLate},
		{"a frozen notice is carried by every later run, byte for byte", frozen},
	}
}

func leaseExclusive(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	s.due(t, "a")
	s.clock.Advance(lease - time.Microsecond)
	s.due(t)
}

func leaseRace(t *testing.T, s *shelf) {
	const jobs = 20
	tasks := make([]ports.Task, jobs)
	for i := range tasks {
		tasks[i] = chore(string(rune('a' + i)))
	}
	s.enqueue(t, t.Context(), tasks...)
	var mu sync.Mutex
	holders := map[string]int{}
	noError(t, errors.Join(together(func(int) error {
		for {
			claimed, err := s.Outbox.Claim(t.Context(), 3, 9, lease)
			if err != nil || len(claimed) == 0 {
				return err
			}
			mu.Lock()
			for _, j := range claimed {
				holders[j.Key]++
			}
			mu.Unlock()
		}
	})...))
	// A worker may find nothing while others hold rows locked; what it left is claimed now.
	for _, j := range s.claim(t) {
		holders[j.Key]++
	}
	same(t, "jobs claimed", len(holders), jobs)
	for key, n := range holders {
		same(t, "holders of "+key, n, 1)
	}
}

func leaseExpires(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	first := s.claimOne(t)
	s.clock.Advance(lease + time.Microsecond)
	second := s.claimOne(t)
	same(t, "id", second.ID, first.ID)
	same(t, "try", second.Try, 2)
	if second.Token == first.Token || second.Token == "" {
		t.Errorf("the tokens %q and %q do not tell the leases apart", first.Token, second.Token)
	}
}

func leaseRenewed(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	for range 3 {
		s.clock.Advance(lease - time.Second)
		noError(t, s.Outbox.Renew(t.Context(), j, lease))
		s.due(t)
	}
	s.clock.Advance(lease + time.Microsecond)
	s.due(t, "a")
}

func leaseLost(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	lost := s.claimOne(t)
	s.clock.Advance(lease + time.Microsecond)
	holder := s.claimOne(t)

	wantFault(t, s.Outbox.Renew(t.Context(), lost, time.Hour), fault.Conflict, "lease_lost")
	wantFault(t, s.Outbox.Freeze(t.Context(), lost, "https://other.example", []byte("other")), fault.Conflict, "lease_lost")
	wantFault(t, s.Outbox.Finish(t.Context(), lost, ports.Verdict{Dead: true, Word: "lost"}), fault.Conflict, "lease_lost")

	noError(t, s.Outbox.Finish(t.Context(), holder, ports.Verdict{Again: s.clock.Now().Add(time.Second)}))
	s.clock.Advance(time.Second)
	got := s.claimOne(t)
	same(t, "url", got.URL, "")
	same(t, "body", string(got.Body), "")
	same(t, "last word", got.LastWord, "")
}

func leaseEnds(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
	wantFault(t, s.Outbox.Renew(t.Context(), j, lease), fault.Conflict, "lease_lost")
	wantFault(t, s.Outbox.Freeze(t.Context(), j, "https://mall.example", []byte("body")), fault.Conflict, "lease_lost")
	wantFault(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}), fault.Conflict, "lease_lost")
	unknown := ports.Job{Task: chore("nobody"), ID: j.ID + 1_000, Token: j.Token}
	wantFault(t, s.Outbox.Finish(t.Context(), unknown, ports.Verdict{}), fault.Conflict, "lease_lost")
}

func leasesTogether(t *testing.T, s *shelf) {
	tasks := make([]ports.Task, crowd)
	for i := range tasks {
		tasks[i] = chore(fmt.Sprintf("job-%02d", i))
	}
	s.enqueue(t, t.Context(), tasks...)
	lost := s.claim(t)
	s.clock.Advance(lease + time.Microsecond)
	held := s.claim(t)
	same(t, "jobs held", len(held), crowd)
	again := ports.Verdict{Again: s.clock.Now().Add(time.Minute)}
	noError(t, errors.Join(together(func(i int) error {
		j, v := held[i], again
		v.Word = "of " + j.Key
		err := errors.Join(s.Outbox.Freeze(t.Context(), j, "https://mall.example/"+j.Key, []byte("body of "+j.Key)), s.Outbox.Finish(t.Context(), j, v))
		late := lost[(i+1)%crowd] // most likely beside its holder
		if code := fault.Of(s.Outbox.Finish(t.Context(), late, ports.Verdict{Word: "lost"})).Code; code != "lease_lost" {
			err = errors.Join(err, fmt.Errorf("who lost the lease of %s got %q", late.Key, code))
		}
		return err
	})...))
	s.clock.Advance(time.Minute)
	for _, j := range s.claim(t) {
		same(t, "url", j.URL, "https://mall.example/"+j.Key)
		same(t, "body", string(j.Body), "body of "+j.Key)
		same(t, "word", j.LastWord, "of "+j.Key)
	}
}

func leaseLate(t *testing.T, s *shelf) {
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	s.clock.Advance(2 * lease)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))
	s.due(t)
}

func frozen(t *testing.T, s *shelf) {
	const url = "https://mall.example/Pay/Recv/noty?a=1&b=%20"
	body := "{ \"extra\" : {\"b\":1,\t\"a\":\"김밥 \\u00fc ? $1\"},\n\"amount\":\"3065.00\"}"
	s.enqueue(t, t.Context(), chore("a"))
	j := s.claimOne(t)
	noError(t, s.Outbox.Freeze(t.Context(), j, url, []byte(body)))
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Again: s.clock.Now().Add(time.Minute)}))
	s.clock.Advance(time.Minute)
	for range 2 { // a retry, and the takeover of an expired lease
		got := s.claimOne(t)
		same(t, "url", got.URL, url)
		same(t, "body", string(got.Body), body)
		s.clock.Advance(lease + time.Microsecond)
	}
}
