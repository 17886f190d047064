package contract

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/ports"
)

// statusRacing says what happens when many write at once.
func statusRacing() []viewClause {
	return []viewClause{
		{"of many writers in any order the newest stays", statusNewestStays},
		{"while many write, nobody reads an older version after a newer one", statusNeverBack},
	}
}

// writers is how many versions are written at once.
const writers = 100

// write stores so many versions of a key at once, in any order.
func (b *board) write(ctx context.Context, key ports.StatusKey) error {
	errs := make([]error, writers)
	start := make(chan struct{})
	var done sync.WaitGroup
	for i, version := range rand.Perm(writers) {
		done.Go(func() {
			<-start
			_, errs[i] = b.Put(ctx, b.status(key, int64(version)))
		})
	}
	close(start)
	done.Wait()
	return errors.Join(errs...)
}

func statusNewestStays(t *testing.T, b *board) {
	for round := range 5 {
		key := ports.StatusKey(fmt.Sprint("key ", round))
		noError(t, b.write(t.Context(), key))
		b.holds(t, b.status(key, writers-1))
	}
}

func statusNeverBack(t *testing.T, b *board) {
	b.put(t, b.status("key", 0), true)
	written := make(chan error, 1)
	go func() { written <- b.write(t.Context(), "key") }()
	for seen, writing := int64(0), true; writing; {
		select {
		case err := <-written:
			noError(t, err)
			writing = false
		default:
		}
		s, err := b.Get(t.Context(), "key")
		noError(t, err)
		if s.Version < seen {
			t.Fatalf("version %d was read after %d", s.Version, seen)
		}
		seen = s.Version
	}
}

// statusForgetting says how long something is kept.
func statusForgetting() []viewClause {
	return []viewClause{
		{"an expired key is not found", statusExpires},
		{"a key that had expired before it was stored is not found", statusBornExpired},
		{"a key that does not expire is forgotten in time", statusKeepEnds},
		{"storing begins the time anew, reading does not", statusRenewed},
		{"what was refused as older renews nothing", statusRefusedRenewsNothing},
	}
}

func statusExpires(t *testing.T, b *board) {
	s := b.status("key", 1)
	s.ExpiresAt = b.clock.Now().Add(time.Hour)
	b.put(t, s, true)
	b.later(time.Hour - time.Minute)
	b.holds(t, s)
	b.later(time.Minute)
	b.lacks(t, "key")
	s = b.status("key", 2)
	b.put(t, s, true)
	b.holds(t, s)
}

func statusBornExpired(t *testing.T, b *board) {
	b.put(t, b.status("key", 1), true)
	s := b.status("key", 2)
	s.ExpiresAt = b.clock.Now()
	_, err := b.Put(t.Context(), s)
	noError(t, err)
	b.lacks(t, "key")
}

// unbounded makes a status whose key does not expire.
func (b *board) unbounded(version int64) ports.PaymentStatus {
	s := b.status("key", version)
	s.ExpiresAt = time.Time{}
	return s
}

func statusKeepEnds(t *testing.T, b *board) {
	b.put(t, b.unbounded(1), true)
	b.later(viewKeep - time.Minute)
	b.holds(t, b.unbounded(1))
	b.later(time.Minute)
	b.lacks(t, "key")
}

func statusRenewed(t *testing.T, b *board) {
	b.put(t, b.unbounded(1), true)
	b.later(viewKeep / 2)
	b.put(t, b.unbounded(1), true)
	b.later(viewKeep - time.Minute)
	b.holds(t, b.unbounded(1))
	b.later(time.Minute)
	b.lacks(t, "key")
}

func statusRefusedRenewsNothing(t *testing.T, b *board) {
	b.put(t, b.unbounded(2), true)
	b.later(viewKeep / 2)
	b.put(t, b.unbounded(1), false)
	b.later(viewKeep / 2)
	b.lacks(t, "key")
}

// statusPruning says how a view is swept.
func statusPruning() []viewClause {
	return []viewClause{
		{"pruning shows everything that is held, without its key", pruneShows},
		{"pruning forgets the orders that are named, under all their keys, and counts the keys", pruneForgets},
		{"pruning an empty view is nothing", pruneEmpty},
		{"pruning does not show what has expired", pruneExpired},
		{"pruning ends with the first error", pruneFails},
	}
}

// shelfful is more than a view shows at once.
const shelfful = 1_200

// fill stores many orders, each under a key of its own, and returns what was stored.
func (b *board) fill(t *testing.T) map[order.ID]ports.PaymentStatus {
	t.Helper()
	all := make(map[order.ID]ports.PaymentStatus, shelfful)
	for i := range shelfful {
		s := b.status(ports.StatusKey(fmt.Sprint("key ", i)), int64(i))
		b.put(t, s, true)
		all[s.Order] = s
	}
	return all
}

// everything names all orders.
func everything(_ context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error) {
	all := make(map[order.ID]bool, len(held))
	for _, s := range held {
		all[s.Order] = true
	}
	return all, nil
}

func pruneShows(t *testing.T, b *board) {
	missing, batches := b.fill(t), 0
	n, err := b.Prune(t.Context(), func(_ context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error) {
		batches++
		for _, s := range held {
			if want, ok := missing[s.Order]; ok {
				want.Key = ""
				alike(t, "shown", s, want)
				delete(missing, s.Order)
			}
		}
		return nil, nil
	})
	noError(t, err)
	same(t, "forgotten", n, 0)
	same(t, "not shown", len(missing), 0)
	if batches < 2 || batches > shelfful/10 {
		t.Errorf("%d orders were shown in %d batches", shelfful, batches)
	}
}

func pruneForgets(t *testing.T, b *board) {
	all := b.fill(t)
	second := all["order of key 7"]
	second.Key = "another key of 7"
	b.put(t, second, true)
	n, err := b.Prune(t.Context(), func(_ context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error) {
		stale := map[order.ID]bool{"an order that is not there": true}
		for _, s := range held {
			stale[s.Order] = s.Version%3 == 1
		}
		return stale, nil
	})
	noError(t, err)
	same(t, "forgotten keys", n, shelfful/3+1)
	b.lacks(t, second.Key)
	for _, s := range all {
		if s.Version%3 == 1 {
			b.lacks(t, s.Key)
			continue
		}
		b.holds(t, s)
	}
}

func pruneEmpty(t *testing.T, b *board) {
	n, err := b.Prune(t.Context(), func(_ context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error) {
		t.Errorf("%d things were shown", len(held))
		return nil, nil
	})
	noError(t, err)
	same(t, "forgotten", n, 0)
}

func pruneExpired(t *testing.T, b *board) {
	b.put(t, b.status("key", 1), true)
	b.later(2 * time.Hour)
	pruneEmpty(t, b)
}

func pruneFails(t *testing.T, b *board) {
	b.fill(t)
	broken, calls := errors.New("broken"), 0
	n, err := b.Prune(t.Context(), func(context.Context, []ports.PaymentStatus) (map[order.ID]bool, error) {
		calls++
		return map[order.ID]bool{"order of key 1": true}, broken
	})
	if !errors.Is(err, broken) || n != 0 || calls != 1 {
		t.Errorf("%d forgotten, %d calls, error %v", n, calls, err)
	}
	b.holds(t, b.status("key 1", 1))
}
