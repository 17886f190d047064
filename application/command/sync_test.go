package command_test

import (
	"sync"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// returned opens a synchronous payment, lets the buyer pay it and come back.
func (w *world) returned() {
	w.t.Helper()
	w.open(bySync)
	w.settle(1, payment.Paid)
	same(w, "outcome", w.approved(command.ApprovePayment{Key: w.key()}).Outcome, payment.Paid)
}

func TestTheReadModelSaysPaidBeforeTheBuyerIsSentBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	shown, err := w.window.Get(t.Context(), w.key())
	w.must(err)
	same(w, "paid", shown.Paid, true)
	same(w, "version is that of the commit", shown.Version, w.order().Version)
}

func TestAMallThatNobodyAskedForIsToldAfterTwoMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	paid := w.clock.Now()
	w.work(2*time.Minute - time.Microsecond)
	same(w, "notices a moment before", len(w.told()), 0)
	w.work(time.Microsecond)
	if told := w.told(); len(told) != 1 || !told[0].Paid || told[0].Amount != "3065.00" {
		t.Fatalf("told %+v", told)
	}
	w.work(72 * time.Hour)
	alike(w, "tries", w.gaps(task.NotifyPaid, paid), []time.Duration{2 * time.Minute})
}

func TestABuyerWhoClosedTheTabIsFoundByTheReconcilerAndTheMallIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(bySync)
	w.settle(1, payment.Paid)
	w.work(10 * time.Second)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "notices", len(w.told()), 0)
	w.work(2 * time.Minute)
	same(w, "notices", len(w.told()), 1)
}

func TestAMallThatFetchedThePaidStatusIsNotToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	w.work(time.Minute)
	for range 3 {
		same(w, "paid", w.fetch().Paid, true)
	}
	w.work(72 * time.Hour)
	same(w, "notices", len(w.told()), 0)
	same(w, "how the notice ended", w.last(task.NotifyPaid).verdict.Word, "told")
	same(w, "times that the mall is noted to know it", w.happened(order.MallTold), 1)
	rows, err := w.store.Views().Ledger(t.Context(), number, mallID)
	w.must(err)
	last := rows[len(rows)-1]
	same(w, "the ledger's last word", last.Event+" "+last.Door, "mall_told "+string(order.StatusDoor))
}

func TestAPaidAnswerThatDidNotArriveDoesNotCountAsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	same(w, "paid", w.asksStatus().Paid, true)
	w.work(2 * time.Minute)
	same(w, "notices", len(w.told()), 1)
	same(w, "news", w.asksStatus().News, false)
}

func TestAnUnpaidAnswerDoesNotCountAsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(bySync)
	same(w, "paid", w.fetch().Paid, false)
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Key: w.key()})
	w.work(2 * time.Minute)
	same(w, "notices", len(w.told()), 1)
}

func TestAnOrderWhoseLatestRequestIsAsynchronousIsToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(bySync)
	w.open(logKey("async now"))
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	w.work(0)
	same(w, "notices", len(w.told()), 1)
	same(w, "projections", len(w.ran(task.ProjectStatus)), 0)
}

func TestAReturnSucceedsWithoutTheReadModelAndAJobRepairsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.window.goAway(true)
	w.returned()
	w.work(30 * time.Second)
	runs := w.ran(task.ProjectStatus)
	if len(runs) < 2 || runs[0].err == nil {
		t.Fatalf("the job ran %d times", len(runs))
	}
	w.window.goAway(false)
	_, err := w.window.Get(t.Context(), w.key())
	w.wantFault(err, fault.NotFound, "status_not_found")
	w.work(time.Hour - time.Minute)
	shown, err := w.window.Get(t.Context(), w.key())
	w.must(err)
	same(w, "paid", shown.Paid, true)
	same(w, "version", shown.Version, w.order().Version)
}

func TestMoneyThatWentBackReachesTheReadModel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	w.must(w.company.RefundOutside("O-001", w.money("3065.00", "PHP")))
	asked, err := w.approve.Ask(t.Context(), w.order(), w.attempt(1), order.ReconcilerDoor)
	w.must(err)
	w.work(0)
	shown, err := w.window.Get(t.Context(), w.key())
	w.must(err)
	same(w, "paid", shown.Paid, false)
	same(w, "version", shown.Version, asked.Snapshot().Version)
}

func TestAHundredWritersAtOnceNeverMakeTheReadModelGoBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	id, p, key := w.order().ID, w.attempt(1).ID, w.key()
	project := command.ProjectStatusHandler{Orders: w.store.Orders(), View: w.window}
	var writers, readers sync.WaitGroup
	over := make(chan struct{})
	for range 8 {
		readers.Go(func() { neverBack(t, w.window, key, over) })
	}
	for range 100 {
		writers.Go(func() {
			_, err := w.store.Orders().Update(t.Context(), id, func(o *order.Order) error {
				o.MallRefuses(p, "again", w.clock.Now())
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			if _, err := project.Handle(t.Context(), ports.Job{Task: ports.Task{Order: id}}); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	close(over)
	readers.Wait()
	shown, err := w.window.Get(t.Context(), key)
	w.must(err)
	same(w, "version in the end", shown.Version, w.order().Version)
}

// neverBack reads until it is over and checks that versions only rise.
func neverBack(t *testing.T, view ports.StatusView, key ports.StatusKey, over <-chan struct{}) {
	t.Helper()
	for before := int64(0); ; {
		shown, err := view.Get(t.Context(), key)
		if err != nil || shown.Version < before || !shown.Paid {
			t.Errorf("after version %d: %+v, %v", before, shown, err)
			return
		}
		before = shown.Version
		select {
		case <-over:
			return
		default:
		}
	}
}

func TestAPartlyRefundedOrderIsPaidInFullUntilNothingIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	for _, step := range []struct {
		cancel, remain string
		paid           bool
	}{{"1000", "2065", true}, {"2000", "65", true}, {"65", "0", false}} {
		w.must(w.gets(w.cancels(step.cancel, step.remain, waiting), refund.Refunded))
		w.work(0)
		s := w.fetch()
		same(w, "paid after "+step.cancel, s.Paid, step.paid)
		same(w, "amount", s.Amount, "3065.00") // which the door says only of what is paid
		shown, err := w.window.Get(t.Context(), w.key())
		w.must(err)
		same(w, "paid in the read model after "+step.cancel, shown.Paid, step.paid)
	}
}

func TestTheStatusSaysWhatWasPaidHoweverMuchTheLatestRequestAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(bySync)
	w.settle(1, payment.Expired)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	w.open(bySync, w.amount("3000.00"))
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	s := w.fetch()
	same(w, "paid", s.Paid, true)
	same(w, "reference", s.Reference, "O-001")
	same(w, "amount", s.Amount, "3065.00")
	_, err := w.asks(w.cancels(s.Amount, "0", waiting)) // signed by the answer that buyers can fetch
	w.says(err, "cancel_unproven")
	w.must(w.gets(w.cancels("3000.00", "65.00", waiting), refund.Refunded))
}

func TestAKeyNeverAnswersForTheSameNumberOfAnotherMall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.link("pk_demo", "sk_demo", func(m *command.MerchantImport) { m.Mall = "othermall" })
	w.open(bySync)
	w.open(bySync, func(in *command.CreateCheckout) { in.Request.Partner = "othermall:0:pk_demo" })
	w.settle(2, payment.Paid)
	theirs, err := w.store.Orders().Get(t.Context(), ports.OrderQuery{Key: order.Key{Mall: "othermall", Shop: 1, Number: number}})
	w.must(err)
	other := ports.StatusKey(theirs.Snapshot().StatusKey)
	same(w, "outcome", w.approved(command.ApprovePayment{Key: other}).Outcome, payment.Paid)
	mine := w.fetch()
	same(w, "paid", mine.Paid, false)
	same(w, "partner", mine.Partner, partner)
	s, err := w.status.Handle(t.Context(), query.PaymentStatus{Key: other})
	w.must(err)
	same(w, "theirs is paid", s.Paid, true)
	same(w, "their partner", s.Partner, "othermall:0:pk_demo")
	same(w, "their tid", s.Reference, "O-002")
}
