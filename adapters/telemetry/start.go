package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Config describes the process to those who watch it.
type Config struct {
	Service string       // empty: "paybridge"; OTEL_SERVICE_NAME goes before
	Version string       // of the program
	Logger  *slog.Logger // gets a line for every step, and hears of exporters that fail; nil: nobody does
}

// Start sets up traces and metrics for the whole process, by the standard OTEL_* variables, and
// makes them OpenTelemetry's global providers. The error names every variable that is wrong.
//
// Traces and metrics are exported by OTLP over HTTP where an endpoint is configured; metrics are
// served by MetricsHandler in any case. Without a trace exporter spans are not recorded but still
// have ids. The returned function sends what is left and ends the exporters; ctx bounds it.
func Start(ctx context.Context, c Config) (*Telemetry, func(context.Context) error, error) {
	p, err := readPlan()
	if err != nil {
		return nil, nil, err
	}
	about, err := describe(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	tracers, err := newTracers(ctx, about, p)
	if err != nil {
		return nil, nil, err
	}
	registry := prometheus.NewRegistry()
	meters, err := newMeters(ctx, about, p, registry)
	if err != nil {
		return nil, nil, errors.Join(err, tracers.Shutdown(ctx))
	}
	t, err := New(tracers, meters) //nolint:contextcheck // that its counters begin at zero belongs to no request
	if err != nil {
		return nil, nil, errors.Join(err, tracers.Shutdown(ctx), meters.Shutdown(ctx))
	}
	t.metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	if c.Logger != nil {
		t.log = c.Logger
	}
	makeGlobal(ctx, tracers, meters, t.log)
	stop := func(ctx context.Context) error { return errors.Join(tracers.Shutdown(ctx), meters.Shutdown(ctx)) }
	return t, stop, nil
}

// makeGlobal serves the libraries that know the global providers only. Baggage is not propagated:
// whatever somebody sends us as baggage would travel on to payment companies.
func makeGlobal(ctx context.Context, tracers *sdktrace.TracerProvider, meters *sdkmetric.MeterProvider, logger *slog.Logger) {
	ctx = context.WithoutCancel(ctx) // exporters outlive the start
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		logger.WarnContext(ctx, "telemetry could not be exported", "error", err)
	}))
	otel.SetTracerProvider(tracers)
	otel.SetMeterProvider(meters)
	otel.SetTextMapPropagator(propagation.TraceContext{})
}

func describe(ctx context.Context, c Config) (*resource.Resource, error) {
	about, err := resource.New(ctx,
		resource.WithService(), // the instance id, by which several processes are told apart
		resource.WithAttributes(
			attribute.String("service.name", cmp.Or(c.Service, "paybridge")),
			attribute.String("service.version", c.Version),
		),
		resource.WithTelemetrySDK(),
		resource.WithFromEnv(), // last, so that it goes before
	)
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return about, nil
}

func newTracers(ctx context.Context, about *resource.Resource, p plan) (*sdktrace.TracerProvider, error) {
	if !p.traces {
		return sdktrace.NewTracerProvider(sdktrace.WithResource(about), sdktrace.WithSampler(sdktrace.NeverSample())), nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("trace exporter: %w", err)
	}
	return sdktrace.NewTracerProvider(sdktrace.WithResource(about), sdktrace.WithBatcher(exporter)), nil
}

func newMeters(ctx context.Context, about *resource.Resource, p plan, registry *prometheus.Registry) (*sdkmetric.MeterProvider, error) {
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	served, err := otelprometheus.New(otelprometheus.WithRegisterer(registry), otelprometheus.WithoutScopeInfo(),
		otelprometheus.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithSuffixes))
	if err != nil {
		return nil, fmt.Errorf("metrics page: %w", err)
	}
	options := []sdkmetric.Option{sdkmetric.WithResource(about), sdkmetric.WithReader(served)}
	if p.metrics {
		exporter, err := otlpmetrichttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("metric exporter: %w", err)
		}
		options = append(options, sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	}
	return sdkmetric.NewMeterProvider(options...), nil
}
