package database_test

import (
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"paybridge/adapters/database"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// meeting is a database whose readers meet: they come while another one is being served.
type meeting struct {
	instance

	address  string
	provider *trace.TracerProvider
	recorder *tracetest.SpanRecorder
}

func newMeeting(t *testing.T, address string) meeting {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(recorder))
	db := openWith(t, address, database.Options{Tracer: provider})
	return meeting{instance: start(db, fakeclock.New(now)), address: address, provider: provider, recorder: recorder}
}

// keyed stores the n-th order with a status key.
func (m meeting) keyed(t *testing.T, n int, key string) order.ID {
	t.Helper()
	o := m.opened(t, n)
	o.GiveStatusKey(key)
	noError(t, m.orders.Create(t.Context(), o))
	return o.Snapshot().ID
}

// seen is what a reader got.
type seen struct {
	order *order.Order
	err   error
}

// read lets one reader for each key ask, all at once, each in a story of its own.
func (m meeting) read(t *testing.T, keys ...ports.StatusKey) []seen {
	t.Helper()
	waiting, release := m.orders.HoldReaders(t.Context())
	all := make([]seen, len(keys))
	var done sync.WaitGroup
	for i, key := range keys {
		done.Go(func() {
			ctx, story := m.provider.Tracer("test").Start(t.Context(), "story")
			defer story.End()
			all[i].order, all[i].err = m.orders.Get(ctx, ports.OrderQuery{StatusKey: key})
		})
	}
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for waiting() < len(keys) {
		<-look.C
	}
	release()
	done.Wait()
	return all
}

func TestReadersWhoMeetAskTheDatabaseTogether(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMeeting(t, fresh(t))
			first, second := m.keyed(t, 1, `key "1"`), m.keyed(t, 2, "key's 2")
			m.keyed(t, 3, "")
			before := len(m.recorder.Ended())
			got := m.read(t, `key "1"`, "key's 2", "nobody's", `key "1"`)
			for i, want := range []order.ID{first, second, "", first} {
				switch {
				case want == "" && !fault.Is(got[i].err, fault.NotFound):
					t.Errorf("reader %d: %v, want NotFound", i, got[i].err)
				case want != "" && (got[i].err != nil || got[i].order.Snapshot().ID != want):
					t.Errorf("reader %d: %v, %v, want %s", i, got[i].order, got[i].err, want)
				}
			}
			if got[0].order == got[3].order {
				t.Error("two readers got the same order, which is theirs to change")
			}
			wantOneQuestion(t, m.recorder.Ended()[before:], len(got))
		})
	}
}

// wantOneQuestion checks that one reader's story holds the statement, and that those of all others lead to it.
func wantOneQuestion(t *testing.T, spans []trace.ReadOnlySpan, readers int) {
	t.Helper()
	var questions, led []trace.ReadOnlySpan
	for _, s := range spans {
		switch {
		case s.Name() == "story":
		case len(s.Links()) == 1:
			led = append(led, s)
		default:
			questions = append(questions, s)
		}
	}
	if len(questions) != 1 || len(led) != readers-1 {
		t.Fatalf("%d readers asked %d questions, %d were led to one", readers, len(questions), len(led))
	}
	for _, s := range led {
		if s.Links()[0].SpanContext.TraceID() != questions[0].SpanContext().TraceID() {
			t.Error("a reader was led to a story without the question")
		}
		if s.SpanContext().TraceID() == questions[0].SpanContext().TraceID() {
			t.Error("a reader's span is not in its own story")
		}
	}
}

// linked counts the spans that lead to another story.
func linked(spans []trace.ReadOnlySpan) (n int) {
	for _, s := range spans {
		n += len(s.Links())
	}
	return n
}

func TestAnOrderThatCannotBeReadIsAFailureOfItsOwnReadersOnly(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMeeting(t, fresh(t))
			broken, whole := m.keyed(t, 1, "broken"), m.keyed(t, 2, "whole")
			_, err := direct(t, m.address).ExecContext(t.Context(), "UPDATE payments SET state = 'of a later release' WHERE order_id = '"+string(broken)+"'")
			noError(t, err)
			got := m.read(t, "whole", "broken", "whole", "nobody's")
			if got[1].err == nil {
				t.Errorf("the broken order was read: %v", got[1].order)
			}
			for _, i := range []int{0, 2} {
				if got[i].err != nil || got[i].order.Snapshot().ID != whole {
					t.Errorf("reader %d: %v, want %s", i, got[i].err, whole)
				}
			}
			if !fault.Is(got[3].err, fault.NotFound) {
				t.Errorf("who asked for nothing that is there got %v", got[3].err)
			}
			if led := linked(m.recorder.Ended()); led != len(got)-1 {
				t.Errorf("%d of %d readers were led to the story with their question", led, len(got)-1)
			}
		})
	}
}
