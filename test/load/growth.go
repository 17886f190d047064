package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/outside"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// mostGrowth was promised: how many times as long anything may take beside many stored payments as beside few.
const mostGrowth = 1.3

const (
	fewPayments = 1000
	// growthConnections keep the app busy and let nobody wait for long: what a single request costs is asked.
	growthConnections = 2
)

// measureGrowth has two apps answer in turn, one with a thousand stored payments and one with many times as many,
// and compares how long each sort of request takes: questions for a status, which the database answers (there is no
// Redis), checkouts, and the letters about these. Many are copies of the few, with their history.
func measureGrowth(ctx context.Context, b *bench) (findings, error) {
	var g growth
	err := b.onStage(ctx, func(few *stage.Stage) error {
		small, err := b.populate(ctx, few, 0)
		if err != nil {
			return err
		}
		grown := *b
		grown.folder = b.folder + "-grown"
		if err := os.MkdirAll(grown.folder, 0o750); err != nil {
			return err
		}
		return grown.onStage(ctx, func(many *stage.Stage) error {
			large, err := b.populate(ctx, many, b.stored/fewPayments-1)
			if err != nil {
				return err
			}
			return g.compare(ctx, b, small, large)
		})
	})
	return g.findings(b.stored), err
}

// population is an app with what it has stored.
type population struct {
	stage     *stage.Stage
	questions drive.Target
	next      int // the serial of the next order
}

// populate stores payments that have ended, of which the mall and the company have both spoken.
func (b *bench) populate(ctx context.Context, s *stage.Stage, copies int) (*population, error) {
	questions, err := b.knownOrders(ctx, s, fewPayments)
	if err != nil {
		return nil, err
	}
	if err := b.writeAbout(ctx, s, s.World.Company.PayAll()).err; err != nil {
		return nil, err
	}
	if err := atRest(ctx, s); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.Database.Copy(ctx, copies, nil); err != nil {
		return nil, err
	}
	b.say("  %d payments are stored, after %s", fewPayments*(copies+1), time.Since(began).Round(time.Second))
	return &population{stage: s, questions: questions, next: fewPayments}, nil
}

// probe is what one sort of request took.
type probe struct {
	p50 time.Duration
	err error
}

// writeAbout sends the company's letters about orders.
func (b *bench) writeAbout(ctx context.Context, s *stage.Stage, orders []outside.Order) probe {
	target, err := letters(s, orders)
	if err != nil {
		return probe{err: err}
	}
	return b.probe(ctx, s, target, drive.Load{Connections: growthConnections, Run: time.Minute, Most: len(orders)})
}

func (b *bench) probe(ctx context.Context, s *stage.Stage, t drive.Target, l drive.Load) probe {
	got := drive.Closed(ctx, t, l)
	return probe{p50: got.Percentile(0.5), err: b.judge(ctx, s, got)}
}

// round asks, opens and settles b.probes payments of each sort.
func (p *population) round(ctx context.Context, b *bench) []probe {
	load := drive.Load{Connections: growthConnections, Run: time.Minute, Most: b.probes}
	asked := b.probe(ctx, p.stage, p.questions, load)
	load.First = p.next
	opened := b.probe(ctx, p.stage, checkouts(p.stage), load)
	p.next += b.probes
	fresh := slices.DeleteFunc(p.stage.World.Company.PayAll(), func(o outside.Order) bool { return o.Reference < message.OrderNumber(load.First) })
	return []probe{asked, opened, b.writeAbout(ctx, p.stage, fresh)}
}

// growth is what both populations took, by sort of request and round.
type growth [3]struct{ few, many, times []float64 }

func (g *growth) compare(ctx context.Context, b *bench, small, large *population) error {
	for range b.rounds + 1 { // the first makes both apps warm
		few, many := small.round(ctx, b), large.round(ctx, b)
		for i := range g {
			if few[i].err != nil || many[i].err != nil {
				return fmt.Errorf("few: %w, many: %w", few[i].err, many[i].err)
			}
			a, z := report.Milliseconds(few[i].p50), report.Milliseconds(many[i].p50)
			g[i].few, g[i].many, g[i].times = append(g[i].few, a), append(g[i].many, z), append(g[i].times, z/a)
		}
		b.say("  status %.2f times, checkout %.2f times, webhook %.2f times", last(g[0].times), last(g[1].times), last(g[2].times))
	}
	return nil
}

func last(all []float64) float64 { return all[len(all)-1] }

func (g *growth) findings(stored int) findings {
	var found findings
	for i, what := range []string{"status", "checkout", "webhook"} {
		warm := func(all []float64) []float64 { return all[min(1, len(all)):] }
		work := fmt.Sprintf("%s, p50, %d payments stored", what, stored)
		found.lines = append(found.lines, report.Line{
			Work: work, Unit: "ms", Value: sample.Median(warm(g[i].many)), Runs: warm(g[i].many),
			Note: fmt.Sprintf("%.2f ms with %d stored", sample.Median(warm(g[i].few)), fewPayments),
		})
		found.promises = append(found.promises, report.Promise{
			What: fmt.Sprintf("%s, p50, %d stored beside %d", what, stored, fewPayments), Got: sample.Median(warm(g[i].times)), Unit: "times", Limit: mostGrowth, AtMost: true,
		})
	}
	return found
}
