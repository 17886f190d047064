package acceptance_test

import (
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/tracing"
)

// TestAPaymentReadsAsOneTrace follows one order through all doors and finds checkout, company call,
// database writes, the buyer's return, the webhook and the notification in one trace.
func TestAPaymentReadsAsOneTrace(t *testing.T) {
	t.Parallel()
	collector := tracing.Start(t)
	s := rig.Start(t, rig.Options{Postgres: true, Env: []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=100",
	}})
	checkout := s.Post(checkoutPath, verbatim(t, "async_checkout"))
	if checkout.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", checkout.Status, checkout.Body)
	}
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	s.Post(callbackPath, verbatim(t, "async_callback"))
	s.Post(webhookPath, verbatim(t, "async_webhook"))
	toldPaid(t, s)

	trace := strings.Split(checkout.Header.Get("traceparent"), "-")[1]
	wanted := []string{"create checkout", "demo create order", "buyer return", "company webhook", "notify mall", "INSERT"}
	spans := collector.Wait(t, soon, func(spans []tracing.Span) bool {
		tree := tracing.Tree(spans, trace)
		for _, part := range wanted {
			if !strings.Contains(tree, part) {
				return false
			}
		}
		return true
	})
	t.Logf("\n%s", tracing.Tree(spans, trace))
	for _, s := range spans {
		for name, value := range s.Attributes {
			for _, secret := range []string{"demo-app-secret-key", rig.ServiceKey, "mock buyer", "PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM"} {
				if strings.Contains(value, secret) {
					t.Errorf("span %s shows %q in %s: %s", s.Name, secret, name, value)
				}
			}
		}
	}
	if !strings.Contains(s.Log(), trace) {
		t.Error("the log does not carry the trace id")
	}
}
