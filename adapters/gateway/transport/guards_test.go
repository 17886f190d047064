package transport_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
)

func TestACompanyThatKeepsFailingIsLeftAlone(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := setup(t, transport.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}, status(http.StatusInternalServerError))
	for range 10 {
		wantFault(t, b.order(t.Context(), nil), fault.Indeterminate, "company_failed")
	}
	wantFault(t, b.order(t.Context(), nil), fault.Unavailable, "company_suspended")
	if got := b.received.Load(); got != 10 {
		t.Errorf("the company received %d requests, want 10", got)
	}
	if text := log.String(); !strings.Contains(text, "company=demo from=closed to=open") {
		t.Errorf("the log says %q", text)
	}
}

func TestARestedCompanyIsTriedAgain(t *testing.T) {
	t.Parallel()
	var healthy atomic.Bool
	b := setup(t, transport.Config{Rest: time.Nanosecond}, func(w http.ResponseWriter, r *http.Request) {
		if healthy.Load() {
			status(http.StatusOK)(w, r)
			return
		}
		status(http.StatusInternalServerError)(w, r)
	})
	for range 10 {
		wantFault(t, b.order(t.Context(), nil), fault.Indeterminate, "company_failed")
	}
	healthy.Store(true)
	for range 3 {
		if err := b.order(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefusalsNeverCountAgainstTheCompany(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 401, 404, 409, 422, 429} {
		b := setup(t, transport.Config{}, status(code))
		for range 30 {
			if err := b.order(t.Context(), nil); err == nil {
				t.Fatalf("%d was taken as a success", code)
			}
		}
		if got := b.received.Load(); got != 30 {
			t.Errorf("after %d refusals with %d the company was left alone", got, code)
		}
	}
}

func TestCallersWhoLeaveOrHaveNoTimeNeverCountAgainstTheCompany(t *testing.T) {
	t.Parallel()
	leave := func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(time.Millisecond, cancel)
		return ctx, cancel
	}
	hurry := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, time.Millisecond)
	}
	for name, impatient := range map[string]func(context.Context) (context.Context, context.CancelFunc){"leave": leave, "hurry": hurry} {
		b := setup(t, transport.Config{}, hang)
		for range 20 {
			ctx, cancel := impatient(t.Context())
			if err := b.ask(ctx); fault.Of(err).Code == "company_suspended" {
				t.Errorf("%s: the company was blamed", name)
			}
			cancel()
		}
	}
}

func TestASlowCompanyTakesUpABoundedNumberOfCalls(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	b := setup(t, transport.Config{Concurrency: 1}, func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		status(http.StatusOK)(w, r)
	})
	first := make(chan error)
	go func() { first <- b.order(t.Context(), nil) }()
	<-entered
	wantFault(t, b.order(t.Context(), nil), fault.Unavailable, "company_crowded")
	close(release)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if got := b.received.Load(); got != 1 {
		t.Fatalf("the company received %d requests", got)
	}
}
