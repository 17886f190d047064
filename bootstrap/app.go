// Package bootstrap puts paybridge together and runs it.
//
// Configuration (package config) -> providers (providers.go, gateways.go, commands.go, serving.go) ->
// Wire (wire.go, wire_gen.go) -> App (this file). The one line that a new payment company needs is in
// gateways.go.
package bootstrap

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"paybridge/adapters/database"
	httpapi "paybridge/adapters/http"
	"paybridge/adapters/jobs"
	"paybridge/adapters/keyring"
	"paybridge/adapters/memory"
	"paybridge/adapters/telemetry"
	"paybridge/application"
	"paybridge/application/command"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// measureGap is how often the offset to the database's clock is measured again.
const measureGap = time.Minute

// renewGap is how long malls that could not be asked about their scripts are left in peace.
const renewGap = 10 * time.Minute

var errNeedsLook = fault.New(fault.Unavailable, "needs_a_look", "something waits for a person or is late: see `paybridge notifications list` and `paybridge payments list`")

// App is the running service.
type App struct {
	Config    config.Config
	DB        *database.DB
	Clock     *database.Clock
	Keyring   *keyring.Keyring
	Merchants *memory.RecentMerchants
	Gateways  ports.Gateways
	Commands  application.Commands
	Hangups   <-chan os.Signal
	Server    *httpapi.Server
	Ops       *httpapi.Ops
	Worker    *jobs.Worker
	Retention *jobs.Retention
	Telemetry *telemetry.Telemetry
	Log       *slog.Logger
}

// Run serves until ctx ends, then shuts down in order: no new requests, those in flight finish; no
// new jobs, those running finish; then the operations listener closes.
func (a *App) Run(ctx context.Context) error {
	if err := a.prepare(ctx); err != nil {
		return err
	}
	public, err := a.Server.Bind(ctx) // before the operations listener calls the service ready
	if err != nil {
		return err
	}
	a.announce(ctx, public.Addr())
	// Everything lives longer than ctx: what ends it is the shutdown, in its order.
	living, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	working, stopWork := context.WithCancel(living)
	defer stopWork()

	var group errgroup.Group
	run := func(name string, serve func() error) {
		group.Go(func() error {
			err := serve()
			if err != nil {
				end(fault.Wrap(err, name))
			}
			return err
		})
	}
	run("operations listener", func() error { return a.Ops.Listen(living) })
	run("public listener", func() error { return a.Server.Serve(public) })
	run("jobs", func() error { return a.onceMigrated(working, a.Worker.Run) })
	run("background", func() error { return a.onceMigrated(working, a.background) })

	select {
	case <-ctx.Done():
		a.Log.InfoContext(ctx, "shutting down")
	case <-living.Done():
	}
	err = errors.Join(a.shutdown(ctx, stopWork), group.Wait())
	a.Log.InfoContext(ctx, "stopped", "orderly", err == nil)
	return err
}

// prepare migrates a sandbox. Elsewhere pending migrations are the operator's decision, and the
// service is not ready until then.
func (a *App) prepare(ctx context.Context) error {
	if !a.Config.Sandbox {
		return nil
	}
	applied, err := a.DB.Migrate(ctx)
	if err == nil && len(applied) > 0 {
		a.Log.InfoContext(ctx, "migrated", "steps", len(applied))
	}
	return err
}

// background carries wake-ups, keeps the clock and the keys right and forgets what is over.
func (a *App) background(ctx context.Context) error {
	var group errgroup.Group
	group.Go(func() error { a.DB.Notify(ctx); return nil })
	group.Go(func() error { a.Retention.Run(ctx); return nil })
	group.Go(func() error { a.wake(ctx); return nil })
	group.Go(func() error { a.measure(ctx); return nil })
	group.Go(func() error { a.reloadKeys(ctx); return nil })
	group.Go(func() error { a.renewScripts(ctx); return nil })
	return group.Wait()
}

// renewScripts makes the shops load the button of this release, as soon as every mall could be asked.
func (a *App) renewScripts(ctx context.Context) {
	for {
		done, err := a.Commands.RenewScripts.Handle(ctx, command.RenewScripts{})
		if err == nil {
			a.Log.InfoContext(ctx, "the shops load this release's button", "shops", done.Shops, "without_access", done.Without)
			return
		}
		a.Log.WarnContext(ctx, "not every shop loads this release's button yet", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-a.Clock.After(renewGap):
		}
	}
}

func (a *App) wake(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.DB.Wakeups():
			a.Worker.Wake()
		}
	}
}

func (a *App) measure(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.Clock.After(measureGap):
			if err := a.Clock.Measure(ctx); err != nil {
				a.Log.WarnContext(ctx, "the database's clock could not be read", "error", err)
			}
		}
	}
}

func (a *App) shutdown(ctx context.Context, stopWork func()) error {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.ShutdownAfter)
	defer cancel()
	err := a.Server.Shutdown(closing)
	stopWork()
	return errors.Join(err, a.Ops.Shutdown(closing))
}
