package company_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/control"
)

func TestTheSameKeyAndBytesGetTheFirstAnswerAndOneOrderExists(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	answers := make([]string, 20)
	var callers sync.WaitGroup
	for i := range answers {
		callers.Go(func() { answers[i] = b.ask(t, http.MethodPost, "/v1/orders", demoOrder, "one").text })
	}
	callers.Wait()
	for i, text := range answers {
		if text != answers[0] {
			t.Errorf("answer %d is %s, want the first: %s", i, text, answers[0])
		}
	}
	if got := len(b.OrdersByReference("20220519-0000029")); got != 1 {
		t.Errorf("%d orders exist, want 1", got)
	}
}

func TestTheSameKeyWithAnotherRequestIsAConflict(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{Accounts: []company.Account{{PublicKey: "other", SecretKey: "hush"}}})
	code := b.order(t, demoOrder)
	b.ask(t, http.MethodPost, "/v1/orders", demoOrder, "one")
	if got := b.ask(t, http.MethodPost, "/v1/orders", demoOrder+" ", "one"); got.status != 409 || got.body["code"] != float64(409) {
		t.Errorf("one byte more: got %d %s, want 409", got.status, got.text)
	}
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/cancel", demoOrder, "one"); got.status != 409 {
		t.Errorf("other address: got %d, want 409", got.status)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/v1/orders", strings.NewReader(demoOrder+" "))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("other", "hush")
	request.Header.Set("Idempotency-Key", "one")
	if got := do(t, request); got.status != 200 {
		t.Errorf("other account: got %d %s, want 200 because keys are per account", got.status, got.text)
	}
}

func TestAPostWithoutAKeyIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	if got := b.ask(t, http.MethodPost, "/v1/orders", demoOrder, ""); got.status != 400 {
		t.Errorf("got %d, want 400", got.status)
	}
}

func TestARefusalIsRememberedTooButAForgottenKeyWorksAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	code := b.order(t, demoOrder)
	refund := `{"reference_no":"r1","refund_amount":"1.00","currency":"PHP"}`
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refund, "k"); got.status != 422 {
		t.Fatalf("refund of an unpaid order: got %d, want 422", got.status)
	}
	if err := b.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refund, "k"); got.status != 422 {
		t.Errorf("same key again: got %d, want the remembered 422", got.status)
	}
	b.SetKeyTTL(time.Nanosecond)
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refund, "k"); got.status != 200 {
		t.Errorf("same key after its time: got %d %s, want 200", got.status, got.text)
	}
}

func TestAnInjectedServerErrorIsNotRememberedAndALostAnswerIs(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	b.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, Status: 500, Times: 1})
	if got := b.ask(t, http.MethodPost, "/v1/orders", demoOrder, "k"); got.status != 500 {
		t.Fatalf("got %d, want the injected 500", got.status)
	}
	b.AddFault(control.Fault{Path: "/v1/orders", Status: 504, Work: true, Times: 1})
	if got := b.ask(t, http.MethodPost, "/v1/orders", demoOrder, "k"); got.status != 504 {
		t.Fatalf("got %d, want the injected 504", got.status)
	}
	if got := b.ask(t, http.MethodPost, "/v1/orders", demoOrder, "k"); got.field("reference_no") != "pg-order-001" {
		t.Errorf("got %s, want the answer of the order that was made while the answer got lost", got.text)
	}
	if got := b.Totals("PHP").Orders; got != 1 {
		t.Errorf("%d orders exist, want 1", got)
	}
}
