package redis

import (
	"context"
	"errors"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/domain/order"
	"paybridge/ports"
)

// pruneBatch is about how many keys are looked at in one round trip.
const pruneBatch = 500

// judge names the orders that a view is to forget.
type judge = func(ctx context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error)

// Prune implements ports.StatusView. It walks through all servers of a cluster, one after the other, and
// never blocks one for longer than a batch takes.
func (v *StatusView) Prune(ctx context.Context, stale judge) (int, error) {
	servers, err := v.servers(ctx)
	if err != nil {
		return 0, translate(ctx, err)
	}
	forgotten := 0
	for _, server := range servers {
		n, err := v.pruneServer(ctx, server, stale)
		forgotten += n
		if err != nil {
			return forgotten, err
		}
	}
	return forgotten, nil
}

// servers are all that hold a part of the keys.
func (v *StatusView) servers(ctx context.Context) ([]goredis.Cmdable, error) {
	cluster, ok := v.client.(*goredis.ClusterClient)
	if !ok {
		return []goredis.Cmdable{v.client}, nil
	}
	var mu sync.Mutex
	var servers []goredis.Cmdable
	err := cluster.ForEachMaster(ctx, func(_ context.Context, server *goredis.Client) error { // at the same time
		mu.Lock()
		defer mu.Unlock()
		servers = append(servers, server)
		return nil
	})
	return servers, err
}

// pruneServer goes through the keys of one server. SCAN may give empty pages, and may repeat keys.
func (v *StatusView) pruneServer(ctx context.Context, server goredis.Cmdable, stale judge) (int, error) {
	pattern := globEscaper.Replace(v.prefix) + "*"
	var keys []string
	forgotten := 0
	for cursor, more := uint64(0), true; more; more = cursor != 0 {
		page, next, err := server.Scan(ctx, cursor, pattern, pruneBatch).Result()
		if err != nil {
			return forgotten, translate(ctx, err)
		}
		keys, cursor = append(keys, page...), next
		if len(keys) < pruneBatch && cursor != 0 {
			continue
		}
		n, err := v.sweep(ctx, keys, stale)
		forgotten += n
		if err != nil {
			return forgotten, err
		}
		keys = keys[:0]
	}
	return forgotten, nil
}

// globEscaper makes a prefix mean itself in a pattern.
var globEscaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

// sweep shows what stands under the keys and forgets what is stale.
func (v *StatusView) sweep(ctx context.Context, keys []string, stale judge) (int, error) {
	held, under, err := v.held(ctx, keys)
	if err != nil || len(held) == 0 {
		return 0, err
	}
	gone, err := stale(ctx, held)
	if err != nil {
		return 0, err
	}
	var doomed []string
	for i, s := range held {
		if gone[s.Order] {
			doomed = append(doomed, under[i])
		}
	}
	return v.forget(ctx, doomed)
}

// held reads the statuses under the keys, and says which stands where. What is gone, expired or
// unreadable by now is left out.
func (v *StatusView) held(ctx context.Context, keys []string) (held []ports.PaymentStatus, under []string, err error) {
	answers, err := v.client.Pipelined(ctx, func(p goredis.Pipeliner) error { // not MGET: in a cluster each is elsewhere
		for _, key := range keys {
			p.Get(ctx, key)
		}
		return nil
	})
	if err != nil && !errors.Is(err, goredis.Nil) {
		return nil, nil, translate(ctx, err)
	}
	for i, answer := range answers {
		data, err := answer.(*goredis.StringCmd).Bytes()
		if errors.Is(err, goredis.Nil) {
			continue
		}
		if err != nil {
			return nil, nil, translate(ctx, err)
		}
		if s, err := decode(data); err == nil && !v.expired(s) {
			held, under = append(held, s), append(under, keys[i])
		}
	}
	return held, under, nil
}

// forget deletes the keys and returns how many were still there.
func (v *StatusView) forget(ctx context.Context, keys []string) (int, error) {
	if len(keys) == 0 {
		return 0, nil
	}
	answers, err := v.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for _, key := range keys {
			p.Del(ctx, key)
		}
		return nil
	})
	n := 0
	for _, answer := range answers {
		n += int(answer.(*goredis.IntCmd).Val())
	}
	return n, translate(ctx, err)
}
