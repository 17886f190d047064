package telemetry

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"paybridge/ports"
)

var _ ports.Trace = (*Telemetry)(nil)

const traceparentHeader = "traceparent"

// Current implements ports.Trace.
func (t *Telemetry) Current(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier.Get(traceparentHeader)
}

// Join implements ports.Trace.
func (t *Telemetry) Join(ctx context.Context, traceparent, name string) (context.Context, func(error)) {
	var options []trace.SpanStartOption
	current, joined := trace.SpanContextFromContext(ctx), parse(traceparent)
	if joined.IsValid() && current.TraceID() != joined.TraceID() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, joined)
		if current.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: current}))
		}
	}
	started := time.Now()
	ctx, span := t.tracer.Start(ctx, name, options...)
	return ctx, func(err error) {
		settle(span, err)
		span.End()
		t.tell(ctx, slog.LevelInfo, name, time.Since(started), err)
	}
}

// parse returns the span that a traceparent names, or an invalid one.
func parse(traceparent string) trace.SpanContext {
	carrier := propagation.MapCarrier{traceparentHeader: traceparent}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), carrier))
}
