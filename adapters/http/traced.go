package httpapi

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"
)

const scope = "paybridge/adapters/http" // of spans and instruments

// traced opens the request's span, answers with its traceparent, and measures
// http.server.request.duration and http.server.active_requests.
//
// It stands in for otelfiber, which knows only names of metrics that are no longer used, records URLs
// with the keys in their queries, and takes a fifth of the time of a status question.
func (s *Server) traced() (fiber.Handler, error) {
	meters, err := newRequestMeters(s.meter())
	if err != nil {
		return nil, err
	}
	tracer, propagator, server := s.tracer(), propagation.TraceContext{}, trace.WithSpanKind(trace.SpanKindServer)
	return func(c *fiber.Ctx) error {
		began := time.Now()
		outer := c.UserContext()
		ctx := propagator.Extract(outer, incoming{c})
		ctx, span := tracer.Start(ctx, c.Method(), server)
		defer span.End()
		defer c.SetUserContext(outer)
		c.SetUserContext(ctx)
		propagator.Inject(ctx, outgoing{c})
		meters.active.Add(1)
		defer meters.active.Add(-1)
		if err := c.Next(); err != nil {
			_ = s.fail(c, err) // it answers itself; writing into memory cannot fail
		}
		meters.note(ctx, c, time.Since(began))
		describe(span, c)
		return nil
	}, nil
}

func (s *Server) tracer() trace.Tracer {
	if s.needs.Tracer != nil {
		return s.needs.Tracer.Tracer(scope)
	}
	return otel.Tracer(scope)
}

func (s *Server) meter() metric.Meter {
	if s.needs.Meter != nil {
		return s.needs.Meter.Meter(scope)
	}
	return otel.Meter(scope)
}

// describe names the span after its route, never after its URL: payment ids and keys stand there.
func describe(span trace.Span, c *fiber.Ctx) {
	if !span.IsRecording() {
		return
	}
	route, status := c.Route().Path, c.Response().StatusCode()
	span.SetName(c.Method() + " " + route)
	span.SetAttributes(
		semconv.HTTPRequestMethodKey.String(c.Method()), semconv.HTTPRoute(route), semconv.HTTPResponseStatusCode(status),
		attribute.String("http.request_id", reference(c)),
	)
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}

// requestMeters measure requests by method, route and status. There are few of these, so the sets of
// attributes are made once.
type requestMeters struct {
	duration metric.Float64Histogram
	active   *atomic.Int64 // looked at when metrics are collected, which is seldom
	sets     *sync.Map     // of requestKind to metric.MeasurementOption
}

type requestKind struct {
	method, route string
	status        int
}

func newRequestMeters(m metric.Meter) (requestMeters, error) {
	duration, err := m.Float64Histogram("http.server.request.duration", metric.WithUnit("s"), metric.WithDescription("How long requests took."),
		metric.WithExplicitBucketBoundaries(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10))
	if err != nil {
		return requestMeters{}, err
	}
	active := &atomic.Int64{}
	_, err = m.Int64ObservableUpDownCounter("http.server.active_requests", metric.WithDescription("Requests in work."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(active.Load())
			return nil
		}))
	return requestMeters{duration: duration, active: active, sets: &sync.Map{}}, err
}

func (m requestMeters) note(ctx context.Context, c *fiber.Ctx, took time.Duration) {
	kind := requestKind{method: c.Method(), route: c.Route().Path, status: c.Response().StatusCode()}
	set, known := m.sets.Load(kind)
	if !known {
		set = metric.WithAttributeSet(attribute.NewSet(
			semconv.HTTPRequestMethodKey.String(kind.method), semconv.HTTPRoute(kind.route), semconv.HTTPResponseStatusCode(kind.status),
		))
		m.sets.Store(kind, set)
	}
	m.duration.Record(ctx, took.Seconds(), set.(metric.MeasurementOption))
}

// incoming reads the request's headers for the propagator.
type incoming struct{ c *fiber.Ctx }

func (h incoming) Get(name string) string { return h.c.Get(name) }
func (h incoming) Set(string, string)     {}
func (h incoming) Keys() []string         { return nil }

// outgoing writes the answer's headers.
type outgoing struct{ c *fiber.Ctx }

func (h outgoing) Get(string) string      { return "" }
func (h outgoing) Set(name, value string) { h.c.Set(name, value) }
func (h outgoing) Keys() []string         { return nil }
