package jobs_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"paybridge/adapters/jobs"
)

func TestTheSpanOfAJobContinuesTheTraceOfItsCause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		spans := tracetest.NewSpanRecorder()
		b := setup(t, jobs.Config{Tracer: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))})
		b.run(t)
		b.outbox.enqueue(job(succeed, "a"), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
		b.outbox.enqueue(job(fail, "b"), "not a traceparent")
		b.announce()
		ended := spans.Ended()
		if len(ended) != 2 {
			t.Fatalf("%d spans", len(ended))
		}
		for _, s := range ended {
			switch parent := s.Parent(); s.Name() {
			case "job succeed":
				if parent.TraceID().String() != "4bf92f3577b34da6a3ce929d0e0e4736" || parent.SpanID().String() != "00f067aa0ba902b7" {
					t.Errorf("its parent is %v", parent)
				}
			case "job fail":
				if parent.IsValid() || s.Status().Code != codes.Error {
					t.Errorf("parent %v, status %v", parent, s.Status())
				}
			default:
				t.Errorf("span %q", s.Name())
			}
		}
	})
}

func TestTheTextOfAnErrorIsNotInTheSpan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		spans := tracetest.NewSpanRecorder()
		b := setup(t, jobs.Config{Tracer: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))})
		b.run(t)
		b.announce(job(fail, "a"), job(burst, "b"))
		for _, s := range spans.Ended() {
			if text := fmt.Sprint(s.Status(), s.Attributes(), s.Events()); strings.Contains(text, errDown.Error()) || strings.Contains(text, "a defect") {
				t.Errorf("%s carries %s", s.Name(), text)
			}
		}
	})
}

func TestRunsAreCountedByKindAndOutcome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader := sdkmetric.NewManualReader()
		b := setup(t, jobs.Config{Meter: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))})
		b.run(t)
		b.announce(job(succeed, "a"), job(succeed, "b"), job(fail, "c"), job(burst, "d"), job(wait, "e"))
		b.outbox.steal("e")
		close(b.letGo)
		synctest.Wait()
		expected := map[string]int64{"succeed done": 2, "fail failed": 1, "burst panicked": 1, "wait lease_lost": 1}
		if got := sums(t, reader, "jobs.run"); !maps.Equal(got, expected) {
			t.Errorf("got %v, expected %v", got, expected)
		}
		for kind, running := range sums(t, reader, "jobs.running") {
			if running != 0 {
				t.Errorf("%d jobs of kind %s still run", running, kind)
			}
		}
	})
}

func TestTheDelayOfAFirstRunCountsFromTheTransactionOfItsCause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader := sdkmetric.NewManualReader()
		b := setup(t, jobs.Config{Meter: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))})
		b.run(t)
		b.outbox.enqueue(job(fail, "a"), "")
		b.pass(250 * time.Millisecond)
		b.announce()
		b.pass(time.Hour) // retries are no first runs
		got := histogram(t, reader, "job.first_run.delay")
		if got.Count != 1 || got.Sum != 0.25 {
			t.Errorf("%d first runs, %v s late", got.Count, got.Sum)
		}
	})
}

func TestLeasesThatEndUnderARunningJobAreCountedWithTheReason(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader := sdkmetric.NewManualReader()
		b := setup(t, jobs.Config{Meter: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))})
		b.run(t)
		b.announce(job(wait, "a"))
		b.outbox.steal("a")
		b.pass(4 * time.Second)
		if got := sums(t, reader, "job.leases.lost"); !maps.Equal(got, map[string]int64{"wait taken": 1}) {
			t.Errorf("got %v", got)
		}
	})
}

// sums returns a counter by its attribute values in the order of their names: "kind outcome".
func sums(t *testing.T, reader sdkmetric.Reader, name string) map[string]int64 {
	t.Helper()
	data, ok := collect(t, reader, name).(metricdata.Sum[int64])
	if !ok {
		t.Fatalf("%s is no counter", name)
	}
	byAttributes := map[string]int64{}
	for _, point := range data.DataPoints {
		byAttributes[values(point.Attributes)] += point.Value
	}
	return byAttributes
}

func histogram(t *testing.T, reader sdkmetric.Reader, name string) metricdata.HistogramDataPoint[float64] {
	t.Helper()
	data, ok := collect(t, reader, name).(metricdata.Histogram[float64])
	if !ok || len(data.DataPoints) != 1 {
		t.Fatalf("%s is no histogram of one kind", name)
	}
	return data.DataPoints[0]
}

func collect(t *testing.T, reader sdkmetric.Reader, name string) metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name == name {
				return m.Data
			}
		}
	}
	return nil
}

func values(set attribute.Set) string {
	var texts []string
	for _, a := range set.ToSlice() {
		texts = append(texts, a.Value.AsString())
	}
	return strings.Join(slices.Clip(texts), " ")
}
