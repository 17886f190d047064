package redis_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// witness sees everything that a client tells about itself.
type witness struct {
	spans   *tracetest.InMemoryExporter
	metrics *sdkmetric.ManualReader
	log     lockedBuffer
}

// lockedBuffer is a log that background work may write to.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func watch() (*witness, redis.Options) {
	w := &witness{spans: tracetest.NewInMemoryExporter(), metrics: sdkmetric.NewManualReader()}
	return w, redis.Options{
		Tracers: sdktrace.NewTracerProvider(sdktrace.WithSyncer(w.spans)),
		Meters:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(w.metrics)),
		Logger:  slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// everything is all that was seen, as one text.
func (w *witness) everything(t *testing.T) string {
	t.Helper()
	spans, err := json.Marshal(w.spans.GetSpans())
	if err != nil {
		t.Fatal(err)
	}
	var measured metricdata.ResourceMetrics
	if err := w.metrics.Collect(t.Context(), &measured); err != nil {
		t.Fatal(err)
	}
	return string(spans) + fmt.Sprintf("%+v", measured) + w.log.String()
}

// names are those of the spans.
func (w *witness) names() []string {
	var names []string
	for _, s := range w.spans.GetSpans() {
		names = append(names, s.Name)
	}
	return names
}

// use does everything that a view can do, and returns what went wrong.
func use(ctx context.Context, view ports.StatusView) (errs []error) {
	_, err := view.Put(ctx, paid(secretKey))
	errs = append(errs, err)
	_, err = view.Get(ctx, secretKey)
	errs = append(errs, err)
	_, err = view.Prune(ctx, all)
	errs = append(errs, err)
	return append(errs, view.Remove(ctx, secretKey))
}

// mustBeDiscreet checks that nothing of a status was seen: no key, not even its digest, and no content.
func (w *witness) mustBeDiscreet(t *testing.T, prefix string, errs ...error) {
	t.Helper()
	seen := w.everything(t) + fmt.Sprint(errs)
	for _, secret := range []string{string(secretKey), secretText, prefix, "3065.00", "demomall"} {
		if at := strings.Index(seen, secret); at >= 0 {
			t.Errorf("%q was seen: %s", secret, seen[max(0, at-200):min(len(seen), at+100)])
		}
	}
}

func TestTracesMetricsAndLogsTellNoKeyAndNoContent(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	line, prefix := before(t, s), ownPrefix()
	w, options := watch()
	view := redis.NewStatusView(connect(t, line.url(), options), newClock(), redis.StatusViewOptions{Prefix: prefix})
	request, span := options.Tracers.Tracer("test").Start(t.Context(), "request")
	for _, err := range use(request, view) {
		if err != nil {
			t.Error(err)
		}
	}
	span.End()
	for _, name := range []string{"evalsha", "eval", "get", "scan", "redis.pipeline del", "del"} {
		if !slices.Contains(w.names(), name) {
			t.Errorf("no span %q in %q", name, w.names())
		}
	}
	for _, s := range w.spans.GetSpans() {
		if s.SpanContext.TraceID() != span.SpanContext().TraceID() {
			t.Errorf("%q stands in a trace of its own", s.Name)
		}
	}
	s.stop()
	errs := use(t.Context(), view)
	for _, err := range errs {
		wantFault(t, err, fault.Unavailable, "status_view_down")
	}
	nobody := newView(connect(t, "redis://127.0.0.1:"+freePorts(t, 1)[0], options))
	wantFault(t, nobody.Ping(t.Context()), fault.Unavailable, "status_view_down")
	if !strings.Contains(w.log.String(), `msg="redis client is in trouble" trouble="redis: connection pool: failed to dial`) {
		t.Errorf("the log does not tell of the outage: %s", w.log.String())
	}
	if seen := w.everything(t); !strings.Contains(seen, "db.client.connections.use_time") {
		t.Error("the time of commands is not measured")
	}
	w.mustBeDiscreet(t, prefix, errs...)
}

func TestAServerThatRepeatsWhatItRefusesGivesNothingAway(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--rename-command", "EVALSHA", "", "--rename-command", "GET", "", "--rename-command", "DEL", "")
	prefix := ownPrefix()
	w, options := watch()
	options.Logger = nil // the library has but one, and the other test listens to it
	client := connect(t, before(t, s).url(), options)
	if err := client.Set(t.Context(), prefix+"status:1:x", "x", 0).Err(); err != nil { // for Prune to find
		t.Fatal(err)
	}
	errs := use(t.Context(), redis.NewStatusView(client, newClock(), redis.StatusViewOptions{Prefix: prefix}))
	for _, err := range errs {
		wantFault(t, err, fault.Unavailable, "status_view_down")
		if !strings.Contains(err.Error(), "unknown command") {
			t.Errorf("the cause is lost: %v", err)
		}
	}
	w.mustBeDiscreet(t, prefix, errs...)
}
