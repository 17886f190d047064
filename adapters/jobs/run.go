package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// work runs one claimed job from its span to its stored verdict, and makes room for the next.
func (w *Worker) work(ctx context.Context, j ports.Job, until time.Time) {
	defer w.Wake()
	defer w.running.Add(-1)
	ctx, span := w.tracer.Start(join(ctx, j), "job "+string(j.Kind), trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
		attribute.String("job.kind", string(j.Kind)), attribute.Int64("job.id", j.ID), attribute.Int("job.try", j.Try),
		attribute.Bool("job.woken", j.Woken), attribute.String("job.peer", j.Peer),
	))
	defer span.End()
	started := w.clock.Now()
	w.count.began(ctx, j, started)

	held, release := w.hold(ctx, j, until)
	verdict, err := w.handle(held, j)
	until, interrupted := release()
	end := w.judge(j, verdict, err, interrupted)
	if end.outcome != leaseLost {
		end = w.finish(ctx, j, end, until)
	}

	w.report(ctx, j, end)
	describe(span, end)
	w.count.ended(ctx, j, end.outcome, w.clock.Now().Sub(started))
}

// join continues the trace of the transaction that enqueued the job.
func join(ctx context.Context, j ports.Job) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": j.Trace})
}

// describe tells the span how the run ended. Error texts may quote foreign answers: they go to the
// log, and only the outcome to the span.
func describe(span trace.Span, e ending) {
	span.SetAttributes(attribute.String("job.outcome", string(e.outcome)))
	if e.outcome != done && e.outcome != again {
		span.SetStatus(codes.Error, string(e.outcome))
	}
}

// handle runs the job's handler. A panic is contained: it is an error of ours, and no other job's.
func (w *Worker) handle(ctx context.Context, j ports.Job) (_ ports.Verdict, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = errBrokenOff.Because(&panicError{value: value, stack: debug.Stack()})
		}
	}()
	handler, known := w.handlers[j.Kind]
	if !known {
		return ports.Verdict{}, fault.Newf(fault.Unsupported, "unknown_kind", "this version does not know jobs of kind %s", j.Kind)
	}
	return handler.Handle(ctx, j)
}

var errBrokenOff = fault.New(fault.Internal, "panic", "the job's handler broke off")

type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// finish stores the ending, again and again while the lease lasts: work that is done shall not be
// repeated because the database was away for a moment. A shutdown ends the repetitions.
func (w *Worker) finish(ctx context.Context, j ports.Job, e ending, until time.Time) ending {
	for {
		err := w.store(ctx, j, e.verdict)
		switch {
		case err == nil:
			return e
		case isLost(err):
			return ending{verdict: e.verdict, outcome: leaseLost, err: err}
		case !w.clock.Now().Add(w.config.Poll).Before(until):
			return ending{verdict: e.verdict, outcome: notStored, err: err}
		}
		select {
		case <-w.clock.After(w.config.Poll):
		case <-ctx.Done():
			return ending{verdict: e.verdict, outcome: notStored, err: err}
		}
	}
}

// store makes one attempt. A time to run again that has passed meanwhile would read as "done", so it
// is moved behind now.
func (w *Worker) store(ctx context.Context, j ports.Job, v ports.Verdict) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storing)
	defer cancel()
	if soonest := w.clock.Now().Add(soon); !v.Again.IsZero() && v.Again.Before(soonest) {
		v.Again = soonest
	}
	return w.outbox.Finish(ctx, j, v)
}

// report writes what people should know: nothing loud for what goes as planned.
func (w *Worker) report(ctx context.Context, j ports.Job, e ending) {
	attributes := []slog.Attr{
		slog.String("outcome", string(e.outcome)), slog.String("word", e.verdict.Word), slog.String("kind", string(j.Kind)),
		slog.Int64("job", j.ID), slog.String("key", j.Key), slog.Int("try", j.Try),
	}
	if !e.verdict.Again.IsZero() {
		attributes = append(attributes, slog.Time("again", e.verdict.Again))
	}
	if e.err != nil {
		attributes = append(attributes, slog.Any("error", e.err))
	}
	w.log.LogAttrs(ctx, e.outcome.level(), "job ran", attributes...)
}
