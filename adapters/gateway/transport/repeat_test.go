package transport_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
)

// breaking is a company whose pooled connection breaks under the second request; the handler answers
// the third.
func breaking(t *testing.T, third http.HandlerFunc) *bench {
	t.Helper()
	var n atomic.Int64
	b := setup(t, transport.Config{}, func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) {
		case 1:
			status(http.StatusOK)(w, r)
		case 2:
			cut(w, r)
		default:
			third(w, r)
		}
	})
	if err := b.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

var keyed = http.Header{"Idempotency-Key": {"k-1"}}

func TestARequestUnderAKeyIsSentAgainOnABrokenPooledConnection(t *testing.T) {
	t.Parallel()
	b := breaking(t, status(http.StatusOK))
	if err := b.order(t.Context(), keyed); err != nil {
		t.Fatal(err)
	}
	if got := b.received.Load(); got != 3 {
		t.Fatalf("the company received %d requests, want 3", got)
	}
}

func TestARefusalOfTheSecondSendingSaysNothingAboutTheFirst(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 401, 404, 422, 429} {
		b := breaking(t, status(code))
		wantFault(t, b.order(t.Context(), keyed), fault.Indeterminate, "company_asked_twice")
	}
}

func TestWithoutAKeyNothingIsSentAgain(t *testing.T) {
	t.Parallel()
	b := breaking(t, status(http.StatusOK))
	wantFault(t, b.order(t.Context(), nil), fault.Indeterminate, "company_gave_no_answer")
	if got := b.received.Load(); got != 2 {
		t.Fatalf("the company received %d requests, want 2", got)
	}
}

func TestARefusedQuestionIsBelievedHoweverOftenItWasSent(t *testing.T) {
	t.Parallel()
	b := breaking(t, status(http.StatusNotFound))
	wantFault(t, b.ask(t.Context()), fault.NotFound, "company_knows_nothing")
}
