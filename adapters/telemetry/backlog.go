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
// oldest due job waits), and paybridge.payments.open by problem (doubtful, held) with parked letters.
func (t *Telemetry) WatchBacklog(read func(context.Context) (ports.Backlog, error), clock ports.Clock) error {
	jobs, err1 := t.meter.Int64ObservableGauge("paybridge.outbox.jobs", metric.WithDescription("Jobs of the outbox by state; dead ones wait for a person."))
	late, err2 := t.meter.Float64ObservableGauge("paybridge.outbox.late", metric.WithUnit("s"), metric.WithDescription("How long the oldest due job waits."))
	open, err3 := t.meter.Int64ObservableGauge("paybridge.payments.open", metric.WithDescription("Payments in doubt or on hold, and letters that belong to no known payment."))
	_, err4 := t.meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
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
		wait := time.Duration(0)
		if !b.OldestDue.IsZero() {
			wait = max(0, clock.Now().Sub(b.OldestDue))
		}
		o.ObserveFloat64(late, wait.Seconds())
		return nil
	}, jobs, late, open)
	return errors.Join(err1, err2, err3, err4)
}
