package redis_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/contract"
)

// pass makes time pass for all keys of a prefix: what has less left than that is gone.
const pass = `for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
	redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[2])
end`

func openView(t *testing.T, terms contract.StatusViewTerms) (*redis.StatusView, func(time.Duration)) {
	t.Helper()
	client := connect(t, sharedURL(t), redis.Options{})
	prefix := ownPrefix()
	view := redis.NewStatusView(client, terms.Clock, redis.StatusViewOptions{Prefix: prefix, Keep: terms.Keep})
	return view, func(d time.Duration) {
		if err := client.Eval(t.Context(), pass, nil, prefix, d.Milliseconds()).Err(); err != nil && err != goredis.Nil { //nolint:errorlint // nothing is an answer
			t.Fatal(err)
		}
	}
}

func TestTheStatusViewKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.StatusView(t, func(t *testing.T, terms contract.StatusViewTerms) (ports.StatusView, func(time.Duration)) {
		t.Helper()
		return openView(t, terms)
	})
}

func TestAGuardedStatusViewKeepsTheContractToo(t *testing.T) {
	t.Parallel()
	contract.StatusView(t, func(t *testing.T, terms contract.StatusViewTerms) (ports.StatusView, func(time.Duration)) {
		t.Helper()
		view, pass := openView(t, terms)
		return redis.Guard(view, redis.GuardOptions{ReadPatience: time.Minute, WritePatience: time.Minute}), pass
	})
}

// stored is everything that stands under a prefix.
func stored(t *testing.T, client goredis.UniversalClient, prefix string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for keys := client.Scan(t.Context(), 0, prefix+"*", 100).Iterator(); keys.Next(t.Context()); {
		value, err := client.Get(t.Context(), keys.Val()).Result()
		if err != nil {
			t.Fatal(err)
		}
		all[keys.Val()] = value
	}
	return all
}

func TestWhoeverSeesRedisFindsNoStatusKeyInIt(t *testing.T) {
	t.Parallel()
	client, prefix := connect(t, sharedURL(t), redis.Options{}), ownPrefix()
	view := redis.NewStatusView(client, newClock(), redis.StatusViewOptions{Prefix: prefix})
	put(t, view, ports.PaymentStatus{Key: secretKey, Order: "order", Version: 1, Paid: true})
	all := stored(t, client, prefix)
	for key, value := range all {
		if strings.Contains(key+value, string(secretKey)) {
			t.Errorf("%q holds %q", key, value)
		}
	}
	if len(all) != 1 {
		t.Errorf("one status takes %d keys", len(all))
	}
}

func TestEveryKeyInRedisExpires(t *testing.T) {
	t.Parallel()
	client, prefix, clock := connect(t, sharedURL(t), redis.Options{}), ownPrefix(), newClock()
	view := redis.NewStatusView(client, clock, redis.StatusViewOptions{Prefix: prefix})
	for i, lives := range []time.Duration{0, time.Hour, 30 * 24 * time.Hour} {
		s := ports.PaymentStatus{Key: ports.StatusKey(rune('a' + i))}
		longest := 7 * 24 * time.Hour
		if lives > 0 {
			s.ExpiresAt = clock.Now().Add(lives)
			longest = min(longest, lives)
		}
		put(t, view, s)
		for key := range stored(t, client, prefix) {
			if left := client.PTTL(t.Context(), key).Val(); left > longest || left < longest-time.Minute {
				t.Errorf("%s is kept for %v, want %v", lives, left, longest)
			}
		}
		if err := view.Remove(t.Context(), s.Key); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNoStatusIsAnErrorUntilItIsWrittenAnew(t *testing.T) {
	t.Parallel()
	client, prefix := connect(t, sharedURL(t), redis.Options{}), ownPrefix()
	view := redis.NewStatusView(client, newClock(), redis.StatusViewOptions{Prefix: prefix})
	put(t, view, paid("key"))
	for _, nonsense := range []string{"", "zzz", strings.Repeat("z", 40), strings.Repeat("9", 19), strings.Repeat("1", 19) + "\xff"} {
		for key := range stored(t, client, prefix) {
			if err := client.Set(t.Context(), key, nonsense, time.Hour).Err(); err != nil {
				t.Fatal(err)
			}
		}
		_, err := view.Get(t.Context(), "key")
		wantFault(t, err, fault.Internal, "status_unreadable")
		if n, err := view.Prune(t.Context(), all); n != 0 || err != nil {
			t.Errorf("pruned %d, %v", n, err)
		}
		newest := paid("key")
		newest.Version = 1<<63 - 1
		if strings.HasPrefix(nonsense, "9") { // it begins like a version that no status has
			if err := view.Remove(t.Context(), "key"); err != nil {
				t.Fatal(err)
			}
		}
		put(t, view, newest)
		mustTell(t, view, "key")
	}
}

func all(_ context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error) {
	orders := map[order.ID]bool{}
	for _, s := range held {
		orders[s.Order] = true
	}
	return orders, nil
}

func TestViewsWithOtherPrefixesAreLeftAlone(t *testing.T) {
	t.Parallel()
	client, own := connect(t, sharedURL(t), redis.Options{}), ownPrefix()
	views := map[string]*redis.StatusView{}
	for _, prefix := range []string{"*", "?", "[a]", "a", `\a`, "b"} {
		views[prefix] = redis.NewStatusView(client, newClock(), redis.StatusViewOptions{Prefix: own + prefix})
		put(t, views[prefix], paid("key"))
	}
	for _, prefix := range []string{"*", "?", "[a]", `\a`} {
		if n, err := views[prefix].Prune(t.Context(), all); n != 1 || err != nil {
			t.Errorf("%s: pruned %d, %v", prefix, n, err)
		}
	}
	mustTell(t, views["a"], "key")
	mustTell(t, views["b"], "key")
}

// commands counts what a client sends.
type commands struct {
	mu    sync.Mutex
	names []string
}

func (c *commands) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *commands) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		c.mu.Lock()
		c.names = append(c.names, cmd.Name())
		c.mu.Unlock()
		return next(ctx, cmd)
	}
}

func (c *commands) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

func (c *commands) want(t *testing.T, what string, want ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.names, want) {
		t.Errorf("%s sends %q, want %q", what, c.names, want)
	}
	c.names = nil
}

func (c *commands) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names = nil
}

func TestReadingAndWritingTakeOneRoundTripEach(t *testing.T) {
	t.Parallel()
	s := startServer(t) // of its own: nobody else has loaded the script there
	client := connect(t, before(t, s).url(), redis.Options{})
	view, sent := newView(client), &commands{}
	if err := view.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	client.AddHook(sent)
	put(t, view, paid("key"))
	sent.want(t, "the first write", "evalsha", "eval")
	put(t, view, paid("key"))
	sent.want(t, "a write", "evalsha")
	mustTell(t, view, "key") // opens the connection that reads share
	sent.forget()
	mustTell(t, view, "key")
	sent.want(t, "a read", "get")
	s.do("SCRIPT", "FLUSH")
	put(t, view, paid("key"))
	sent.want(t, "a write to a server that forgot the script", "evalsha", "eval")
}
