package telemetry

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// errPanicked is what a handler ended with that never returned; the panic itself goes on.
var errPanicked = fault.New(fault.Internal, "panicked", "the handler panicked")

// Observe wraps a command or query: a span of that name, with kind and code of the fault that ended
// it, the metrics paybridge.handler.ended and paybridge.handler.duration by handler and outcome, and
// one line in the log.
func Observe[In, Out any](t *Telemetry, name string, h ports.Handler[In, Out]) ports.Handler[In, Out] {
	return observe(t, name, slog.LevelInfo, h)
}

// ObserveQuery is Observe for what only answers: questions come by the thousands and change nothing, so
// their line is for debugging.
func ObserveQuery[In, Out any](t *Telemetry, name string, h ports.Handler[In, Out]) ports.Handler[In, Out] {
	return observe(t, name, slog.LevelDebug, h)
}

func observe[In, Out any](t *Telemetry, name string, level slog.Level, h ports.Handler[In, Out]) ports.Handler[In, Out] {
	return ports.HandlerFunc[In, Out](func(ctx context.Context, in In) (out Out, err error) {
		ctx, end := t.begin(ctx, name, level)
		err = errPanicked
		defer func() { end(err) }()
		return h.Handle(ctx, in)
	})
}

func (t *Telemetry) begin(ctx context.Context, name string, level slog.Level) (context.Context, func(error)) {
	started := time.Now()
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, func(err error) {
		settle(span, err)
		span.End()
		took := time.Since(started)
		t.handlers.record(ctx, took, t.labels.of(handled{name, outcome(err)}))
		t.tell(ctx, level, name, took, err)
	}
}

// Status records who answered a status question: the view, the database, or the company, asked for it;
// and whether that repaired the view. The span says it too.
func (t *Telemetry) Status(ctx context.Context, source string, paid, repaired bool) {
	a := answered{source: source, paid: paid, repaired: repaired}
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.SetAttributes(a.told()...)
	}
	t.statuses.Add(ctx, 1, t.labels.of(a))
}

// Call records one call to a payment company, as paybridge.company.ended and
// paybridge.company.duration by company, call and outcome.
//
// It is a recorder and no decorator of ports.Gateway, because what a company can do is told by the
// optional interfaces that its adapter implements: a wrapper would have to exist once for every
// combination of them, or would promise what the company cannot do. The one place that every call of
// every company passes is the transport, and bootstrap hands it this method.
func (t *Telemetry) Call(ctx context.Context, company, call string, took time.Duration, err error) {
	t.calls.record(ctx, took, t.labels.of(called{company, call, outcome(err)}))
}
