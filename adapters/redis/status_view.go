package redis

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/domain/fault"
	"paybridge/ports"
)

//go:embed put_status.lua
var putStatus string

// StatusViewOptions say where and how long statuses are kept. The zero value is ready to use.
type StatusViewOptions struct {
	Prefix string        // of every key; "paybridge:" by default
	Keep   time.Duration // how long a Put is kept; 7 days by default
}

// StatusView is the read model in Redis. It implements ports.StatusView.
//
// A status is stored under the SHA-256 of its key and does not hold the key: whoever sees Redis, a dump
// of it or its traffic can ask for no status. Every key expires.
type StatusView struct {
	client goredis.UniversalClient
	clock  ports.Clock
	put    *goredis.Script
	prefix string
	keep   time.Duration
}

// NewStatusView returns the view that client holds. It asks nothing yet.
func NewStatusView(client goredis.UniversalClient, clock ports.Clock, o StatusViewOptions) *StatusView {
	return &StatusView{
		client: client, clock: clock, put: goredis.NewScript(putStatus),
		prefix: cmp.Or(o.Prefix, "paybridge:") + "status:" + documentFormat + ":",
		keep:   cmp.Or(o.Keep, 7*24*time.Hour),
	}
}

// Get implements ports.StatusView, in one round trip. Internal "status_unreadable" when something else
// stands under the key; the next Put replaces it.
func (v *StatusView) Get(ctx context.Context, key ports.StatusKey) (ports.PaymentStatus, error) {
	data, err := v.read(ctx, v.digest(key))
	if err != nil {
		return ports.PaymentStatus{}, translate(ctx, err)
	}
	s, err := decode(data)
	if err != nil {
		return ports.PaymentStatus{}, err
	}
	if v.expired(s) {
		return ports.PaymentStatus{}, errNotFound
	}
	s.Key = key
	return s, nil
}

// Put implements ports.StatusView, in one round trip once a server knows the script.
func (v *StatusView) Put(ctx context.Context, s ports.PaymentStatus) (bool, error) {
	stored, err := v.put.Run(ctx, v.client, []string{v.digest(s.Key)}, encode(s), v.lifetime(s).Milliseconds()).Bool()
	return stored, translate(ctx, err)
}

// Remove implements ports.StatusView.
func (v *StatusView) Remove(ctx context.Context, key ports.StatusKey) error {
	return translate(ctx, v.client.Del(ctx, v.digest(key)).Err())
}

// Ping returns Unavailable when Redis does not answer.
func (v *StatusView) Ping(ctx context.Context) error {
	return translate(ctx, v.client.Ping(ctx).Err())
}

// digest is what a status is stored under. Status keys are random, so that nobody finds one by trying.
func (v *StatusView) digest(key ports.StatusKey) string {
	sum := sha256.Sum256([]byte(key))
	return v.prefix + base64.RawURLEncoding.EncodeToString(sum[:])
}

// expired tells by our own clock, which may be ahead of Redis.
func (v *StatusView) expired(s ports.PaymentStatus) bool {
	return !s.ExpiresAt.IsZero() && !s.ExpiresAt.After(v.clock.Now())
}

// lifetime is how long Redis keeps s. What has expired already still replaces what is there, and is
// gone in a moment.
func (v *StatusView) lifetime(s ports.PaymentStatus) time.Duration {
	if s.ExpiresAt.IsZero() {
		return v.keep
	}
	return max(min(v.keep, s.ExpiresAt.Sub(v.clock.Now())), time.Millisecond)
}

var errNotFound = fault.New(fault.NotFound, "status_not_found", "there is no such status")

// translate turns an error of the client into a fault. Whatever keeps Redis from answering, the caller
// can do one thing only: ask the database.
func translate(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, goredis.Nil):
		return errNotFound
	case ctx.Err() != nil:
		return fault.Of(ctx.Err())
	}
	return fault.New(fault.Unavailable, "status_view_down", "the read model is not available").Because(err)
}
