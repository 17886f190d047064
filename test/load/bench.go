package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/pgbench"
	"paybridge/test/load/report"
	"paybridge/test/load/stage"
)

// pace is how long is measured.
type pace struct {
	rounds    int           // of the app and the machine, in turn
	warm, run time.Duration // of the app; together less than 10 s, see measureCheckouts
	settled   time.Duration // of the app with its own jobs at work; 0: not measured
	ceiling   time.Duration // of the machine; whole seconds
	letters   int           // webhooks that are new to the app
	starts    int
	repeats   time.Duration // of webhooks that are not
	asking    time.Duration // for statuses; the warm-up is a quarter of it
	refunding time.Duration
	waiting   int // notices, when the app starts
	stored    int // payments, of which most are copies
	probes    int // of each sort of request, beside the stored payments
	buyers    int // who come back as fast as possible, and again as many who do not
}

func paceOf(quick bool) pace {
	if quick {
		return pace{
			rounds: 1, warm: 500 * time.Millisecond, run: 2 * time.Second, ceiling: time.Second, letters: 500, starts: 3, repeats: time.Second,
			asking: time.Second, refunding: time.Second, buyers: 200, waiting: 2000, stored: 5 * fewPayments, probes: 50,
		}
	}
	return pace{
		rounds: 3, warm: 2 * time.Second, run: 4 * time.Second, settled: 8 * time.Second, ceiling: 4 * time.Second,
		letters: 4000, starts: 5, repeats: 4 * time.Second,
		asking: 3 * time.Second, refunding: 5 * time.Second, buyers: 1500, waiting: 100_000, stored: 100 * fewPayments, probes: 500,
	}
}

// bench is what all figures share.
type bench struct {
	pace
	server  stage.Server
	binary  string
	folder  string // of the app: its log and its import file
	failed  int    // requests of all figures
	failure string
}

func newBench(ctx context.Context, o options) (*bench, error) {
	address := os.Getenv("TEST_DATABASE_URL")
	if address == "" {
		return nil, errors.New("TEST_DATABASE_URL is not set: run `make bench`, which starts a durable Postgres")
	}
	server := stage.NewServer(address)
	if err := server.Durable(ctx); err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(o.folder)
	if err != nil {
		return nil, err
	}
	b := &bench{pace: paceOf(o.quick), server: server, binary: o.app, folder: filepath.Join(folder, "app")}
	if err := os.MkdirAll(b.folder, 0o750); err != nil {
		return nil, err
	}
	b.stored = max(fewPayments, cmp.Or(o.stored, b.stored))
	if b.binary == "" {
		if b.binary, err = build(ctx, folder, "paybridge", "paybridge/bootstrap/paybridge"); err != nil {
			return nil, err
		}
	}
	b.binary, err = filepath.Abs(b.binary)
	return b, err
}

// say tells how far the run is, on the side of the result.
func (b *bench) say(format string, values ...any) {
	_, _ = fmt.Fprintf(os.Stderr, format+"\n", values...)
}

// describe says what a reader has to know to compare figures.
func (b *bench) describe() []string {
	head := []string{
		fmt.Sprintf("%s, %s/%s, %d cores, shared by app, Postgres, company, mall and load generator", time.Now().UTC().Format(time.DateTime+" UTC"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		fmt.Sprintf("Postgres is durable (fsync, synchronous_commit and full_page_writes are on); %d round(s), medians", b.rounds),
	}
	if content, err := os.ReadFile("/proc/loadavg"); err == nil {
		if fields := strings.Fields(string(content)); len(fields) > 2 {
			head = append(head, "load averages before the run (1, 5 and 15 min): "+strings.Join(fields[:3], ", ")+"; above 0.5 other work takes from the figures")
		}
	}
	return head
}

// onStage sets everything up, starts the app, lets work measure it, and takes everything down. More of
// the app's environment, as NAME=value, goes into env.
func (b *bench) onStage(ctx context.Context, work func(*stage.Stage) error, env ...string) (err error) {
	s, err := stage.Open(ctx, b.server, b.binary, b.folder, env...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	if _, err = s.Start(ctx); err != nil {
		return err
	}
	return work(s)
}

// ceiling asks pgbench what the machine can do, on a database of its own.
func (b *bench) ceiling(ctx context.Context, script pgbench.Script, clients int) (rate float64, err error) {
	s, err := stage.Open(ctx, b.server, b.binary, b.folder)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	if err := s.Database.Exec(ctx, script.Before); err != nil {
		return 0, err
	}
	result, err := pgbench.Run(ctx, script, s.Database.URL, clients, b.pace.ceiling)
	return result.Rate, err
}

// The public routes that are loaded, with what a good answer holds.
const (
	checkoutPath = "/api/asynchronous-checkout/checkout"
	checkoutGood = `"result_code":"0000"`
	webhookGood  = "Success webhook"

	syncCheckoutPath = "/api/synchronous-checkout/checkout"
	syncCallbackPath = syncCheckoutPath + "/callback"
	statusPath       = syncCheckoutPath + "/status"
	statusGood       = `"result_code":"0000"`

	refundPath = "/api/synchronous-refund/cancel"
	refundGood = `"result_code":"0000"`
)

// checkouts is where payment requests go, each for another order.
func checkouts(s *stage.Stage) drive.Target {
	body := func(serial int) []byte { return message.Checkout(message.OrderNumber(serial)) }
	return drive.Target{Address: s.Address, Path: checkoutPath, Body: body, Expect: checkoutGood}
}

// syncCheckouts is checkouts for the other way of paying, which has the same payment requests.
func syncCheckouts(s *stage.Stage) drive.Target {
	t := checkouts(s)
	t.Path = syncCheckoutPath
	return t
}

// judge counts failures, and refuses a load that nothing came of.
func (b *bench) judge(ctx context.Context, s *stage.Stage, r drive.Result) error {
	b.failed += r.Failed
	if b.failure == "" {
		b.failure = r.Failure
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case len(r.Shots) == 0:
		return fmt.Errorf("no request was answered well: %s\n%s", r.Failure, s.Log())
	}
	return nil
}

// faultless is the promise behind all others: a request that fails quickly is no speed.
func (b *bench) faultless() report.Promise {
	if b.failed > 0 {
		b.say("%d requests failed, the first with: %s", b.failed, b.failure)
	}
	return report.Promise{What: "requests that failed", Got: float64(b.failed), Limit: 0, AtMost: true}
}
