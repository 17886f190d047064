package memory

import (
	"container/list"
	"context"
	"slices"
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// StatusViewOptions bound a read model in memory. The zero value is ready to use.
type StatusViewOptions struct {
	Keep     time.Duration // how long a Put is kept; 7 days by default
	Capacity int           // how many keys are held; 50,000 by default, some 30 MB
}

// StatusView is the read model of an installation without Redis. It implements ports.StatusView. When
// it is full, the key that was stored longest ago makes room.
type StatusView struct {
	clock   ports.Clock
	options StatusViewOptions

	mu    sync.RWMutex
	byKey map[ports.StatusKey]*list.Element
	byAge *list.List // of shown, the one stored longest ago first
}

// shown is one key's status and until when it is told.
type shown struct {
	ports.PaymentStatus
	until time.Time
}

// NewStatusView returns an empty view.
func NewStatusView(clock ports.Clock, options StatusViewOptions) *StatusView {
	if options.Keep <= 0 {
		options.Keep = 7 * 24 * time.Hour
	}
	if options.Capacity <= 0 {
		options.Capacity = 50_000
	}
	return &StatusView{clock: clock, options: options, byKey: map[ports.StatusKey]*list.Element{}, byAge: list.New()}
}

// Get implements ports.StatusView.
func (v *StatusView) Get(ctx context.Context, key ports.StatusKey) (ports.PaymentStatus, error) {
	if err := alive(ctx); err != nil {
		return ports.PaymentStatus{}, err
	}
	now := v.clock.Now()
	v.mu.RLock()
	held := v.find(key, now)
	v.mu.RUnlock()
	if held == nil {
		return ports.PaymentStatus{}, fault.New(fault.NotFound, "status_not_found", "there is no such status")
	}
	return held.copy(), nil
}

// Put implements ports.StatusView.
func (v *StatusView) Put(ctx context.Context, s ports.PaymentStatus) (bool, error) {
	if err := alive(ctx); err != nil {
		return false, err
	}
	now := v.clock.Now()
	fresh := v.show(s, now)
	v.mu.Lock()
	defer v.mu.Unlock()
	if held := v.find(s.Key, now); held != nil && held.Version > s.Version {
		return false, nil
	}
	v.forget(s.Key)
	v.byKey[s.Key] = v.byAge.PushBack(fresh)
	v.makeRoom(now)
	return true, nil
}

// Remove implements ports.StatusView.
func (v *StatusView) Remove(ctx context.Context, key ports.StatusKey) error {
	if err := alive(ctx); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forget(key)
	return nil
}

// show returns what is held for s: a copy that nobody changes any more.
func (v *StatusView) show(s ports.PaymentStatus, now time.Time) *shown {
	s.ExtraData = copied(s.ExtraData)
	until := now.Add(v.options.Keep)
	if !s.ExpiresAt.IsZero() {
		s.ExpiresAt = s.ExpiresAt.UTC().Truncate(time.Microsecond)
		if s.ExpiresAt.Before(until) {
			until = s.ExpiresAt
		}
	}
	return &shown{PaymentStatus: s, until: until}
}

func (s *shown) copy() ports.PaymentStatus {
	c := s.PaymentStatus
	c.ExtraData = copied(c.ExtraData)
	return c
}

// copied makes nothing of empty bytes, as storage does that cannot tell them from absent ones.
func copied(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	return slices.Clone(data)
}

// find returns what is told under the key now, or nil. It needs the lock, for reading at least.
func (v *StatusView) find(key ports.StatusKey, now time.Time) *shown {
	place := v.byKey[key]
	if place == nil || !place.Value.(*shown).until.After(now) {
		return nil
	}
	return place.Value.(*shown)
}

// forget needs the lock.
func (v *StatusView) forget(key ports.StatusKey) {
	if place := v.byKey[key]; place != nil {
		v.byAge.Remove(place)
		delete(v.byKey, key)
	}
}

// makeRoom forgets the oldest while they are expired or too many. An expired one behind a living one
// waits for its turn: it is not told any more, and there is a bound on how many wait. Needs the lock.
func (v *StatusView) makeRoom(now time.Time) {
	for place := v.byAge.Front(); place != nil; place = v.byAge.Front() {
		oldest := place.Value.(*shown)
		if oldest.until.After(now) && len(v.byKey) <= v.options.Capacity {
			return
		}
		v.forget(oldest.Key)
	}
}

// pruneBatch is how many statuses are shown at once.
const pruneBatch = 500

// Prune implements ports.StatusView. What is written meanwhile waits for no batch.
func (v *StatusView) Prune(
	ctx context.Context, stale func(ctx context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error),
) (int, error) {
	forgotten := 0
	for keys := range slices.Chunk(v.keys(), pruneBatch) {
		if err := alive(ctx); err != nil {
			return forgotten, err
		}
		n, err := v.pruneKeys(ctx, keys, stale)
		forgotten += n
		if err != nil {
			return forgotten, err
		}
	}
	return forgotten, alive(ctx)
}

func (v *StatusView) keys() []ports.StatusKey {
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := make([]ports.StatusKey, 0, len(v.byKey))
	for key := range v.byKey {
		keys = append(keys, key)
	}
	return keys
}

func (v *StatusView) pruneKeys(
	ctx context.Context, keys []ports.StatusKey, stale func(ctx context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error),
) (int, error) {
	held := v.held(keys)
	if len(held) == 0 {
		return 0, nil
	}
	nameless := make([]ports.PaymentStatus, len(held))
	for i, s := range held {
		nameless[i] = s
		nameless[i].Key = ""
	}
	gone, err := stale(ctx, nameless)
	if err != nil {
		return 0, err
	}
	n := 0
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range held {
		if gone[s.Order] {
			v.forget(s.Key)
			n++
		}
	}
	return n, nil
}

// held returns what is told under the keys now.
func (v *StatusView) held(keys []ports.StatusKey) []ports.PaymentStatus {
	now := v.clock.Now()
	v.mu.RLock()
	defer v.mu.RUnlock()
	held := make([]ports.PaymentStatus, 0, len(keys))
	for _, key := range keys {
		if s := v.find(key, now); s != nil {
			held = append(held, s.copy())
		}
	}
	return held
}
