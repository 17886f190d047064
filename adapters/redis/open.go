// Package redis keeps the read model of status questions in Redis: on one server, behind Sentinels, or
// in a cluster.
//
// Open makes the client from REDIS_URL, with short time-outs and with traces and metrics that tell no
// key and no value. NewStatusView is the read model itself: one GET to read, sent together with those of others, and one script to write. Guard
// bounds what a slow or dead Redis may cost a request, and leaves it alone while it fails.
//
//	question -> Guard -> StatusView -> client -> Redis
//
// Nothing here is needed to be right: what Redis lost, refused or never had is a question to the
// database. It does not hold a working status key either, only digests of them.
package redis

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Options are what a client can be given beside its address. The zero value is ready to use.
type Options struct {
	Connections int                  // to each server, at most; 64 by default
	TLS         *tls.Config          // for rediss://; by default the system's roots and TLS 1.2
	Tracers     trace.TracerProvider // by default the process's
	Meters      metric.MeterProvider // by default the process's
	Logger      *slog.Logger         // of all clients of the library; by default it writes to stderr its own way
}

// mostQueued is how many reads may wait for their answers; the database answers what is beyond it.
const mostQueued = 4096

// Open returns a client for a REDIS_URL, or one Invalid fault that tells every problem with it and
// quotes nothing of it. It connects when it is first used: Redis may be down when the service starts.
// The caller closes it.
func Open(url string, o Options) (goredis.UniversalClient, error) {
	settings, err := address(url)
	if err != nil {
		return nil, err
	}
	if settings.TLSConfig != nil && o.TLS != nil {
		settings.TLSConfig = o.TLS.Clone()
	}
	settings.PoolSize = cmp.Or(o.Connections, 64)
	settings.AutoPipelineOptions = &goredis.AutoPipelineOptions{MaxQueuedCommands: mostQueued}
	hurry(settings)
	if o.Logger != nil {
		goredis.SetLogger(logs{o.Logger})
	}
	client := goredis.NewUniversalClient(settings)
	if err := instrument(client, o); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// hurry sets the time-outs: nobody waits for Redis longer than for the database that can answer too.
// One retry is for a connection that broke while it was idle.
func hurry(o *goredis.UniversalOptions) {
	o.DialTimeout = time.Second
	o.ReadTimeout = 250 * time.Millisecond
	o.WriteTimeout = 250 * time.Millisecond
	o.PoolTimeout = 250 * time.Millisecond
	o.ContextTimeoutEnabled = true // else a caller's deadline does not end a read
	o.DialerRetries = 1
	o.MaxRetries = 1
	o.MinRetryBackoff = time.Millisecond
	o.MaxRetryBackoff = 8 * time.Millisecond
	o.ClientName = "paybridge"
	// Neither is known to most servers: each would be a failed command in every connection's trace.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// logs lets the library write where everybody writes.
type logs struct{ logger *slog.Logger }

// Printf implements the library's logger.
func (l logs) Printf(ctx context.Context, format string, args ...any) {
	l.logger.WarnContext(ctx, "redis client is in trouble", "trouble", fmt.Sprintf(format, args...))
}
