package jobs

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"paybridge/ports"
)

// instruments are the worker's metrics. The Prometheus names are in the comments.
type instruments struct {
	runs         metric.Int64Counter       // jobs_run_total{kind,outcome}
	running      metric.Int64UpDownCounter // jobs_running{kind}
	duration     metric.Float64Histogram   // job_duration_seconds{kind}
	firstRun     metric.Float64Histogram   // job_first_run_delay_seconds{kind}: from its transaction
	leasesLost   metric.Int64Counter       // job_leases_lost_total{kind,reason}
	claimsFailed metric.Int64Counter       // job_claims_failed_total
}

// seconds are buckets from a local answer to a mall that hangs; 1 s is the promise for first tries.
var seconds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// newInstruments reports a meter that refuses an instrument to OpenTelemetry's error handler: what
// cannot be counted is worked nevertheless.
func newInstruments(m metric.Meter) instruments {
	var i instruments
	var errs [6]error
	i.runs, errs[0] = m.Int64Counter("jobs.run", metric.WithDescription("Runs of jobs by how they ended."))
	i.running, errs[1] = m.Int64UpDownCounter("jobs.running", metric.WithDescription("Jobs that run now."))
	i.duration, errs[2] = m.Float64Histogram("job.duration", metric.WithUnit("s"),
		metric.WithDescription("How long a run took, its stored end included."), metric.WithExplicitBucketBoundaries(seconds...))
	i.firstRun, errs[3] = m.Float64Histogram("job.first_run.delay", metric.WithUnit("s"),
		metric.WithDescription("From the transaction that enqueued a job until it ran first, a planned wait included; for notices: how late malls are told."), metric.WithExplicitBucketBoundaries(seconds...))
	i.leasesLost, errs[4] = m.Int64Counter("job.leases.lost", metric.WithDescription("Leases that ended while their job ran."))
	i.claimsFailed, errs[5] = m.Int64Counter("job.claims.failed", metric.WithDescription("Looks into the outbox that failed."))
	if err := errors.Join(errs[:]...); err != nil {
		otel.Handle(err)
	}
	return i
}

func (i instruments) began(ctx context.Context, j ports.Job, now time.Time) {
	i.running.Add(ctx, 1, kind(j))
	if j.Try == 1 && j.LastTry.IsZero() && !j.Enqueued.IsZero() {
		i.firstRun.Record(ctx, max(now.Sub(j.Enqueued), 0).Seconds(), kind(j))
	}
}

func (i instruments) ended(ctx context.Context, j ports.Job, o outcome, took time.Duration) {
	i.running.Add(ctx, -1, kind(j))
	i.duration.Record(ctx, took.Seconds(), kind(j))
	i.runs.Add(ctx, 1, kind(j), metric.WithAttributes(attribute.String("outcome", string(o))))
}

func (i instruments) lost(ctx context.Context, j ports.Job, reason string) {
	i.leasesLost.Add(ctx, 1, kind(j), metric.WithAttributes(attribute.String("reason", reason)))
}

func kind(j ports.Job) metric.MeasurementOption {
	return metric.WithAttributes(attribute.String("kind", string(j.Kind)))
}
