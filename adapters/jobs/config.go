package jobs

import (
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Config shapes a Worker. The zero value of every field means its default.
type Config struct {
	Workers int           // jobs that run at once; 64: most of them wait for a mall or a company
	PerPeer int           // ... of them for one peer, so that one dead mall delays nobody else; 8
	Lease   time.Duration // how long a silent worker keeps a job from the others; 10 s
	Poll    time.Duration // how often to look without being woken; 1 s
	Rest    time.Duration // how long to let jobs end after work was found, before looking again; 10 ms, negative for not at all
	Limit   time.Duration // the longest run of a job; 1 min
	Drain   time.Duration // how long running jobs may go on after the shutdown began; 10 s

	Random func() float64       // spreads retries; in [0, 1), safe for concurrent use
	Tracer trace.TracerProvider // the global one
	Meter  metric.MeterProvider // the global one
}

func (c Config) withDefaults() Config {
	c.Workers = or(c.Workers, 64)
	c.PerPeer = or(c.PerPeer, 8)
	c.Lease = or(c.Lease, 10*time.Second)
	c.Poll = or(c.Poll, time.Second)
	if c.Rest == 0 {
		c.Rest = 10 * time.Millisecond // little beside what a mall or a company needs to answer, much beside a claim
	}
	c.Limit = or(c.Limit, time.Minute)
	c.Drain = or(c.Drain, 10*time.Second)
	if c.Random == nil {
		c.Random = rand.Float64
	}
	if c.Tracer == nil {
		c.Tracer = otel.GetTracerProvider()
	}
	if c.Meter == nil {
		c.Meter = otel.GetMeterProvider()
	}
	return c
}

func or[T int | time.Duration](value, otherwise T) T {
	if value > 0 {
		return value
	}
	return otherwise
}
