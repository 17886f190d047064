// Command load measures the app and the machine that it runs on, in one run: every figure stands
// beside what the machine could do at that time, and beside what was promised.
//
// main.go reads the command line; bench.go holds what all figures share; figures.go is the table of
// figures, each of which is one file with one function. The real binary runs as a process of its own
// (package stage) between a company and a mall that answer at once (package outside); requests are
// signed (package message) and sent (package drive) by this program, and PostgreSQL's own load
// generator says what the same statements could reach (package pgbench). The result goes to the
// terminal and, as Markdown with a plot, to a folder (package report).
//
// Everything runs on the same cores, the company, the mall and this program included: the figures are
// floors of the app, not of its best machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"paybridge/test/load/report"
)

// Exit codes.
const (
	succeeded = 0
	failed    = 1
	misused   = 2
)

type options struct {
	only, folder, app string
	quick, strict     bool
	stored            int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	var o options
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.BoolVar(&o.quick, "quick", false, "one short round of everything: a smoke test, not a measurement")
	flags.BoolVar(&o.strict, "strict", false, "exit with 1 when a promise does not hold")
	flags.StringVar(&o.only, "only", "", "measure one figure: "+names())
	flags.IntVar(&o.stored, "stored", 0, "how many `payments` are stored when growth is measured; 100000 by default")
	flags.StringVar(&o.folder, "out", filepath.Join("var", "bench"), "folder for the report and the app's log")
	flags.StringVar(&o.app, "app", "", "measure this binary instead of building one")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 || len(chosen(o.only)) == 0 {
		if err == nil {
			flags.Usage()
		}
		return misused
	}
	found, err := measure(ctx, o)
	switch {
	case err != nil:
		_, _ = fmt.Fprintln(os.Stderr, "load:", err)
		return failed
	case o.strict && len(found.Broken()) > 0:
		return failed
	}
	return succeeded
}

func measure(ctx context.Context, o options) (report.Report, error) {
	b, err := newBench(ctx, o)
	if err != nil {
		return report.Report{}, err
	}
	found := report.Report{Head: b.describe()}
	for _, f := range chosen(o.only) {
		b.say("%s: %s", f.name, f.about)
		got, err := f.measure(ctx, b)
		if err != nil {
			return found, fmt.Errorf("%s: %w", f.name, err)
		}
		found.Lines, found.Promises = append(found.Lines, got.lines...), append(found.Promises, got.promises...)
	}
	found.Promises = append(found.Promises, b.faultless())
	return found, publish(found, o.folder)
}

// publish writes the report to the terminal and into the folder.
func publish(found report.Report, folder string) error {
	_, _ = fmt.Fprintln(os.Stdout)
	markdown, plot := filepath.Join(folder, "figures.md"), filepath.Join(folder, "figures.svg")
	err := errors.Join(
		found.Terminal(os.Stdout),
		write(markdown, func(w io.Writer) error { return found.Markdown(w, filepath.Base(plot)) }),
		write(plot, found.Plot),
	)
	if err == nil {
		_, err = fmt.Printf("\n%s and %s\n", markdown, plot)
	}
	return err
}

func write(path string, content func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(content(file), file.Close())
}

// build compiles a program of this module as `make build` does the app, into the folder.
func build(ctx context.Context, folder, name, program string) (string, error) {
	binary := filepath.Join(folder, name)
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, program)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not build: %w\n%s", name, err, output)
	}
	return binary, nil
}
