package database

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	channel     = "paybridge_outbox"
	quiet       = 20 * time.Millisecond // between two notifications of one instance
	reconnectIn = time.Second
)

// bell tells workers that something is due. It is rung after a commit, never within: a notification
// in a transaction makes PostgreSQL commit one after another. A bell that is not heard costs time
// only, because workers look by themselves now and then.
type bell struct {
	here   chan struct{} // for the worker of this process
	there  chan struct{} // for those of others
	name   string        // of this instance, so that it does not hear itself
	config *pgx.ConnConfig
}

// newBell returns a bell that others hear through PostgreSQL, or nobody else with a nil config.
func newBell(config *pgx.ConnConfig) *bell {
	return &bell{here: make(chan struct{}, 1), there: make(chan struct{}, 1), name: rand.Text(), config: config}
}

// ring wakes the workers of all instances.
func (b *bell) ring() {
	b.ringHere()
	put(b.there)
}

// ringHere wakes the worker of this process.
func (b *bell) ringHere() { put(b.here) }

// put leaves one signal, however many there are.
func put(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Wakeups delivers when jobs may have become due, here or at another instance. It is for one reader,
// who must also look without being woken now and then.
func (d *DB) Wakeups() <-chan struct{} { return d.bell.here }

// Notify carries wake-ups between instances until ctx ends, and returns then. It survives restarts of
// the database. On SQLite there is nobody else.
func (d *DB) Notify(ctx context.Context) {
	if d.bell.config == nil {
		<-ctx.Done()
		return
	}
	listening := make(chan struct{})
	go func() {
		defer close(listening)
		for ctx.Err() == nil {
			d.bell.listen(ctx)
			pause(ctx, reconnectIn)
		}
	}()
	d.send(ctx)
	<-listening
}

// send notifies others: at once, but not more often than every quiet moment.
func (d *DB) send(ctx context.Context) {
	for {
		select {
		case <-d.bell.there:
			_, _ = d.write.NewRaw("SELECT pg_notify(?, ?)", channel, d.bell.name).Exec(ctx)
			pause(ctx, quiet)
		case <-ctx.Done():
			return
		}
	}
}

// listen hears others on a connection of its own until that breaks. It begins by waking the worker:
// nobody knows what was missed.
func (b *bell) listen(ctx context.Context) {
	c, err := pgx.ConnectConfig(ctx, b.config)
	if err != nil {
		return
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), reconnectIn)
		defer cancel()
		_ = c.Close(ending)
	}()
	if _, err := c.Exec(ctx, "LISTEN "+channel); err != nil {
		return
	}
	b.ringHere()
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return
		}
		if n.Payload != b.name {
			b.ringHere()
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
