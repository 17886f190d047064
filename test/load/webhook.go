package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/outside"
	"paybridge/test/load/pgbench"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// What was promised.
const (
	leastWebhooks  = 2000 // a second
	mostWebhookP99 = 20   // ms
)

const (
	webhookConnections = 16
	// settleBudget bounds the wait until the mall was told of all payments.
	settleBudget = 30 * time.Second
)

// measureWebhooks sends letters with the right digest, over 16 connections, as fast as they are taken:
// first one about every pending payment, each of which makes the app ask the company and tell the mall
// meanwhile; then, when the mall knows of all or has had enough time for it, the same letters again and
// again, which teach nothing.
func measureWebhooks(ctx context.Context, b *bench) (findings, error) {
	var m webhookMeasurement
	if err := b.onStage(ctx, func(s *stage.Stage) error { return m.take(ctx, b, s) }); err != nil {
		return findings{}, err
	}
	var ceilings []float64
	for range b.rounds {
		ceiling, err := b.ceiling(ctx, pgbench.Webhook(), webhookConnections)
		if err != nil {
			return findings{}, err
		}
		ceilings = append(ceilings, ceiling)
	}
	first := m.line("webhooks, first letters", m.first, sample.Median(ceilings))
	first.Note = "the app asks the company and tells the mall meanwhile"
	again := m.line("webhooks, repeated letters", m.again, sample.Median(ceilings))
	told := report.Line{Work: "payments settled and told", Value: m.rate, Unit: "/s", Note: fmt.Sprintf("%d of %d were, from the first letter on", m.told, len(m.first.Shots))}
	return findings{
		lines: []report.Line{first, again, told},
		promises: []report.Promise{
			{What: first.Work, Got: first.Value, Unit: "/s", Limit: leastWebhooks, Ceiling: first.Ceiling},
			{What: first.Work + ", p99", Got: report.Milliseconds(first.P99), Unit: "ms", Limit: mostWebhookP99, AtMost: true},
			{What: again.Work, Got: again.Value, Unit: "/s", Limit: leastWebhooks, Ceiling: again.Ceiling},
			{What: again.Work + ", p99", Got: report.Milliseconds(again.P99), Unit: "ms", Limit: mostWebhookP99, AtMost: true},
		},
	}, nil
}

// webhookMeasurement is what one stage tells.
type webhookMeasurement struct {
	first, again drive.Result
	told         int     // payments that the mall was told of, before the letters were repeated
	rate         float64 // of these, a second
}

func (m *webhookMeasurement) line(work string, r drive.Result, ceiling float64) report.Line {
	return report.Line{
		Work: fmt.Sprintf("%s, %d connections", work, webhookConnections), Value: r.Rate(), Unit: "/s",
		P50: r.Percentile(0.5), P99: r.Percentile(0.99), Ceiling: ceiling, CeilingOf: "pgbench",
	}
}

func (m *webhookMeasurement) take(ctx context.Context, b *bench, s *stage.Stage) error {
	if err := b.open(ctx, s, b.letters); err != nil {
		return err
	}
	// Nobody is to ask about these payments by themselves: a letter makes its question due.
	if err := s.Database.Exec(ctx, "UPDATE outbox SET run_at = now() + interval '1 day' WHERE state = 'ready'"); err != nil {
		return err
	}
	orders := s.World.Company.PayAll()
	target, err := letters(s, orders)
	if err != nil {
		return err
	}
	began := time.Now()
	m.first = drive.Closed(ctx, target, drive.Load{Connections: webhookConnections, Run: time.Minute, Most: len(orders)})
	if err := b.judge(ctx, s, m.first); err != nil {
		return err
	}
	if m.told, err = awaitTold(ctx, s, len(orders), settleBudget); err != nil {
		return err
	}
	m.rate = float64(m.told) / time.Since(began).Seconds()
	m.again = drive.Closed(ctx, target, drive.Load{Connections: webhookConnections, Run: b.repeats})
	b.say("  first letters %.0f/s, repeated %.0f/s, told %.0f/s", m.first.Rate(), m.again.Rate(), m.rate)
	return b.judge(ctx, s, m.again)
}

// open opens so many payments.
func (b *bench) open(ctx context.Context, s *stage.Stage, number int) error {
	return b.judge(ctx, s, drive.Closed(ctx, checkouts(s), drive.Load{Connections: webhookConnections, Run: time.Minute, Most: number}))
}

// letters are written beforehand; when all were sent they begin again.
func letters(s *stage.Stage, orders []outside.Order) (drive.Target, error) {
	at, err := url.Parse(orders[0].WebhookURL)
	if err != nil {
		return drive.Target{}, err
	}
	all := make([][]byte, len(orders))
	for i, o := range orders {
		all[i] = message.Letter(o.Reference, o.Code, "S")
	}
	body := func(serial int) []byte { return all[serial%len(all)] }
	return drive.Target{Address: s.Address, Path: at.Path, Body: body, Expect: webhookGood}, nil
}

// awaitTold returns how many payments the mall was told of: all, or what it was when time was up.
func awaitTold(ctx context.Context, s *stage.Stage, all int, patience time.Duration) (int, error) {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for enough := time.After(patience); ; {
		select {
		case <-look.C:
			if told := s.World.Mall.Told(); told >= all {
				return told, nil
			}
		case <-enough:
			return s.World.Mall.Told(), nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
