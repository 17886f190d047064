package telemetry

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"paybridge/ports"
)

// WatchBacklog shows how much work is open, as gauges that are read when somebody collects metrics:
// paybridge.outbox.jobs by state (dead ones wait for a person), paybridge.outbox.late (seconds that the
// oldest due job waits), paybridge.payments.open by problem (doubtful, held) with parked letters, and by
// kind (payment, refund) paybridge.unsettled by state (open, doubtful) with paybridge.unsettled.age, the
// seconds since the oldest was made.
func (t *Telemetry) WatchBacklog(read func(context.Context) (ports.Backlog, error), clock ports.Clock) error {
	jobs, err1 := t.meter.Int64ObservableGauge("paybridge.outbox.jobs", metric.WithDescription("Jobs of the outbox by state; dead ones wait for a person."))
	late, err2 := t.meter.Float64ObservableGauge("paybridge.outbox.late", metric.WithUnit("s"), metric.WithDescription("How long the oldest due job waits."))
	open, err3 := t.meter.Int64ObservableGauge("paybridge.payments.open", metric.WithDescription("Payments in doubt or on hold, and letters that belong to no known payment."))
	unsettled, err4 := t.meter.Int64ObservableGauge("paybridge.unsettled", metric.WithDescription("Payments and refunds that the companies have not ended; of the open ones, the doubtful have a call that may have happened."))
	age, err5 := t.meter.Float64ObservableGauge("paybridge.unsettled.age", metric.WithUnit("s"), metric.WithDescription("How long ago the oldest payment or refund was made that is not ended."))
	_, err6 := t.meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		b, err := read(ctx)
		if err != nil {
			return err
		}
		for state, n := range map[string]int64{"ready": b.Ready, "running": b.Running, "dead": b.Dead} {
			o.ObserveInt64(jobs, n, metric.WithAttributes(attribute.String("state", state)))
		}
		for problem, n := range map[string]int64{"doubtful": b.Doubtful, "held": b.Held, "parked": b.Parked} {
			o.ObserveInt64(open, n, metric.WithAttributes(attribute.String("problem", problem)))
		}
		o.ObserveFloat64(late, ago(clock, b.OldestDue))
		for kind, u := range map[string]ports.Unsettled{"payment": b.Payments, "refund": b.Refunds} {
			of := attribute.String("kind", kind)
			o.ObserveInt64(unsettled, u.Open, metric.WithAttributes(of, attribute.String("state", "open")))
			o.ObserveInt64(unsettled, u.Doubtful, metric.WithAttributes(of, attribute.String("state", "doubtful")))
			o.ObserveFloat64(age, ago(clock, u.Oldest), metric.WithAttributes(of))
		}
		return nil
	}, jobs, late, open, unsettled, age)
	return errors.Join(err1, err2, err3, err4, err5, err6)
}

// ago is how many seconds have passed since then; 0 when it never was.
func ago(clock ports.Clock, then time.Time) float64 {
	if then.IsZero() {
		return 0
	}
	return max(0, clock.Now().Sub(then)).Seconds()
}
