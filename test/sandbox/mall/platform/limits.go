package platform

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

const (
	// drain is how many calls a second a bucket forgets.
	drain = 2
	// usualLimit is how many calls a bucket holds, scriptLimit how many that of the script tags.
	usualLimit, scriptLimit = 40, 10
	// longerBlock is added for each call during a block.
	longerBlock = time.Second
)

// bucket is the leaky bucket of one API of one mall.
type bucket struct {
	level float64
	at    time.Time
}

// pour counts a call, says how full the bucket is, and whether the call still fits.
func (r *record) pour(header http.Header, of api, now time.Time) bool {
	if r.buckets == nil {
		r.buckets = map[string]*bucket{}
	}
	b, exists := r.buckets[of.name]
	if !exists {
		b = &bucket{at: now}
		r.buckets[of.name] = b
	}
	b.level = max(0, b.level-drain*now.Sub(b.at).Seconds())
	b.at = now
	fits := b.level+1 <= float64(of.limit)
	if fits {
		b.level++
	}
	header.Set("X-Api-Call-Limit", strconv.Itoa(int(math.Ceil(b.level)))+"/"+strconv.Itoa(of.limit))
	return fits
}

// blocked says whether the limiter by usage refuses the mall's calls. A call during the block makes it longer.
func (r *record) blocked(header http.Header, now time.Time) bool {
	header.Set("X-Cafe24-Time-Usage", "1")
	if !now.Before(r.BlockedUntil) {
		header.Set("X-Cafe24-Call-Usage", "1")
		return false
	}
	r.BlockedUntil = r.BlockedUntil.Add(longerBlock)
	header.Set("X-Cafe24-Call-Usage", "100")
	header.Set("X-Cafe24-Call-Remain", strconv.Itoa(int(math.Ceil(r.BlockedUntil.Sub(now).Seconds()))))
	return true
}

// BlockCalls makes the limiter by usage refuse all calls of a mall for a time.
func (p *Platform) BlockCalls(mall string, during time.Duration) {
	p.change(mall, func(r *record) { r.BlockedUntil = p.now().Add(during) })
}
