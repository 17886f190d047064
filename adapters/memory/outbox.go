package memory

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

type outbox struct{ *Store }

// Claim implements ports.Outbox.
func (s outbox) Claim(ctx context.Context, n, perPeer int, lease time.Duration) ([]ports.Job, error) {
	var claimed []ports.Job
	err := s.locked(ctx, func(now time.Time) error {
		busy := s.traffic(now)
		for _, j := range s.due(now) {
			if len(claimed) == n {
				break
			}
			if busy.blocks(j, perPeer) || !s.mayAsk(j, now) {
				continue
			}
			busy.add(j)
			s.leases++
			claimed = append(claimed, j.start(fmt.Sprintf("lease-%d", s.leases), now, lease))
		}
		return nil
	})
	return claimed, err
}

// mayAsk reports that the company account is not asked too often by it, and counts it.
func (s *Store) mayAsk(j *job, now time.Time) bool {
	if s.options.Rate == 0 || j.Woken || !strings.HasPrefix(j.Peer, "company:") {
		return true
	}
	spent := s.spent[j.Peer]
	if spent.Before(now) {
		spent = now
	}
	spent = spent.Add(time.Second / time.Duration(s.options.Rate))
	if spent.Sub(now) > time.Second {
		return false
	}
	s.spent[j.Peer] = spent
	return true
}

// due returns the jobs that may be claimed, by how urgent they are and the time they are due.
func (s *Store) due(now time.Time) []*job {
	var jobs []*job
	for _, j := range s.jobs {
		if j.due(now) {
			jobs = append(jobs, j)
		}
	}
	slices.SortFunc(jobs, func(a, b *job) int {
		return cmp.Or(cmp.Compare(b.Urgency, a.Urgency), a.runAt.Compare(b.runAt), cmp.Compare(a.ID, b.ID))
	})
	return jobs
}

// traffic is what runs now, by peer and by stream, and which job of a stream is next.
type traffic struct {
	peers   map[string]int
	streams map[string]bool
	next    map[string]int64
}

func (s *Store) traffic(now time.Time) traffic {
	busy := traffic{peers: map[string]int{}, streams: map[string]bool{}, next: map[string]int64{}}
	for _, j := range s.jobs {
		if j.leased(now) {
			busy.add(j)
		}
		if _, known := busy.next[j.Stream]; j.Stream != "" && !known && j.open() {
			busy.next[j.Stream] = j.ID
		}
	}
	return busy
}

func (b traffic) add(j *job) {
	b.peers[j.Peer]++
	b.streams[j.Stream] = true
}

// blocks reports that the job has to wait for another one.
func (b traffic) blocks(j *job, perPeer int) bool {
	if j.Stream != "" && (b.streams[j.Stream] || b.next[j.Stream] != j.ID) {
		return true
	}
	return b.peers[j.Peer] >= perPeer
}

// Renew implements ports.Outbox.
func (s outbox) Renew(ctx context.Context, j ports.Job, lease time.Duration) error {
	return s.held(ctx, j, func(held *job, now time.Time) { held.leaseUntil = now.Add(lease) })
}

// Freeze implements ports.Outbox.
func (s outbox) Freeze(ctx context.Context, j ports.Job, url string, body []byte) error {
	return s.held(ctx, j, func(held *job, _ time.Time) {
		if held.rerun.IsZero() { // what asked for another run came after what this one has read
			held.URL, held.Body = url, bytes.Clone(body)
		}
	})
}

// Finish implements ports.Outbox.
func (s outbox) Finish(ctx context.Context, j ports.Job, v ports.Verdict) error {
	return s.held(ctx, j, func(held *job, now time.Time) { held.finish(v, now) })
}

// held runs act on the job if its lease is still the one of j.
func (s *Store) held(ctx context.Context, j ports.Job, act func(held *job, now time.Time)) error {
	return s.locked(ctx, func(now time.Time) error {
		stored := s.byKey[j.Key]
		if stored == nil || stored.ID != j.ID || stored.state != running || stored.Token != j.Token {
			return fault.Newf(fault.Conflict, "lease_lost", "the lease of job %q is not held any more", j.Key)
		}
		act(stored, now)
		return nil
	})
}

// Withdraw implements ports.Tasks.
func (s outbox) Withdraw(ctx context.Context, word string, keys ...string) error {
	return s.locked(ctx, func(time.Time) error {
		for _, key := range keys {
			if j := s.byKey[key]; j != nil && j.state == ready && j.began.IsZero() {
				j.state, j.LastWord = done, word
			}
		}
		return nil
	})
}

// Wake implements ports.Tasks.
func (s outbox) Wake(ctx context.Context, key string) error {
	return s.locked(ctx, func(now time.Time) error {
		j := s.byKey[key]
		if j == nil {
			return fault.Newf(fault.NotFound, "no_such_job", "there is no job %q", key)
		}
		j.wake(now)
		return nil
	})
}
