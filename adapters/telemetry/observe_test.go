package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"paybridge/adapters/telemetry"
	"paybridge/domain/fault"
	"paybridge/ports"
)

type order struct{ canary string }

// observe runs a handler that ends with err under observation.
func observe(t *testing.T, b bench, err error) error {
	t.Helper()
	h := telemetry.Observe(b.Telemetry, "CreateCheckout", ports.HandlerFunc[order, string](
		func(ctx context.Context, in order) (string, error) {
			if !trace.SpanContextFromContext(ctx).IsValid() {
				t.Error("the handler runs outside its span")
			}
			return "page of " + in.canary, err
		}))
	out, got := h.Handle(t.Context(), order{"canary"})
	if out != "page of canary" {
		t.Errorf("the answer was changed to %q", out)
	}
	return got
}

func TestEveryOutcomeIsASpanAndACount(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]struct {
		name string
		bad  bool
	}{
		fault.Internal: {"internal", true}, fault.Invalid: {"invalid", false}, fault.Unauthenticated: {"unauthenticated", false},
		fault.Declined: {"declined", false}, fault.Forbidden: {"forbidden", false}, fault.NotFound: {"not_found", false},
		fault.Conflict: {"conflict", false}, fault.RateLimited: {"rate_limited", false}, fault.Unsupported: {"unsupported", false},
		fault.Indeterminate: {"indeterminate", true}, fault.Unavailable: {"unavailable", true}, 99: {"unknown", false},
	} {
		b := setup(t)
		cause := fault.New(kind, "some_code", "canary").Because(errors.New("canary"))
		if err := observe(t, b, fault.Wrap(cause, "canary")); !errors.Is(err, cause) {
			t.Errorf("%s: the error became %v", want.name, err)
		}
		span := b.spans.GetSpans()[0]
		if span.Name != "CreateCheckout" || (span.Status.Code == codes.Error) != want.bad {
			t.Errorf("%s: span %s with status %v", want.name, span.Name, span.Status)
		}
		text := fmt.Sprint(span.Attributes, span.Status, span.Events)
		if !strings.Contains(text, want.name) || !strings.Contains(text, "some_code") || strings.Contains(text, "canary") {
			t.Errorf("%s: the span says %s", want.name, text)
		}
		if got := b.ended(t, "paybridge.handler"); got["handler=CreateCheckout,outcome="+want.name] != 1 || len(got) != 1 {
			t.Errorf("%s: counted %v", want.name, got)
		}
	}
}

func TestSuccessIsCountedAsOK(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 3 {
		if err := observe(t, b, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.ended(t, "paybridge.handler"); got["handler=CreateCheckout,outcome=ok"] != 3 {
		t.Errorf("counted %v", got)
	}
	if span := b.spans.GetSpans()[0]; span.Status.Code != codes.Unset || len(span.Attributes) != 0 {
		t.Errorf("the span says %v %v", span.Status, span.Attributes)
	}
}

func TestAPanicIsSeenAndGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := telemetry.Observe(b.Telemetry, "Broken", ports.HandlerFunc[int, int](func(context.Context, int) (int, error) { panic("canary") }))
	func() {
		defer func() {
			if got := recover(); got != "canary" {
				t.Errorf("the panic became %v", got)
			}
		}()
		_, _ = h.Handle(t.Context(), 1)
	}()
	if got := b.ended(t, "paybridge.handler"); got["handler=Broken,outcome=internal"] != 1 {
		t.Errorf("counted %v", got)
	}
	if spans := b.spans.GetSpans(); len(spans) != 1 || spans[0].Status.Code != codes.Error {
		t.Errorf("spans %v", spans)
	}
}

func TestCallsOfCompaniesAreCountedByOutcome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Call(t.Context(), "demo", "open", time.Second, nil)
	b.Call(t.Context(), "demo", "open", time.Second, fault.New(fault.Indeterminate, "no_answer", ""))
	got := b.ended(t, "paybridge.company")
	if got["call=open,company=demo,outcome=ok"] != 1 || got["call=open,company=demo,outcome=indeterminate"] != 1 || len(got) != 2 {
		t.Errorf("counted %v", got)
	}
}

// BenchmarkObserve is what watching costs a handler that does nothing and is not recorded.
func BenchmarkObserve(b *testing.B) {
	t := silent(b)
	h := telemetry.Observe(t, "PaymentStatus", ports.HandlerFunc[int, int](func(_ context.Context, in int) (int, error) { return in, nil }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Handle(context.Background(), 1); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWhoAnsweredAStatusQuestionIsInItsSpanAndCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, source := range []string{"view", "database", "company"} {
		for _, repaired := range []bool{false, true} {
			ctx, span := b.tracers.Tracer("test").Start(t.Context(), "status")
			b.Status(ctx, source, true, repaired)
			b.Status(ctx, source, true, repaired)
			span.End()
			counts, _ := b.collected(t)
			name := fmt.Sprintf("paybridge.status.answered paid=true,repaired=%t,source=%s", repaired, source)
			if counts[name] != 2 {
				t.Errorf("%s was counted %d times: %v", name, counts[name], counts)
			}
			spans := b.spans.GetSpans()
			said := fmt.Sprint(spans[len(spans)-1].Attributes)
			if !strings.Contains(said, source) || !strings.Contains(said, fmt.Sprint(repaired)) {
				t.Errorf("the span says %s", said)
			}
		}
	}
}
