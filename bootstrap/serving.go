package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/google/wire"

	"paybridge/adapters/cafe24"
	"paybridge/adapters/database"
	"paybridge/adapters/gateway/demo"
	httpapi "paybridge/adapters/http"
	"paybridge/adapters/jobs"
	"paybridge/adapters/telemetry"
	"paybridge/application"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/bootstrap/config"
	"paybridge/ports"
)

// lateAfter is how long a due job may wait before the service calls itself degraded.
const lateAfter = time.Minute

// serving is what the service needs besides base.
var serving = wire.NewSet(
	provideJobs, provideWorker, provideReservedOrders, provideRetention, provideServer, provideLaunchSeal, provideOps, hangups, wire.Struct(new(App), "*"),
)

func provideWorker(c config.Config, outbox ports.Outbox, handlers application.Jobs, clock ports.Clock, log *slog.Logger) *jobs.Worker {
	return jobs.New(jobs.Config{Lease: c.JobLease}, outbox, handlers, clock, log)
}

func provideServer(c config.Config, links httpapi.Links, commands application.Commands, queries application.Queries, signer *cafe24.Signer, seal *cafe24.LaunchSeal, script *httpapi.Script, reserved *cafe24.ReservedOrders, clock ports.Clock, log *slog.Logger) (*httpapi.Server, error) {
	proxies, proxiesErr := prefixes("PAYBRIDGE_TRUSTED_PROXIES", c.TrustedProxies)
	malls, mallsErr := prefixes("CAFE24_SOURCE_RANGES", c.Cafe24.SourceRanges)
	if err := errors.Join(proxiesErr, mallsErr); err != nil {
		return nil, err
	}
	return httpapi.New(
		httpapi.Config{
			Addr: c.Addr, Links: links, DefaultGateway: demo.Name, TrustedProxies: proxies, MallAddresses: malls, SampleCompat: c.Cafe24.SampleCompat,
			AdminOrigins: c.Cafe24.AdminOrigins, WebhookKey: c.Cafe24.WebhookKey, ResultPages: c.Cafe24.ResultPages,
		},
		commands, queries, httpapi.Dependencies{Signatures: signer, Launches: seal, Script: script, ReservedOrders: reserved, Clock: clock, Logger: log},
	)
}

// How long things are kept.
const (
	keepParked        = 72 * time.Hour      // a letter for a payment that nobody knows wakes a question this long
	keepUnlinked      = 10 * time.Minute    // a checkout that had begun is known by then
	keepAnnouncements = 30 * 24 * time.Hour // Cafe24 repeats what failed for some hours
)

func provideRetention(c config.Config, clock ports.Clock, log *slog.Logger, inbox ports.Inbox, sessions ports.Sessions, announcements ports.Announcements, reservations ports.Reservations, eraser command.SecretEraser) *jobs.Retention {
	return jobs.NewRetention(clock, log,
		jobs.Sweep{What: "parked letters", Keep: keepParked, Forget: inbox.Prune},
		jobs.Sweep{What: "buyers of ended orders", Keep: c.KeepBuyers, Forget: reservations.Erase},
		jobs.Sweep{What: "sessions", Forget: sessions.Prune},
		jobs.Sweep{What: "secrets of unlinked accounts", Keep: keepUnlinked, Forget: eraser.Erase},
		jobs.Sweep{What: "announcements", Keep: keepAnnouncements, Forget: announcements.Prune},
	)
}

// prefixes reads address ranges; a single address is a range of one.
func prefixes(name string, texts []string) ([]netip.Prefix, error) {
	list := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		list = append(list, p)
	}
	return list, nil
}

func provideOps(
	c config.Config, db *database.DB, view ports.StatusView, queries application.Queries, views ports.Views, clock ports.Clock,
	t *telemetry.Telemetry, log *slog.Logger,
) (*httpapi.Ops, error) {
	if err := t.WatchBacklog(views.Backlog, clock); err != nil {
		return nil, err
	}
	checks := []httpapi.Check{
		{Name: "database", Needed: true, Probe: func(ctx context.Context) (string, error) { return "", db.Ping(ctx) }},
		{Name: "migrations", Needed: true, Probe: func(ctx context.Context) (string, error) { return pending(ctx, db) }},
		{Name: "outbox", Probe: func(ctx context.Context) (string, error) { return backlog(ctx, queries, clock) }},
	}
	if redis, is := view.(pinger); is {
		checks = append(checks, httpapi.Check{Name: "redis", Probe: func(ctx context.Context) (string, error) { return "", redis.Ping(ctx) }})
	}
	return httpapi.NewOps(c.OpsAddr, checks, t.MetricsHandler(), log), nil
}

// backlog says how much work waits, and that the service is degraded when a person should look.
func backlog(ctx context.Context, queries application.Queries, clock ports.Clock) (string, error) {
	b, err := queries.Backlog.Handle(ctx, query.Backlog{})
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%d ready, %d running, %d dead, %d in doubt, %d on hold, %d parked", b.Ready, b.Running, b.Dead, b.Doubtful, b.Held, b.Parked)
	if b.Dead > 0 || b.Held > 0 || (!b.OldestDue.IsZero() && clock.Now().Sub(b.OldestDue) > lateAfter) {
		return text, errNeedsLook
	}
	return text, nil
}

func provideLaunchSeal(c config.Config) (*cafe24.LaunchSeal, error) {
	return cafe24.NewLaunchSeal(c.Cafe24.ClientSecret)
}
