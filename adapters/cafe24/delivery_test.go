package cafe24_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
)

// receiver serves one answer and keeps the last request.
func receiver(t *testing.T, status int, body string) (url string, last func() http.Header) {
	t.Helper()
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		got.Set("Host", r.Host)
		got.Set(":path", r.URL.RequestURI())
		answer(w, status, body)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() http.Header { return got }
}

func TestOnlyTheExactAnswerCounts(t *testing.T) {
	t.Parallel()
	const told = fault.Kind(0)
	for body, want := range map[string]fault.Kind{
		`{"result":"OK"}`:                told,
		" {\"result\" : \"OK\"}\r\n":     told,
		`{"result":"OK","more":1}`:       told,
		`{"result":"ok"}`:                fault.Declined,
		`{"Result":"OK"}`:                fault.Declined,
		`{"result":["OK"]}`:              fault.Declined,
		`{"result":{}}`:                  fault.Declined,
		`{}`:                             fault.Declined,
		`"OK"`:                           fault.Declined,
		`null`:                           fault.Declined,
		`OK`:                             fault.Indeterminate,
		``:                               fault.Indeterminate,
		`{"result":"OK"}{"result":"OK"}`: fault.Indeterminate,
		`{"result":"OK"}` + strings.Repeat(" ", 64<<10): fault.Indeterminate,
	} {
		url, _ := receiver(t, http.StatusOK, body)
		err := newMall(t, nil).Deliver(t.Context(), url, []byte(`{}`))
		if got := fault.Of(err); (want == told) != (err == nil) || (got != nil && got.Kind != want) {
			t.Errorf("%.40q: %v, want kind %d", body, err, want)
		}
	}
}

func TestASuccessOfAnotherKindIsNoYes(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fault.Kind{
		201: fault.Indeterminate, 302: fault.Indeterminate, 400: fault.Declined, 403: fault.Declined,
		408: fault.Declined, 500: fault.Unavailable, 502: fault.Unavailable, 503: fault.Unavailable,
	} {
		url, _ := receiver(t, status, `{"result":"OK"}`)
		if err := newMall(t, nil).Deliver(t.Context(), url, []byte(`{}`)); !fault.Is(err, want) {
			t.Errorf("%d: %v, want kind %d", status, err, want)
		}
	}
}

func TestTheContentTypeIsThatOfTheStoredBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"request_type":"payment"}`: "application/json",
		`request_type=payment`:       "application/x-www-form-urlencoded",
	} {
		url, last := receiver(t, http.StatusOK, `{"result":"OK"}`)
		if err := newMall(t, nil).Deliver(t.Context(), url, []byte(body)); err != nil {
			t.Fatal(err)
		}
		if got := last().Get("Content-Type"); got != want {
			t.Errorf("%s was sent as %q, want %q", body, got, want)
		}
	}
}

func TestADeliveryEndsAfterItsTotalTimeout(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // then wait for the client to give up
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	m := newMall(t, func(c *cafe24.Config) { c.Timeout = 50 * time.Millisecond })
	if err := m.Deliver(t.Context(), server.URL, []byte(`{}`)); !fault.Is(err, fault.Indeterminate) {
		t.Errorf("got %v, want Indeterminate", err)
	}
}

func TestAHostThatCannotBeTrustedSurelyGotNothing(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS() // with a certificate nobody vouches for
	t.Cleanup(server.Close)
	for name, url := range map[string]string{
		"a certificate of nobody": server.URL,
		"a closed port":           "http://" + closedPort(t),
		"a name without address":  "https://nowhere.invalid/",
	} {
		if err := newMall(t, nil).Deliver(t.Context(), url, []byte(`{}`)); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v, want Unavailable", name, err)
		}
	}
}

func TestErrorsShowNeitherURLNorBody(t *testing.T) {
	t.Parallel()
	m := newMall(t, nil)
	refusing, _ := receiver(t, http.StatusOK, `{"result":"canary"}`)
	for _, url := range []string{
		"http://" + closedPort(t) + "/Pay/Recv/x.php?canary=1", refusing + "/?canary=1", "https://host/%zz?canary", "http://canary\x7f/",
	} {
		err := m.Deliver(t.Context(), url, []byte(`{"hash_data":"canary"}`))
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestADeliveryIsASpanThatTheMallCouldContinue(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	url, last := receiver(t, http.StatusOK, `{"result":"OK"}`)
	m := newMall(t, func(c *cafe24.Config) { c.Tracer = tracer })
	if err := m.Deliver(t.Context(), url, []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	got := spans.GetSpans()
	if len(got) != 1 || got[0].SpanKind != trace.SpanKindClient {
		t.Fatalf("%d spans: %+v", len(got), got)
	}
	if parent := last().Get("Traceparent"); !strings.Contains(parent, got[0].SpanContext.TraceID().String()) {
		t.Errorf("the mall got traceparent %q", parent)
	}
}
