package telemetry

import (
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"paybridge/domain/order"
)

func TestWhatShouldNotHappenIsAnAlarm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		event order.Event
		want  string
	}{
		"equal refunds that nobody confirms":    {order.Event{Kind: order.RefundRepeated}, repeatedRefund},
		"a cancel that anybody may have signed": {order.Event{Kind: order.RefundUnproven}, unprovenCancel},
		"another refund than ours":              {order.Event{Kind: order.RefundContradicts}, contradiction},
		"money that left without us":            {order.Event{Kind: order.OutsideRefund}, outsideRefund},
		"an order that is paid twice":           {order.Event{Kind: order.SurplusFound}, secondPayment},
		"a refused notice of a payment":         {order.Event{Kind: order.MallRefused}, refusedNotice},
		"a refused notice of a refund":          {order.Event{Kind: order.RefundNoticeRefused}, refusedNotice},
		"a buyer who pays late":                 {order.Event{Kind: order.Raised, From: "expired", To: "paid", Door: order.WebhookDoor}, lateMoney},
		"a refund that is done after all":       {order.Event{Kind: order.RefundRaised, From: "not_executed", To: "refunded", Door: order.ReconcilerDoor}, revivedRefund},
		"a rejected refund that is worked on":   {order.Event{Kind: order.RefundRaised, From: "rejected", To: "pending", Door: order.WebhookDoor}, revivedRefund},
		"a refund that the bank sent back":      {order.Event{Kind: order.RefundRaised, From: "refunded", To: "reversed", Door: order.WebhookDoor}, reversedRefund},

		"a payment":                           {order.Event{Kind: order.Raised, From: "pending", To: "paid"}, ""},
		"an end":                              {order.Event{Kind: order.Raised, From: "expired", To: "failed"}, ""},
		"a refund":                            {order.Event{Kind: order.RefundRaised, From: "sent", To: "refunded"}, ""},
		"a payment by an operator's word":     {order.Event{Kind: order.Raised, From: "expired", To: "paid", Door: order.OperatorDoor}, ""},
		"a refund by an operator's word":      {order.Event{Kind: order.RefundRaised, From: "rejected", To: "refunded", Door: order.OperatorDoor}, ""},
		"a notice that the mall has taken":    {order.Event{Kind: order.MallTold}, ""},
		"the same wish of the mall once more": {order.Event{Kind: order.RefundRequestedAgain}, ""},
	} {
		if got := alarm(tc.event); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestEveryAlarmIsCountedFromZero(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	counter, err := alarming(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 1, about(outsideRefund))
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	sum, is := collected.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64])
	if !is || len(sum.DataPoints) != len(alarms) {
		t.Fatalf("%+v", collected)
	}
	for _, p := range sum.DataPoints {
		what, _ := p.Attributes.Value("what")
		if want := map[string]int64{outsideRefund: 1}[what.AsString()]; p.Value != want {
			t.Errorf("%s: %d, want %d", what.AsString(), p.Value, want)
		}
	}
}
