package main

import (
	"context"
	"fmt"
	"time"

	"paybridge/test/load/report"
	"paybridge/test/load/stage"
)

// leastTold was promised: how many malls a second are told while many wait for it.
const leastTold = 1000

const (
	backlogPayments = 100
	// backlogBudget bounds the wait until all were told.
	backlogBudget = 10 * time.Minute
)

// backlog makes copies of payments whose mall knows into payments of fifty malls that do not: what stands in the
// outbox after the malls, or the way to them, were away for hours.
var backlog = map[string]string{
	"orders.told": "0", "orders.told_at": "NULL",
	"orders.notify_url": "'https://mall' || n % 50 || '.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php'",
	"outbox.state":      "CASE kind WHEN 'notify_paid' THEN 'ready' ELSE 'done' END",
	"outbox.peer":       "'mall:mall' || n % 50 || '.cafe24shop.com'",
	"outbox.run_at":     "now()", "outbox.last_try": "NULL", "outbox.url": "''", "outbox.body": "NULL",
}

// measureBacklog starts the app with very many notices that are due, and looks at how many a second the malls get
// and at the app's memory meanwhile.
func measureBacklog(ctx context.Context, b *bench) (findings, error) {
	var found findings
	err := b.onStage(ctx, func(s *stage.Stage) error {
		if err := b.open(ctx, s, backlogPayments); err != nil {
			return err
		}
		if err := b.writeAbout(ctx, s, s.World.Company.PayAll()).err; err != nil {
			return err
		}
		if told, err := awaitTold(ctx, s, backlogPayments, settleBudget); err != nil || told < backlogPayments {
			return fmt.Errorf("only %d of %d were told: %w\n%s", told, backlogPayments, err, s.Log())
		}
		if err := s.Stop(); err != nil {
			return err
		}
		copies := b.waiting / backlogPayments
		if err := s.Database.Copy(ctx, copies, backlog); err != nil {
			return err
		}
		if _, err := s.Start(ctx); err != nil {
			return err
		}
		var err error
		found, err = b.drain(ctx, s, copies*backlogPayments)
		return err
	})
	return found, err
}

// drain waits until the malls were told of so many more.
func (b *bench) drain(ctx context.Context, s *stage.Stage, waiting int) (findings, error) {
	began := time.Now()
	if _, err := awaitTold(ctx, s, backlogPayments+waiting/10, backlogBudget); err != nil {
		return findings{}, err
	}
	early, _, err := s.Memory()
	if err != nil {
		return findings{}, err
	}
	all, err := awaitTold(ctx, s, backlogPayments+waiting, backlogBudget)
	if err != nil {
		return findings{}, err
	}
	took := time.Since(began)
	late, peak, err := s.Memory()
	if err != nil {
		return findings{}, err
	}
	told := all - backlogPayments
	b.say("  %d of %d notices in %s", told, waiting, took.Round(time.Second))
	rate := report.Line{Work: fmt.Sprintf("notices a second, %d waiting", waiting), Value: float64(told) / took.Seconds(), Unit: "/s", Note: fmt.Sprintf("%d were told", told)}
	memory := report.Line{
		Work: fmt.Sprintf("resident memory, %d notices waiting, peak", waiting), Value: float64(peak) / megabyte, Unit: "MB",
		Note: fmt.Sprintf("%.0f MB after a tenth of them, %.0f MB at the end", float64(early)/megabyte, float64(late)/megabyte),
	}
	return findings{
		lines: []report.Line{rate, memory},
		promises: []report.Promise{
			{What: rate.Work, Got: rate.Value, Unit: "/s", Limit: leastTold},
			{What: memory.Work, Got: memory.Value, Unit: "MB", Limit: mostMemory, AtMost: true},
		},
	}, nil
}
