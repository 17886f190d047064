package main

import (
	"context"
	"fmt"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// What was promised.
const (
	mostShareP50 = 5  // ms
	mostShareP99 = 15 // ms
)

// shareConnections serve the open load: so many that none of its requests has to wait for one, unless
// the app stands still.
const shareConnections = 128

// measureShare sends checkouts at half of the rate that 16 connections reached just before, at fixed
// times, and subtracts from each latency what the company took for that very order.
//
// The company's part begins when its server has read the request and ends when it hands over the
// answer. Everything else counts as the app's own: its work, both its connections, the database, and
// the waits for a processor that all of this shares with the company and this program.
func measureShare(ctx context.Context, b *bench) (findings, error) {
	var company, p50s, p99s []time.Duration
	var rates []float64
	for range b.rounds {
		most, _, err := b.checkoutRun(ctx, drive.Load{Connections: 16, Warm: b.warm, Run: b.run})
		if err != nil {
			return findings{}, err
		}
		round, parts, err := b.shareRun(ctx, most.Rate()/2)
		if err != nil {
			return findings{}, err
		}
		p50, p99 := sample.Percentile(round, 0.5), sample.Percentile(round, 0.99)
		b.say("  at %.0f/s: p50 %s, p99 %s", most.Rate()/2, p50, p99)
		rates, company = append(rates, most.Rate()/2), append(company, parts...)
		p50s, p99s = append(p50s, p50), append(p99s, p99)
	}
	note := fmt.Sprintf("at %.0f/s; the company's part: p50 %.2f ms", sample.Median(rates), report.Milliseconds(sample.Percentile(company, 0.5)))
	median, tail := shareLine("own share, p50", p50s, note), shareLine("own share, p99", p99s, note)
	return findings{
		lines: []report.Line{median, tail},
		promises: []report.Promise{
			{What: "own share of a checkout, p50", Got: median.Value, Unit: "ms", Limit: mostShareP50, AtMost: true},
			{What: "own share of a checkout, p99", Got: tail.Value, Unit: "ms", Limit: mostShareP99, AtMost: true},
		},
	}, nil
}

func shareLine(work string, rounds []time.Duration, note string) report.Line {
	line := report.Line{Work: work, Unit: "ms", Note: note}
	for _, d := range rounds {
		line.Runs = append(line.Runs, report.Milliseconds(d))
	}
	line.Value = sample.Median(line.Runs)
	return line
}

// shareRun returns the app's and the company's share of every latency.
func (b *bench) shareRun(ctx context.Context, rate float64) (own, company []time.Duration, err error) {
	err = b.onStage(ctx, func(s *stage.Stage) error {
		r := drive.Open(ctx, checkouts(s), drive.Load{Connections: shareConnections, Warm: b.warm, Run: b.run}, rate)
		for _, shot := range r.Shots {
			part := s.World.Company.OrderTook(message.OrderNumber(shot.Serial))
			own, company = append(own, shot.Took-part), append(company, part)
		}
		return b.judge(ctx, s, r)
	})
	return own, company, err
}
