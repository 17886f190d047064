package httpapi_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace/noop"

	httpapi "paybridge/adapters/http"
	"paybridge/application"
	"paybridge/application/command"
)

func TestEveryAnswerCarriesARequestIDAndSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := setup(t)
	seen := map[string]bool{}
	for what, got := range map[string]answer{
		"a success":        s.post(checkoutPath, jsonType, fixture(t, "checkout.json")),
		"a refusal":        s.post(checkoutPath, jsonType, "{}"),
		"a redirect":       s.send(http.MethodGet, callbackPath+"?payment=p1", ""),
		"a page":           s.send(http.MethodGet, callbackPath, ""),
		"nowhere":          s.send(http.MethodGet, "/nowhere", ""),
		"a wrong method":   s.send(http.MethodDelete, checkoutPath, ""),
		"no method at all": s.send("BREW", checkoutPath, ""),
		"a large body":     s.post(checkoutPath, jsonType, strings.Repeat(" ", 200<<10)),
	} {
		for name, expected := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Strict-Transport-Security": "max-age=31536000",
		} {
			if got.header.Get(name) != expected {
				t.Errorf("%s: %s is %q", what, name, got.header.Get(name))
			}
		}
		id := got.header.Get("X-Request-Id")
		if id == "" || seen[id] || !strings.HasPrefix(got.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: headers are %v", what, got.header)
		}
		seen[id] = true
		if got.header.Get("Server") != "" {
			t.Errorf("%s: the server introduces itself as %q", what, got.header.Get("Server"))
		}
	}
}

func TestAWellFormedRequestIDIsKept(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for sent, kept := range map[string]bool{
		"4bf92f35-77b3.4da6_a3": true, strings.Repeat("a", 64): true,
		"": false, strings.Repeat("a", 65): false, "a b": false, "<b>": false, "é": false,
	} {
		got := s.send(http.MethodGet, "/nowhere", "", "X-Request-Id", sent).header.Get("X-Request-Id")
		if (got == sent) != kept {
			t.Errorf("sent %q, got %q", sent, got)
		}
	}
}

func TestWhatIsNoRouteIsAnsweredInJSON(t *testing.T) {
	t.Parallel()
	s := setup(t)
	const envelope = `{"result_code":"9999","result_message":"this address does not take this method","payment_url":""}`
	for _, asked := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/nowhere<b>", 404, `{"code":"not_found","message":"there is nothing at this address","request_id":"me"}`},
		{"POST", strings.ToUpper(checkoutPath), 404, `{"code":"not_found","message":"there is nothing at this address","request_id":"me"}`},
		{"GET", checkoutPath, 405, envelope},
		{"BREW", checkoutPath, 405, envelope},
		{"PUT", webhookPath + "/demo/m1", 405, `{"message":"Failed webhook","reason":"this address does not take this method"}`},
	} {
		got := s.send(asked.method, asked.path, "", "X-Request-Id", "me")
		if got.status != asked.status || got.body != asked.body || got.header.Get("Content-Type") != jsonType {
			t.Errorf("%s %s: got %d %s, expected %d %s", asked.method, asked.path, got.status, got.body, asked.status, asked.body)
		}
	}
}

func TestThePathsAreThoseOfTheCollection(t *testing.T) {
	t.Parallel()
	var table []string
	for _, r := range setup(t).Routes() {
		table = append(table, r.Method+" "+r.Path)
	}
	expected := []string{
		"GET /", "GET /admin/display", "POST /webhooks/cafe24", "GET /auth/token",
		"POST " + checkoutPath, "GET " + callbackPath, "POST " + callbackPath,
		"POST /api/synchronous-checkout/checkout", "GET " + syncCallbackPath, "POST " + syncCallbackPath, "POST " + statusPath,
		"POST /api/asynchronous-refund/cancel", "POST /api/synchronous-refund/cancel",
		"POST " + refundWebhookPath, "POST " + refundWebhookPath + "/:gateway/:merchant",
		"GET " + dataPath, "GET " + hmacPath, "GET " + scriptPath, "GET " + scriptPath + "/:file",
		"POST " + payloadPath, "OPTIONS " + payloadPath, "GET " + reviewPath, "POST " + payPath, "GET " + agreedPath, "POST " + agreedPath,
		"POST " + webhookPath, "POST " + webhookPath + "/:gateway/:merchant",
		"POST /admin/link", "POST /admin/unlink", "POST /admin/shop/toggle", "POST /admin/notifications/replay", "POST /admin/language",
		"GET /openapi.json", "GET /docs",
	}
	if !slices.Equal(table, expected) {
		t.Errorf("the routes are %q, expected %q", table, expected)
	}
}

func TestAPanicIsADefectOfOursAndStaysInside(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.checkout = func(context.Context, command.CreateCheckout) (command.PaymentPage, error) {
			panic(context.DeadlineExceeded)
		}
	})
	got := s.post(checkoutPath, jsonType, fixture(t, "checkout.json"))
	requireRefusal(t, s, got, http.StatusInternalServerError, "request id")
	lines := s.logs.lines(t)
	if len(lines) != 1 || lines[0]["level"] != "ERROR" || !strings.Contains(lines[0]["error"].(string), "server_test.go") {
		t.Errorf("logged %v, expected one line with the stack", lines)
	}
}

func TestARequestHasABudget(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.Limits.Budget = time.Millisecond
		sc.checkout = func(ctx context.Context, _ command.CreateCheckout) (command.PaymentPage, error) {
			<-ctx.Done()
			return command.PaymentPage{}, ctx.Err()
		}
	})
	requireRefusal(t, s, s.post(checkoutPath, jsonType, fixture(t, "checkout.json")), http.StatusServiceUnavailable, "too long")
}

func TestAFullDoorAsksForPatienceAndTheOtherDoorsStayOpen(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := setup(t, func(sc *scene) {
		sc.Limits.Working = 1
		sc.checkout = func(context.Context, command.CreateCheckout) (command.PaymentPage, error) {
			entered <- struct{}{}
			<-leave
			return command.PaymentPage{URL: "https://company.example/"}, nil
		}
	})
	body, first := fixture(t, "checkout.json"), make(chan answer, 1)
	go func() { first <- s.post(checkoutPath, jsonType, body) }()
	<-entered

	refused := s.post(checkoutPath, jsonType, body)
	webhook := s.post(webhookPath, jsonType, fixture(t, "webhook.json"))
	close(leave)

	requireRefusal(t, s, refused, http.StatusServiceUnavailable, "try again")
	if refused.header.Get("Retry-After") != "1" || webhook.status != http.StatusOK {
		t.Errorf("Retry-After is %q and the webhook got %d", refused.header.Get("Retry-After"), webhook.status)
	}
	if got := <-first; got.status != http.StatusOK {
		t.Errorf("the request in work got %d %s", got.status, got.body)
	}
}

func TestTheSpanNamesTheRouteAndHidesTheQuery(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	s := setup(t, recorded(spans))

	got := s.send(http.MethodGet, callbackPath+"?payment=p-secret&key=k-secret", "",
		"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Host", "evil.example", "X-Forwarded-Host", "evil.example")

	if !strings.HasPrefix(got.header.Get("traceparent"), "00-4bf92f3577b34da6a3ce929d0e0e4736-") {
		t.Errorf("traceparent is %q", got.header.Get("traceparent"))
	}
	ended := spans.Ended()
	if len(ended) != 1 || ended[0].Name() != "GET "+callbackPath {
		t.Fatalf("the spans are %v", ended)
	}
	for _, a := range ended[0].Attributes() {
		text := a.Value.String()
		if strings.Contains(text, "secret") || strings.Contains(text, "evil") || strings.Contains(text, "127.0.0.1") {
			t.Errorf("the span tells %s=%s", a.Key, text)
		}
	}
}

func TestWithoutATraceThereIsNoTraceparent(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.tracer = noop.NewTracerProvider() })
	if got := s.send(http.MethodGet, "/nowhere", "").header["Traceparent"]; len(got) != 0 {
		t.Errorf("an untraced answer carries %q", got)
	}
}

func TestAServerNamesEverythingThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := httpapi.New(httpapi.Config{}, application.Commands{}, application.Queries{}, httpapi.Dependencies{})
	if err == nil {
		t.Fatal("a server of nothing was made")
	}
	for _, part := range []string{"address", "public URL", "gateway", "CreateCheckout", "ApprovePayment", "RecordPaymentResult", "signatures", "clock", "logger"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
}
