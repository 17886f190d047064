package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// What was promised.
const (
	mostMemory = 100 // MB
	mostStart  = 300 // ms
)

const megabyte = 1 << 20

// measureFootprint starts the app several times on a migrated database, until it has answered a
// checkout, and then looks at its memory under 64 connections of checkouts.
func measureFootprint(ctx context.Context, b *bench) (findings, error) {
	start, err := b.startLine(ctx)
	if err != nil {
		return findings{}, err
	}
	memory, peak, err := b.memoryLines(ctx)
	return findings{
		lines: []report.Line{start, memory, peak},
		promises: []report.Promise{
			{What: "resident memory, 64 connections, peak", Got: peak.Value, Unit: "MB", Limit: mostMemory, AtMost: true},
			{What: start.Work, Got: start.Value, Unit: "ms", Limit: mostStart, AtMost: true},
		},
	}, err
}

func (b *bench) startLine(ctx context.Context) (_ report.Line, err error) {
	line := report.Line{Work: "start to first answer", Unit: "ms"}
	s, err := stage.Open(ctx, b.server, b.binary, b.folder)
	if err != nil {
		return line, err
	}
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	for i := range b.starts {
		took, err := b.firstAnswer(ctx, s, i)
		if err != nil {
			return line, err
		}
		line.Runs = append(line.Runs, report.Milliseconds(took))
	}
	line.Value = sample.Median(line.Runs)
	program, err := b.programStart(ctx)
	line.Note = fmt.Sprintf("until a checkout is answered; `paybridge version` takes %.0f ms", report.Milliseconds(program))
	return line, err
}

// firstAnswer is the time from starting the program to the answer of a checkout, with the company and
// two transactions in it.
func (b *bench) firstAnswer(ctx context.Context, s *stage.Stage, serial int) (time.Duration, error) {
	began, err := s.Start(ctx)
	if err != nil {
		return 0, err
	}
	r := drive.Closed(ctx, checkouts(s), drive.Load{Connections: 1, Run: time.Minute, Most: 1, First: serial})
	took := time.Since(began)
	return took, errors.Join(b.judge(ctx, s, r), s.Stop())
}

// programStart is what the machine needs to start the program at all.
func (b *bench) programStart(ctx context.Context) (time.Duration, error) {
	var all []time.Duration
	for range b.starts {
		began := time.Now()
		if err := exec.CommandContext(ctx, b.binary, "version").Run(); err != nil {
			return 0, fmt.Errorf("paybridge version: %w", err)
		}
		all = append(all, time.Since(began))
	}
	return sample.Percentile(all, 0.5), nil
}

func (b *bench) memoryLines(ctx context.Context) (now, peak report.Line, err error) {
	now = report.Line{Work: "resident memory, 64 connections", Unit: "MB"}
	peak = report.Line{Work: "resident memory, 64 connections, peak", Unit: "MB"}
	err = b.onStage(ctx, func(s *stage.Stage) error {
		idle, _, err := s.Memory()
		if err != nil {
			return err
		}
		r := drive.Closed(ctx, checkouts(s), drive.Load{Connections: 64, Warm: b.warm, Run: b.run})
		after, most, err := s.Memory()
		now.Value, peak.Value = float64(after)/megabyte, float64(most)/megabyte
		now.Note = fmt.Sprintf("%.0f MB when it has started", float64(idle)/megabyte)
		return errors.Join(err, b.judge(ctx, s, r))
	})
	return now, peak, err
}
