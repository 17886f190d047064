package redis

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/redis/go-redis/extra/redisotel/v9"
	goredis "github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel"
)

// instrument adds spans and metrics to the client. A cluster's servers are instrumented one by one as
// they are found, so that each is named by its own address.
func instrument(client goredis.UniversalClient, o Options) error {
	switch c := client.(type) {
	case *goredis.Client:
		return instrumentServer(c, o)
	case *goredis.ClusterClient:
		c.OnNewNode(func(server *goredis.Client) {
			if err := instrumentServer(server, o); err != nil {
				otel.Handle(err)
			}
		})
	}
	return nil
}

func instrumentServer(server *goredis.Client, o Options) error {
	tracing := []redisotel.TracingOption{
		redisotel.WithDBStatement(false), // it is the command with all its keys and values
		redisotel.WithCallerEnabled(false),
		redisotel.WithCommandFilter(nobodys),
		redisotel.WithCommandsFilter(func(batch []goredis.Cmder) bool { return slices.ContainsFunc(batch, nobodys) }),
		redisotel.WithDialFilter(true), // connections are made apart from requests: their spans have no parent
	}
	if o.Tracers != nil {
		tracing = append(tracing, redisotel.WithTracerProvider(o.Tracers))
	}
	metrics := []redisotel.MetricsOption{redisotel.WithSemConvCompliantMetrics(true)}
	if o.Meters != nil {
		metrics = append(metrics, redisotel.WithMeterProvider(o.Meters))
	}
	err := errors.Join(redisotel.InstrumentTracing(server, tracing...), redisotel.InstrumentMetrics(server, metrics...))
	server.AddHook(discreet{}) // the last added is nearest to the server
	return err
}

// nobodys tells a command that belongs to no single request: a read is sent for all who wait for one, and has
// its span where it was asked for; the others greet a server. Spans of theirs would be traces of their own.
func nobodys(c goredis.Cmder) bool {
	switch c.Name() {
	case "get", "hello", "auth", "client", "select", "readonly":
		return true
	}
	return false
}

// discreet takes out of a server's errors what was sent to it, before spans and logs get to see them.
type discreet struct{}

// echo is what a server's error says before it repeats the beginning of a command that it does not
// know, as one that an operator disabled.
const echo = ", with args beginning with:"

func hidden(err error) error {
	if err == nil {
		return nil
	}
	if known, _, echoed := strings.Cut(err.Error(), echo); echoed {
		return errors.New(known)
	}
	return err
}

// DialHook implements goredis.Hook.
func (discreet) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements goredis.Hook.
func (discreet) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error { return hidden(next(ctx, cmd)) }
}

// ProcessPipelineHook implements goredis.Hook. It looks at single commands only when one failed: in a shared
// batch the library looks through the stack of the caller each time it is asked how a command did.
func (discreet) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		err := next(ctx, cmds)
		if err == nil {
			return nil
		}
		for _, cmd := range cmds {
			if failed := cmd.Err(); failed != nil {
				cmd.SetErr(hidden(failed))
			}
		}
		return hidden(err)
	}
}
