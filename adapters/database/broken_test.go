package database_test

import (
	"bytes"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"paybridge/adapters/database"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// wire is a way to a PostgreSQL server that can be cut between a request and its answer.
type wire struct {
	cutAt  atomic.Value // a text; the request that holds it is carried out, its answer never arrives
	server string
	lines  sync.WaitGroup
}

// never is no part of any request.
const never = "\x00\x00never"

// cable puts a wire before the server and returns the address of its near end.
func cable(t *testing.T, address string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(address)
	noError(t, err)
	w := &wire{server: u.Host}
	w.cutAt.Store(never)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	noError(t, err)
	w.lines.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			w.lines.Go(func() { w.join(near) })
		}
	})
	t.Cleanup(func() {
		noError(t, listener.Close())
		w.lines.Wait()
	})
	u.Host = listener.Addr().String()
	return w, u.String()
}

func (w *wire) join(near net.Conn) {
	far, err := net.Dial("tcp", w.server) //nolint:noctx // ends with its listener
	if err != nil {
		_ = near.Close()
		return
	}
	var lost atomic.Bool
	w.lines.Go(func() { carry(far, near, func([]byte) bool { return !lost.Load() }) })
	carry(near, far, func(request []byte) bool {
		if bytes.Contains(request, []byte(w.cutAt.Load().(string))) {
			lost.Store(true)
		}
		return true
	})
}

// carry passes on what from says until one of the two is gone, or pass objects.
func carry(from, to net.Conn, pass func([]byte) bool) {
	defer func() { _ = errors.Join(from.Close(), to.Close()) }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil || !pass(buffer[:n]) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// behindWire is an instance whose connection can be cut, and one that sees what really happened.
func behindWire(t *testing.T) (*wire, instance, instance) {
	t.Helper()
	address, clock := freshPostgres(t), fakeclock.New(now)
	safe := start(open(t, address), clock)
	w, near := cable(t, address)
	db, err := database.Open(t.Context(), near, database.Options{MaxConnections: 1})
	noError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return w, start(db, clock), safe
}

func TestAWriteWhoseAnswerIsLostIsInDoubtAndNotAFailure(t *testing.T) {
	t.Parallel()
	w, in, safe := behindWire(t)
	o := in.opened(t, 1)
	w.cutAt.Store(string(o.Snapshot().ID)) // stands in the values, not in the shape that is prepared first
	if err := in.orders.Create(t.Context(), o); !fault.Is(err, fault.Indeterminate) {
		t.Fatalf("got %v, want Indeterminate", err)
	}
	safe.get(t, o.Snapshot().ID)
	w.cutAt.Store(never)
	if err := in.orders.Create(t.Context(), o); fault.Of(err).Code != "order_exists" {
		t.Errorf("the same order again: %v", err)
	}
}

func TestAnUpdateThatBreaksOffBeforeItsCommitSurelyDidNotHappen(t *testing.T) {
	t.Parallel()
	w, in, safe := behindWire(t)
	id := in.stored(t, 1)
	_, err := in.orders.Update(t.Context(), id, func(o *order.Order) error {
		w.cutAt.Store("UPDATE")
		return remark("cut", now)(o)
	})
	if f := fault.Of(err); f.Kind != fault.Unavailable || f.Code != "database_down" {
		t.Errorf("got %v", err)
	}
	if got := safe.get(t, id).Version; got != 1 {
		t.Errorf("version %d, want 1", got)
	}
	w.cutAt.Store(never)
	_, err = in.orders.Update(t.Context(), id, remark("again", now))
	noError(t, err)
}

func TestAnUpdateThatBreaksOffAtItsCommitIsInDoubt(t *testing.T) {
	t.Parallel()
	w, in, _ := behindWire(t)
	id := in.stored(t, 1)
	_, err := in.orders.Update(t.Context(), id, func(o *order.Order) error {
		w.cutAt.Store("commit")
		return remark("cut", now)(o)
	})
	if !fault.Is(err, fault.Indeterminate) {
		t.Errorf("got %v, want Indeterminate", err)
	}
}

func TestAReadThatBreaksOffIsUnavailable(t *testing.T) {
	t.Parallel()
	w, in, _ := behindWire(t)
	id := in.stored(t, 1)
	w.cutAt.Store("SELECT")
	if _, err := in.orders.Get(t.Context(), ports.OrderQuery{ID: id}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAStoppedServerIsUnavailableAndThenServesAgain(t *testing.T) {
	t.Parallel()
	address, clock := freshPostgres(t), fakeclock.New(now)
	in := start(open(t, address), clock)
	id := in.stored(t, 1)
	raw := direct(t, address)
	_, err := in.orders.Update(t.Context(), id, func(o *order.Order) error {
		_, err := raw.ExecContext(t.Context(), "SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation"+
			" WHERE c.relname = 'orders' AND c.relnamespace = current_schema()::regnamespace AND l.pid <> pg_backend_pid()")
		noError(t, err)
		return remark("cut", now)(o)
	})
	if f := fault.Of(err); f.Kind != fault.Unavailable || f.Code != "database_down" {
		t.Errorf("got %v", err)
	}
	_, err = in.orders.Update(t.Context(), id, remark("again", now))
	noError(t, err)
	if got := in.get(t, id).Version; got != 2 {
		t.Errorf("version %d, want 2", got)
	}
}
