package telemetry

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"paybridge/domain/fault"
)

// instruments measure one sort of work: how often it ended how, and how long it took.
type instruments struct {
	ended    metric.Int64Counter
	duration metric.Float64Histogram
}

// newInstruments makes <prefix>.ended and <prefix>.duration. The buckets reach from a status answer
// out of memory to a company that uses up its whole time.
func newInstruments(meter metric.Meter, prefix, what string) (instruments, error) {
	ended, counterErr := meter.Int64Counter(prefix+".ended", metric.WithDescription("How often "+what+" ended, by outcome."))
	duration, histogramErr := meter.Float64Histogram(prefix+".duration",
		metric.WithDescription("How long "+what+" took, by outcome."), metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10))
	return instruments{ended: ended, duration: duration}, errors.Join(counterErr, histogramErr)
}

func (i instruments) record(ctx context.Context, took time.Duration, labels metric.MeasurementOption) {
	i.ended.Add(ctx, 1, labels)
	i.duration.Record(ctx, took.Seconds(), labels)
}

// labels are sets of attributes. There are few, and each is made once: sorting it again for every measurement
// costs more than to measure.
type labels struct{ known sync.Map }

// kind is what measurements of one set have in common. Kinds are comparable.
type kind interface{ attributes() []attribute.KeyValue }

func (l *labels) of(k kind) metric.MeasurementOption {
	if set, known := l.known.Load(k); known {
		return set.(metric.MeasurementOption)
	}
	set := metric.WithAttributeSet(attribute.NewSet(k.attributes()...))
	l.known.Store(k, set)
	return set
}

type handled struct{ handler, outcome string }

func (h handled) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("handler", h.handler), attribute.String("outcome", h.outcome)}
}

type called struct{ company, call, outcome string }

func (c called) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("company", c.company), attribute.String("call", c.call), attribute.String("outcome", c.outcome)}
}

type answered struct {
	source         string
	paid, repaired bool
}

func (a answered) attributes() []attribute.KeyValue {
	return append(a.told(), attribute.Bool("paid", a.paid))
}

// told is what the span says of it.
func (a answered) told() []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("source", a.source), attribute.Bool("repaired", a.repaired)}
}

// outcome is "ok" or the kind of the fault.
func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return kindName(fault.Of(err).Kind)
}

// settle writes the outcome of what a span covers into it. Only what somebody has to look at is an
// error of the span: refusals are everyday business. The fault's text stays out, it may quote input.
func settle(span trace.Span, err error) {
	if err == nil {
		return
	}
	f := fault.Of(err)
	span.SetAttributes(attribute.String("fault.kind", kindName(f.Kind)), attribute.String("fault.code", f.Code))
	if f.Kind == fault.Internal || f.Kind == fault.Indeterminate || f.Kind == fault.Unavailable {
		span.SetStatus(codes.Error, f.Code)
	}
}

func kindName(k fault.Kind) string {
	switch k {
	case fault.Internal:
		return "internal"
	case fault.Invalid:
		return "invalid"
	case fault.Unauthenticated:
		return "unauthenticated"
	case fault.Declined:
		return "declined"
	case fault.Forbidden:
		return "forbidden"
	case fault.NotFound:
		return "not_found"
	case fault.Conflict:
		return "conflict"
	case fault.RateLimited:
		return "rate_limited"
	case fault.Unsupported:
		return "unsupported"
	case fault.Indeterminate:
		return "indeterminate"
	case fault.Unavailable:
		return "unavailable"
	}
	return "unknown"
}
