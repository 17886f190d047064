package command_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// noticeWaits are the promised waits between the tries to tell a mall.
func noticeWaits() []time.Duration {
	const minute, hour = 60, 60 * 60
	return seconds(1, 5, 15, minute, 5*minute, 15*minute, 30*minute, hour, 2*hour, 4*hour, 4*hour, 8*hour, 8*hour, 12*hour, 12*hour, 24*hour)
}

func TestAPaidOrderIsToldAtOnceAndExactlyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(0)
	if len(w.told()) != 1 {
		t.Fatalf("told %d times", len(w.told()))
	}
	n := w.told()[0]
	same(w, "partner", n.Partner, partner)
	same(w, "order", n.OrderNo, string(number))
	same(w, "pay method", n.PayMethod, "card")
	same(w, "reference", n.Reference, "O-001")
	same(w, "amount", n.Amount, "3065.00")
	same(w, "currency", n.Currency, "PHP")
	same(w, "paid", n.Paid, true)
	same(w, "refunds", n.FullRefund && n.PartialRefund, true)
	same(w, "extra data", string(n.ExtraData), `{"LogKey":"1"}`)
	same(w, "URL", w.mall.Received()[0].URL, notifyTo)
	same(w, "stored", w.order().Told, order.ToldPaid)

	w.work(7 * 24 * time.Hour)
	same(w, "notices a week later", len(w.told()), 1)
	same(w, "runs", len(w.ran(task.NotifyPaid)), 1)
}

func TestTheAmountIsToldInTheTextThatTheMallSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(w.amount("3065"))
	w.settle(1, payment.Paid)
	w.work(time.Minute)
	same(w, "amount", w.told()[0].Amount, "3065")
}

func TestAMallIsToldByTheScheduleUntilTheNoticeIsADeadLetter(t *testing.T) {
	t.Parallel()
	for _, mood := range []memory.Mood{memory.Refuses, memory.Fails, memory.Mumbles, memory.Away} {
		w := newWorld(t)
		w.mall.Meet(mood)
		since := w.clock.Now()
		w.paid()
		w.work(10 * 24 * time.Hour)
		alike(w, "gaps", w.gaps(task.NotifyPaid, since), append([]time.Duration{0}, noticeWaits()...))
		same(w, "dead", w.last(task.NotifyPaid).verdict.Dead, true)
		same(w, "dead letters", w.backlog().Dead, 1)
		same(w, "state: a failing notice never changes the payment", w.attempt(1).State, payment.Paid)
		same(w, "hold", w.attempt(1).Hold, payment.NoHold)
		same(w, "told", w.order().Told, order.ToldNothing)
		w.sameBodies()
	}
}

// sameBodies checks that all notices that reached the mall are one, byte by byte.
func (w *world) sameBodies() {
	w.t.Helper()
	all := w.mall.Received()
	for i := range all {
		if all[i].URL != all[0].URL || !bytes.Equal(all[i].Body, all[0].Body) {
			w.t.Errorf("try %d sent %s %s, the first %s %s", i+1, all[i].URL, all[i].Body, all[0].URL, all[0].Body)
		}
	}
}

// forgetful is a mall whose notices would differ if they were composed twice.
type forgetful struct {
	*memory.Mall
	composed int
}

// ComposePaymentNotice implements ports.Mall.
func (f *forgetful) ComposePaymentNotice(n ports.PaymentNotice) ([]byte, error) {
	f.composed++
	n.Message = fmt.Sprint("composition ", f.composed)
	return f.Mall.ComposePaymentNotice(n)
}

// composeAnew makes every composition of a notice another one.
func (w *world) composeAnew() {
	w.t.Helper()
	notify, is := w.jobs[task.NotifyPaid].(command.NotifyPaymentResultHandler)
	same(w, "the job is the notice's", is, true)
	notify.Mall = &forgetful{Mall: w.mall}
	w.jobs[task.NotifyPaid] = notify
}

func TestADeadLetterIsReplayedByteByByte(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.composeAnew()
	w.mall.Meet(memory.Fails)
	w.paid()
	w.work(10 * 24 * time.Hour)
	tries := len(w.told())

	w.mall.Next(memory.Fails)
	w.mall.Meet(memory.Fails)
	row := w.replayed(w.notice().ID)
	same(w, "state of the letter", row.State, "dead")
	w.work(0)
	w.mall.Meet(memory.Accepts)
	w.work(time.Second)
	same(w, "tries after the replay", len(w.told()), tries+2)
	same(w, "told", w.order().Told, order.ToldPaid)
	same(w, "dead letters", w.backlog().Dead, 0)
	w.sameBodies()

	_, err := w.replay.Handle(t.Context(), command.ReplayNotification{ID: row.ID, By: "operator"})
	w.wantFault(err, fault.Conflict, "notice_done")
	_, err = w.replay.Handle(t.Context(), command.ReplayNotification{ID: 999, By: "operator"})
	w.wantFault(err, fault.NotFound, "no_such_notice")
}

func TestAReplayIsRecordedAndOnlyOfTheMallThatAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Fails)
	w.paid()
	w.work(10 * 24 * time.Hour)
	id := w.notice().ID
	_, err := w.replay.Handle(t.Context(), command.ReplayNotification{ID: id, Mall: "othermall", By: "stranger"})
	w.wantFault(err, fault.NotFound, "no_such_notice")
	_, err = w.replay.Handle(t.Context(), command.ReplayNotification{Mall: "demomall", By: "owner"})
	w.wantFault(err, fault.NotFound, "no_such_notice")
	_, err = w.replay.Handle(t.Context(), command.ReplayNotification{ID: id, Mall: "demomall", By: "owner"})
	w.must(err)
	log, err := w.store.Audit().List(t.Context(), ports.AuditFilter{Mall: "demomall"})
	w.must(err)
	if len(log) != 1 || log[0].Who != "owner" || log[0].Deed != ports.NotificationReplayed {
		t.Errorf("the audit log is %+v", log)
	}
}

func (w *world) replayed(id int64) ports.NoticeRow {
	w.t.Helper()
	row, err := w.replay.Handle(w.t.Context(), command.ReplayNotification{ID: id, By: "operator"})
	w.must(err)
	return row
}

// notice is the only notice to a mall that exists.
func (w *world) notice() ports.NoticeRow {
	w.t.Helper()
	rows, err := w.store.Views().Notices(w.t.Context(), ports.NoticeFilter{})
	w.must(err)
	if len(rows) != 1 {
		w.t.Fatalf("there are %d notices: %+v", len(rows), rows)
	}
	return rows[0]
}

func TestANoticeIsNotReplayedWhenTheMoneyHasGoneBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Fails)
	w.paid()
	w.work(10 * 24 * time.Hour)
	w.must(w.company.RefundOutside("O-001", w.money("3065.00", "PHP")))
	w.accepted(w.claim(1, payment.Failed))
	w.work(0)
	_, err := w.replay.Handle(t.Context(), command.ReplayNotification{ID: w.notice().ID, By: "operator"})
	w.wantFault(err, fault.Conflict, "superseded")
}

func TestTheBodyStaysAsItWasWhenTheMallAsksAgainBetweenTwoTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.composeAnew()
	w.open(logKey("first"))
	w.settle(1, payment.Paid)
	w.mall.Next(memory.Fails, memory.Mumbles)
	w.work(10 * time.Second)
	w.refused(fault.Conflict, "already_paid", logKey("second"))
	w.work(time.Minute)
	same(w, "tries", len(w.told()), 3)
	w.sameBodies()
}

func TestAMallThatKeepsRefusingIsShownOnce(t *testing.T) {
	t.Parallel()
	for name, moods := range map[string][]memory.Mood{
		"three refusals":                    {memory.Refuses, memory.Refuses, memory.Refuses},
		"refusals with an error in between": {memory.Refuses, memory.Refuses, memory.Fails, memory.Refuses},
	} {
		w := newWorld(t)
		w.mall.Next(moods[:2]...)
		w.paid()
		w.work(1 * time.Second)
		same(w, name+": shown after two", w.happened(order.MallRefused), 0)
		w.mall.Next(moods[2:]...)
		w.mall.Next(memory.Refuses, memory.Refuses, memory.Refuses)
		w.work(7 * 24 * time.Hour)
		same(w, name+": shown", w.happened(order.MallRefused), 1)
		same(w, name+": told in the end", w.order().Told, order.ToldPaid)
	}
}

func TestAConfirmedNoticeWhoseWorkerDiedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	jobs, err := w.store.Outbox().Claim(t.Context(), 10, 8, 10*time.Second)
	w.must(err)
	i := slices.IndexFunc(jobs, func(j ports.Job) bool { return j.Kind == task.NotifyPaid })
	_, err = w.jobs[task.NotifyPaid].Handle(t.Context(), jobs[i])
	w.must(err)
	// The worker dies here: the mall confirmed, but the job was never finished.
	w.alarms.set(w.clock.Now().Add(10 * time.Second))
	w.work(time.Minute)
	same(w, "runs after the lease", len(w.ran(task.NotifyPaid)), 1)
	same(w, "notices", len(w.told()), 1)
	same(w, "dead letters and open notices", w.notice().State, "done")
}

func TestNoticesOfOneOrderAreNeverInFlightTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.work(30 * time.Second)
	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	w.clock.Advance(30 * time.Second)
	w.run(w.claimOne(task.AskPayment))
	first, err := w.store.Outbox().Claim(t.Context(), 10, 8, 10*time.Second)
	w.must(err)
	same(w, "notices in flight", len(first), 1)
}

// claimOne leases the due job of that kind, and leaves the others to the next.
func (w *world) claimOne(kind ports.TaskKind) ports.Job {
	w.t.Helper()
	jobs, err := w.store.Outbox().Claim(w.t.Context(), 1, 8, 10*time.Second)
	w.must(err)
	if len(jobs) != 1 || jobs[0].Kind != kind {
		w.t.Fatalf("claimed %+v, want one of kind %s", jobs, kind)
	}
	return jobs[0]
}
