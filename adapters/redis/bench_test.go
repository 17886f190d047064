package redis_test

import (
	"context"
	"testing"
	"time"

	"paybridge/adapters/redis"
	"paybridge/domain/order"
	"paybridge/ports"
)

// sideBySide runs what 64 requests at once do, on 64 connections.
func sideBySide(b *testing.B, act func(ctx context.Context) error) {
	b.Helper()
	if err := act(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(each *testing.PB) {
		for each.Next() {
			if err := act(b.Context()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
}

// BenchmarkStatus sets the read model beside the GET and SET that it cannot do without.
func BenchmarkStatus(b *testing.B) {
	client, prefix := connect(b, sharedURL(b), redis.Options{}), ownPrefix()
	view := redis.NewStatusView(client, newClock(), redis.StatusViewOptions{Prefix: prefix})
	guarded := redis.Guard(view, redis.GuardOptions{ReadPatience: time.Second, WritePatience: time.Second})
	put(b, view, paid("key"))
	keys, err := client.Keys(b.Context(), prefix+"*").Result()
	if err != nil || len(keys) != 1 {
		b.Fatal(keys, err)
	}
	raw, err := client.Get(b.Context(), keys[0]).Bytes()
	if err != nil {
		b.Fatal(err)
	}
	reads := func(view ports.StatusView) func(ctx context.Context) error {
		return func(ctx context.Context) error { _, err := view.Get(ctx, "key"); return err }
	}
	writes := func(view ports.StatusView) func(ctx context.Context) error {
		return func(ctx context.Context) error { _, err := view.Put(ctx, paid("key")); return err }
	}
	b.Run("bare GET", func(b *testing.B) {
		sideBySide(b, func(ctx context.Context) error { return client.Get(ctx, keys[0]).Err() })
	})
	b.Run("Get", func(b *testing.B) { sideBySide(b, reads(view)) })
	b.Run("guarded Get", func(b *testing.B) { sideBySide(b, reads(guarded)) })
	b.Run("Get alone", func(b *testing.B) {
		for b.Loop() {
			mustTell(b, view, "key")
		}
	})
	b.Run("bare SET", func(b *testing.B) {
		sideBySide(b, func(ctx context.Context) error { return client.Set(ctx, prefix+"raw", raw, time.Hour).Err() })
	})
	b.Run("Put", func(b *testing.B) { sideBySide(b, writes(view)) })
	b.Run("guarded Put", func(b *testing.B) { sideBySide(b, writes(guarded)) })
}

// BenchmarkPrune walks through 10,000 statuses.
func BenchmarkPrune(b *testing.B) {
	view := newView(connect(b, sharedURL(b), redis.Options{}))
	for i := range 10_000 {
		put(b, view, paid(ports.StatusKey(time.Duration(i).String())))
	}
	for b.Loop() {
		if _, err := view.Prune(b.Context(), func(context.Context, []ports.PaymentStatus) (map[order.ID]bool, error) { return nil, nil }); err != nil {
			b.Fatal(err)
		}
	}
}
