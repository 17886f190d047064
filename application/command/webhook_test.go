package command_test

import (
	"bytes"
	"errors"
	"sync"
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

func TestARightLetterIsStoredAndTheCompanyAskedInAJobAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	same(w, "questions while the company waits", w.company.Calls(memory.InquireCall), 0)
	same(w, "state while the company waits", w.attempt(1).State, payment.Pending)

	w.work(0)
	same(w, "questions", w.company.Calls(memory.InquireCall), 1)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "notices", len(w.told()), 1)
}

func TestALetterThatDoesNotFitIsRefusedAndWakesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Paid)
	right := w.claim(1, payment.Paid)
	pesos := w.money("3065.00", "PHP")
	for name, c := range map[string]struct {
		body  []byte
		kind  fault.Kind
		code  string
		field string
	}{
		"digest":    {bytes.Replace(right, []byte(`"paid"`), []byte(`"failed"`), 1), fault.Unauthenticated, "bad_digest", ""},
		"stranger":  {w.forged(ports.Keys{Public: "x", Secret: ports.NewSecret("y")}, string(number), pesos), fault.Unauthenticated, "bad_digest", ""},
		"amount":    {w.forged(ourKeys, string(number), w.money("3065.01", "PHP")), fault.Invalid, "invalid_field", "amount"},
		"currency":  {w.forged(ourKeys, string(number), w.money("3065.00", "USD")), fault.Invalid, "invalid_field", "currency"},
		"reference": {w.forged(ourKeys, "20220519-0000030", pesos), fault.Invalid, "invalid_field", "reference_id"},
		"no letter": {[]byte(`{`), fault.Invalid, "invalid_field", "body"},
	} {
		_, err := w.deliver(c.body)
		w.wantFault(err, c.kind, c.code)
		same(w, name+": field", fault.Of(err).Field, c.field)
	}
	w.work(9 * time.Second)
	same(w, "questions", w.company.Calls(memory.InquireCall), 0)
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "parked letters", w.backlog().Parked, 0)
}

func (w *world) backlog() ports.Backlog {
	w.t.Helper()
	b, err := w.store.Views().Backlog(w.t.Context())
	w.must(err)
	return b
}

func TestALetterWithAnotherCodeForAKnownReferenceIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	body, err := w.company.PrepareOpening(ports.Opening{Reference: string(number), Amount: w.money("3065.00", "PHP")})
	w.must(err)
	_, err = w.company.Open(t.Context(), ourKeys, "somebody else's", body)
	w.must(err)
	_, err = w.deliver(w.claim(2, payment.Paid))
	w.wantFault(err, fault.Invalid, "invalid_field")
	same(w, "field", fault.Of(err).Field, "order_code")
}

func TestALetterBeforeTheCreateAnswerIsStoredIsFoundByReference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Meanwhile(memory.OpenCall, func() {
		w.settle(1, payment.Paid)
		w.accepted(w.claim(1, payment.Paid))
		w.work(0)
		same(w, "state before the answer", w.attempt(1).State, payment.Paid)
	})
	same(w, "page", w.open(), "https://pay.example/O-001")
	same(w, "state after the answer", w.attempt(1).State, payment.Paid)
	w.work(time.Hour)
	same(w, "notices", len(w.told()), 1)
}

func TestALetterForAnUnknownPaymentIsParkedAndJoinedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	w.settle(1, payment.Paid)
	w.parkBare(1)
	same(w, "parked", w.backlog().Parked, 1)

	w.work(2 * time.Second)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "parked after the payment appeared", w.backlog().Parked, 0)
}

func TestAParkedLetterIsJoinedHoweverLateTheCodeIsLearned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Lag(3 * time.Minute)
	w.doubtful(memory.AnswerLost)
	w.settle(1, payment.Paid)
	w.parkBare(1)
	w.work(10 * time.Minute)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "parked", w.backlog().Parked, 0)
}

func TestAParkedLetterMakesTheCompanyBeAskedAgainSoon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	w.company.Meanwhile(memory.InquireCall, func() {
		w.settle(1, payment.Paid)
		w.parkBare(1)
	})
	w.work(2 * time.Second)
	same(w, "state after the first question", w.attempt(1).State, payment.Pending)
	w.work(time.Second)
	same(w, "state a second later", w.attempt(1).State, payment.Paid)
}

// parkBare brings a letter to the bare route that names the company's n-th order by its code alone.
func (w *world) parkBare(n int) {
	w.t.Helper()
	body := bytes.Replace(w.claim(n, payment.Paid), []byte(`"reference":"`+string(number)+`"`), []byte(`"reference":""`), 1)
	got, err := w.receive.Handle(w.t.Context(), command.RecordPaymentResult{Gateway: "memory", Body: body})
	w.must(err)
	same(w, "parked", got.Parked, true)
}

func TestAHundredEqualLettersAtOnceHaveOneEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Paid)
	w.together(100, w.claim(1, payment.Paid))
	w.work(time.Hour)
	same(w, "questions", w.company.Calls(memory.InquireCall), 1)
	same(w, "paid events", w.happened(order.OrderPaid), 1)
	same(w, "notices", len(w.told()), 1)
	minor, lines := w.books.sum(w.attempt(1).ID)
	same(w, "ledger", minor, 306_500)
	same(w, "ledger lines", lines, 1)
}

func TestAHundredEqualLettersForAnUnknownPaymentAreOneRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.together(100, w.forged(ourKeys, "20220519-0000099", w.money("1.00", "PHP")))
	same(w, "parked", w.backlog().Parked, 1)
}

// together delivers a letter n times at once; all of them must be accepted.
func (w *world) together(n int, body []byte) {
	w.t.Helper()
	in := command.RecordPaymentResult{Gateway: "memory", Merchant: w.merchant(), Body: body}
	failed := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { _, failed[i] = w.receive.Handle(w.t.Context(), in) })
	}
	all.Wait()
	w.must(errors.Join(failed...))
}

func TestALetterThatClaimsMoreThanTheCompanySaysStaysPendingAndIsAskedAboutAgainSoon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.work(25 * time.Second)
	since := w.clock.Now()
	w.accepted(w.claim(1, payment.Paid))
	w.work(30 * time.Second)
	same(w, "state", w.attempt(1).State, payment.Pending)
	alike(w, "gaps between questions", w.gaps(task.AskPayment, since), seconds(0, 1, 2, 5, 10))

	w.settle(1, payment.Paid)
	w.work(time.Minute)
	same(w, "state", w.attempt(1).State, payment.Paid)
}

func TestALetterAboutAClosedPaymentIsAskedAboutAgainSoon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.work(time.Hour)
	since := w.clock.Now()
	w.accepted(w.claim(1, payment.Paid))
	w.work(10 * time.Second)
	alike(w, "gaps between questions", w.gaps(task.AskPayment, since), seconds(0, 1, 2, 5))
	same(w, "state", w.attempt(1).State, payment.Failed)
}

func TestAPaymentThatFailedAndThenWasPaidIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	for _, state := range []payment.State{payment.Failed, payment.Paid} {
		w.settle(1, state)
		w.accepted(w.claim(1, state))
		w.work(0)
		same(w, "state", w.attempt(1).State, state)
	}
	w.work(time.Hour)
	same(w, "notices", len(w.told()), 1)
	same(w, "told paid", w.told()[0].Paid, true)
}

func TestALateLowerLetterChangesNothingAndIsAnswered(t *testing.T) {
	t.Parallel()
	for _, late := range []payment.State{payment.Pending, payment.Authorized, payment.Expired, payment.Cancelled, payment.Failed, payment.Paid} {
		w := newWorld(t)
		w.paid()
		w.work(time.Minute)
		before := w.company.Calls(memory.InquireCall)
		w.accepted(w.claim(1, late))
		w.work(time.Hour)
		asked := w.company.Calls(memory.InquireCall) > before
		same(w, late.String()+": only a claim that money left is asked about", asked, late.FinalUnpaid())
		same(w, late.String()+": state", w.attempt(1).State, payment.Paid)
		same(w, late.String()+": notices", len(w.told()), 1)
		same(w, late.String()+": hold", w.attempt(1).Hold, payment.NoHold)
	}
}
