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

func TestAnOpenPaymentIsAskedAboutWithGrowingGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	since := w.clock.Now()
	w.open()
	w.work(7 * 24 * time.Hour)
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	alike(w, "gaps", w.gaps(task.AskPayment, since), seconds(
		10, 10, 30, minute, 2*minute, 5*minute, 15*minute, hour, 6*hour, day, day, day, day, day, day))
	same(w, "state: time alone fails nothing", w.attempt(1).State, payment.Pending)
	same(w, "notices", len(w.told()), 0)
}

func TestPaidIsFoundWithoutAnyLetterOrReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Paid)
	w.work(10 * time.Second)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "notices", len(w.told()), 1)
	questions := w.company.Calls(memory.InquireCall)
	w.work(48 * time.Hour)
	same(w, "questions after it", w.company.Calls(memory.InquireCall), questions)
}

func TestAClosedPaymentIsStillAskedAboutForAWhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Expired)
	w.work(10 * time.Second)
	since := w.clock.Now()
	w.work(80 * time.Hour)
	alike(w, "gaps", w.gaps(task.AskPayment, since)[1:], []time.Duration{
		10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour,
	})
	w.settle(1, payment.Paid)
	w.work(24 * time.Hour)
	same(w, "state", w.attempt(1).State, payment.Paid)
	notices := w.told()
	same(w, "the last notice says paid", notices[len(notices)-1].Paid, true)
}

func TestACompanyThatIsDownForAnHourFailsNothingAndIsSettledSoonAfter(t *testing.T) {
	t.Parallel()
	for _, trouble := range []memory.Trouble{memory.NotSent, memory.Vanishes, memory.AnswerLost} {
		w := newWorld(t)
		w.open()
		w.settle(1, payment.Paid)
		down := make([]memory.Trouble, 33) // as many questions as an hour has
		for i := range down {
			down[i] = trouble
		}
		w.company.Next(memory.InquireCall, down...)
		w.work(time.Hour)
		same(w, "state while it is down", w.attempt(1).State, payment.Pending)
		same(w, "hold", w.attempt(1).Hold, payment.NoHold)
		same(w, "questions", w.company.Calls(memory.InquireCall), len(down))
		w.work(3 * time.Minute)
		same(w, "state", w.attempt(1).State, payment.Paid)
		same(w, "notices", len(w.told()), 1)
	}
}

func TestRefusedKeysHoldThePaymentAndSayNothingAboutMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.company.Next(memory.InquireCall, memory.KeysRefused)
	w.work(time.Hour)
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "hold", w.attempt(1).Hold, payment.CredentialsHold)
	same(w, "word", w.last(task.AskPayment).verdict.Word, "on hold: credentials")
	same(w, "questions", w.company.Calls(memory.InquireCall), 1)
	w.refused(fault.Conflict, "on_hold")
	same(w, "notices", len(w.told()), 0)
}

func TestRefusedKeysHoldAPaymentInDoubtToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	w.company.Next(memory.InquireCall, memory.KeysRefused)
	w.work(time.Minute)
	same(w, "hold", w.attempt(1).Hold, payment.CredentialsHold)
	same(w, "doubt", w.attempt(1).Doubt.Call, payment.CreateCall)
}

// amnesic is a company that forgot all its orders.
type amnesic struct{ *memory.Company }

// InquireByCode implements ports.Inquirer.
func (amnesic) InquireByCode(context.Context, ports.Keys, string) (payment.Answer, error) {
	return payment.Answer{}, fault.New(fault.NotFound, "no_such_code", "the company does not know it")
}

// InquireByReference implements ports.Inquirer.
func (amnesic) InquireByReference(context.Context, ports.Keys, string) ([]payment.Answer, error) {
	return nil, nil
}

func TestAPaymentWhosePageWasHandedOutIsNeverAbandoned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.build(memory.Gateways{"memory": amnesic{w.company}})
	w.link("pk_demo", "sk_demo")
	w.open()
	w.work(40 * 24 * time.Hour)
	same(w, "state", w.attempt(1).State, payment.Pending)
	same(w, "hold", w.attempt(1).Hold, payment.CredentialsHold)
}

func TestAPaymentThatNobodySawIsAbandonedAfterTheSettleTimeAndNobodyIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.Vanishes)
	w.work(10 * time.Minute)
	same(w, "state", w.attempt(1).State, payment.Requested)
	w.work(time.Hour)
	same(w, "state", w.attempt(1).State, payment.Abandoned)
	same(w, "doubt", w.attempt(1).Doubt, payment.Doubt{})
	same(w, "notices", len(w.told()), 0)
}

func TestAnAbandonedPaymentThatExistsAfterAllIsPendingAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Lag(2 * time.Hour)
	w.doubtful(memory.AnswerLost)
	w.work(time.Hour)
	same(w, "state", w.attempt(1).State, payment.Abandoned)
	w.work(8 * time.Hour)
	same(w, "state", w.attempt(1).State, payment.Pending)
	w.settle(1, payment.Paid)
	w.work(24 * time.Hour)
	same(w, "state", w.attempt(1).State, payment.Paid)
}

func TestTwoOrdersUnderOneReferenceAreHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	w.strangersOrder("3065.00")
	w.work(time.Minute)
	same(w, "state", w.attempt(1).State, payment.Requested)
	same(w, "hold", w.attempt(1).Hold, payment.TwoOrdersHold)
	same(w, "code", w.attempt(1).Code, "")
}

func TestAnOrderOfAnotherAmountUnderOurReferenceIsNotAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.Vanishes)
	w.strangersOrder("1.00")
	w.settle(1, payment.Paid)
	w.work(time.Minute)
	same(w, "state", w.attempt(1).State, payment.Requested)
	same(w, "hold", w.attempt(1).Hold, payment.AmountHold)
	same(w, "notices", len(w.told()), 0)
}

// strangersOrder opens an order at the company under our reference, past paybridge.
func (w *world) strangersOrder(amount string) {
	w.t.Helper()
	body, err := w.company.PrepareOpening(ports.Opening{Reference: string(number), Amount: w.money(amount, "PHP")})
	w.must(err)
	_, err = w.company.Open(w.t.Context(), ourKeys, "stranger", body)
	w.must(err)
}

func TestAnOrderThatIsOlderThanOurIntentIsNotAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.strangersOrder("3065.00")
	w.clock.Advance(6 * time.Minute)
	w.doubtful(memory.Vanishes)
	w.work(time.Minute)
	same(w, "code", w.attempt(1).Code, "")
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
}

func TestAPaymentIsStaleOnlyWhenTheCompanysOwnTimeIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *ports.Sheet) { s.OrderLifetime = 3 * 24 * time.Hour })
	w.open()
	w.work(9 * 24 * time.Hour)
	same(w, "runs again", w.last(task.AskPayment).verdict.Again.IsZero(), false)
	w.work(3 * 24 * time.Hour)
	last := w.last(task.AskPayment)
	same(w, "runs again after the lifetime and a week", last.verdict.Again.IsZero(), true)
	same(w, "state", w.attempt(1).State, payment.Pending)

	w.settle(1, payment.Paid)
	w.accepted(w.claim(1, payment.Paid))
	w.work(0)
	same(w, "state after a late letter", w.attempt(1).State, payment.Paid)
}

func TestALetterDuringAQuestionIsAnsweredByAnotherQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.company.Meanwhile(memory.InquireCall, func() {
		w.settle(1, payment.Paid)
		w.accepted(w.claim(1, payment.Paid))
	})
	w.work(10 * time.Second)
	same(w, "state", w.attempt(1).State, payment.Paid)
	same(w, "questions", w.company.Calls(memory.InquireCall), 2)
}

func TestEveryDoorLeavesItsNameInTheLedger(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		door order.Door
		act  func(w *world)
	}{
		{order.CallbackDoor, func(w *world) { w.approved(command.ApprovePayment{Payment: w.attempt(1).ID}) }},
		{order.WebhookDoor, func(w *world) { w.accepted(w.claim(1, payment.Paid)); w.work(0) }},
		{order.ReconcilerDoor, func(w *world) { w.work(10 * time.Second) }},
		{order.CheckoutDoor, func(w *world) { w.clock.Advance(time.Hour); w.refused(fault.Conflict, "already_paid") }},
	} {
		w := newWorld(t)
		w.open()
		w.settle(1, payment.Paid)
		c.act(w)
		for _, row := range w.ledger() {
			if row.Event == order.OrderPaid.String() {
				same(w, "door", order.Door(row.Door), c.door)
			}
		}
		same(w, "paid events", w.happened(order.OrderPaid), 1)
	}
}
