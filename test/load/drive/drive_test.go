package drive_test

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"paybridge/test/load/drive"
)

func TestAClosedLoadSendsEverySerialOnceOverItsConnections(t *testing.T) {
	t.Parallel()
	app := start(t, func(*fasthttp.RequestCtx) {})
	got := drive.Closed(t.Context(), app.target(), drive.Load{Connections: 4, Run: time.Minute, Most: 200, First: 1000})
	if got.Failed != 0 || len(got.Shots) != 200 || got.Next != 1200 {
		t.Fatalf("%d good, %d failed (%s), next is %d", len(got.Shots), got.Failed, got.Failure, got.Next)
	}
	var serials []int
	for _, shot := range got.Shots {
		serials = append(serials, shot.Serial)
		if shot.Took <= 0 {
			t.Errorf("request %d took %s", shot.Serial, shot.Took)
		}
	}
	slices.Sort(serials)
	if serials[0] != 1000 || serials[199] != 1199 || len(slices.Compact(serials)) != 200 {
		t.Errorf("the serials go from %d to %d", serials[0], serials[199])
	}
	if c := app.connections.Load(); c != 4 {
		t.Errorf("%d connections were opened", c)
	}
	if got.Rate() <= 0 || got.Elapsed >= time.Minute {
		t.Errorf("%g/s in %s", got.Rate(), got.Elapsed)
	}
}

func TestRequestsOfTheWarmUpAreNotCounted(t *testing.T) {
	t.Parallel()
	app := start(t, func(*fasthttp.RequestCtx) {})
	got := drive.Closed(t.Context(), app.target(), drive.Load{Connections: 1, Warm: time.Minute, Run: time.Minute, Most: 20})
	if len(got.Shots) != 0 || got.Next != 20 || got.Rate() != 0 {
		t.Errorf("%d of %d were counted, %g/s", len(got.Shots), got.Next, got.Rate())
	}
}

func TestABadAnswerIsAFailureAndNoShot(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	app := start(t, func(ctx *fasthttp.RequestCtx) {
		switch n.Add(1) {
		case 2:
			ctx.SetStatusCode(fasthttp.StatusServiceUnavailable)
		case 3:
			ctx.SetBodyString("something else")
		}
	})
	got := drive.Closed(t.Context(), app.target(), drive.Load{Connections: 1, Run: time.Minute, Most: 10})
	if got.Failed != 2 || len(got.Shots) != 8 || !strings.HasPrefix(got.Failure, "503") {
		t.Errorf("%d good, %d failed: %s", len(got.Shots), got.Failed, got.Failure)
	}
}

func TestATargetMaySetHeadersAndExpectAnotherStatus(t *testing.T) {
	t.Parallel()
	app := start(t, func(ctx *fasthttp.RequestCtx) {
		if bytes.Equal(ctx.Request.Header.Peek("Serial"), ctx.PostBody()) {
			ctx.SetStatusCode(fasthttp.StatusSeeOther)
		}
	})
	target := app.target()
	target.Body = func(serial int) []byte { return fmt.Append(nil, serial) }
	target.Header = func(serial int, h *fasthttp.RequestHeader) { h.Set("Serial", fmt.Sprint(serial)) }
	target.Status = fasthttp.StatusSeeOther
	got := drive.Closed(t.Context(), target, drive.Load{Connections: 1, Run: time.Minute, Most: 10})
	if got.Failed != 0 || len(got.Shots) != 10 {
		t.Errorf("%d good, %d failed: %s", len(got.Shots), got.Failed, got.Failure)
	}
}

func TestAnOpenLoadKeepsItsRate(t *testing.T) {
	t.Parallel()
	app := start(t, func(*fasthttp.RequestCtx) {})
	began := time.Now()
	got := drive.Open(t.Context(), app.target(), drive.Load{Connections: 8, Run: time.Minute, Most: 101}, 500)
	if took := time.Since(began); took < 200*time.Millisecond {
		t.Errorf("101 requests at 500/s took %s", took)
	}
	if len(got.Shots) != 101 {
		t.Errorf("%d good, %d failed: %s", len(got.Shots), got.Failed, got.Failure)
	}
}

// One connection and a slow first answer: the requests behind it wait, and their wait counts.
func TestTheWaitForAFreeConnectionIsPartOfTheLatency(t *testing.T) {
	t.Parallel()
	const stall = 300 * time.Millisecond
	var first sync.Once
	app := start(t, func(*fasthttp.RequestCtx) { first.Do(func() { <-time.After(stall) }) })
	got := drive.Open(t.Context(), app.target(), drive.Load{Connections: 1, Run: time.Minute, Most: 11}, 100)
	if len(got.Shots) != 11 {
		t.Fatalf("%d good, %d failed: %s", len(got.Shots), got.Failed, got.Failure)
	}
	for _, shot := range got.Shots {
		if due := time.Duration(shot.Serial) * 10 * time.Millisecond; shot.Took < stall-due-5*time.Millisecond {
			t.Errorf("request %d, due after %s, took only %s", shot.Serial, due, shot.Took)
		}
	}
}

func TestPercentilesAreOfTheLatencies(t *testing.T) {
	t.Parallel()
	r := drive.Result{Elapsed: 2 * time.Second}
	for i := range 100 {
		r.Shots = append(r.Shots, drive.Shot{Serial: i, Took: time.Duration(100-i) * time.Millisecond})
	}
	if p50, p99 := r.Percentile(0.5), r.Percentile(0.99); p50 != 50*time.Millisecond || p99 != 99*time.Millisecond {
		t.Errorf("p50 %s, p99 %s", p50, p99)
	}
	if r.Rate() != 50 {
		t.Errorf("%g/s", r.Rate())
	}
}

// app answers what is sent to it, which is the serial.
type app struct {
	address     string
	connections atomic.Int64
}

func start(t *testing.T, before fasthttp.RequestHandler) *app {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &app{address: listener.Addr().String()}
	server := &fasthttp.Server{
		ConnState: func(_ net.Conn, state fasthttp.ConnState) {
			if state == fasthttp.StateNew {
				a.connections.Add(1)
			}
		},
		Handler: func(ctx *fasthttp.RequestCtx) {
			ctx.SetBodyString("good " + string(bytes.Clone(ctx.PostBody())))
			before(ctx)
		},
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() {
		_ = server.Shutdown()
		serving.Wait()
	})
	return a
}

func (a *app) target() drive.Target {
	body := func(serial int) []byte { return fmt.Appendf(nil, `{"serial":%d}`, serial) }
	return drive.Target{Address: a.address, Path: "/", Body: body, Expect: "good"}
}
