package command_test

import (
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// found are the counts of a comparison.
type found struct{ orders, agreed, differed, adopted, returned, unknown int }

func (w *world) compared(in command.ReconcileFromCompany) found {
	w.t.Helper()
	c, err := w.fromCompany.Handle(w.t.Context(), in)
	w.must(err)
	same(w, "what could not be asked", len(c.Silent), 0)
	same(w, "accounts", c.Accounts, 1)
	return found{c.Orders, c.Agreed, c.Differed, c.Adopted, c.Returned, len(c.Unknown)}
}

func TestWhatTheDatabaseMissedIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	lately := command.ReconcileFromCompany{Ago: time.Hour}
	same(w, "while both agree", w.compared(lately), found{orders: 1, agreed: 1})
	w.settle(1, payment.Paid)
	same(w, "a dry run", w.compared(command.ReconcileFromCompany{Ago: time.Hour, DryRun: true}), found{orders: 1, differed: 1})
	same(w, "state after it", w.attempt(1).State, payment.Pending)
	same(w, "when it is paid", w.compared(lately), found{orders: 1, differed: 1})
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "afterwards", w.compared(lately), found{orders: 1, agreed: 1})
	w.clock.Advance(2 * time.Hour)
	same(w, "of a later time", w.compared(lately), found{})
}

func TestARefundThatTheDatabaseForgotShowsInTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.clock.Advance(time.Minute)
	w.must(w.company.RefundOutside("O-001", w.money("1000.00", "PHP")))
	same(w, "found", w.compared(command.ReconcileFromCompany{Ago: time.Hour}), found{orders: 1, differed: 1, returned: 1})
	same(w, "what left without us", w.attempt(1).Returned, w.money("1000.00", "PHP"))
	same(w, "afterwards", w.compared(command.ReconcileFromCompany{Ago: time.Hour}), found{orders: 1, agreed: 1})
}

func TestAnOrderWhoseCodeWasForgottenIsAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	same(w, "found", w.compared(command.ReconcileFromCompany{Ago: time.Hour}), found{orders: 1, adopted: 1})
	same(w, "code", w.attempt(1).Code, "O-001")
}

func TestAnOrderThatNobodyKnowsIsParkedUntilItsPaymentTurnsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body, err := w.company.PrepareOpening(ports.Opening{Reference: "forgotten", Amount: w.money("3065.00", "PHP")})
	w.must(err)
	_, err = w.company.Open(t.Context(), ourKeys, "key", body)
	w.must(err)
	for range 2 { // it is parked once
		same(w, "found", w.compared(command.ReconcileFromCompany{Ago: time.Hour}), found{orders: 1, unknown: 1})
	}
	backlog, err := w.store.Views().Backlog(t.Context())
	w.must(err)
	same(w, "parked", backlog.Parked, 1)
}

func TestACompanyThatCannotListIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.build(memory.Gateways{"memory": confused{w.company}})
	w.link("pk_demo", "sk_demo")
	w.company.Next(memory.InquireCall, memory.NotSent)
	c, err := w.fromCompany.Handle(t.Context(), command.ReconcileFromCompany{Ago: time.Hour})
	w.must(err)
	same(w, "accounts", c.Accounts, 0)
	same(w, "silent", len(c.Silent), 1)
}
