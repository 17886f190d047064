package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// What was promised.
const (
	leastStatuses      = 20_000 // a second, from Redis
	mostStatusP99      = 5      // ms
	leastOfBare        = 60     // percent of a bare handler with one GET
	leastStatusesAlone = 5_000  // a second, without Redis
)

// statusConnections are measured one after the other. The more wait, the more is read from Redis at once, and the
// longer is a round of all of them on two cores: rate and latency are promised together, for the first, and the
// others show where the rate goes.
var statusConnections = []int{16, 64}

const (
	statusOrders = 300
	// deadRedis is a port of loopback that nobody listens at without being root.
	deadRedis = "redis://127.0.0.1:1"
)

// measureStatus asks again and again for the status of orders that are paid and whose mall knows it:
// with a Redis that answers, in turn with a bare handler, and with one that is down. Every answer has
// to say that the order is paid.
func measureStatus(ctx context.Context, b *bench) (findings, error) {
	var found findings
	fast, err := b.statusesFromRedis(ctx)
	if err != nil {
		return found, err
	}
	for i, line := range fast {
		found.promises = append(found.promises,
			report.Promise{What: line.Work, Got: line.Value, Unit: "/s", Limit: leastStatuses, Ceiling: line.Ceiling},
			report.Promise{What: line.Work + ", of a bare handler", Got: 100 * line.Share(), Unit: "%", Limit: leastOfBare, Ceiling: 100})
		if i == 0 {
			found.promises = append(found.promises,
				report.Promise{What: line.Work + ", p99", Got: report.Milliseconds(line.P99), Unit: "ms", Limit: mostStatusP99, AtMost: true})
		}
	}
	alone, err := b.statusesWithoutRedis(ctx)
	found.promises = append(found.promises, report.Promise{What: alone.Work, Got: alone.Value, Unit: "/s", Limit: leastStatusesAlone})
	found.lines = append(fast, alone)
	return found, err
}

func (b *bench) statusesFromRedis(ctx context.Context) (lines []report.Line, err error) {
	redis, err := redisAddress()
	if err != nil {
		return nil, err
	}
	err = b.onStage(ctx, func(s *stage.Stage) error {
		questions, err := b.knownOrders(ctx, s, statusOrders)
		if err != nil {
			return err
		}
		if err := atRest(ctx, s); err != nil {
			return err
		}
		ceiling, err := b.startBare(ctx, redis)
		if err != nil {
			return err
		}
		defer func() { _ = ceiling.Stop() }() // it has no more to tell
		for _, connections := range statusConnections {
			app, bare := rounds{connections: connections}, rounds{connections: connections}
			for range b.rounds {
				if err := app.add(ctx, b, s, questions, s.ProcessorTime); err != nil {
					return err
				}
				if err := bare.add(ctx, b, s, drive.Target{Address: ceiling.Address, Path: "/", Body: questions.Body, Expect: message.Mall}, ceiling.ProcessorTime); err != nil {
					return err
				}
			}
			lines = append(lines, app.besides(bare))
		}
		return nil
	}, "REDIS_URL="+redis)
	return lines, err
}

func (b *bench) statusesWithoutRedis(ctx context.Context) (report.Line, error) {
	alone := rounds{connections: slices.Max(statusConnections)}
	err := b.onStage(ctx, func(s *stage.Stage) error {
		questions, err := b.knownOrders(ctx, s, statusOrders)
		if err != nil {
			return err
		}
		return alone.add(ctx, b, s, questions, s.ProcessorTime)
	}, "REDIS_URL="+deadRedis)
	line := alone.line()
	line.Work += ", Redis down"
	return line, err
}

// knownOrders opens synchronous payments, lets the buyers pay and the mall ask once for each, and
// returns the same questions for ever.
func (b *bench) knownOrders(ctx context.Context, s *stage.Stage, number int) (drive.Target, error) {
	opened := drive.Closed(ctx, syncCheckouts(s), drive.Load{Connections: 16, Run: time.Minute, Most: number})
	if err := b.judge(ctx, s, opened); err != nil {
		return drive.Target{}, err
	}
	var all [][]byte
	for _, o := range s.World.Company.PayAll() {
		key, err := keyOf(o)
		if err != nil {
			return drive.Target{}, err
		}
		all = append(all, message.Question(key))
	}
	questions := drive.Target{
		Address: s.Address, Path: statusPath, Expect: statusGood,
		Body: func(serial int) []byte { return all[serial%len(all)] },
	}
	return questions, b.judge(ctx, s, drive.Closed(ctx, questions, drive.Load{Connections: 16, Run: time.Minute, Most: len(all)}))
}

// atRest waits until the read model holds all that the mall knows, because until then answers are written down
// once more, and until the first look at every payment was taken, ten seconds after it was opened: three hundred
// at the same moment are this program's doing.
func atRest(ctx context.Context, s *stage.Stage) error {
	const open = "SELECT count(*) FROM outbox WHERE kind IN ('project_status', 'ask_payment') AND state IN ('ready', 'running')"
	ctx, cancel := context.WithTimeout(ctx, settleBudget)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		left, err := s.Database.Count(ctx, open)
		if err != nil || left == 0 {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("%d jobs are left: %w\n%s", left, ctx.Err(), s.Log())
		}
	}
}

// rounds are what loads of one target found out.
type rounds struct {
	connections  int
	rates, costs []float64 // a second; microseconds of processor time each
	all          drive.Result
}

func (r *rounds) add(ctx context.Context, b *bench, s *stage.Stage, t drive.Target, used func() (time.Duration, error)) error {
	before, err := used()
	if err != nil {
		return err
	}
	got := drive.Closed(ctx, t, drive.Load{Connections: r.connections, Warm: b.asking / 4, Run: b.asking})
	after, err := used()
	if err != nil {
		return err
	}
	each := (after - before) / time.Duration(max(got.Next, 1))
	b.say("  %s: %.0f/s, p99 %s, %s processor time each", t.Path, got.Rate(), got.Percentile(0.99), each)
	r.rates, r.costs = append(r.rates, got.Rate()), append(r.costs, float64(each)/float64(time.Microsecond))
	r.all.Shots = append(r.all.Shots, got.Shots...)
	return b.judge(ctx, s, got)
}

// besides is the line of the app, with the bare handler as its ceiling.
func (r *rounds) besides(bare rounds) report.Line {
	line := r.line()
	line.Ceiling, line.CeilingOf = sample.Median(bare.rates), "bare GET"
	line.Note += fmt.Sprintf("; the bare handler: %.0f us, p99 %.1f ms", sample.Median(bare.costs), report.Milliseconds(bare.all.Percentile(0.99)))
	return line
}

func (r *rounds) line() report.Line {
	return report.Line{
		Work: fmt.Sprintf("status queries, %d connections", r.connections), Value: sample.Median(r.rates), Unit: "/s", Runs: r.rates,
		P50: r.all.Percentile(0.5), P99: r.all.Percentile(0.99),
		Note: fmt.Sprintf("%.0f us processor time of the app each", sample.Median(r.costs)),
	}
}
