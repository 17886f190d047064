package system

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"
)

// stopTimeout is how long everything may take to stop after Ctrl-C.
const stopTimeout = 30 * time.Second

// Main runs a sandbox as a program until ctx ends or the app dies of itself, and returns the exit status: 0 stopped, 1 something failed,
// 2 wrong usage.
func Main(ctx context.Context, arguments []string, out, errs io.Writer) int {
	config, err := parse(arguments, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(errs, "sandbox:", err)
		return 2
	}
	config.Errors = errs
	sandbox, err := Start(ctx, config)
	if ctx.Err() != nil {
		return 0 // Ctrl-C while it was starting; Start has cleaned up.
	}
	if err != nil {
		_, _ = fmt.Fprintln(errs, "sandbox:", err)
		return 1
	}
	welcome(out, sandbox)
	status := attend(ctx, sandbox, out, errs)
	// ctx has ended; stopping gets a time of its own.
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := sandbox.Close(stopping); err != nil {
		_, _ = fmt.Fprintln(errs, "sandbox:", err)
		return 1
	}
	return status
}

// attend waits until ctx ends, or until the app has died of itself. An app that somebody killed is started again, as any
// operator's supervisor would: what it had begun goes on.
func attend(ctx context.Context, sandbox *Sandbox, out, errs io.Writer) (status int) {
	for {
		select {
		case <-ctx.Done():
			_, _ = fmt.Fprintln(out, "\nStopping ...")
			return 0
		case err := <-sandbox.Died():
			if killed(err) {
				if err = sandbox.Revive(ctx); err == nil {
					_, _ = fmt.Fprintln(errs, "sandbox: the app was killed, and is started again on the same data")
					continue
				}
			}
			if ctx.Err() == nil {
				_, _ = fmt.Fprintln(errs, "sandbox:", err)
				return 1
			}
		}
	}
}

// killed tells an app that was ended from outside, at once, from one that failed.
func killed(err error) bool {
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return false
	}
	status, is := ended.Sys().(syscall.WaitStatus)
	return is && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// welcome says where to begin, and how it ends.
func welcome(out io.Writer, sandbox *Sandbox) {
	_, _ = fmt.Fprintf(out, `
  paybridge sandbox is ready. Open this first:

    Start     %[1]s   buy, pay, refund, break something, and see every message
    Company   %[2]s   the payment page, and what was paid and refunded
    App       %[3]s   paybridge itself; its log: %[4]s

  Start afresh:  curl -X POST %[1]s/_sandbox/reset
  Ctrl-C stops everything; the next start goes on where this one ended.

`, sandbox.MallURL(), sandbox.CompanyURL(), sandbox.AppURL(), sandbox.Log())
}
