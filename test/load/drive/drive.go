// Package drive sends requests over loopback and takes their times.
//
// Closed asks how much the app can do: every connection sends its next request when the last one is
// answered. Open asks how long people wait: requests are due at fixed times, whatever became of those
// before, and the wait for a free connection counts.
package drive

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"paybridge/test/load/sample"
)

// patience is how long a request may take before it counts as failed.
const patience = 10 * time.Second

// Target is where requests go and how they look.
type Target struct {
	Address string // host:port
	Path    string
	Body    func(serial int) []byte
	Header  func(serial int, h *fasthttp.RequestHeader) // adds to the headers; nil: nothing to add
	Status  int                                         // of a good answer; 0: 200
	Expect  string                                      // what the body of a good answer holds
}

// Load is how much is sent. Requests of the warm-up, and those that outlast the run, are not counted.
type Load struct {
	Connections int
	Warm, Run   time.Duration
	Most        int // requests; 0: as many as the time allows
	First       int // the serial of the first request
}

// Shot is a request that was answered well.
type Shot struct {
	Serial int
	Took   time.Duration
}

// Result is what came of a load.
type Result struct {
	Shots   []Shot
	Elapsed time.Duration // from the end of the warm-up to the end of the run
	Failed  int           // warm-up included
	Failure string        // what the first of them was
	Next    int           // the first serial that was not sent
}

// Rate is the number of good answers a second.
func (r Result) Rate() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(len(r.Shots)) / r.Elapsed.Seconds()
}

// Percentile returns a percentile of the latencies; q is in (0, 1].
func (r Result) Percentile(q float64) time.Duration {
	all := make([]time.Duration, len(r.Shots))
	for i, s := range r.Shots {
		all[i] = s.Took
	}
	return sample.Percentile(all, q)
}

// Closed loads the target as much as the connections allow.
func Closed(ctx context.Context, t Target, l Load) Result {
	return run(ctx, t, l, func(time.Time, int) time.Time { return time.Time{} })
}

// Open sends rate requests a second. A latency begins when the request was due, if all connections
// were busy then, and otherwise when it was sent: that a timer of this program rang late is not the
// target's fault.
func Open(ctx context.Context, t Target, l Load, rate float64) Result {
	return run(ctx, t, l, func(begin time.Time, n int) time.Time {
		return begin.Add(time.Duration(float64(n) / rate * float64(time.Second)))
	})
}

// run sends requests n = 0, 1, ... each when due says.
func run(ctx context.Context, t Target, l Load, due func(begin time.Time, n int) time.Time) Result {
	g := &gun{target: t, load: l, due: due, begin: time.Now()}
	var wg sync.WaitGroup
	barrels := make([]barrel, l.Connections)
	for i := range barrels {
		wg.Go(func() { barrels[i].fire(ctx, g) })
	}
	wg.Wait()
	r := Result{Elapsed: min(time.Since(g.counted()), l.Run), Next: l.First + int(g.sent.Load())}
	for _, b := range barrels {
		r.Shots = slices.Concat(r.Shots, b.shots)
		r.Failed += b.failed
		if r.Failure == "" {
			r.Failure = b.failure
		}
	}
	return r
}

// gun is what the connections of a run share.
type gun struct {
	target Target
	load   Load
	due    func(begin time.Time, n int) time.Time
	begin  time.Time
	sent   atomic.Int64
}

func (g *gun) counted() time.Time { return g.begin.Add(g.load.Warm) }
func (g *gun) end() time.Time     { return g.counted().Add(g.load.Run) }

// next returns the number of the next request, or false when all were sent.
func (g *gun) next() (int, bool) {
	n := int(g.sent.Add(1)) - 1
	if g.load.Most > 0 && n >= g.load.Most {
		g.sent.Add(-1)
		return 0, false
	}
	return n, true
}

// barrel is one connection.
type barrel struct {
	shots   []Shot
	failed  int
	failure string
}

func (b *barrel) fire(ctx context.Context, g *gun) {
	client := &fasthttp.HostClient{
		Addr: g.target.Address, MaxConns: 1, MaxIdemponentCallAttempts: 1,
		ReadTimeout: patience, WriteTimeout: patience, NoDefaultUserAgentHeader: true,
	}
	defer client.CloseIdleConnections()
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	request.SetRequestURI("http://" + g.target.Address + g.target.Path)
	request.Header.SetMethod(fasthttp.MethodPost)
	request.Header.SetContentType("application/json")

	for ctx.Err() == nil && time.Now().Before(g.end()) {
		n, more := g.next()
		if !more {
			return
		}
		serial := g.load.First + n
		g.target.prepare(request, serial)
		begun, inTime := b.await(ctx, g, n)
		if !inTime {
			return
		}
		err := client.Do(request, response)
		b.note(g, serial, begun, judge(g.target, response, err))
	}
}

// await waits until the request is due and returns when its latency begins, or false when it is due
// after the end.
func (b *barrel) await(ctx context.Context, g *gun, n int) (time.Time, bool) {
	due := g.due(g.begin, n)
	if due.IsZero() {
		return time.Now(), true
	}
	if !due.Before(g.end()) {
		return due, false
	}
	wait := time.Until(due)
	if wait <= 0 {
		return due, true
	}
	select {
	case <-time.After(wait):
		return time.Now(), true
	case <-ctx.Done():
		return due, false
	}
}

func (b *barrel) note(g *gun, serial int, begun time.Time, failure string) {
	now := time.Now()
	switch {
	case failure != "":
		b.failed++
		if b.failure == "" {
			b.failure = failure
		}
	case !begun.Before(g.counted()) && !now.After(g.end()):
		b.shots = append(b.shots, Shot{Serial: serial, Took: now.Sub(begun)})
	}
}

func (t Target) prepare(request *fasthttp.Request, serial int) {
	request.SetBodyRaw(t.Body(serial))
	if t.Header != nil {
		t.Header(serial, &request.Header)
	}
}

func judge(t Target, response *fasthttp.Response, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case response.StatusCode() != cmp.Or(t.Status, fasthttp.StatusOK), !bytes.Contains(response.Body(), []byte(t.Expect)):
		return fmt.Sprintf("%d %.300s", response.StatusCode(), response.Body())
	}
	return ""
}
