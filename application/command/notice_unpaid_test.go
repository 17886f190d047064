package command_test

import (
	"slices"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

func TestAConfirmedUnpaidEndIsToldOnceAfterAMinute(t *testing.T) {
	t.Parallel()
	for _, state := range []payment.State{payment.Expired, payment.Cancelled, payment.Failed} {
		w := newWorld(t)
		w.closed(state)
		w.work(59 * time.Second)
		same(w, "notices before the minute", len(w.told()), 0)
		w.work(time.Second)
		same(w, "notices after it", len(w.told()), 1)
		n := w.told()[0]
		same(w, "amount", n.Amount, "0")
		same(w, "paid", n.Paid, false)
		same(w, "reference", n.Reference, "O-001")
		same(w, "stored", w.order().Told, order.ToldUnpaid)
		w.work(7 * 24 * time.Hour)
		same(w, "notices a week later", len(w.told()), 1)
	}
}

func TestPendingIsNeverTold(t *testing.T) {
	t.Parallel()
	for _, state := range []payment.State{payment.Pending, payment.Authorized} {
		w := newWorld(t)
		w.closed(state)
		w.work(48 * time.Hour)
		same(w, "notices", len(w.told()), 0)
	}
}

func TestAHigherUnpaidEndIsNotToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, state := range []payment.State{payment.Expired, payment.Cancelled, payment.Failed} {
		if state == payment.Expired {
			w.open()
		}
		w.settle(1, state)
		w.accepted(w.claim(1, state))
		w.work(5 * time.Minute)
		same(w, "state", w.attempt(1).State, state)
	}
	same(w, "notices", len(w.told()), 1)
}

func TestAnUnpaidEndIsNotToldWhileAnotherAttemptIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.work(30 * time.Second)
	w.open()
	w.work(time.Hour)
	same(w, "notices", len(w.told()), 0)
	same(w, "word", w.last(task.NotifyUnpaid).verdict.Word, "superseded")

	w.settle(2, payment.Cancelled)
	w.accepted(w.claim(2, payment.Cancelled))
	w.work(time.Minute)
	same(w, "notices after the second end", len(w.told()), 1)
	same(w, "reference", w.told()[0].Reference, "O-002")
}

func TestAnUnpaidEndIsToldOnceAReservationThatCanBePaidHasEnded(t *testing.T) {
	t.Parallel()
	for _, heard := range []bool{true, false} { // the company, of what the buyer agreed to
		c := newReviewed(t)
		if heard {
			c.agreedTo(1)
		} else {
			c.agreesInDoubt(memory.Vanishes)
		}
		c.open()
		c.company.Next(memory.CloseCall, slices.Repeat([]memory.Trouble{memory.NotSent}, 100)...)
		c.settle(2, payment.Cancelled)
		c.approved(command.ApprovePayment{Payment: c.attempt(2).ID})
		c.work(70 * time.Second)
		same(c.world, "the reservation", c.attempt(1).State, payment.Pending)
		same(c.world, "notices while it can be paid", len(c.told()), 0)
		if heard {
			c.settle(1, payment.Expired)
		}
		c.work(24 * time.Hour)
		same(c.world, "the reservation has ended", c.attempt(1).State.Closed(), true)
		same(c.world, "notices afterwards", len(c.told()), 1)
		same(c.world, "reference", c.told()[0].Reference, "O-002")
	}
}

func TestTheMinuteIsCountedFromTheEndOfTheNewestAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.work(30 * time.Second)
	w.open()
	w.settle(2, payment.Cancelled)
	w.accepted(w.claim(2, payment.Cancelled))
	w.work(59 * time.Second)
	same(w, "notices before the minute", len(w.told()), 0)
	w.work(time.Second)
	same(w, "notices after it", len(w.told()), 1)
	same(w, "reference", w.told()[0].Reference, "O-002")
}

func TestAnOlderAttemptThatIsPaidAfterAllSupersedesTheUnpaidEndOfTheNewest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Away)
	w.closed(payment.Failed)
	w.open()
	w.settle(2, payment.Failed)
	w.accepted(w.claim(2, payment.Failed))
	w.work(10 * time.Minute)
	w.mall.Meet(memory.Accepts)
	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	w.work(time.Hour)
	same(w, "notices", len(w.told()), 1)
	same(w, "paid", w.told()[0].Paid, true)
	same(w, "reference", w.told()[0].Reference, "O-001")
}

func TestAnUnpaidNoticeIsSupersededWhenTheOrderIsPaidMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.work(20 * time.Second)
	w.open()
	w.settle(2, payment.Paid)
	w.accepted(w.claim(2, payment.Paid))
	w.work(0)
	same(w, "notices at once", len(w.told()), 1)
	same(w, "told", w.told()[0].Paid, true)
	w.work(time.Hour)
	same(w, "notices", len(w.told()), 1)
}

func TestPaidAfterToldUnpaidIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.work(time.Hour)
	same(w, "told", w.order().Told, order.ToldUnpaid)
	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	w.work(0)
	same(w, "notices", len(w.told()), 2)
	same(w, "told", w.order().Told, order.ToldPaid)
	same(w, "amount", w.told()[1].Amount, "3065.00")
}

func TestAPaidNoticeDoesNotWaitForARetryOfTheUnpaidOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Away)
	w.closed(payment.Failed)
	w.work(2 * time.Hour) // the next try is an hour away
	w.mall.Meet(memory.Accepts)
	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	w.work(time.Second)
	same(w, "notices", len(w.told()), 1)
	same(w, "told", w.order().Told, order.ToldPaid)
}

func TestAPaidNoticeDoesNotWaitForARetryOfTheUnpaidOneThatWasOnItsWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Away)
	w.closed(payment.Failed)
	w.work(2 * time.Hour)
	var paidAt time.Time
	w.during(task.NotifyUnpaid, func() {
		w.mall.Meet(memory.Accepts)
		w.settle(1, payment.Paid)
		w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
		paidAt = w.clock.Now()
	})
	w.work(4 * time.Hour)
	same(w, "told when the try cannot arrive any more", w.gaps(task.NotifyPaid, paidAt)[0], time.Minute)
	same(w, "told", w.order().Told, order.ToldPaid)
}

func TestAPaidNoticeWaitsUntilAnUnclearUnpaidOneCannotArriveAnyMore(t *testing.T) {
	t.Parallel()
	for name, moods := range map[string][]memory.Mood{
		"superseded after an unclear try": {memory.Mumbles, memory.Mumbles},
		"confirmed after an unclear try":  {memory.Mumbles, memory.Accepts},
	} {
		w := newWorld(t)
		w.closed(payment.Failed)
		w.mall.Next(moods...)
		w.work(time.Minute + 2*time.Second)
		tries := len(w.told())
		w.settle(1, payment.Paid)
		w.accepted(w.claim(1, payment.Paid))
		w.work(50 * time.Second)
		same(w, name+": notices within the minute", len(w.told()), tries)
		w.work(30 * time.Second)
		same(w, name+": notices after it", len(w.told()), tries+1)
		same(w, name+": the last one says paid", w.told()[tries].Paid, true)
	}
}

func TestAnotherAmountThanTheLatestRequestIsToldAsItWasPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.open(w.amount("3000.00"))
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	w.work(time.Second)
	same(w, "notices", len(w.told()), 1)
	same(w, "amount", w.told()[0].Amount, "3065.00")
	same(w, "reference", w.told()[0].Reference, "O-001")
}

func TestARefusalByTheCompanyIsNotToldByNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Next(memory.OpenCall, memory.Declines)
	_, err := w.ask()
	if err == nil {
		t.Fatal("the checkout was not refused")
	}
	w.work(48 * time.Hour)
	same(w, "notices: the checkout's own answer said so", len(w.told()), 0)
}
