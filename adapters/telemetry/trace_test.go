package telemetry_test

import (
	"context"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"paybridge/domain/fault"
)

const (
	checkoutTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	checkoutSpan   = "00f067aa0ba902b7"
	checkoutParent = "00-" + checkoutTrace + "-" + checkoutSpan + "-01"
)

func only(t *testing.T, b bench, name string) tracetest.SpanStub {
	t.Helper()
	for _, s := range b.spans.GetSpans() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no span %s in %v", name, b.spans.GetSpans())
	return tracetest.SpanStub{}
}

func TestAJoinedSpanContinuesTheTraceAndIsLinkedToWhereItRuns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, webhook := b.tracers.Tracer("test").Start(t.Context(), "webhook")
	joined, end := b.Join(ctx, checkoutParent, "record result")
	if got := b.Current(joined); !strings.HasPrefix(got, "00-"+checkoutTrace+"-") || got == checkoutParent {
		t.Errorf("inside, the traceparent is %s", got)
	}
	end(nil)
	webhook.End()
	s := only(t, b, "record result")
	if s.SpanContext.TraceID().String() != checkoutTrace || s.Parent.SpanID().String() != checkoutSpan {
		t.Errorf("it is span %s below %s", s.SpanContext.TraceID(), s.Parent.SpanID())
	}
	if len(s.Links) != 1 || !s.Links[0].SpanContext.Equal(webhook.SpanContext()) {
		t.Errorf("it is linked to %v", s.Links)
	}
}

func TestWithoutAValidTraceparentAJoinedSpanIsAChild(t *testing.T) {
	t.Parallel()
	for _, traceparent := range []string{"", "nonsense", "00-" + strings.Repeat("0", 32) + "-" + checkoutSpan + "-01", "ff-" + checkoutTrace + "-" + checkoutSpan + "-01"} {
		b := setup(t)
		ctx, job := b.tracers.Tracer("test").Start(t.Context(), "job")
		_, end := b.Join(ctx, traceparent, "notify")
		end(nil)
		job.End()
		if s := only(t, b, "notify"); s.Parent.SpanID() != job.SpanContext().SpanID() || len(s.Links) != 0 {
			t.Errorf("%q: below %s, linked to %v", traceparent, s.Parent.SpanID(), s.Links)
		}
	}
}

func TestASpanIsNotLinkedToItsOwnParent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, job := b.tracers.Tracer("test").Start(t.Context(), "job")
	_, end := b.Join(ctx, b.Current(ctx), "notify")
	end(nil)
	job.End()
	if s := only(t, b, "notify"); s.Parent.SpanID() != job.SpanContext().SpanID() || len(s.Links) != 0 {
		t.Errorf("below %s, linked to %v", s.Parent.SpanID(), s.Links)
	}
}

func TestAJoinedSpanEndsWithTheOutcome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, end := b.Join(t.Context(), checkoutParent, "notify")
	end(fault.New(fault.Unavailable, "mall_unreachable", ""))
	if s := only(t, b, "notify"); s.Status.Code != codes.Error || s.Status.Description != "mall_unreachable" {
		t.Errorf("status %v", s.Status)
	}
}

func TestJoiningKeepsTheContext(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	joined, end := b.Join(ctx, checkoutParent, "notify")
	defer end(nil)
	cancel()
	if joined.Err() == nil {
		t.Error("the joined context survives its parent")
	}
}

func TestOutsideOfSpansThereIsNoTraceparent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if got := b.Current(t.Context()); got != "" {
		t.Errorf("got %q", got)
	}
	remote := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	want := "00-01000000000000000000000000000000-0200000000000000-01"
	if got := b.Current(trace.ContextWithSpanContext(t.Context(), remote)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
