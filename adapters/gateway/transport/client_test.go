package transport_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
)

func TestTheStatusDecidesWhatMayBeBelieved(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		kind   fault.Kind
		code   string
	}{
		{400, fault.Declined, "company_declined"},
		{422, fault.Declined, "company_declined"},
		{401, fault.Unauthenticated, "company_keys_refused"},
		{403, fault.Unauthenticated, "company_keys_refused"},
		{404, fault.NotFound, "company_knows_nothing"},
		{429, fault.Unavailable, "company_busy"},
		{409, fault.Indeterminate, "idempotency_key_reused"},
		{302, fault.Indeterminate, "company_failed"},
		{405, fault.Indeterminate, "company_failed"},
		{408, fault.Indeterminate, "company_failed"},
		{500, fault.Indeterminate, "company_failed"},
		{503, fault.Indeterminate, "company_failed"},
	} {
		b := setup(t, transport.Config{}, status(tc.status))
		wantFault(t, b.order(t.Context(), nil), tc.kind, tc.code)
	}
}

func TestASuccessIsReturnedWithItsBody(t *testing.T) {
	t.Parallel()
	b := setup(t, transport.Config{}, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(r.Method + " " + r.URL.RequestURI() + " " + r.Header.Get("Authorization")))
	})
	answer, err := b.client.Do(t.Context(), transport.Request{
		Operation: "list", Method: http.MethodGet, Path: "/v1/orders",
		Query: map[string][]string{"reference_no": {"a&b c"}}, Header: http.Header{"Authorization": {"Basic eDp5"}},
	})
	if err != nil || answer.Status != http.StatusCreated || string(answer.Body) != "GET /v1/orders?reference_no=a%26b+c Basic eDp5" {
		t.Fatalf("got %d %q, %v", answer.Status, answer.Body, err)
	}
}

func TestBeforeAConnectionNothingCanHaveHappened(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(status(200))
	closed.Close()
	plain := httptest.NewServer(status(200))
	t.Cleanup(plain.Close)
	for name, address := range map[string]string{
		"nobody listens":      closed.URL,
		"no TLS on that port": strings.Replace(plain.URL, "http://", "https://", 1),
	} {
		b := &bench{client: newClient(t, transport.Config{Company: "demo", BaseURL: address})}
		if err := b.order(t.Context(), nil); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: got %v, want Unavailable", name, err)
		}
	}
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, transport.Config{}, status(200))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFault(t, b.order(ctx, nil), fault.Unavailable, "company_unreachable")
	if got := b.received.Load(); got != 0 {
		t.Fatalf("the company received %d requests", got)
	}
}

func TestAfterTheFirstByteALostAnswerIsDoubt(t *testing.T) {
	t.Parallel()
	for name, company := range map[string]http.HandlerFunc{
		"cut after the work": cut, "no answer in time": hang, "cut inside the answer": cutHalfway,
		"an endless answer": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2000)) },
	} {
		b := setup(t, transport.Config{Budget: 200 * time.Millisecond, MaxAnswer: 1000}, company)
		if err := b.order(t.Context(), nil); fault.Of(err).Code != "company_gave_no_answer" || !fault.Is(err, fault.Indeterminate) {
			t.Errorf("%s: got %v, want doubt", name, err)
		}
		if got := b.received.Load(); got != 1 {
			t.Errorf("%s: sent %d times", name, got)
		}
	}
}

func TestTheCallersTimeBoundsTheCallToo(t *testing.T) {
	t.Parallel()
	b := setup(t, transport.Config{Budget: time.Hour}, hang)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantFault(t, b.order(ctx, nil), fault.Indeterminate, "company_gave_no_answer")
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	b := setup(t, transport.Config{}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	wantFault(t, b.order(t.Context(), nil), fault.Indeterminate, "company_failed")
	if got := b.received.Load(); got != 1 {
		t.Fatalf("the company received %d requests", got)
	}
}

func TestRefusalsAndFailuresKeepTheConnectionInThePool(t *testing.T) {
	t.Parallel()
	b := setup(t, transport.Config{}, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key") == "" {
			status(http.StatusServiceUnavailable)(w, r)
			return
		}
		status(http.StatusUnprocessableEntity)(w, r)
	})
	for range 20 {
		wantFault(t, b.order(t.Context(), http.Header{"Idempotency-Key": {"k"}}), fault.Declined, "company_declined")
	}
	for range 5 {
		wantFault(t, b.order(t.Context(), nil), fault.Indeterminate, "company_failed")
	}
	if got := b.connections.Load(); got != 1 {
		t.Fatalf("25 calls in a row took %d connections", got)
	}
}

func TestAnAnswerIsOneJSONValueOrDoubt(t *testing.T) {
	t.Parallel()
	var target struct{ Code string }
	for _, body := range []string{"", "{", `{"code":"x"`, `{"code":7}`, `{"code":"x"} {}`, "<html>", "[]"} {
		err := transport.Answer{Body: []byte(body)}.Decode(&target)
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
	}
	if err := (transport.Answer{Body: []byte(`{"code":"x","more":1}`)}).Decode(&target); err != nil || target.Code != "x" {
		t.Fatalf("got %q, %v", target.Code, err)
	}
}

func TestAConfigurationThatCannotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	for _, config := range []transport.Config{
		{BaseURL: "http://company"},
		{Company: "demo"},
		{Company: "demo", BaseURL: "company.example"},
		{Company: "demo", BaseURL: "ftp://company.example"},
		{Company: "demo", BaseURL: "https://user:hunter2@company.example"},
		{Company: "demo", BaseURL: "https://company.example/?a=hunter2"},
		{Company: "demo", BaseURL: "http://company", Budget: -1},
	} {
		if _, err := transport.New(config); !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%+v: %v", config, err)
		}
	}
}
