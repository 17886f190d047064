package tour

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/state"
)

// keptExchanges bounds the tape; the oldest are forgotten.
const keptExchanges = 2000

// Exchange is one message and its answer. The exported fields are the state file.
type Exchange struct {
	ID       int
	From, To string
	Time     time.Time
	Took     time.Duration

	Method, Path, Query, Host string
	Headers                   map[string]string
	Body, Answer, Location    string
	Status                    int
	Cut, Fault                bool
	Note, Trace               string
	// Done says that it was answered or given up.
	Done bool
	// Keys are the names by which it belongs to others.
	Keys []string
}

// tape keeps what was exchanged. All its methods may be used from several goroutines.
type tape struct {
	mu        sync.Mutex
	serial    int
	exchanges []*Exchange
	open      map[string]*Exchange // By simulator and serial number, until it is done.
	saver     *state.Saver
}

func newTape(path string) (*tape, error) {
	t := &tape{open: map[string]*Exchange{}}
	if err := state.Load(path, &t.exchanges); err != nil {
		return nil, fmt.Errorf("tour: %w", err)
	}
	for _, known := range t.exchanges {
		known.Done = true // Nobody answers what was open when the sandbox stopped.
		t.serial = max(t.serial, known.ID)
	}
	t.saver = state.NewSaver(path, t.snapshot)
	return t, nil
}

// snapshot is the tape as JSON, so that nobody changes it any more.
func (t *tape) snapshot() any {
	t.mu.Lock()
	defer t.mu.Unlock()
	text, err := json.Marshal(t.exchanges)
	if err != nil {
		panic(err) // Plain values only: cannot happen.
	}
	return json.RawMessage(text)
}

// hear returns the watcher of one simulator.
func (t *tape) hear(side string) func(control.Request) {
	return func(r control.Request) {
		from, to, matters := parties(side, r)
		if !matters {
			return
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		defer t.saver.Changed()
		key := fmt.Sprint(side, r.Serial)
		one, known := t.open[key]
		if !known {
			t.serial++
			one = &Exchange{ID: t.serial, From: from, To: to}
			t.open[key] = one
			t.exchanges = append(t.exchanges, one)
			t.exchanges = t.exchanges[max(0, len(t.exchanges)-keptExchanges):]
		}
		one.update(r)
		one.Keys = keysOf(*one)
		if one.Done {
			delete(t.open, key)
		}
	}
}

func (e *Exchange) update(r control.Request) {
	e.Time, e.Took, e.Method, e.Path, e.Query, e.Host = r.Time, r.Took, r.Method, r.Path, r.Query, r.Host
	e.Headers, e.Body, e.Answer, e.Location = r.Headers, r.Body, r.Answer, r.Location
	e.Status, e.Cut, e.Fault, e.Note, e.Trace = r.Status, r.Cut, r.Fault, r.Note, r.Trace
	e.Done = r.Status != 0 || r.Cut
}

func (t *tape) all() []Exchange {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]Exchange, 0, len(t.exchanges))
	for _, one := range t.exchanges {
		copied := *one
		copied.Keys = slices.Clone(one.Keys)
		list = append(list, copied)
	}
	return list
}

func (t *tape) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.serial, t.exchanges, t.open = 0, nil, map[string]*Exchange{}
	t.saver.Changed()
}
