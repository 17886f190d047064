package contract

import (
	"errors"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// firstAsk is when the company is asked first about a new attempt.
const firstAsk = 10 * time.Second

// ordersReacting says how tasks follow from events.
func ordersReacting() []clause {
	return []clause{
		{"a created order is asked about after its delay and not before", createdIsAsked},
		{"tasks of a saved order are stored with it", savedReacts},
		{"a task stands in the outbox if and only if its event was committed", taskIffCommitted},
		{"a task carries kind, order, payment, stream and peer", taskIsWhole},
		{"a task carries the trace of the transaction that enqueued it", taskIsTraced},
	}
}

func createdIsAsked(t *testing.T, s *shelf) {
	o := s.store(t)
	s.due(t)
	s.clock.Advance(firstAsk - time.Microsecond)
	s.due(t)
	s.clock.Advance(time.Microsecond)
	s.due(t, "ask:"+string(o.Payments[0].ID))
}

func savedReacts(t *testing.T, s *shelf) {
	stored := s.store(t)
	o := s.load(t, stored.ID)
	noError(t, s.answer(o, "CODE-1", payment.Paid))
	noError(t, s.Orders.Save(t.Context(), o))
	s.due(t, "notify_paid:"+string(stored.Payments[0].ID))
}

func taskIffCommitted(t *testing.T, s *shelf) {
	o := s.store(t)
	key := "notify_paid:" + string(o.Payments[0].ID)
	mine := errors.New("no")
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		noError(t, s.answer(o, "CODE-1", payment.Paid))
		return mine
	})
	if !errors.Is(err, mine) {
		t.Fatalf("got %v", err)
	}
	wantFault(t, s.Tasks.Wake(t.Context(), key), fault.NotFound, "")

	s.tell(t, o.ID, "CODE-1", payment.Paid)
	s.due(t, key)
}

func taskIsWhole(t *testing.T, s *shelf) {
	o := s.store(t)
	id := o.Payments[0].ID
	enqueued := s.clock.Now()
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	s.clock.Advance(firstAsk)
	jobs := s.due(t, "notify_paid:"+string(id), "ask:"+string(id))
	if len(jobs) != 2 {
		t.FailNow()
	}
	notice, ask := jobs[0], jobs[1]
	for _, j := range jobs {
		same(t, "order", j.Order, o.ID)
		same(t, "payment", j.Payment, id)
		same(t, "try", j.Try, 1)
		same(t, "woken", j.Woken, false)
		same(t, "url", j.URL, "")
		same(t, "has no body", j.Body == nil, true)
		same(t, "last try", j.LastTry, time.Time{})
		same(t, "last word", j.LastWord, "")
		same(t, "enqueued", j.Enqueued, enqueued)
	}
	same(t, "kind", string(notice.Kind), "notify_paid")
	same(t, "stream", notice.Stream, "notice:"+string(o.ID))
	same(t, "peer", notice.Peer, "mall:demomall.cafe24.com")
	same(t, "kind", string(ask.Kind), "ask_payment")
	same(t, "stream", ask.Stream, "")
	same(t, "peer", ask.Peer, "company:demo:account-1")
	if notice.ID == ask.ID || notice.Token == ask.Token || notice.Token == "" {
		t.Errorf("ids %d, %d and tokens %q, %q do not tell the jobs apart", notice.ID, ask.ID, notice.Token, ask.Token)
	}
}

func taskIsTraced(t *testing.T, s *shelf) {
	o := s.store(t)
	_, err := s.Orders.Update(traced(t.Context(), parentTwo), o.ID, func(o *order.Order) error { return s.answer(o, "CODE-1", payment.Paid) })
	noError(t, err)
	notice := s.claimOne(t)
	same(t, "trace of the job", notice.Trace, parentTwo)
	noError(t, s.Outbox.Finish(t.Context(), notice, ports.Verdict{}))
	s.clock.Advance(firstAsk)
	same(t, "trace of a job without one", s.claimOne(t).Trace, "")
	for _, row := range s.ledger(t, o.Key) {
		want := traceTwo
		if row.Event == "opened" {
			want = ""
		}
		same(t, "trace of "+row.Event, row.Trace, want)
	}
}
