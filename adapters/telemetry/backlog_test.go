package telemetry_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace/noop"

	"paybridge/adapters/telemetry"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

func TestDeadLettersAndWhatWaitsForAPersonAreGauges(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	watched, err := telemetry.New(noop.NewTracerProvider(), sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	if err != nil {
		t.Fatal(err)
	}
	clock := fakeclock.New(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	backlog := ports.Backlog{
		Ready: 5, Running: 2, Dead: 3, Doubtful: 1, Held: 4, Parked: 6, OldestDue: clock.Now().Add(-90 * time.Second),
		Payments: ports.Unsettled{Open: 7, Doubtful: 1, Oldest: clock.Now().Add(-time.Hour)}, Refunds: ports.Unsettled{Open: 2, Doubtful: 2},
	}
	if err := watched.WatchBacklog(func(context.Context) (ports.Backlog, error) { return backlog, nil }, clock); err != nil {
		t.Fatal(err)
	}
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Gauge[int64]:
				for _, p := range data.DataPoints {
					got[strings.Join(append([]string{m.Name}, values(p.Attributes)...), " ")] = float64(p.Value)
				}
			case metricdata.Gauge[float64]:
				for _, p := range data.DataPoints {
					got[strings.Join(append([]string{m.Name}, values(p.Attributes)...), " ")] = p.Value
				}
			}
		}
	}
	for name, want := range map[string]float64{
		"paybridge.outbox.jobs ready": 5, "paybridge.outbox.jobs running": 2, "paybridge.outbox.jobs dead": 3,
		"paybridge.payments.open doubtful": 1, "paybridge.payments.open held": 4, "paybridge.payments.open parked": 6,
		"paybridge.outbox.late":                90,
		"paybridge.unsettled payment open":     7,
		"paybridge.unsettled payment doubtful": 1,
		"paybridge.unsettled refund open":      2,
		"paybridge.unsettled refund doubtful":  2,
		"paybridge.unsettled.age payment":      3600,
		"paybridge.unsettled.age refund":       0,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
}

// values are the values of attributes, in the order of their names.
func values(of attribute.Set) []string {
	var list []string
	for _, a := range of.ToSlice() {
		list = append(list, a.Value.AsString())
	}
	return list
}
