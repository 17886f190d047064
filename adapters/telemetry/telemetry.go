package telemetry

import (
	"net/http"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// scope names this package as the source of its spans and metrics.
const scope = "paybridge/adapters/telemetry"

// Telemetry holds the instruments of the service. It implements ports.Trace and is safe for
// concurrent use.
type Telemetry struct {
	tracer   trace.Tracer
	handlers instruments
	calls    instruments
	metrics  http.Handler
}

// New returns a Telemetry over providers that somebody else set up. Its MetricsHandler has nothing
// to tell. Start is New for the whole process.
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
	return &Telemetry{tracer: tracers.Tracer(scope), handlers: handlers, calls: calls, metrics: http.NotFoundHandler()}, nil
}

// MetricsHandler serves all metrics of the process in the Prometheus format.
func (t *Telemetry) MetricsHandler() http.Handler { return t.metrics }
