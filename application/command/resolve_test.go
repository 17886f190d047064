package command_test

import (
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

var word = command.Decision{Number: number, By: "kim", Evidence: "statement of 22 November"}

func TestWhatAnOperatorSaysIsPaidIsToldToTheMallAndStandsInTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	resolver := command.ResolvePaymentHandler{Resolver: w.resolve}
	p, err := resolver.Handle(t.Context(), command.ResolvePayment{Decision: word, As: payment.Paid})
	w.must(err)
	same(w, "state", p.State, payment.Paid)
	w.work(time.Second)
	same(w, "notices", len(w.told()), 1)
	rows, err := w.store.Views().Ledger(t.Context(), number, "")
	w.must(err)
	audited := 0
	for _, row := range rows {
		if row.Event == "resolved" && row.Door == "operator" && row.Note == "kim: statement of 22 November" {
			audited++
		}
	}
	same(w, "audit lines", audited, 1)
	_, err = resolver.Handle(t.Context(), command.ResolvePayment{Decision: word, As: payment.Failed})
	same(w, "paid cannot become failed", fault.Is(err, fault.Conflict), true)
	_, err = resolver.Handle(t.Context(), command.ResolvePayment{Decision: word, As: payment.Paid})
	same(w, "there is nothing to decide", fault.Is(err, fault.Conflict), true)
}

func TestADecisionNeedsAnOrderAndEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	resolver := command.ResolvePaymentHandler{Resolver: w.resolve}
	silent, foreign := word, word
	silent.Evidence, foreign.Shop = " ", 9
	_, err := resolver.Handle(t.Context(), command.ResolvePayment{Decision: silent, As: payment.Failed})
	same(w, "without evidence", fault.Is(err, fault.Invalid), true)
	_, err = resolver.Handle(t.Context(), command.ResolvePayment{Decision: foreign, As: payment.Failed})
	same(w, "of another shop", fault.Is(err, fault.NotFound), true)
	_, err = command.ResolveRefundHandler{Resolver: w.resolve}.Handle(t.Context(), command.ResolveRefund{Decision: word, Refund: 1, As: refund.Rejected})
	same(w, "no such refund", fault.Is(err, fault.NotFound), true)
}
