package contract

import (
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// viewsOfWork says what people see of notices and of the backlog.
func viewsOfWork() []clause {
	return []clause{
		{"a notice is listed with its state, from ready to dead", noticeListed},
		{"a woken notice is ready again, and a delivered one done", noticeWoken},
		{"only notices are listed, newest first", noticesNewest},
		{"notices are filtered by id, state, number and mall", noticesFiltered},
		{"the backlog counts what is open", backlogCounts},
		{"the backlog knows the oldest job that is due", backlogOldest},
		{"the backlog counts doubts and holds", backlogFlags},
	}
}

func (s *shelf) notices(t *testing.T, f ports.NoticeFilter) []ports.NoticeRow {
	t.Helper()
	rows, err := s.Views.Notices(t.Context(), f)
	noError(t, err)
	return rows
}

func (s *shelf) backlog(t *testing.T) ports.Backlog {
	t.Helper()
	b, err := s.Views.Backlog(t.Context())
	noError(t, err)
	return b
}

func noticeListed(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	enqueued := s.clock.Now()
	j := s.due(t, "notify_paid:"+string(o.Payments[0].ID))[0]
	running := s.notices(t, ports.NoticeFilter{})[0]
	same(t, "state", running.State, "running")
	same(t, "try", running.Try, 1)

	s.clock.Advance(time.Second)
	noError(t, s.Outbox.Freeze(t.Context(), j, "https://demomall.cafe24.com/Pay/Recv/noty", []byte(`{"a" : "ü"}`)))
	again := s.clock.Now().Add(time.Minute)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Again: again, Word: "500"}))
	got := s.notices(t, ports.NoticeFilter{})[0]
	if got.LastTry.Before(enqueued) || got.LastTry.After(s.clock.Now()) {
		t.Errorf("the last try was at %v", got.LastTry)
	}
	got.LastTry = time.Time{}
	same(t, "notice", got, ports.NoticeRow{
		ID: j.ID, Key: j.Key, Kind: "notify_paid", State: "ready", OrderID: o.ID, Payment: o.Payments[0].ID, Order: o.Key.Number, Mall: o.Key.Mall, Try: 1, NextAt: again,
		LastWord: "500", URL: "https://demomall.cafe24.com/Pay/Recv/noty", Body: `{"a" : "ü"}`, Enqueued: enqueued,
	})

	s.clock.Advance(time.Minute)
	noError(t, s.Outbox.Finish(t.Context(), s.due(t, "ask:"+string(o.Payments[0].ID), j.Key)[1], ports.Verdict{Dead: true, Word: "gone"}))
	dead := s.notices(t, ports.NoticeFilter{})[0]
	same(t, "state", dead.State, "dead")
	same(t, "last word", dead.LastWord, "gone")
	same(t, "try", dead.Try, 2)
}

func noticeWoken(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	j := s.claimOne(t)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Dead: true}))
	noError(t, s.Tasks.Wake(t.Context(), j.Key))
	same(t, "state", s.notices(t, ports.NoticeFilter{})[0].State, "ready")
	noError(t, s.Outbox.Finish(t.Context(), s.claimOne(t), ports.Verdict{}))
	same(t, "state", s.notices(t, ports.NoticeFilter{})[0].State, "done")
}

func noticesNewest(t *testing.T, s *shelf) {
	s.three(t)
	rows := s.notices(t, ports.NoticeFilter{})
	if len(rows) != 2 {
		t.Fatalf("%d notices: %+v", len(rows), rows)
	}
	same(t, "newest", rows[0].Kind, "notify_paid")
	same(t, "oldest", rows[1].Kind, "notify_unpaid")
}

func noticesFiltered(t *testing.T, s *shelf) {
	paid, twin, _ := s.three(t)
	s.tell(t, twin.ID, "CODE-3", payment.Paid)
	all := s.notices(t, ports.NoticeFilter{})
	same(t, "all", len(all), 3)
	for _, tc := range []struct {
		filter ports.NoticeFilter
		want   int
	}{
		{ports.NoticeFilter{Number: paid.Key.Number}, 3},
		{ports.NoticeFilter{Mall: "demomall"}, 2},
		{ports.NoticeFilter{Mall: "othermall", Number: paid.Key.Number}, 1},
		{ports.NoticeFilter{Mall: "othermall", Number: "20261122-9999999"}, 0},
		{ports.NoticeFilter{State: "ready"}, 3},
		{ports.NoticeFilter{State: "dead"}, 0},
		{ports.NoticeFilter{ID: all[1].ID}, 1},
		{ports.NoticeFilter{ID: -1}, 0},
		{ports.NoticeFilter{Limit: 2}, 2},
	} {
		if got := s.notices(t, tc.filter); len(got) != tc.want {
			t.Errorf("%+v: %d notices, want %d", tc.filter, len(got), tc.want)
		}
	}
	same(t, "by id", s.notices(t, ports.NoticeFilter{ID: all[1].ID})[0].Key, all[1].Key)
}

func backlogCounts(t *testing.T, s *shelf) {
	later := chore("later")
	later.Delay = time.Hour
	s.enqueue(t, t.Context(), chore("a"), chore("b"), chore("c"))
	jobs := s.due(t, "a", "b", "c")
	s.enqueue(t, t.Context(), chore("d"), later)
	noError(t, s.Outbox.Finish(t.Context(), jobs[0], ports.Verdict{Dead: true}))
	noError(t, s.Outbox.Finish(t.Context(), jobs[1], ports.Verdict{}))
	b := s.backlog(t)
	b.Payments = ports.Unsettled{} // of the order whose jobs these are
	same(t, "backlog", b, ports.Backlog{Ready: 2, Running: 1, Dead: 1, OldestDue: s.clock.Now()})
}

func backlogOldest(t *testing.T, s *shelf) {
	later := chore("later")
	later.Delay = time.Minute
	s.enqueue(t, t.Context(), later)
	due := s.clock.Now().Add(time.Minute)
	same(t, "nothing due", s.backlog(t).OldestDue, time.Time{})
	s.clock.Advance(2 * time.Minute)
	s.enqueue(t, t.Context(), chore("now"))
	same(t, "oldest due", s.backlog(t).OldestDue, due)
	s.due(t, "later", "now")
	same(t, "all claimed", s.backlog(t).OldestDue, time.Time{})
}

func backlogFlags(t *testing.T, s *shelf) {
	doubtful, held := s.store(t), s.store(t)
	s.store(t)
	for _, o := range []order.Snapshot{doubtful, held} {
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			o.InDoubt(o.Last().ID, payment.CreateCall, order.CheckoutDoor, s.clock.Now())
			return nil
		})
		noError(t, err)
	}
	_, err := s.Orders.Update(t.Context(), held.ID, func(o *order.Order) error {
		o.Hold(o.Last().ID, payment.AmountHold, order.ReconcilerDoor, s.clock.Now())
		return nil
	})
	noError(t, err)
	got := s.backlog(t)
	same(t, "doubtful", got.Doubtful, 2)
	same(t, "held", got.Held, 1)
	s.tell(t, doubtful.ID, "CODE-1", payment.Pending)
	same(t, "doubtful", s.backlog(t).Doubtful, 1)
}
