package database

import (
	"context"
	"slices"
	"sync"
	"time"

	"paybridge/domain/fault"
)

// mostTogether is how many are served at once.
const mostTogether = 64

// errNotServed is what stays when the one who serves several breaks off.
var errNotServed = fault.New(fault.Internal, "not_served", "the one who did this for several broke off")

// forAll returns the context to serve several with: what they share does not end because one of them goes away.
func forAll(ctx context.Context, several int, budget time.Duration) (context.Context, context.CancelFunc) {
	if several == 1 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), budget)
}

// turns lets those who want something of one thing at the same time be served together: while one is served,
// the others wait in the thing's line, and the first of them then serves all of the line. Who comes alone waits for
// nobody.
type turns[K comparable, W any] struct {
	mu    sync.Mutex
	lines map[K][]place[W] // those who wait; a thing that nobody wants has no line
}

// place is where one stands in a line.
type place[W any] struct {
	who  W
	turn chan []place[W] // gets the places of those to serve; closed when another one served this one
}

// take returns true when who was served: by serve, which gets who and those who wait with it, or by another
// one's. It returns false, and who was not served and will not be, when ctx ended while who waited.
func (t *turns[K, W]) take(ctx context.Context, thing K, who W, serve func([]W)) bool {
	p := place[W]{who: who, turn: make(chan []place[W], 1)}
	together := t.enter(thing, p)
	if together == nil {
		select {
		case together = <-p.turn:
		case <-ctx.Done():
			if t.leave(thing, p) {
				return false
			}
			together = <-p.turn
		}
	}
	if together == nil {
		return true
	}
	defer t.pass(thing, together)
	all := make([]W, len(together))
	for i, p := range together {
		all[i] = p.who
	}
	serve(all)
	return true
}

// enter returns p alone when nobody is served, else nil: then p has to wait.
func (t *turns[K, W]) enter(thing K, p place[W]) []place[W] {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, busy := t.lines[thing]
	if busy {
		t.lines[thing] = append(line, p)
		return nil
	}
	if t.lines == nil {
		t.lines = map[K][]place[W]{}
	}
	t.lines[thing] = nil
	return []place[W]{p}
}

// leave takes p out of the line, and reports whether it still stood there.
func (t *turns[K, W]) leave(thing K, p place[W]) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	line := t.lines[thing]
	i := slices.IndexFunc(line, func(other place[W]) bool { return other.turn == p.turn })
	if i < 0 {
		return false
	}
	t.lines[thing] = append(line[:i:i], line[i+1:]...)
	return true
}

// pass lets those go who were served, and the first of those who came meanwhile serve all of them.
func (t *turns[K, W]) pass(thing K, served []place[W]) {
	for _, p := range served[1:] {
		close(p.turn)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	line := t.lines[thing]
	if len(line) == 0 {
		delete(t.lines, thing)
		return
	}
	n := min(len(line), mostTogether)
	t.lines[thing] = line[n:]
	line[0].turn <- line[:n:n]
}
