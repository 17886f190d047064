package cafe24

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

const (
	leak      = 2     // calls that a bucket forgets a second
	manyPaces = 1_000 // from then on, those that matter no more are dropped
)

// paces remember what Cafe24's limits said last: of the bucket of one API of one mall, and of a mall as a
// whole. A call that they would refuse is not sent, for calling while blocked prolongs the block.
type paces struct {
	mu   sync.Mutex
	last map[paceKey]pace
}

type paceKey struct {
	mall merchant.MallID
	api  string // empty: all of them
}

type pace struct {
	level, limit float64   // as the bucket was at that time
	at           time.Time // when Cafe24 said so
	until        time.Time // nothing is to be sent before
}

// wait is how long the bucket takes to have room for a call, or the block to end.
func (p pace) wait(now time.Time) time.Duration {
	pause := p.until.Sub(now)
	if over := p.filled(now) + 1 - p.limit; p.limit > 0 && over > 0 {
		pause = max(pause, time.Duration(over/leak*float64(time.Second)))
	}
	return max(0, pause)
}

func (p pace) filled(now time.Time) float64 { return max(0, p.level-leak*now.Sub(p.at).Seconds()) }

// pour counts a call that is about to be sent and says how long it has to wait.
func (p *paces) pour(c adminCall, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := paceKey{c.mall, c.api}
	bucket, known := p.last[key]
	pause := max(bucket.wait(now), p.last[paceKey{mall: c.mall}].wait(now))
	if known {
		bucket.level, bucket.at = bucket.filled(now)+1, now
		p.last[key] = bucket
	}
	return pause
}

// note keeps what an answer says about the limits.
func (p *paces) note(c adminCall, answer apiAnswer, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.last) > manyPaces {
		p.forget(now)
	}
	if p.last == nil {
		p.last = map[paceKey]pace{}
	}
	bucket := p.last[paceKey{c.mall, c.api}]
	var level, limit float64
	if n, err := fmt.Sscanf(answer.header.Get("X-Api-Call-Limit"), "%g/%g", &level, &limit); n == 2 && err == nil {
		bucket = pace{level: level, limit: limit, at: now, until: bucket.until}
	}
	blocked := seconds(answer.header, "X-Cafe24-Call-Remain", "X-Cafe24-Time-Remain")
	if blocked > 0 {
		p.last[paceKey{mall: c.mall}] = pace{until: now.Add(blocked)}
	} else if answer.status == http.StatusTooManyRequests {
		bucket.until = now.Add(max(time.Second, seconds(answer.header, "Retry-After")))
	}
	p.last[paceKey{c.mall, c.api}] = bucket
}

// forget drops what would let every call pass.
func (p *paces) forget(now time.Time) {
	for key, one := range p.last {
		if one.filled(now) == 0 && !now.Before(one.until) {
			delete(p.last, key)
		}
	}
}

// seconds is the longest one of these headers, at most a day.
func seconds(header http.Header, names ...string) time.Duration {
	var longest time.Duration
	for _, name := range names {
		if n, err := strconv.Atoi(header.Get(name)); err == nil && n > 0 {
			longest = max(longest, time.Duration(min(n, 86_400))*time.Second)
		}
	}
	return longest
}

// wait waits, unless the caller's time ends before.
func (a *API) wait(ctx context.Context, d time.Duration) error {
	busy := fault.New(fault.RateLimited, "cafe24_busy", "Cafe24 asked to come back later")
	switch {
	case d == 0:
		return nil
	case d >= a.config.Timeout:
		return busy
	}
	select {
	case <-a.clock.After(d):
		return nil
	case <-ctx.Done():
		return busy.Because(ctx.Err())
	}
}
