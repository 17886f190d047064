package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// The alarms: what is stored like everything else and, unlike it, is nothing that should happen.
const (
	repeatedRefund = "refund_repeated"     // the same signed text asked for money again within minutes, and nobody could say whether the mall meant it
	unprovenCancel = "refund_unproven"     // somebody sent a signature that others than the mall can have
	contradiction  = "refund_contradicts"  // the company speaks of another refund than ours
	revivedRefund  = "refund_after_all"    // money went back after its refund had been given up
	reversedRefund = "refund_reversed"     // the buyer's bank sent a refund back
	outsideRefund  = "outside_refund"      // money left at the company without us
	lateMoney      = "paid_after_closed"   // a buyer paid what had come to its end
	secondPayment  = "paid_twice"          // a buyer paid an order again
	refusedNotice  = "mall_refuses_notice" // the mall keeps refusing to hear of a payment or refund
)

var alarms = []string{
	repeatedRefund, unprovenCancel, contradiction, revivedRefund, reversedRefund, outsideRefund, lateMoney, secondPayment, refusedNotice,
}

// alarming makes the counter of alarms, paybridge.alarms by what happened. Every alarm is there from the
// beginning, at zero: of a counter that appears with its first count nobody sees the increase.
func alarming(meter metric.Meter) (metric.Int64Counter, error) {
	counter, err := meter.Int64Counter("paybridge.alarms", metric.WithDescription("What should not happen and did, such as money that moved without us, by what it was."))
	if err != nil {
		return nil, err
	}
	for _, what := range alarms {
		counter.Add(context.Background(), 0, about(what))
	}
	return counter, nil
}

func about(what string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String("what", what)))
}

// alarm says what an event is an alarm about; "" when it is none.
func alarm(e order.Event) string {
	switch e.Kind { //nolint:exhaustive // all others are everyday business
	case order.RefundRepeated:
		return repeatedRefund
	case order.RefundUnproven:
		return unprovenCancel
	case order.RefundContradicts:
		return contradiction
	case order.OutsideRefund:
		return outsideRefund
	case order.SurplusFound:
		return secondPayment
	case order.MallRefused, order.RefundNoticeRefused:
		return refusedNotice
	case order.Raised:
		from, err := payment.ParseState(e.From)
		if err == nil && from.Closed() && e.To == payment.Paid.String() && e.Door != order.OperatorDoor {
			return lateMoney
		}
	case order.RefundRaised:
		return surprise(e)
	}
	return ""
}

// surprise is the alarm about a refund that had come to its end and moved on.
func surprise(e order.Event) string {
	from, err := refund.ParseState(e.From)
	switch {
	case err != nil || e.Door == order.OperatorDoor:
	case e.To == refund.Reversed.String():
		return reversedRefund
	case from == refund.Rejected, from == refund.NotExecuted:
		return revivedRefund
	}
	return ""
}
