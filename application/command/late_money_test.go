package command_test

import (
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

func TestARefusedPaymentThatExistsAfterAllIsPaidAndTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Next(memory.OpenCall, memory.NotSent)
	w.refused(fault.Unavailable, "company_away")
	w.work(time.Minute)
	w.strangersOrder("3065.00") // it was sent, whatever the adapter believed
	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	w.work(0)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "code", w.attempt(1).Code, "O-001")
	same(w, "notices", len(w.told()), 1)
}

func TestARefusedPaymentThatExistsBesideAPaidOneGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Next(memory.OpenCall, memory.NotSent)
	w.refused(fault.Unavailable, "company_away")
	w.open()
	w.settle(1, payment.Paid)
	w.work(time.Minute)
	w.strangersOrder("3065.00")
	w.settle(2, payment.Paid)
	w.accepted(w.claim(2, payment.Paid))
	w.work(time.Minute)
	same(w, "counted", w.order().Counted, w.attempt(2).ID)
	same(w, "refunds at the company", len(w.company.Refunds()), 1)
	same(w, "given back", w.company.Opened()[1].Refunded, w.money("3065.00", "PHP"))
	same(w, "surplus events", w.happened(order.SurplusFound), 1)
	same(w, "notices", len(w.told()), 1)
}

func TestAnAnswerAfterTheAttemptWasAbandonedIsStillRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Lag(24 * time.Hour)
	w.company.Meanwhile(memory.OpenCall, func() { w.work(time.Hour) })
	page := w.open() // an hour late, from a call that nobody waits for any more
	same(w, "page", page, "https://pay.example/O-001")
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "page of the next checkout", w.open(), page)
	same(w, "attempts", len(w.order().Payments), 1)
}

func TestMoneyForAnAmountThatNobodyAsksForAnyMoreIsGivenBackWhenAnotherIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.open(w.amount("3000.00"))
	for _, n := range []int{2, 1} {
		w.settle(n, payment.Paid)
		w.approved(command.ApprovePayment{Payment: w.attempt(n).ID})
	}
	w.work(time.Minute)
	same(w, "told amount", w.told()[0].Amount, "3000.00")
	same(w, "notices", len(w.told()), 1)
	same(w, "given back", w.company.Opened()[0].Refunded, w.money("3065.00", "PHP"))
	same(w, "kept", w.company.Opened()[1].Refunded.IsZero(), true)
}

func TestMoneyThatLeftWithoutUsIsBookedAndHeldNeverUnpaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(time.Minute)
	w.must(w.company.RefundOutside("O-001", w.money("65.00", "PHP")))
	w.accepted(w.claim(1, payment.Failed))
	w.work(time.Hour)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "hold", w.attempt(1).Hold, payment.OutsideMoneyHold)
	minor, _ := w.books.sum(w.attempt(1).ID)
	same(w, "ledger", minor, 300_000)
	same(w, "notices", len(w.told()), 1)
}
