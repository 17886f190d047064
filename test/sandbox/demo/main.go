// Command demo plays the stories of the sandbox in the terminal: every message between mall, app and company as it happens, with
// its outcome, its signature and its time, and at the end what was paid, refunded and told.
//
//	demo [-flow NAME ...] [-list] [-fresh] [-mall http://localhost:8001] [-company http://localhost:8002] [-app-url http://localhost:8000] [-app var/bin/paybridge]
//
// It plays against a sandbox that is running at these addresses, else it starts one of its own, which leaves nothing behind.
// Exit status: 0 everything ended as promised, 1 something did not, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"paybridge/test/sandbox/flow"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// settings are the flags.
type settings struct {
	wanted             []flow.Flow
	list, fresh        bool
	mall, company, app string
	appURL             string
}

func run(ctx context.Context, arguments []string, out, errs io.Writer) int {
	set, err := parse(arguments, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(errs, "demo:", err)
		return 2
	case set.list:
		for _, one := range flow.All() {
			_, _ = fmt.Fprintf(out, "%-16s %s\n", one.Name, one.Title)
		}
		return 0
	}
	place, err := enter(ctx, set)
	if err != nil {
		_, _ = fmt.Fprintln(errs, "demo:", err)
		return 1
	}
	status := play(ctx, set.wanted, place, newPrinter(out))
	if err := place.leave(); err != nil {
		_, _ = fmt.Fprintln(errs, "demo:", err)
		return 1
	}
	return status
}

func parse(arguments []string, errs io.Writer) (settings, error) {
	var set settings
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Func("flow", "the `name` of a story to play (see -list); may be repeated; usually all", func(name string) error {
		found, exists := flow.Find(name)
		if !exists {
			return errors.New("there is no such story; there are " + names())
		}
		set.wanted = append(set.wanted, found)
		return nil
	})
	flags.BoolVar(&set.list, "list", false, "list the stories and play nothing")
	flags.BoolVar(&set.fresh, "fresh", false, "start a sandbox even when one is running")
	flags.StringVar(&set.mall, "mall", "http://localhost:8001", "the `address` of a running mall")
	flags.StringVar(&set.company, "company", "http://localhost:8002", "the `address` of a running company")
	flags.StringVar(&set.appURL, "app-url", "http://localhost:8000", "the `address` of a running app")
	flags.StringVar(&set.app, "app", "var/bin/paybridge", "the app's `program`, for a sandbox of its own")
	if err := flags.Parse(arguments); err != nil {
		return set, err
	}
	if flags.NArg() > 0 {
		return set, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if len(set.wanted) == 0 {
		set.wanted = flow.All()
	}
	return set, nil
}

func names() string {
	var list []string
	for _, one := range flow.All() {
		list = append(list, one.Name)
	}
	return strings.Join(list, ", ")
}
