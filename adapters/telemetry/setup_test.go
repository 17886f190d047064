package telemetry_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"paybridge/adapters/telemetry"
)

// bench is a Telemetry whose spans and metrics stay in memory.
type bench struct {
	*telemetry.Telemetry
	tracers *sdktrace.TracerProvider
	spans   *tracetest.InMemoryExporter
	reader  *sdkmetric.ManualReader
}

func setup(t testing.TB) bench {
	t.Helper()
	b := bench{spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	b.tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(b.spans))
	var err error
	if b.Telemetry, err = telemetry.New(b.tracers, sdkmetric.NewMeterProvider(sdkmetric.WithReader(b.reader))); err != nil {
		t.Fatal(err)
	}
	return b
}

// ended returns how often each set of labels was counted, and checks that as many durations were.
func (b bench) ended(t *testing.T, prefix string) map[string]int64 {
	t.Helper()
	counts, durations := b.collected(t)
	got := map[string]int64{}
	for name, n := range counts {
		if labels, ok := strings.CutPrefix(name, prefix+".ended "); ok {
			got[labels] = n
			if d := durations[prefix+".duration "+labels]; d != strconv.FormatInt(n, 10) {
				t.Errorf("%s: counted %d, timed %s", labels, n, d)
			}
		}
	}
	return got
}

// collected is every counter, and how often each time was taken, by name and labels.
func (b bench) collected(t *testing.T) (counts map[string]int64, durations map[string]string) {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := b.reader.Collect(context.Background(), &collected); err != nil {
		t.Fatal(err)
	}
	counts, durations = map[string]int64{}, map[string]string{}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					counts[m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())] = p.Value
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					durations[m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())] = strconv.FormatUint(p.Count, 10)
				}
			}
		}
	}
	return counts, durations
}
