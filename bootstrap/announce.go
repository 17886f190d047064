package bootstrap

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"
)

// schemaGap is how often a service whose migrations are pending looks whether they were applied.
const schemaGap = time.Second

// announce tells the log that the service runs, and what an operator who starts it has to know.
func (a *App) announce(ctx context.Context, public net.Addr) {
	kind, _, _ := strings.Cut(a.Config.DatabaseURL, ":")
	a.Log.InfoContext(ctx, "serving", "listening", public.String(), "ops", a.Config.OpsAddr, "environment", environment(a.Config),
		"database", kind, "version", Version())
	if _, err := pending(ctx, a.DB); err != nil {
		a.Log.ErrorContext(ctx, "not ready", "error", err)
		return
	}
	list, err := notOffered(ctx, a.DB, a.Gateways)
	if err != nil {
		a.Log.WarnContext(ctx, "the merchants' companies could not be looked up", "error", err)
	}
	for _, u := range list {
		a.Log.WarnContext(ctx, "a payment company that merchants use is not offered: every payment of theirs is refused",
			"company", u.company, "merchants", u.merchants, "because", u.lacks)
	}
}

// onceMigrated runs work as soon as no migration is pending: before, there is nothing to work on.
func (a *App) onceMigrated(ctx context.Context, work func(context.Context) error) error {
	for ctx.Err() == nil {
		if _, err := pending(ctx, a.DB); !errors.Is(err, errPending) && ctx.Err() == nil {
			return work(ctx)
		}
		select {
		case <-ctx.Done():
		case <-a.Clock.After(schemaGap):
		}
	}
	return nil
}
