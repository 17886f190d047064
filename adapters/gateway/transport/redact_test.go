package transport_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"paybridge/adapters/gateway/transport"
)

// raw answers with these very bytes.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = connection.Write([]byte(text))
		_ = connection.Close()
	}
}

func TestNoErrorAndNoSpanRepeatsASecret(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"hunter2\r\n\r\n",
		"HTTP/1.1 hunter2\r\n\r\n",
		"HTTP/1.1 200 OK\r\nhunter2\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: hunter2\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhunter2",
		"HTTP/1.1 200 OK\r\nContent-Length: hunter2\r\n\r\n",
		"HTTP/1.1 500 hunter2\r\nContent-Length: 7\r\n\r\nhunter2",
		"HTTP/1.1 307 Gone\r\nLocation: http://[hunter2\r\nContent-Length: 0\r\n\r\n",
	} {
		b := setup(t, transport.Config{}, raw(answer))
		spans := tracetest.NewSpanRecorder()
		ctx, span := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test").Start(t.Context(), "checkout")
		err := b.order(ctx, http.Header{"Authorization": {"Basic hunter2"}, "Idempotency-Key": {"hunter2"}})
		span.End()
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "hunter2") {
			t.Errorf("%q gives the error %v", answer, err)
		}
		ended := tracetest.SpanStubsFromReadOnlySpans(spans.Ended())
		if len(ended) != 2 || strings.Contains(fmt.Sprintf("%+v", ended), "hunter2") {
			t.Errorf("%q gives the spans %+v", answer, ended)
		}
	}
}

func TestTheCompanyGetsTheTraceButNotTheBaggage(t *testing.T) {
	t.Parallel()
	headers := make(chan http.Header, 1)
	b := setup(t, transport.Config{}, func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		status(http.StatusOK)(w, r)
	})
	spans := tracetest.NewSpanRecorder()
	ctx, span := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test").Start(t.Context(), "checkout")
	defer span.End()
	member, err := baggage.NewMember("buyer", "juan")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.order(baggage.ContextWithBaggage(ctx, bag), nil); err != nil {
		t.Fatal(err)
	}
	got := <-headers
	if want := span.SpanContext().TraceID().String(); !strings.Contains(got.Get("Traceparent"), want) || got.Get("Baggage") != "" {
		t.Errorf("the company got traceparent %q (want trace %s) and baggage %q", got.Get("Traceparent"), want, got.Get("Baggage"))
	}
	if ended := spans.Ended(); len(ended) != 1 || ended[0].Name() != "demo create order" {
		t.Errorf("spans: %v", ended)
	}
}
