package transport

import (
	"context"
	"fmt"
	"sync"

	"paybridge/domain/fault"
)

// Questions lets callers share questions to a company without ever sharing old news.
//
// A caller may only believe an answer to a question that was sent after the caller came: somebody
// who was just told "it is paid" must not be given an answer that was under way before. So, other
// than with golang.org/x/sync/singleflight, who comes while a question is running waits for the next
// one, together with everybody else who comes meanwhile. Of any number of callers at once at most
// two questions are needed, and an answer that is in is never used again.
//
// K names the question and whoever asks it, keys included. The zero value is ready.
type Questions[K comparable, T any] struct {
	mu sync.Mutex
	// next holds a key while a question of that name is running; its value is the round that runs
	// after it, nil while nobody waits for one.
	next map[K]*round[T]
}

// round is one question and everybody who waits for its answer. It lives in a context of its own,
// which ends when the last of them has left.
type round[T any] struct {
	ask     func() (T, error)
	leave   context.CancelCauseFunc
	waiting int
	done    chan struct{}
	answer  T
	err     error
}

// Ask returns the answer to a question that is sent after this call. ask is given a context that
// ends when nobody waits any more; it must bound itself, because others may have more time. When ctx
// ends first, the fault is Unavailable: asking changes nothing.
func (q *Questions[K, T]) Ask(ctx context.Context, name K, ask func(context.Context) (T, error)) (T, error) {
	r := q.join(ctx, name, ask)
	select {
	case <-r.done:
		return r.answer, r.err
	case <-ctx.Done():
		q.left(name, r, ctx.Err())
		var none T
		return none, fault.New(fault.Unavailable, "company_not_asked_in_time", "the payment company could not be asked in time").Because(ctx.Err())
	}
}

func (q *Questions[K, T]) join(ctx context.Context, name K, ask func(context.Context) (T, error)) *round[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	r, running := q.next[name]
	if r == nil {
		shared, leave := context.WithCancelCause(context.WithoutCancel(ctx))
		r = &round[T]{ask: func() (T, error) { return ask(shared) }, leave: leave, done: make(chan struct{})}
	}
	r.waiting++
	if running {
		q.next[name] = r
		return r
	}
	if q.next == nil {
		q.next = make(map[K]*round[T])
	}
	q.next[name] = nil
	go q.run(name, r)
	return r
}

// left ends a question that nobody waits for. One that has not begun is taken out of the line, so
// that nobody joins it.
func (q *Questions[K, T]) left(name K, r *round[T], why error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r.waiting--; r.waiting > 0 {
		return
	}
	r.leave(why)
	if q.next[name] == r {
		q.next[name] = nil
	}
}

func (q *Questions[K, T]) run(name K, r *round[T]) {
	for ; r != nil; r = q.advance(name) {
		r.run()
	}
}

// advance makes the waiting round the running one; whoever comes now waits for another.
func (q *Questions[K, T]) advance(name K) *round[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := q.next[name]
	if r == nil {
		delete(q.next, name)
	} else {
		q.next[name] = nil
	}
	return r
}

// run asks. A panic here would end the process, since no caller's recovery is above it.
func (r *round[T]) run() {
	defer r.leave(nil)
	defer close(r.done)
	defer func() {
		if p := recover(); p != nil {
			r.err = fault.New(fault.Internal, "question_panicked", "asking the payment company failed").Because(fmt.Errorf("panic: %v", p))
		}
	}()
	r.answer, r.err = r.ask()
}
