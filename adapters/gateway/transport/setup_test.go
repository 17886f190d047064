package transport_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
)

// bench is a company that behaves as the test says, with a client pointed at it.
type bench struct {
	client      *transport.Client
	received    atomic.Int64
	connections atomic.Int64
}

func setup(t *testing.T, config transport.Config, company http.HandlerFunc) *bench {
	t.Helper()
	b := &bench{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.received.Add(1)
		company(w, r)
	}))
	server.Config.ConnState = b.count
	server.Start()
	config.Company, config.BaseURL = "demo", server.URL
	b.client = newClient(t, config)
	t.Cleanup(server.Close)
	t.Cleanup(b.client.Close)
	return b
}

func newClient(t *testing.T, config transport.Config) *transport.Client {
	t.Helper()
	client, err := transport.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (b *bench) ask(ctx context.Context) error {
	_, err := b.client.Do(ctx, transport.Request{Operation: "ask", Method: http.MethodGet, Path: "v1/orders/pg-order-001"})
	return err
}

func (b *bench) order(ctx context.Context, header http.Header) error {
	_, err := b.client.Do(ctx, transport.Request{
		Operation: "create order", Method: http.MethodPost, Path: "v1/orders", Header: header, Body: []byte(`{"amount":"3065.00"}`),
	})
	return err
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`{}`))
	}
}

// cut ends the connection without an answer, as a crash does.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// hang never answers; it leaves when the client has, which a server notices only behind the body.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// cutHalfway announces more than it sends.
func cutHalfway(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"code":200,`))
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if got := fault.Of(err); got == nil || got.Kind != kind || got.Code != code {
		t.Fatalf("got %v, want kind %d with code %s", err, kind, code)
	}
}

func (b *bench) count(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		b.connections.Add(1)
	}
}
