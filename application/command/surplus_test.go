package command_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// paidTwice pays the second attempt first, and then the first one, which had failed.
func (w *world) paidTwice() {
	w.t.Helper()
	w.closed(payment.Failed)
	w.open()
	for _, n := range []int{2, 1} {
		w.settle(n, payment.Paid)
		w.accepted(w.claim(n, payment.Paid))
		w.runAsks()
	}
	same(w, "counted", w.order().Counted, w.attempt(2).ID)
}

// runAsks runs the questions that are due, and nothing else.
func (w *world) runAsks() {
	w.t.Helper()
	jobs, err := w.store.Outbox().Claim(w.t.Context(), 100, 8, 0)
	w.must(err)
	for _, j := range jobs {
		if j.Kind == task.AskPayment {
			w.run(j)
		}
	}
}

// givenBack checks that the surplus went back once, in full, and that the other payment did not move.
func (w *world) givenBack() {
	w.t.Helper()
	refunds := w.company.Refunds()
	same(w, "refunds at the company", len(refunds), 1)
	same(w, "amount", refunds[0].Amount, w.money("3065.00", "PHP"))
	same(w, "given back at the company", w.company.Opened()[0].Refunded, w.money("3065.00", "PHP"))
	same(w, "the counted payment", w.company.Opened()[1].Refunded.IsZero(), true)
	for n, want := range map[int]int64{1: 0, 2: 306_500} {
		minor, _ := w.books.sum(w.attempt(n).ID)
		same(w, "ledger", minor, want)
	}
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
}

func TestOfTwoPaidAttemptsOneCountsAndTheOtherIsGivenBackOnceAndShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	w.work(7 * 24 * time.Hour)
	w.givenBack()
	same(w, "refund calls", w.company.Calls(memory.RefundCall), 1)
	same(w, "surplus events", w.happened(order.SurplusFound), 1)
	same(w, "refund state", w.surpluses()[0].State, refund.Refunded)

	same(w, "notices", len(w.told()), 1)
	same(w, "reference: the first paid stays for ever", w.told()[0].Reference, "O-002")
}

func TestBothPaymentsAreConfirmedBeforeMoneyGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	before := w.company.Calls(memory.InquireCall)
	w.company.Next(memory.InquireCall, memory.NoTrouble, memory.NotSent)
	w.work(0)
	same(w, "refund calls while one cannot be asked", w.company.Calls(memory.RefundCall), 0)
	w.work(10 * time.Second)
	same(w, "questions", w.company.Calls(memory.InquireCall)-before, 4)
	w.givenBack()
}

func TestALostRefundAnswerIsAskedAboutAndNeverSentTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	w.company.Next(memory.RefundCall, memory.AnswerLost)
	w.work(0)
	same(w, "refund state", w.surpluses()[0].State, refund.Sent)
	w.work(time.Hour)
	w.givenBack()
	same(w, "refund calls", w.company.Calls(memory.RefundCall), 1)
}

func TestALostRefundRequestIsSentAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	for _, trouble := range []memory.Trouble{memory.Vanishes, memory.NotSent, memory.KeysRefused} {
		w := newWorld(t)
		w.paidTwice()
		w.company.Next(memory.RefundCall, trouble)
		w.work(time.Hour)
		w.givenBack()
		same(w, "generations", len(w.surpluses()), 1)
		same(w, "refund calls", w.company.Calls(memory.RefundCall), 2)
	}
}

// The company refuses the first try, and until that is recorded the lease is over and another worker tries.
func TestALateRefusalOfASurplusSaysNothingAboutTheTryOfTheNextWorker(t *testing.T) {
	t.Parallel()
	for _, second := range []memory.Trouble{memory.Vanishes, memory.AnswerLost} {
		w := newWorld(t)
		w.paidTwice()
		w.company.Next(memory.RefundCall, memory.Declines, second)
		w.company.Meanwhile(memory.RefundCall, func() {
			w.clock.Advance(11 * time.Second)
			_, err := w.jobs[task.RefundSurplus].Handle(t.Context(), w.surplusJob())
			w.must(err)
		})
		_, err := w.jobs[task.RefundSurplus].Handle(t.Context(), w.surplusJob())
		w.must(err)
		same(w, "state", w.surpluses()[0].State, refund.Sent)
		w.alarms.set(w.clock.Now().Add(10 * time.Second)) // its lease
		w.work(time.Hour)
		w.givenBack()
		same(w, "generations", len(w.surpluses()), 1)
		same(w, "refunds at the company", len(w.company.Refunds()), 1)
	}
}

func TestARefundThatCannotBeAskedAboutIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	w.company.Next(memory.RefundCall, memory.AnswerLost)
	w.company.Next(memory.InquireRefundCall, memory.NoTrouble, memory.NotSent, memory.Vanishes)
	w.work(time.Hour)
	w.givenBack()
	same(w, "refund calls", w.company.Calls(memory.RefundCall), 1)
}

func TestAnUnclearRefundIsNeverSentOnceTheCompanyForgotItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *ports.Sheet) { s.KeyLifetime = 2 * time.Hour })
	w.paidTwice()
	w.company.Next(memory.RefundCall, memory.Vanishes, memory.Vanishes, memory.Vanishes, memory.Vanishes, memory.Vanishes,
		memory.Vanishes, memory.Vanishes)
	w.work(48 * time.Hour)
	last := w.last(task.RefundSurplus)
	same(w, "dead", last.verdict.Dead, true)
	same(w, "state", w.surpluses()[0].State, refund.Sent)
	same(w, "refunds at the company", len(w.company.Refunds()), 0)
	same(w, "dead letters", w.backlog().Dead, 1)
}

func TestARefundThatTheCompanyRejectsThreeTimesIsADeadLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	w.company.Next(memory.RefundCall, memory.Declines, memory.Declines, memory.Declines)
	w.work(7 * 24 * time.Hour)
	same(w, "dead", w.last(task.RefundSurplus).verdict.Dead, true)
	same(w, "refund calls", w.company.Calls(memory.RefundCall), 3)
	same(w, "dead letters", w.backlog().Dead, 1)
	keys := map[string]bool{}
	for _, r := range w.surpluses() {
		same(w, "state", r.State, refund.Rejected)
		keys[r.Key] = true
	}
	same(w, "keys", len(keys), 3)
	minor, _ := w.books.sum(w.attempt(1).ID)
	same(w, "ledger", minor, 306_500)
}

func TestARefundThatTheCompanyWorksOnIsAskedAboutUntilItEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *ports.Sheet) { s.RefundAtOnce = false })
	w.paidTwice()
	w.work(5 * time.Minute)
	same(w, "state", w.surpluses()[0].State, refund.Pending)
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.work(time.Hour)
	same(w, "state", w.surpluses()[0].State, refund.Refunded)
	w.givenBack()
	same(w, "refund calls", w.company.Calls(memory.RefundCall), 1)
}

func TestASurplusThatWentBackByAnotherWayIsLeftToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	w.must(w.company.RefundOutside("O-001", w.money("3065.00", "PHP")))
	w.work(24 * time.Hour)
	same(w, "refund calls", w.company.Calls(memory.RefundCall), 0)
	same(w, "dead", w.last(task.RefundSurplus).verdict.Dead, true)
	same(w, "hold", w.attempt(1).Hold, payment.OutsideMoneyHold)
}

// mortal stores so many changes and then no more, as a process does that dies.
type mortal struct {
	*books
	left int
}

// Update implements ports.Orders.
func (m *mortal) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	if m.left--; m.left < 0 {
		return nil, fault.New(fault.Unavailable, "store_away", "the store is away")
	}
	return m.books.Update(ctx, id, change, with...)
}

func TestAWorkerThatDiesAnywhereInARefundDoesNotMakeItTwo(t *testing.T) {
	t.Parallel()
	// It stores what both questions taught (nothing new, two writes), the intent, and the answer.
	for stored := range 4 {
		w := newWorld(t)
		w.paidTwice()
		died, refunds := w.jobs[task.RefundSurplus].(command.RefundSurplusHandler)
		same(w, "the job is the refund's", refunds, true)
		died.Orders = &mortal{books: w.books, left: stored}
		if verdict, err := died.Handle(t.Context(), w.surplusJob()); err == nil && verdict.Again.IsZero() {
			t.Errorf("the worker ended with %+v", verdict)
		}
		w.alarms.set(w.clock.Now().Add(10 * time.Second)) // its lease
		w.work(time.Hour)
		w.givenBack()
		same(w, "refund calls", w.company.Calls(memory.RefundCall), 1)
	}
}

func TestARefundThatWasAnsweredAfterTheJobsPatienceIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	ctx, interrupt := context.WithCancel(t.Context())
	w.company.Meanwhile(memory.RefundCall, interrupt)
	_, err := w.jobs[task.RefundSurplus].Handle(ctx, w.surplusJob())
	w.must(err)
	same(w, "state", w.surpluses()[0].State, refund.Refunded)
	w.givenBack()
}

func (w *world) surplusJob() ports.Job {
	w.t.Helper()
	jobs, err := w.store.Outbox().Claim(w.t.Context(), 100, 8, 10*time.Second)
	w.must(err)
	for _, j := range jobs {
		if j.Kind == task.RefundSurplus {
			return j
		}
	}
	w.t.Fatal("no surplus is due")
	return ports.Job{}
}

// surpluses are the refunds of the surplus of either attempt, oldest first.
func (w *world) surpluses() []refund.Snapshot {
	w.t.Helper()
	var all []refund.Snapshot
	for n := range w.order().Payments {
		o, err := w.store.Orders().Get(w.t.Context(), ports.OrderQuery{Key: orderKey, With: ports.RefundQuery{Purpose: order.SurplusPurpose(n + 1)}})
		w.must(err)
		all = append(all, o.Snapshot().Refunds...)
	}
	slices.SortFunc(all, func(a, b refund.Snapshot) int { return a.Number - b.Number })
	return slices.CompactFunc(all, func(a, b refund.Snapshot) bool { return a.ID == b.ID })
}
