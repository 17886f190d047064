package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// scope names this package as the source of its spans and metrics.
const scope = "paybridge/adapters/telemetry"

// Telemetry holds the instruments of the service. It implements ports.Trace and is safe for
// concurrent use.
type Telemetry struct {
	tracer   trace.Tracer
	meter    metric.Meter
	handlers instruments
	calls    instruments
	statuses metric.Int64Counter
	settled  metric.Int64Counter
	alarms   metric.Int64Counter
	metrics  http.Handler
	log      *slog.Logger
	labels   labels
}

// New returns a Telemetry over providers that somebody else set up. Its MetricsHandler has nothing
// to tell, and it logs nowhere. Start is New for the whole process.
func New(tracers trace.TracerProvider, meters metric.MeterProvider) (*Telemetry, error) {
	meter := meters.Meter(scope)
	handlers, err := newInstruments(meter, "paybridge.handler", "commands and queries")
	if err != nil {
		return nil, err
	}
	calls, err := newInstruments(meter, "paybridge.company", "calls to payment companies")
	if err != nil {
		return nil, err
	}
	statuses, err := meter.Int64Counter("paybridge.status.answered", metric.WithDescription("status questions answered, by who knew the answer"))
	if err != nil {
		return nil, err
	}
	settled, err := meter.Int64Counter("paybridge.settled", metric.WithDescription("attempts and refunds that ended, by what they ended as and who found it"))
	if err != nil {
		return nil, err
	}
	alarms, err := alarming(meter)
	if err != nil {
		return nil, err
	}
	return &Telemetry{
		tracer: tracers.Tracer(scope), meter: meter, handlers: handlers, calls: calls, statuses: statuses, settled: settled, alarms: alarms,
		metrics: http.NotFoundHandler(), log: slog.New(slog.DiscardHandler),
	}, nil
}

// tell writes the line that a step leaves in the log: which, how it ended, how long it took. What went
// wrong is logged once, by whoever answers for it.
func (t *Telemetry) tell(ctx context.Context, level slog.Level, step string, took time.Duration, err error) {
	if t.log.Enabled(ctx, level) {
		t.log.Log(ctx, level, "step", "name", step, "outcome", outcome(err), "took", took)
	}
}

// MetricsHandler serves all metrics of the process in the Prometheus format.
func (t *Telemetry) MetricsHandler() http.Handler { return t.metrics }
