package contract

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// StatusViewTerms are what a read model under test has to be built with.
type StatusViewTerms struct {
	Clock ports.Clock   // the only source of time
	Keep  time.Duration // how long a Put is kept
}

// OpenStatusView opens a fresh, empty view. It is called from parallel tests. The clock moves with no
// regard to what the view keeps its things in: pass is told how far, and makes that follow.
type OpenStatusView func(t *testing.T, terms StatusViewTerms) (view ports.StatusView, pass func(d time.Duration))

// StatusView is the suite of ports.StatusView: a view tells what it was last told, never goes back to
// an older version, forgets in time, and can be swept.
func StatusView(t *testing.T, open OpenStatusView) {
	t.Helper()
	clauses := []viewClause{
		{"what nobody stored is not found", statusUnknown},
		{"what was stored comes back, down to the last byte and microsecond", statusKept},
		{"what a status does not have comes back as nothing", statusBare},
		{"times come back as UTC in whole microseconds, wherever they came from", statusTimes},
		{"any text is a key, and no two are mixed up", statusKeys},
		{"an older version never replaces a newer one", statusOlder},
		{"an equal version is stored again", statusEqual},
		{"versions are compared as whole numbers, however large", statusLargeVersions},
		{"what callers do with their bytes changes nothing that is held", statusCopied},
		{"a removed key is not found, and its version guards nothing any more", statusRemoved},
		{"a cancelled context does nothing", statusCancelled},
	}
	for _, c := range append(append(clauses, statusRacing()...), append(statusForgetting(), statusPruning()...)...) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t, openBoard(t, open))
		})
	}
}

// viewClause is one sentence of the suite.
type viewClause struct {
	name  string
	check func(t *testing.T, b *board)
}

// viewKeep is how long the views of the suite keep what was put there.
const viewKeep = 7 * 24 * time.Hour

// board is a fresh view with its clock; its failures end the test.
type board struct {
	ports.StatusView
	clock *fakeclock.Clock
	pass  func(time.Duration)
}

func openBoard(t *testing.T, open OpenStatusView) *board {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 123_456_000, time.UTC))
	view, pass := open(t, StatusViewTerms{Clock: clock, Keep: viewKeep})
	return &board{StatusView: view, clock: clock, pass: pass}
}

// later lets time pass everywhere.
func (b *board) later(d time.Duration) {
	b.clock.Advance(d)
	b.pass(d)
}

// status makes a paid status of an order of its own.
func (b *board) status(key ports.StatusKey, version int64) ports.PaymentStatus {
	return ports.PaymentStatus{
		Key: key, Order: order.ID("order of " + key), Version: version,
		Mall: "demomall", Partner: "demomall:0:key", OrderNo: "20261122-0000001", PayMethod: "card",
		Currency: "PHP", Paid: true, Amount: "3065.00", Reference: "CODE-1",
		ExtraData: []byte("{\"LogKey\": \"1\"}\x00\xff\n"), Gateway: "demo", Known: true,
		ExpiresAt: b.clock.Now().Add(time.Hour + time.Microsecond),
	}
}

// put stores a status and checks whether the view took it.
func (b *board) put(t *testing.T, s ports.PaymentStatus, want bool) {
	t.Helper()
	stored, err := b.Put(t.Context(), s)
	noError(t, err)
	same(t, fmt.Sprintf("version %d was stored", s.Version), stored, want)
}

// holds checks what the view tells under the status's key.
func (b *board) holds(t *testing.T, want ports.PaymentStatus) {
	t.Helper()
	got, err := b.Get(t.Context(), want.Key)
	noError(t, err)
	alike(t, "status", got, want)
}

func (b *board) lacks(t *testing.T, key ports.StatusKey) {
	t.Helper()
	got, err := b.Get(t.Context(), key)
	wantFault(t, err, fault.NotFound, "")
	alike(t, "status", got, ports.PaymentStatus{})
}

func statusUnknown(t *testing.T, b *board) {
	b.lacks(t, "nobody")
}

func statusKept(t *testing.T, b *board) {
	s := b.status("key", 7)
	b.put(t, s, true)
	b.holds(t, s)
}

func statusBare(t *testing.T, b *board) {
	s := ports.PaymentStatus{Key: "key", Order: "order"}
	b.put(t, s, true)
	b.holds(t, s)
	s.ExtraData = []byte{}
	b.put(t, s, true)
	s.ExtraData = nil
	b.holds(t, s)
}

func statusTimes(t *testing.T, b *board) {
	s := b.status("key", 1)
	want := s.ExpiresAt
	s.ExpiresAt = want.Add(999 * time.Nanosecond).In(time.FixedZone("KST", 9*60*60))
	b.put(t, s, true)
	s.ExpiresAt = want
	b.holds(t, s)
}

func statusKeys(t *testing.T, b *board) {
	keys := []ports.StatusKey{
		"k", "K", "k ", " k", "kk", "k:k", "k*", "k?", "[k]", "{k}", "{k}k", `k\`, `k"`, "k'", "k\n", "k%00", "열쇠", "k\u0301",
		"sync-checkout:20261122-0000001", "sync-checkout:20261122-0000002", ports.StatusKey(strings.Repeat("k", 4096)),
	}
	for i, key := range keys {
		s := b.status(key, int64(i))
		s.Amount = fmt.Sprint(i)
		b.put(t, s, true)
	}
	for i, key := range keys {
		s := b.status(key, int64(i))
		s.Amount = fmt.Sprint(i)
		b.holds(t, s)
	}
	b.lacks(t, "k%")
}

func statusOlder(t *testing.T, b *board) {
	newest := b.status("key", 10)
	b.put(t, newest, true)
	for _, version := range []int64{9, 2, 0} { // by their digits, 9 and 2 come after 10
		s := b.status("key", version)
		s.Paid = false
		b.put(t, s, false)
	}
	b.holds(t, newest)
	newest.Version, newest.Paid, newest.Known = 11, false, false
	b.put(t, newest, true)
	b.holds(t, newest)
}

func statusEqual(t *testing.T, b *board) {
	s := b.status("key", 3)
	b.put(t, s, true)
	b.put(t, s, true)
	s.Gateway = "demo 2"
	b.put(t, s, true)
	b.holds(t, s)
}

func statusLargeVersions(t *testing.T, b *board) {
	const beyondFloats, largest = 1<<53 + 1, 1<<63 - 1
	b.put(t, b.status("key", beyondFloats), true)
	b.put(t, b.status("key", beyondFloats-1), false)
	b.put(t, b.status("key", largest), true)
	b.put(t, b.status("key", largest-1), false)
	b.holds(t, b.status("key", largest))
}

func statusCopied(t *testing.T, b *board) {
	given := b.status("key", 1)
	b.put(t, given, true)
	given.ExtraData[0] = 'X'
	told, err := b.Get(t.Context(), "key")
	noError(t, err)
	told.ExtraData[0] = 'Y'
	b.holds(t, b.status("key", 1))
}

func statusRemoved(t *testing.T, b *board) {
	b.put(t, b.status("key", 5), true)
	b.put(t, b.status("another", 5), true)
	noError(t, b.Remove(t.Context(), "key"))
	b.lacks(t, "key")
	noError(t, b.Remove(t.Context(), "key"))
	b.put(t, b.status("key", 1), true)
	b.holds(t, b.status("key", 1))
	b.holds(t, b.status("another", 5))
}

func statusCancelled(t *testing.T, b *board) {
	b.put(t, b.status("key", 1), true)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Get(ctx, "key")
	wantFault(t, err, fault.Unavailable, "timed_out")
	stored, err := b.Put(ctx, b.status("key", 2))
	wantFault(t, err, fault.Unavailable, "timed_out")
	same(t, "stored", stored, false)
	wantFault(t, b.Remove(ctx, "key"), fault.Unavailable, "timed_out")
	n, err := b.Prune(ctx, everything)
	wantFault(t, err, fault.Unavailable, "timed_out")
	same(t, "pruned", n, 0)
	b.holds(t, b.status("key", 1))
}
