package command_test

import (
	"context"
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

// doubtful opens a payment whose create call got no answer.
func (w *world) doubtful(trouble memory.Trouble) {
	w.t.Helper()
	w.company.Next(memory.OpenCall, trouble)
	w.refused(fault.Indeterminate, "in_doubt")
	same(w, "state", w.attempt(1).State, payment.Requested)
	same(w, "doubt", w.attempt(1).Doubt, payment.Doubt{Call: payment.CreateCall, Since: w.clock.Now()})
}

func TestALostAnswerIsInDoubtAndAskedAboutByReferenceWithinThirtySeconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	since := w.clock.Now()

	w.work(30 * time.Second)
	p := w.attempt(1)
	same(w, "first question after", w.gaps(task.AskPayment, since)[0], 2*time.Second)
	same(w, "state", p.State, payment.Pending)
	same(w, "doubt", p.Doubt, payment.Doubt{})
	same(w, "code", p.Code, "O-001")

	same(w, "page of the retry", w.open(), "https://pay.example/O-001")
	same(w, "orders at the company", len(w.company.Opened()), 1)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
}

func TestARetryInDoubtSendsTheSameBytesUnderTheSameKey(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]memory.Trouble{"answer lost": memory.AnswerLost, "request lost": memory.Vanishes} {
		w := newWorld(t)
		w.doubtful(trouble)
		w.clock.Advance(time.Second)
		// The company answers other bytes under a used key with a fault, and another key with another order.
		same(w, name+": page", w.open(logKey("other")), "https://pay.example/O-001")
		same(w, name+": create calls", w.company.Calls(memory.OpenCall), 2)
		same(w, name+": orders at the company", len(w.company.Opened()), 1)
		same(w, name+": attempts", len(w.order().Payments), 1)
		same(w, name+": doubt", w.attempt(1).Doubt, payment.Doubt{})
	}
}

func TestARefusalOfARetryDoesNotEndTheDoubt(t *testing.T) {
	t.Parallel()
	for _, trouble := range []memory.Trouble{memory.Declines, memory.NotSent, memory.KeysRefused} {
		w := newWorld(t)
		w.doubtful(memory.AnswerLost)
		w.company.Next(memory.OpenCall, trouble)
		w.refused(fault.Indeterminate, "in_doubt")
		same(w, "state", w.attempt(1).State, payment.Requested)
		same(w, "doubt", w.attempt(1).Doubt.Call, payment.CreateCall)
		same(w, "page of the next retry", w.open(), "https://pay.example/O-001")
	}
}

// The company refuses the first try, and until that is recorded the mall asks again.
func TestALateRefusalOfTheFirstCallSaysNothingAboutTheSecond(t *testing.T) {
	t.Parallel()
	for _, second := range []memory.Trouble{memory.AnswerLost, memory.Vanishes, memory.NotSent} {
		w := newWorld(t)
		w.company.Next(memory.OpenCall, memory.NotSent, second)
		w.company.Meanwhile(memory.OpenCall, func() {
			w.clock.Advance(5 * time.Second)
			w.refused(fault.Indeterminate, "in_doubt")
		})
		w.refused(fault.Indeterminate, "in_doubt")
		same(w, "doubt", w.attempt(1).Doubt, payment.Doubt{Call: payment.CreateCall, Since: w.clock.Now()})
		same(w, "page of the third", w.open(), "https://pay.example/O-001")
		same(w, "attempts", len(w.order().Payments), 1)
		same(w, "orders at the company", len(w.company.Opened()), 1)
	}
}

func TestWhatIsAskedFirstTakesNoTimeFromTheCallThatFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Expired)
	w.clock.Advance(time.Hour) // the page is stale
	w.company.Meanwhile(memory.InquireCall, func() { w.clock.Advance(3 * time.Second) })
	w.open()
	same(w, "the call is in flight since", w.attempt(2).CreatedAt, w.clock.Now())
}

func TestAnAnswerAfterTheCallersPatienceIsStillRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, hangUp := context.WithCancel(t.Context())
	w.company.Meanwhile(memory.OpenCall, hangUp)
	_, err := w.checkout.Handle(ctx, w.request())
	w.must(err)
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "page of the retry", w.open(), "https://pay.example/O-001")
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
}

func TestACrashBetweenTheIntentAndTheAnswerIsFoundByAsking(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crashDuringCall(true)
	w.work(30 * time.Second)
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "page of the retry", w.open(), "https://pay.example/O-001")
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
}

func TestARetryAfterACrashSendsTheStoredBytesOnceTheCallIsSurelyOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crashDuringCall(false)
	w.clock.Advance(5 * time.Second)
	same(w, "page", w.open(), "https://pay.example/O-001")
	same(w, "attempts", len(w.order().Payments), 1)
}

// crashDuringCall leaves an intent without an answer, as a process does that dies.
func (w *world) crashDuringCall(companyDidIt bool) {
	w.t.Helper()
	if !companyDidIt {
		w.company.Next(memory.OpenCall, memory.Vanishes)
	}
	died := w.checkout
	died.Orders = dying{w.books}
	_, err := died.Handle(w.t.Context(), w.request())
	w.wantFault(err, fault.Indeterminate, "not_recorded")
	same(w, "state", w.attempt(1).State, payment.Requested)
	same(w, "doubt", w.attempt(1).Doubt, payment.Doubt{})
}

// dying stores intents, but nothing after them.
type dying struct{ *books }

// Save implements ports.Orders.
func (dying) Save(context.Context, *order.Order) error {
	return fault.New(fault.Unavailable, "store_away", "the store is away")
}

func TestALostRequestIsAbandonedOnlyOnceThatIsSettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.Vanishes)
	w.work(9 * time.Minute)
	same(w, "state before the settle time", w.attempt(1).State, payment.Requested)
	w.work(20 * time.Minute)
	same(w, "state after it", w.attempt(1).State, payment.Abandoned)

	w.open()
	one, two := w.attempt(1), w.attempt(2)
	if one.Reference == two.Reference || one.Key == two.Key {
		t.Errorf("two attempts share %q or %q", two.Reference, two.Key)
	}
}

func TestSendingAgainStartsTheSettleTimeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Lag(8 * time.Minute)
	w.doubtful(memory.Vanishes)
	w.work(23 * time.Minute)
	w.company.Next(memory.OpenCall, memory.AnswerLost)
	since := w.clock.Now()
	w.refused(fault.Indeterminate, "in_doubt")
	w.work(5 * time.Minute)
	same(w, "first question after", w.gaps(task.AskPayment, since)[0], 2*time.Second)
	same(w, "state", w.attempt(1).State, payment.Requested)
	w.work(2 * time.Hour)
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "attempts", len(w.order().Payments), 1)
}

func TestADoubtOutsideTheKeysLifetimeIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *ports.Sheet) { s.KeyLifetime = 2 * time.Hour })
	w.company.Lag(48 * time.Hour)
	w.doubtful(memory.AnswerLost)
	w.clock.Advance(61 * time.Minute)
	w.refused(fault.Indeterminate, "being_settled")
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
	w.clock.Advance(61 * time.Second)
	w.open()
	same(w, "first attempt", w.attempt(1).State, payment.Abandoned)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 2)
}

func TestAnOldAttemptIsSentAndAskedWithTheKeysItWasMadeWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	w.link("pk_new", "sk_new")
	// Both accounts are one company in memory: another public key would open another order there.
	same(w, "page", w.open(), "https://pay.example/O-001")
	same(w, "orders at the company", len(w.company.Opened()), 1)

	w.settle(1, payment.Paid)
	back := w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	same(w, "asked with the old keys", back.Outcome, payment.Paid)
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
	same(w, "version", w.attempt(1).Account.Version, 1)
	w.accepted(w.claim(1, payment.Paid))
}

func TestANewAttemptAfterRelinkingUsesTheNewKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.link("pk_new", "sk_new")
	w.open()
	same(w, "version of the old attempt", w.attempt(1).Account.Version, 1)
	same(w, "version of the new attempt", w.attempt(2).Account.Version, 2)
}
