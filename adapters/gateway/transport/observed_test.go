package transport_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
)

func TestEveryCallIsToldToTheObserverWithItsOutcome(t *testing.T) {
	t.Parallel()
	company := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnprocessableEntity) }))
	t.Cleanup(company.Close)
	var told []string
	var outcome error
	client, err := transport.New(transport.Config{
		Company: "acme", BaseURL: company.URL,
		Observed: func(_ context.Context, company, operation string, took time.Duration, err error) {
			told, outcome = append(told, company+" "+operation), err
			if took <= 0 {
				t.Errorf("took %s", took)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	_, err = client.Do(t.Context(), transport.Request{Operation: "create order", Method: http.MethodPost, Path: "/orders"})
	if len(told) != 1 || told[0] != "acme create order" || !fault.Is(outcome, fault.Declined) || !fault.Is(err, fault.Declined) {
		t.Fatalf("told %v with %v, returned %v", told, outcome, err)
	}
}
