package redis_test

import (
	"crypto/rand"
	"os"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// sharedURL is the Redis of this run of the tests.
func sharedURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, or name a Redis that may be written to")
	}
	return url
}

// connect returns a client that is closed when the test ends.
func connect(t testing.TB, url string, o redis.Options) goredis.UniversalClient {
	t.Helper()
	client, err := redis.Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// ownPrefix is one that no other test has.
func ownPrefix() string { return "test:" + rand.Text() + ":" }

// newClock stands at the time of the servers: what expires there is computed from it.
func newClock() *fakeclock.Clock { return fakeclock.New(time.Now()) }

// newView returns a view with a prefix of its own.
func newView(client goredis.UniversalClient) *redis.StatusView {
	return redis.NewStatusView(client, newClock(), redis.StatusViewOptions{Prefix: ownPrefix()})
}

// secretKey is a status key that must never be seen anywhere.
const secretKey ports.StatusKey = "canary-0123456789abcdef"

// secretText stands in a status and must never be seen in a span, a log or an error.
const secretText = "canary-LogKey"

func paid(key ports.StatusKey) ports.PaymentStatus {
	return ports.PaymentStatus{
		Key: key, Order: order.ID("order of " + key[:1]), Version: 3, Mall: "demomall", Partner: "demomall:0:pk_abcdefghijklmnop",
		OrderNo: "20261122-0000001", PayMethod: "card", Currency: "PHP", Paid: true, Amount: "3065.00", Reference: "ORD-1234567890",
		ExtraData: []byte(`{"LogKey":"` + secretText + `"}`), Gateway: "demo",
	}
}

func put(t testing.TB, view ports.StatusView, s ports.PaymentStatus) {
	t.Helper()
	if stored, err := view.Put(t.Context(), s); err != nil || !stored {
		t.Fatalf("put: %t, %v", stored, err)
	}
}

// mustTell checks that the view tells a paid status.
func mustTell(t testing.TB, view ports.StatusView, key ports.StatusKey) {
	t.Helper()
	if s, err := view.Get(t.Context(), key); err != nil || s.Key != key || !s.Paid {
		t.Fatalf("got %+v, %v", s, err)
	}
}

// wantFault checks kind and code of an error; an empty code stands for any.
func wantFault(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || (code != "" && fault.Of(err).Code != code) {
		t.Fatalf("got error %v, want kind %d with code %q", err, kind, code)
	}
}

// await waits until it is so.
func await(t testing.TB, what string, isSo func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !isSo() {
		select {
		case <-deadline:
			t.Fatalf("waited 20 s in vain: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}
