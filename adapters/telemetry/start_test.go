package telemetry_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"paybridge/adapters/telemetry"
	"paybridge/ports"
	"paybridge/test/tracing"
)

// clearEnvironment unsets what the machine may have set. The tests over it cannot be parallel.
func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_TRACES_SAMPLER",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
		"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
	} {
		t.Setenv(name, "")
	}
}

func start(t testing.TB) (*telemetry.Telemetry, func(context.Context) error) {
	t.Helper()
	tel, stop, err := telemetry.Start(context.Background(), telemetry.Config{Version: "v1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return tel, stop
}

// silent is a Telemetry whose spans have ids but are not recorded, and whose metrics nobody collects.
func silent(t testing.TB) *telemetry.Telemetry {
	t.Helper()
	tel, err := telemetry.New(sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample())), sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

func work(t *testing.T, tel *telemetry.Telemetry) trace.SpanContext {
	t.Helper()
	var inside trace.SpanContext
	h := telemetry.Observe(tel, "CreateCheckout", ports.HandlerFunc[int, int](func(ctx context.Context, in int) (int, error) {
		inside = trace.SpanContextFromContext(ctx)
		return in, nil
	}))
	if _, err := h.Handle(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return inside
}

func TestWithoutAnExporterSpansHaveIDsAndMetricsAreServed(t *testing.T) {
	clearEnvironment(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "") // an empty variable counts as unset
	tel, stop := start(t)
	inside := work(t, tel)
	if !inside.IsValid() || inside.IsSampled() {
		t.Errorf("span context %+v", inside)
	}
	page := metrics(t, tel)
	for _, want := range []string{
		`paybridge_handler_ended_total{handler="CreateCheckout",outcome="ok"} 1`,
		`paybridge_handler_duration_seconds_count{handler="CreateCheckout",outcome="ok"} 1`,
		`paybridge_handler_duration_seconds_bucket{handler="CreateCheckout",outcome="ok",le="0.005"}`,
		`service_name="paybridge"`, `service_version="v1.2.3"`, "go_goroutines", "process_open_fds",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the metrics page lacks %s", want)
		}
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func metrics(t *testing.T, tel *telemetry.Telemetry) string {
	t.Helper()
	answer := httptest.NewRecorder()
	tel.MetricsHandler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("the metrics page answers %d", answer.Code)
	}
	return answer.Body.String()
}

func TestSpansGoToTheConfiguredEndpointBeforeTheEnd(t *testing.T) {
	collector := tracing.Start(t)
	clearEnvironment(t)
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.URL+"/v1/traces")
	t.Setenv("OTEL_SERVICE_NAME", "other")
	tel, stop := start(t)
	inside := work(t, tel)
	if page := metrics(t, tel); !strings.Contains(page, `service_name="other"`) {
		t.Error("OTEL_SERVICE_NAME does not go before")
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := collector.Wait(t, 5*time.Second, func(s []tracing.Span) bool { return len(s) > 0 })
	if len(got) != 1 || got[0].Name != "CreateCheckout" || got[0].Trace != inside.TraceID().String() {
		t.Errorf("the collector got %+v", got)
	}
}

func TestMetricsGoToTheirOwnEndpoint(t *testing.T) {
	paths := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case paths <- r.URL.Path:
		default: // a second export
		}
	}))
	t.Cleanup(server.Close)
	clearEnvironment(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	tel, stop := start(t)
	if inside := work(t, tel); inside.IsSampled() {
		t.Error("traces are exported although nobody wants them")
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-paths; got != "/v1/metrics" {
		t.Errorf("the first export went to %s", got)
	}
}

func TestADisabledSDKExportsNothing(t *testing.T) {
	clearEnvironment(t)
	t.Setenv("OTEL_SDK_DISABLED", "true")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	tel, stop := start(t)
	if inside := work(t, tel); !inside.IsValid() || inside.IsSampled() {
		t.Errorf("span context %+v", inside)
	}
	if err := stop(t.Context()); err != nil {
		t.Errorf("something was sent: %v", err)
	}
}

func TestWrongVariablesAreAllNamedAndNotQuoted(t *testing.T) { //nolint:paralleltest // it sets the environment
	for name, tc := range map[string]struct {
		set  map[string]string
		want []string
	}{
		"unknown exporters": {
			map[string]string{"OTEL_TRACES_EXPORTER": "zipkin", "OTEL_METRICS_EXPORTER": "statsd"},
			[]string{"OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"},
		},
		"an endpoint without scheme": {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "canary:4317"}, []string{"OTEL_EXPORTER_OTLP_ENDPOINT"}},
		"gRPC":                       {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, []string{"OTEL_EXPORTER_OTLP_PROTOCOL"}},
		"malformed attributes":       {map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "x"}, []string{"OTEL_RESOURCE_ATTRIBUTES"}},
	} {
		clearEnvironment(t)
		for variable, value := range tc.set {
			t.Setenv(variable, value)
		}
		_, _, err := telemetry.Start(t.Context(), telemetry.Config{})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
