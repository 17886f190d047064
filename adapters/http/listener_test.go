package httpapi_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"paybridge/application/command"
)

// tired fails its first Accepts, as a process without free file descriptors does.
type tired struct {
	net.Listener
	failures atomic.Int64
}

func (l *tired) Accept() (net.Conn, error) {
	if l.failures.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

func TestConnectionsThatCannotBeAcceptedDoNotEndTheService(t *testing.T) {
	t.Parallel()
	flaky := &tired{}
	flaky.failures.Store(3)
	s := setup(t, func(sc *scene) {
		sc.listen = func(ln net.Listener) net.Listener {
			flaky.Listener = ln
			return flaky
		}
	})
	for range 3 {
		if err := s.clock.AwaitWaiters(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(acceptGap)
	}
	if got := s.post(webhookPath, jsonType, "{}"); got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestShutdownLetsRequestsInWorkFinish(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := setup(t, func(sc *scene) {
		sc.checkout = func(context.Context, command.CreateCheckout) (command.PaymentPage, error) {
			close(entered)
			<-leave
			return command.PaymentPage{URL: "https://company.example/"}, nil
		}
	})
	body, working, stopped := fixture(t, "checkout.json"), make(chan answer, 1), make(chan error, 1)
	go func() { working <- s.post(checkoutPath, jsonType, body) }()
	<-entered
	go func() { stopped <- s.Shutdown(t.Context()) }()
	s.awaitRefusedConnections()
	close(leave)

	if got := <-working; got.status != http.StatusOK || !strings.Contains(got.body, `"0000"`) {
		t.Errorf("the request in work got %d %s", got.status, got.body)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// awaitRefusedConnections returns when the server listens no more.
func (s *served) awaitRefusedConnections() {
	s.t.Helper()
	for {
		conn, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", s.addr)
		if err != nil {
			return
		}
		_ = conn.Close()
	}
}

func TestShutdownGivesUpWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := setup(t, func(sc *scene) {
		sc.record = func(context.Context, command.RecordPaymentResult) (command.Received, error) {
			close(entered)
			<-leave
			return command.Received{}, nil
		}
	})
	done := make(chan answer, 1)
	go func() { done <- s.post(webhookPath, jsonType, "{}") }()
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	err := s.Shutdown(ctx)

	close(leave)
	<-done
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatWasShutDownServesNothing(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(ln); err != nil {
		t.Errorf("Serve: %v", err)
	}
}
