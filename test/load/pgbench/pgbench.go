// Package pgbench asks PostgreSQL's own load generator what the machine can do: the same statements
// on the same tables, sent by a program that does nothing else. That is the ceiling which the app's
// figures stand beside.
//
// Statements are prepared once per connection, which is the fastest that pgbench can do; the app
// sends them as text. So the distance to the ceiling holds everything: the app's own work, HTTP, the
// company, and the parsing.
package pgbench

import (
	"bytes"
	"context"
	_ "embed" // the scripts
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Script is one piece of work on a migrated database.
type Script struct {
	Before string // SQL to run once before, perhaps empty
	text   string
}

var (
	//go:embed checkout.sql
	checkout string
	//go:embed webhook.sql
	webhook string
	//go:embed webhook_payments.sql
	webhookPayments string
)

// Checkout is the two transactions of an asynchronous checkout.
func Checkout() Script { return Script{text: checkout} }

// Webhook is the intake of a webhook about a known payment.
func Webhook() Script { return Script{Before: webhookPayments, text: webhook} }

// Result is what pgbench reports.
type Result struct {
	Rate   float64       // scripts a second
	Mean   time.Duration // of one script
	Failed int           // scripts
}

// Run runs the script over that many connections for whole seconds, at least one, on the database
// with the URL. Script.Before must have been run.
func Run(ctx context.Context, s Script, url string, clients int, length time.Duration) (Result, error) {
	seconds := max(1, int(length.Round(time.Second)/time.Second))
	return run(ctx, s, url, "--client="+strconv.Itoa(clients), "--jobs=2", "--time="+strconv.Itoa(seconds))
}

// Once runs the script a single time.
func Once(ctx context.Context, s Script, url string) error {
	_, err := run(ctx, s, url, "--transactions=1")
	return err
}

func run(ctx context.Context, s Script, url string, args ...string) (Result, error) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		return Result{}, errors.New("pgbench is not in PATH: run `make bench`, or install PostgreSQL's contributed programs")
	}
	args = append([]string{"--no-vacuum", "--protocol=prepared", "--define=turn=0", "--file=-"}, append(args, url)...)
	command := exec.CommandContext(ctx, program, args...)
	command.Stdin = strings.NewReader(s.text)
	var output, trouble bytes.Buffer
	command.Stdout, command.Stderr = &output, &trouble
	if err := command.Run(); err != nil {
		return Result{}, fmt.Errorf("pgbench: %w\n%s", err, trouble.String())
	}
	return Parse(output.String())
}

var (
	rateLine   = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial connection time\)`)
	meanLine   = regexp.MustCompile(`(?m)^latency average = ([0-9.]+) ms`)
	failedLine = regexp.MustCompile(`(?m)^number of failed transactions: ([0-9]+) `)
)

// Parse reads what pgbench of PostgreSQL 15 or later prints at its end.
func Parse(output string) (Result, error) {
	rate, rateErr := number(rateLine, output)
	mean, meanErr := number(meanLine, output)
	failed, failedErr := number(failedLine, output)
	if err := errors.Join(rateErr, meanErr, failedErr); err != nil {
		return Result{}, fmt.Errorf("what pgbench printed cannot be read: %w\n%s", err, output)
	}
	return Result{Rate: rate, Mean: time.Duration(mean * float64(time.Millisecond)), Failed: int(failed)}, nil
}

func number(line *regexp.Regexp, output string) (float64, error) {
	match := line.FindStringSubmatch(output)
	if match == nil {
		return 0, fmt.Errorf("no line like %s", line)
	}
	return strconv.ParseFloat(match[1], 64)
}
