package command_test

import (
	"context"
	"sync"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// window is the read model of a world, which is away when a test says so.
type window struct {
	ports.StatusView

	mu    sync.Mutex
	away  bool
	after int // writes until it goes away by itself; 0: never
}

var errAway = fault.New(fault.Unavailable, "status_view_down", "the read model is not available")

func newWindow(clock ports.Clock) *window {
	return &window{StatusView: memory.NewStatusView(clock, memory.StatusViewOptions{})}
}

// goAway makes the view unreachable, or lets it come back as it was.
func (v *window) goAway(away bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.away = away
}

// breakAfter makes the view unreachable after n more writes.
func (v *window) breakAfter(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.after = n
}

func (v *window) reach(writing bool) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.away {
		return errAway
	}
	if writing && v.after > 0 {
		v.after--
		v.away = v.after == 0
	}
	return nil
}

// Get implements ports.StatusView.
func (v *window) Get(ctx context.Context, key ports.StatusKey) (ports.PaymentStatus, error) {
	if err := v.reach(false); err != nil {
		return ports.PaymentStatus{}, err
	}
	return v.StatusView.Get(ctx, key)
}

// Put implements ports.StatusView.
func (v *window) Put(ctx context.Context, s ports.PaymentStatus) (bool, error) {
	if err := v.reach(true); err != nil {
		return false, err
	}
	return v.StatusView.Put(ctx, s)
}

// bySync makes a request one of a mall that asks for the status.
func bySync(in *command.CreateCheckout) { in.Request.Way = order.Sync }

// key is what the mall asks by.
func (w *world) key() ports.StatusKey {
	w.t.Helper()
	return ports.StatusKey(w.order().StatusKey)
}

// asksStatus is the mall's status question, which must be answered, and whose answer is lost.
func (w *world) asksStatus() query.Status {
	w.t.Helper()
	s, err := w.status.Handle(w.t.Context(), query.PaymentStatus{Key: w.key()})
	w.must(err)
	return s
}

// fetch is asksStatus with an answer that arrives, as the door does that writes it.
func (w *world) fetch() query.Status {
	w.t.Helper()
	s := w.asksStatus()
	if s.News {
		_, err := w.fetched.Handle(w.t.Context(), command.ConfirmStatusAnswer{Order: s.Order})
		w.must(err)
	}
	return s
}
