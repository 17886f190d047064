package main

import (
	"context"
	"fmt"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/pgbench"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// What was promised.
const (
	leastCheckouts = 1000 // a second
	leastShare     = 40   // percent of pgbench
)

// measureCheckouts lets 16 and 64 connections open payments as fast as the app can, every request for
// a new order, in turn with pgbench.
//
// The app asks the company about every open payment for the first time after 10 s. A run ends before,
// so that it measures checkouts; what remains of the speed when those questions come at the rate at
// which payments were opened is a line of its own.
func measureCheckouts(ctx context.Context, b *bench) (findings, error) {
	var f findings
	for _, connections := range []int{16, 64} {
		line, err := b.checkoutRounds(ctx, connections)
		if err != nil {
			return f, err
		}
		f.lines = append(f.lines, line)
		f.promises = append(f.promises,
			report.Promise{What: line.Work, Got: line.Value, Unit: "/s", Limit: leastCheckouts, Ceiling: line.Ceiling},
			report.Promise{What: line.Work + ", of pgbench", Got: 100 * line.Share(), Unit: "%", Limit: leastShare, Ceiling: 100},
		)
	}
	if b.settled > 0 {
		line, err := b.checkoutsWithJobs(ctx, 16)
		if err != nil {
			return f, err
		}
		f.lines = append(f.lines, line)
	}
	return f, nil
}

func (b *bench) checkoutRounds(ctx context.Context, connections int) (report.Line, error) {
	var all drive.Result
	var costs, ceilings []float64
	line := report.Line{Work: fmt.Sprintf("checkouts, %d connections", connections), Unit: "/s", CeilingOf: "pgbench"}
	for range b.rounds {
		load := drive.Load{Connections: connections, Warm: b.warm, Run: b.run}
		r, cost, err := b.checkoutRun(ctx, load)
		if err != nil {
			return line, err
		}
		ceiling, err := b.ceiling(ctx, pgbench.Checkout(), connections)
		if err != nil {
			return line, err
		}
		b.say("  %d connections: %.0f/s beside %.0f/s", connections, r.Rate(), ceiling)
		all.Shots = append(all.Shots, r.Shots...)
		line.Runs, costs, ceilings = append(line.Runs, r.Rate()), append(costs, report.Milliseconds(cost)), append(ceilings, ceiling)
	}
	line.Value, line.Ceiling = sample.Median(line.Runs), sample.Median(ceilings)
	line.P50, line.P99 = all.Percentile(0.5), all.Percentile(0.99)
	line.Note = fmt.Sprintf("%.2f ms processor time of the app each", sample.Median(costs))
	return line, nil
}

// checkoutRun runs one load on a fresh stage, and says what processor time one checkout cost the app.
func (b *bench) checkoutRun(ctx context.Context, load drive.Load) (r drive.Result, cost time.Duration, err error) {
	err = b.onStage(ctx, func(s *stage.Stage) error {
		before, err := s.ProcessorTime()
		if err != nil {
			return err
		}
		r = drive.Closed(ctx, checkouts(s), load)
		if err := b.judge(ctx, s, r); err != nil {
			return err
		}
		after, err := s.ProcessorTime()
		cost = (after - before) / time.Duration(r.Next-load.First)
		return err
	})
	return r, cost, err
}

// checkoutsWithJobs measures after the app began to ask about the payments of the warm-up.
func (b *bench) checkoutsWithJobs(ctx context.Context, connections int) (report.Line, error) {
	const firstQuestions = 12 * time.Second
	r, cost, err := b.checkoutRun(ctx, drive.Load{Connections: connections, Warm: firstQuestions, Run: b.settled})
	return report.Line{
		Work: fmt.Sprintf("checkouts, %d connections, while asking", connections), Unit: "/s", Value: r.Rate(),
		P50: r.Percentile(0.5), P99: r.Percentile(0.99),
		Note: fmt.Sprintf("%.2f ms processor time of the app each, questions about earlier payments included", report.Milliseconds(cost)),
	}, err
}
