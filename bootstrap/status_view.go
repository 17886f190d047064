package bootstrap

import (
	"context"
	"log/slog"
	"strings"

	"paybridge/adapters/memory"
	"paybridge/adapters/redis"
	"paybridge/adapters/telemetry"
	"paybridge/application/command"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// pinger is a read model that can be away.
type pinger interface {
	Ping(ctx context.Context) error
}

// guardedRedis is the guarded view of a Redis that can be pinged.
type guardedRedis struct {
	*redis.Guarded
	pinger
}

// provideStatusView chooses the read model: Redis where there is one; the process itself beside SQLite,
// which has one process; nothing beside PostgreSQL without Redis, because another instance may have
// refunded what this one remembers as paid. It takes telemetry, because Redis reports to the providers
// that it sets.
func provideStatusView(ctx context.Context, c config.Config, clock ports.Clock, log *slog.Logger, _ *telemetry.Telemetry) (ports.StatusView, func(), error) {
	if c.RedisURL == "" {
		if strings.HasPrefix(c.DatabaseURL, "sqlite:") {
			return memory.NewStatusView(clock, memory.StatusViewOptions{}), func() {}, nil
		}
		return noView{}, func() {}, nil
	}
	client, err := redis.Open(c.RedisURL, redis.Options{Logger: log})
	if err != nil {
		return nil, nil, err
	}
	view := redis.NewStatusView(client, clock, redis.StatusViewOptions{})
	closing := func() {
		if err := client.Close(); err != nil {
			log.WarnContext(ctx, "redis was not closed", "error", err)
		}
	}
	guarded := redis.Guard(view, redis.GuardOptions{Logger: log}) //nolint:contextcheck // its guard outlives the start
	return guardedRedis{Guarded: guarded, pinger: view}, closing, nil
}

// provideRebuild tells the rebuild whether there is a read model that a command of its own can reach.
func provideRebuild(view ports.StatusView, projections ports.Projections, clock ports.Clock) command.RebuildReadModelHandler {
	h := command.RebuildReadModelHandler{View: view, Projections: projections, Clock: clock}
	if redis, is := view.(pinger); is {
		h.Ping = redis.Ping
	}
	return h
}

// noView knows nothing, so that every question goes to the database.
type noView struct{}

func (noView) Get(context.Context, ports.StatusKey) (ports.PaymentStatus, error) {
	return ports.PaymentStatus{}, fault.New(fault.NotFound, "status_not_found", "there is no read model")
}

func (noView) Put(context.Context, ports.PaymentStatus) (bool, error) { return false, nil }

func (noView) Remove(context.Context, ports.StatusKey) error { return nil }

func (noView) Prune(context.Context, func(context.Context, []ports.PaymentStatus) (map[order.ID]bool, error)) (int, error) {
	return 0, nil
}
