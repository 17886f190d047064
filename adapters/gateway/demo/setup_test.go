package demo_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"paybridge/adapters/gateway/demo"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/refund"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// facing returns a gateway whose company answers as the test says. The clock stands at now.
func facing(t *testing.T, company http.HandlerFunc) *demo.Gateway {
	t.Helper()
	server := httptest.NewServer(company)
	t.Cleanup(server.Close)
	g, err := demo.New(demo.Config{BaseURL: server.URL}, fakeclock.New(now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

// saying answers everything with one body.
func saying(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func pesos(t *testing.T, text string) money.Money {
	t.Helper()
	amount, err := money.Parse(text, "PHP")
	if err != nil {
		t.Fatal(err)
	}
	return amount
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if got := fault.Of(err); got == nil || got.Kind != kind || got.Code != code {
		t.Fatalf("got %v, want kind %d with code %s", err, kind, code)
	}
}

// refund prepares and sends a refund.
func refundOf(t *testing.T, g *demo.Gateway, key string, o ports.RefundOrder) (refund.Answer, error) {
	t.Helper()
	prepared, err := g.PrepareRefund(o)
	if err != nil {
		t.Fatal(err)
	}
	return g.Refund(t.Context(), demoKeys(), key, prepared)
}
