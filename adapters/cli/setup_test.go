package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/cli"
	"paybridge/application"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/ports"
)

var (
	update  = flag.Bool("update", false, "write the golden files again")
	tenAM   = time.Date(2026, 11, 22, 19, 0, 0, 0, time.FixedZone("KST", 9*60*60))
	errCore = errors.New("pq: relation does not exist")
)

// TestMain makes help wrap alike in every terminal.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("COLUMNS"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// desk is a program whose answers a test decides, and what it was asked.
type desk struct {
	cli.Program

	app      cli.App
	imported []command.ImportMerchants
	opened   int
	closed   int
	in       string
}

// setup returns a program of an empty installation where everything works.
func setup() *desk {
	d := &desk{}
	d.app.Queries = application.Queries{
		Payments:       answer[ports.PaymentFilter]([]ports.PaymentRow(nil)),
		PaymentHistory: answer[query.PaymentHistory]([]ports.LedgerRow(nil)),
		Notifications:  answer[ports.NoticeFilter]([]ports.NoticeRow(nil)),
		Merchants:      answer[query.Merchants]([]query.MerchantRow(nil)),
	}
	d.app.Commands.ImportMerchants = handle(func(in command.ImportMerchants) (command.Imported, error) {
		d.imported = append(d.imported, in)
		done := command.Imported{Merchants: len(in.Merchants)}
		for _, m := range in.Merchants {
			done.Shops += len(m.Shops)
		}
		return done, nil
	})
	d.Program = cli.Program{
		Version:   "v1.2.3",
		Serve:     func(context.Context) error { return nil },
		Open:      func(context.Context) (cli.App, func(), error) { d.opened++; return d.app, func() { d.closed++ }, nil },
		NewKeyset: func() (string, error) { return "a2V5c2V0", nil },
		Ready:     func(context.Context) (string, error) { return "ready", nil },
		Doctor:    func(context.Context) []cli.Check { return nil },
		Migrations: func(context.Context, bool) (cli.Migrations, func(), error) {
			return cli.Migrations{}, func() {}, errCore
		},
	}
	return d
}

// result is what a command left behind.
type result struct {
	code     int
	out, err string
}

// run runs a command line whose words are separated by blanks.
func (d *desk) run(t *testing.T, line string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Run(t.Context(), strings.Fields(line), cli.Streams{In: strings.NewReader(d.in), Out: &out, Err: &errs}, d.Program)
	if d.opened != d.closed {
		t.Errorf("%s: opened %d times, closed %d times", line, d.opened, d.closed)
	}
	return result{code: code, out: out.String(), err: errs.String()}
}

// golden compares with a file of testdata; `go test ./adapters/cli -update` writes it again.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nexpected\n%s", path, got, want)
	}
}

func handle[In, Out any](f func(In) (Out, error)) ports.Handler[In, Out] {
	return ports.HandlerFunc[In, Out](func(_ context.Context, in In) (Out, error) { return f(in) })
}

func answer[In, Out any](out Out) ports.Handler[In, Out] {
	return handle(func(In) (Out, error) { return out, nil })
}

func refuse[In, Out any](err error) ports.Handler[In, Out] {
	return handle(func(In) (Out, error) {
		var none Out
		return none, err
	})
}
