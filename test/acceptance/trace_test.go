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

// TestAnExternalCheckoutReadsAsOneTrace follows a reserved order from the page's script to the mall's
// notice, and looks for the buyer in every span.
func TestAnExternalCheckoutReadsAsOneTrace(t *testing.T) {
	t.Parallel()
	collector := tracing.Start(t)
	s := external(t, rig.Options{Postgres: true, Env: []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=100",
	}})
	payload := s.Post(payloadPath, rig.Payload{Mall: "demomall", Order: reservedNumber, Member: "canary-member-7"}.Body())
	dataOf(t, payload)
	token := tokenOf(t, s, code)
	reviewed(t, get(t, s, reviewPath+"?token="+token))
	dataOf(t, s.Post(payPath, `{"token":"`+token+`"}`))
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	get(t, s, agreedPath+"?reference_no="+reservedNumber)
	toldOfReserved(t, s)

	trace := strings.Split(payload.Header.Get("traceparent"), "-")[1]
	wanted := []string{"reserve order", "demo reserve order", "review order", "demo get buyer", "pay reservation", "demo pay order", "notify mall"}
	spans := collector.Wait(t, soon, func(spans []tracing.Span) bool {
		tree := tracing.Tree(spans, trace)
		for _, part := range wanted {
			if !strings.Contains(tree, part) {
				return false
			}
		}
		return true
	})
	for _, span := range spans {
		for name, value := range span.Attributes {
			for _, secret := range []string{"Maria Santos", "Mabini", "8123 4567", "canary-member-7", token} {
				if strings.Contains(value, secret) {
					t.Errorf("span %s shows %q in %s: %s", span.Name, secret, name, value)
				}
			}
		}
	}
}
