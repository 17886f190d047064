package command_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

func (w *world) reconciled(in command.Reconcile) command.Reconciled {
	w.t.Helper()
	done, err := w.reconcile.Handle(w.t.Context(), in)
	w.must(err)
	return done
}

// figures are the counts of a summary.
type figures struct{ payments, refunds, asked, settled, open, unasked int }

func figuresOf(r command.Reconciled) figures {
	return figures{r.Payments, r.Refunds, r.Asked, r.Settled, r.Open, r.Unasked()}
}

func TestAskingOnDemandSettlesWhatTheCompanyEndedAndLeavesTheRestOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.open(func(in *command.CreateCheckout) { in.Number = "20220519-0000030" })
	w.settle(1, payment.Paid)
	done := w.reconciled(command.Reconcile{})
	same(w, "summary", figuresOf(done), figures{payments: 2, asked: 2, settled: 1, open: 1})
	same(w, "state", w.attempt(1).State, payment.Paid)
	done = w.reconciled(command.Reconcile{})
	same(w, "summary of the next", figuresOf(done), figures{payments: 1, asked: 1, open: 1})
	if len(done.Left) != 1 || done.Left[0].Order != "20220519-0000030" {
		t.Errorf("left are %+v", done.Left)
	}
}

func TestASurplusThatIsAskedAboutIsOpenUntilItHasGoneBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidTwice()
	same(w, "summary", figuresOf(w.reconciled(command.Reconcile{})), figures{payments: 1, asked: 1, open: 1})
	w.must(w.company.RefundOutside("O-001", w.money("3065.00", "PHP")))
	same(w, "summary once it has", figuresOf(w.reconciled(command.Reconcile{})), figures{payments: 1, asked: 1, settled: 1})
}

func TestADryRunAsksNobodyAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Paid)
	done := w.reconciled(command.Reconcile{DryRun: true})
	same(w, "what there is to ask", len(done.Left), 1)
	same(w, "questions", w.company.Calls(memory.InquireCall), 0)
	same(w, "state", w.attempt(1).State, payment.Pending)
}

func TestWhatWasMadeBeforeIsLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.clock.Advance(time.Hour)
	same(w, "of the last minute", w.reconciled(command.Reconcile{Ago: time.Minute}).Payments, 0)
	same(w, "of the last two hours", w.reconciled(command.Reconcile{Ago: 2 * time.Hour}).Payments, 1)
	same(w, "since then", w.reconciled(command.Reconcile{Since: w.clock.Now()}).Payments, 0)
}

func TestACompanyThatIsAwayIsCountedAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.company.Next(memory.InquireCall, memory.NotSent)
	done := w.reconciled(command.Reconcile{})
	same(w, "unasked", done.Unasked(), 1)
	same(w, "left", len(done.Left), 1)
	same(w, "asked", done.Asked, 0)
	same(w, "state", w.attempt(1).State, payment.Pending)
}

func TestARefundInDoubtIsAskedAboutOnDemand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.AnswerLost)
	_, err := w.asks(w.cancels("1000", "2065", waiting))
	w.must(err)
	same(w, "refund", w.order().Refunds[0].State, refund.Sent)
	done := w.reconciled(command.Reconcile{})
	same(w, "summary", figuresOf(done), figures{refunds: 1, asked: 1, settled: 1})
}

func TestAHeldPaymentIsAskedAboutOnlyWhenAPersonNamesItsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.company.Next(memory.InquireCall, memory.KeysRefused)
	w.reconciled(command.Reconcile{})
	questions := w.company.Calls(memory.InquireCall)
	same(w, "held", w.reconciled(command.Reconcile{}).Held, 1)
	same(w, "questions", w.company.Calls(memory.InquireCall), questions)
	w.reconciled(command.Reconcile{Number: number})
	same(w, "questions with its number", w.company.Calls(memory.InquireCall), questions+1)
}

func TestAnEndedPaymentThatAPersonNamesIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Expired)
	w.settle(1, payment.Paid)
	done := w.reconciled(command.Reconcile{Number: number})
	same(w, "summary", figuresOf(done), figures{payments: 1, asked: 1})
	same(w, "state", w.attempt(1).State, payment.Paid)
}

// elsewhere is a database that only another process may write.
type elsewhere struct{ ports.Orders }

// Update implements ports.Orders.
func (elsewhere) Update(context.Context, order.ID, func(*order.Order) error, ...ports.RefundQuery) (*order.Order, error) {
	return nil, fault.New(fault.Conflict, "database_in_use", "the database is in use by another process")
}

func TestWhereOnlyTheServiceMayWriteAskingStopsAtOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 100 {
		w.open(func(in *command.CreateCheckout) { in.Number = order.Number(fmt.Sprintf("20220519-1%06d", i)) })
	}
	w.reconcile.Asking.Orders = elsewhere{w.books}
	_, err := w.reconcile.Handle(t.Context(), command.Reconcile{})
	w.wantFault(err, fault.Conflict, "database_in_use")
	if n := w.company.Calls(memory.InquireCall); n > 16 {
		t.Errorf("%d questions for nothing", n)
	}
}
