package database

import (
	"context"
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

const (
	mostTogether   = 64               // writers of one order who share a transaction
	togetherBudget = 10 * time.Second // for that transaction
)

// writer wants to change an order.
type writer struct {
	gaveUp      func() error // what its context says
	traceparent string
	change      func(*order.Order) error
	with        []ports.RefundQuery

	turn chan []*writer // gets those that this writer writes for; closed when another one wrote for it

	refused error        // what change, or the writer's own context, said
	order   *order.Order // as it was stored
	err     error
}

func newWriter(ctx context.Context, traceparent string, change func(*order.Order) error, with []ports.RefundQuery) *writer {
	return &writer{
		gaveUp: ctx.Err, traceparent: traceparent, change: change, with: with, turn: make(chan []*writer, 1),
		err: fault.New(fault.Internal, "not_written", "the one who wrote for this writer broke off"),
	}
}

// wishes are the refunds that all of them have to see.
func wishes(together []*writer) (all []ports.RefundQuery) {
	for _, w := range together {
		all = append(all, w.with...)
	}
	return all
}

// turns lets the writers of one order who meet in this process share a transaction. Each on its own would
// wait at the order's row with a connection in its hands: one popular order could hold them all, and pay a
// commit for every change. The row's lock still keeps out those of other processes.
type turns struct {
	mu    sync.Mutex
	lines map[order.ID][]*writer // those who wait; an order that nobody writes has no line
}

// take returns when w was written: by write, which gets w and those who wait with it, or by another
// writer's. A caller that gives up while w waits gets w back unwritten.
func (t *turns) take(ctx context.Context, id order.ID, w *writer, write func([]*writer)) {
	together := t.enter(id, w)
	if together == nil {
		select {
		case together = <-w.turn:
		case <-ctx.Done():
			if t.leave(id, w) {
				w.err = surely(w.gaveUp())
				return
			}
			together = <-w.turn
		}
	}
	if together == nil {
		return
	}
	defer t.pass(id, together)
	write(together)
}

// enter returns w alone when nobody writes the order, else nil: then w has to wait.
func (t *turns) enter(id order.ID, w *writer) []*writer {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, busy := t.lines[id]
	if busy {
		t.lines[id] = append(line, w)
		return nil
	}
	if t.lines == nil {
		t.lines = map[order.ID][]*writer{}
	}
	t.lines[id] = nil
	return []*writer{w}
}

// leave takes w out of the line, and reports whether it still stood there.
func (t *turns) leave(id order.ID, w *writer) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, other := range t.lines[id] {
		if other == w {
			t.lines[id] = append(t.lines[id][:i:i], t.lines[id][i+1:]...)
			return true
		}
	}
	return false
}

// pass lets those go who were written, and the first of those who came meanwhile write for all of them.
func (t *turns) pass(id order.ID, written []*writer) {
	for _, w := range written[1:] {
		close(w.turn)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	line := t.lines[id]
	if len(line) == 0 {
		delete(t.lines, id)
		return
	}
	n := min(len(line), mostTogether)
	t.lines[id] = line[n:]
	line[0].turn <- line[:n:n]
}
