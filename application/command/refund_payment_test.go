package command_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

func TestASynchronousRefundIsAnsweredWhenTheMoneyIsOnItsWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	a, err := w.asks(w.cancels("3065", "0", waiting))
	w.must(err)
	w.must(a.Refused)
	w.answered(a)
	w.work(time.Hour)
	same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
	same(w, "left", w.left(), "0.00")
	same(w, "notices about refunds: the answer said it", len(w.toldOfRefunds()), 0)
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
}

func TestASynchronousRefundWhoseAnswerTheMallDidNotGetIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded)) // nobody confirms that it was written
	w.work(14 * time.Second)
	same(w, "notices while it may be written", len(w.toldOfRefunds()), 0)
	w.work(time.Minute)
	notices := w.toldOfRefunds()
	if len(notices) != 1 || !notices[0].Refunded || notices[0].Amount != "3065" || string(notices[0].ExtraData) != `"{\"LogKey\":\"c1\"}"` {
		t.Errorf("%+v", notices)
	}
}

func TestAnAsynchronousRefundIsAcceptedAndToldWhenItEnds(t *testing.T) {
	t.Parallel()
	for _, end := range []refund.State{refund.Refunded, refund.Rejected} {
		says := end == refund.Refunded
		w := newWorld(t)
		w.paid()
		w.must(w.gets(w.cancels("1000", "2065", notified), refund.Pending))
		w.work(time.Minute)
		same(w, "notices while the company works on it", len(w.toldOfRefunds()), 0)
		w.company.CompleteRefund("R-001", end)
		w.hint("R-001")
		w.work(time.Second)
		notices := w.toldOfRefunds()
		if len(notices) != 1 || notices[0].Refunded != says || notices[0].Reference != "O-001" || notices[0].Partner != partner {
			t.Errorf("%s: %+v", end, notices)
		}
		same(w, "left", w.left(), map[bool]string{true: "2065.00", false: "3065.00"}[says])
	}
}

func TestANoticeThatWaitsIsNotTakenBackByARepeatedAsynchronousCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(time.Second)
	w.mall.Meet(memory.Fails)
	for n, c := range []command.RefundPayment{w.cancels("1000", "2065", notified), w.cancels("2000", "65", notified)} {
		code := fmt.Sprintf("R-%03d", n+1)
		w.must(w.gets(c, refund.Pending))
		w.company.CompleteRefund(code, refund.Refunded)
		w.hint(code)
		w.work(time.Second)
	}
	a, err := w.asks(w.cancels("2000", "65", notified)) // its notice waits behind the one of the first refund
	w.must(err)
	same(w, "state", a.State, refund.Refunded)
	w.answered(a)
	w.mall.Meet(memory.Accepts)
	before := len(w.toldOfRefunds())
	w.work(time.Hour)
	same(w, "notices", len(w.toldOfRefunds())-before, 2)
}

func TestALostRefundWebhookIsNoLoss(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.work(time.Minute)
	same(w, "notices", len(w.toldOfRefunds()), 1)
}

func TestAForgedRefundWebhookOnlyMakesUsAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	for range 100 {
		w.hint("R-001")
	}
	w.hint("R-999")
	w.work(time.Second / 2)
	same(w, "notices", len(w.toldOfRefunds()), 0)
	same(w, "questions", w.company.Calls(memory.InquireRefundCall), 1)
	same(w, "left", w.left(), "0.00")
}

func TestMoneyThatTheDashboardGaveBackIsFoundByItsWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.company.RefundOutside("O-001", w.money("65", "PHP")))
	w.hint("R-dashboard")
	w.work(time.Second)
	same(w, "hold", w.attempt(1).Hold, payment.OutsideMoneyHold)
	same(w, "left", w.left(), "3000.00")
	_, err := w.asks(w.cancels("3065", "0", waiting))
	w.says(err, "on_hold")
}

func TestTheSameCancelAgainGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	for _, sync := range []bool{waiting, notified} {
		w := newWorld(t)
		w.paid()
		state := refund.Pending
		if sync {
			state = refund.Refunded
		}
		for _, text := range []string{"3065", "3065.00", "3065"} {
			w.must(w.gets(w.cancels(text, "0", sync), state))
		}
		same(w, "refunds at the company", len(w.company.Refunds()), 1)
		same(w, "calls", w.company.Calls(memory.RefundCall), 1)
	}
}

func TestARefundMayBeAskedForAtEitherRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	w.says(w.gets(w.cancels("3065", "0", waiting), refund.Pending), "refund_pending", "do not refund by other means")
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.work(time.Minute)
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
	same(w, "refunds at the company", len(w.company.Refunds()), 1)
}

func TestPartialRefundsGoOnUntilThePaidAmountIsUsedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(time.Second)
	for n := 1; n <= 3; n++ {
		w.must(w.gets(w.cancels("1000", fmt.Sprint(3065-n*1000), waiting), refund.Refunded))
		same(w, "left", w.left(), fmt.Sprint(3065-n*1000)+".00")
	}
	w.must(w.gets(w.cancels("65", "0", waiting), refund.Refunded))
	same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
	_, err := w.asks(w.cancels("1", "0", waiting))
	w.says(err, "refund_exceeds", "0.00 PHP")
}

func TestARefusedRefundSaysWhatTheLedgerSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	for name, tc := range map[string]struct {
		in    command.RefundPayment
		code  string
		words string
	}{
		"too much":        {w.cancels("3065.01", "0", waiting), "refund_exceeds", "3065.00 PHP"},
		"another rest":    {w.cancels("1000", "1000", waiting), "remain_differs", "2065.00 PHP"},
		"another payment": {w.cancels("3065", "0", waiting, func(in *command.RefundPayment) { in.Cancel.Code = "O-999" }), "unknown_tid", "tid"},
		"another order":   {w.cancels("3065", "0", waiting, func(in *command.RefundPayment) { in.Number = "20220519-0000030" }), "unknown_order", "order_id"},
		"another total":   {w.cancels("3065", "0", waiting, func(in *command.RefundPayment) { in.Cancel.Total = w.money("3066", "PHP") }), "invalid_field", "amount"},
		"another shop":    {w.cancels("3065", "0", waiting, func(in *command.RefundPayment) { in.Shop = 2 }), "invalid_field", "shop_no"},
		"another partner": {w.cancels("3065", "0", waiting, func(in *command.RefundPayment) { in.Cancel.Request.Partner = "othermall:0:key" }), "unknown_partner", "partner_id"},
		"a stranger's URL": {w.cancels("3065", "0", waiting, func(in *command.RefundPayment) {
			in.Cancel.Request.NotifyURL = "https://othermall.cafe24.com/Pay/Recv/cancel"
		}), "invalid_field", "cancel_noty_url"},
	} {
		_, err := w.asks(tc.in)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		w.says(err, tc.code, tc.words)
	}
	same(w, "calls", w.company.Calls(memory.RefundCall), 0)
	same(w, "left", w.left(), "3065.00")
}

func TestARefundOfWhatIsNotKnownAsPaidAsksFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.settle(1, payment.Paid) // the webhook is late
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
	same(w, "state", w.attempt(1).State, payment.Paid)
	w.work(time.Hour)
	same(w, "notices that say paid: the mall quoted the payment, and nothing is left of it", len(w.told()), 0)
}

func TestARefundOfWhatIsNotPaidIsRefusedAndRemembered(t *testing.T) {
	t.Parallel()
	for _, state := range []payment.State{payment.Pending, payment.Failed, payment.Cancelled, payment.Expired} {
		w := newWorld(t)
		w.open()
		w.settle(1, state)
		_, err := w.asks(w.cancels("3065", "0", waiting))
		w.says(err, "not_paid", "nothing was paid")
		w.settle(1, payment.Paid)
		w.work(25 * time.Hour)
		same(w, "hold of the late payment", w.attempt(1).Hold, payment.CancelledHold)
		w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
	}
}

func TestAnOrderThatIsCancelledAndCheckedOutAgainIsToldAsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	_, err := w.asks(w.cancels("3065", "0", waiting))
	w.says(err, "not_paid", "nothing was paid")
	w.clock.Advance(time.Minute)
	w.open()
	w.settle(2, payment.Paid)
	w.approved(command.ApprovePayment{Payment: w.attempt(2).ID})
	w.work(time.Minute)
	same(w, "hold", w.attempt(2).Hold, payment.NoHold)
	same(w, "told", w.order().Told, order.ToldPaid)
}

func TestACompanyThatCannotBeAskedGivesNothingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(time.Hour)
	w.company.Next(memory.InquireCall, memory.NotSent)
	_, err := w.asks(w.cancels("3065", "0", waiting))
	w.says(err, "company_unreachable", "nothing was given back")
	same(w, "kind", fault.Of(err).Kind, fault.Unavailable)
	same(w, "left", w.left(), "3065.00")
}

func TestAnAnswerThatIsLostIsDoubtAndSettledOnce(t *testing.T) {
	t.Parallel()
	for _, trouble := range []memory.Trouble{memory.AnswerLost, memory.Vanishes} {
		w := newWorld(t)
		w.paid()
		w.company.Next(memory.RefundCall, trouble)
		w.says(w.gets(w.cancels("3065", "0", waiting), refund.Sent), "refund_being_settled", "do not refund by other means")
		same(w, "left while nobody knows", w.left(), "0.00")
		w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded)) // the mall tries again
		w.work(time.Hour)
		same(w, "refunds at the company", len(w.company.Refunds()), 1)
		same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
	}
}

func TestALostAnswerIsFoundByAskingAndToldToTheMall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.AnswerLost)
	w.says(w.gets(w.cancels("3065", "0", waiting), refund.Sent), "refund_being_settled")
	w.work(30 * time.Second)
	notices := w.toldOfRefunds()
	if len(notices) != 1 || !notices[0].Refunded {
		t.Errorf("%+v", notices)
	}
	same(w, "calls", w.company.Calls(memory.RefundCall), 1)
}

func TestARefundThatSurelyNeverHappenedIsReleasedToldAndNeverSentLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.Vanishes)
	w.says(w.gets(w.cancels("3065", "0", waiting), refund.Sent), "refund_being_settled")
	w.work(9 * time.Minute)
	same(w, "left before it is settled", w.left(), "0.00")
	w.work(4 * time.Minute)
	same(w, "left", w.left(), "3065.00")
	w.work(72 * time.Hour)
	same(w, "calls", w.company.Calls(memory.RefundCall), 1)
	notices := w.toldOfRefunds()
	if len(notices) != 1 || notices[0].Refunded {
		t.Errorf("%+v", notices)
	}
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded)) // the next generation
	same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
}

func TestACallThatWasSurelyNotMadeIsNoDoubt(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		trouble memory.Trouble
		state   refund.State
		code    string
	}{
		{memory.NotSent, refund.NotExecuted, "refund_not_executed"},
		{memory.Declines, refund.Rejected, "refund_rejected"},
		{memory.KeysRefused, refund.NotExecuted, "refund_not_executed"},
	} {
		w := newWorld(t)
		w.paid()
		w.company.Next(memory.RefundCall, want.trouble)
		w.says(w.gets(w.cancels("3065", "0", waiting), want.state), want.code, "nothing was given back")
		same(w, "left", w.left(), "3065.00")
		w.work(11 * time.Second)
		w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
		same(w, "refunds at the company", len(w.company.Refunds()), 1)
	}
}

func TestARefusalOfASecondTryOfOneCallSaysNothingAboutTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.AnswerLost, memory.Declines)
	w.company.Next(memory.InquireRefundCall, memory.NoTrouble)
	w.says(w.gets(w.cancels("3065", "0", notified), refund.Sent), "refund_being_settled")
	w.company.Lag(time.Hour) // the company's lists are behind
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	same(w, "refunds at the company", len(w.company.Refunds()), 1)
}

func TestARejectedRefundIsRejectedForAMomentAndThenTriedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.Declines)
	for range 3 {
		w.says(w.gets(w.cancels("3065", "0", waiting), refund.Rejected), "refund_rejected")
	}
	same(w, "calls", w.company.Calls(memory.RefundCall), 1)
	w.work(time.Minute)
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
}

func TestAShopThatIsOffAndCredentialsThatAreRetiredStillGiveMoneyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.link("pk_other", "sk_other", func(m *command.MerchantImport) { m.Shops[0].Enabled = false })
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
	same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
}

func TestRefusedKeysHoldAndLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	w.company.Revoke("pk_demo")
	w.work(time.Hour)
	same(w, "hold", w.attempt(1).Hold, payment.CredentialsHold)
	same(w, "left", w.left(), "0.00")
}

func TestACompanyThatOnlyEverWorksOnRefundsIsNoReasonToAnswerDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *ports.Sheet) { s.RefundAtOnce = false })
	w.paid()
	w.says(w.gets(w.cancels("3065", "0", waiting), refund.Pending), "refund_pending")
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.work(time.Minute)
	same(w, "notices", len(w.toldOfRefunds()), 1)
}

func TestACompanyThatRefundsInFullOnlyIsNotAskedForAPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *ports.Sheet) { s.PartialRefund = false })
	w.paid()
	_, err := w.asks(w.cancels("1000", "2065", waiting))
	w.says(err, "partial_refund", "in full only")
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
}

// syncPaid is an order of the synchronous way: buyers can fetch the signature of its amount text.
func (w *world) syncPaid() {
	w.t.Helper()
	w.open(func(in *command.CreateCheckout) { in.Request.Way = order.Sync })
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
}

func TestASignatureThatBuyersCanFetchRefundsNothingByItself(t *testing.T) {
	t.Parallel()
	for _, sync := range []bool{waiting, notified} {
		w := newWorld(t)
		w.syncPaid()
		for _, says := range []order.Proof{order.Unprovable, order.Disproven} {
			w.proof.says = says
			_, err := w.asks(w.cancels("3065.00", "0", sync))
			w.says(err, "cancel_unproven", "nothing was given back")
			same(w, "kind", fault.Of(err).Kind, fault.Forbidden)
		}
		same(w, "alarms", w.happened(order.RefundUnproven), 2)
		same(w, "calls", w.company.Calls(memory.RefundCall), 0)
		w.proof.says = order.Proven
		_, err := w.asks(w.cancels("3065.00", "0", sync))
		w.must(err)
	}
}

func TestWhatComesFromCafe24sOwnAddressesNeedsNoOtherProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.syncPaid()
	w.must(w.gets(w.cancels("3065.00", "0", waiting, func(in *command.RefundPayment) { in.Vouched = true }), refund.Refunded))
	same(w, "questions to the mall", w.proof.asked, 0)
}

func TestTheOperatorMayTrustTheSignature(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.syncPaid()
	w.refund.Rules.TrustSignature = true
	w.must(w.gets(w.cancels("3065.00", "0", waiting), refund.Refunded))
}

func TestACapturedPartialCancelIsLookedAtWhenItComesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("1000", "2065", waiting), refund.Refunded))
	same(w, "questions to the mall", w.proof.asked, 0)
	w.must(w.gets(w.cancels("1000", "1065", waiting), refund.Refunded)) // nobody can tell: done, and alarmed
	same(w, "alarms", w.happened(order.RefundRepeated), 1)
	w.proof.says = order.Disproven
	_, err := w.asks(w.cancels("1000", "65", waiting))
	w.says(err, "cancel_unproven")
	same(w, "questions to the mall", w.proof.asked, 2)
	same(w, "left", w.left(), "1065.00")
}

func TestTheRestNeedNotBeTheLedgersWhereTheOperatorSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.refund.Rules.AnyRemain = true
	w.must(w.gets(w.cancels("1000", "0", waiting), refund.Refunded))
	w.must(w.gets(w.cancels("1000", "2065", waiting), refund.Refunded))
	same(w, "left", w.left(), "1065.00")
}

// The company refuses the first try, and until that is recorded the mall asks again.
func TestALateRefusalOfTheFirstTrySaysNothingAboutTheSecond(t *testing.T) {
	t.Parallel()
	for _, second := range []memory.Trouble{memory.AnswerLost, memory.Vanishes, memory.NotSent, memory.Declines} {
		for _, first := range []memory.Trouble{memory.NotSent, memory.Declines} {
			w := newWorld(t)
			w.paid()
			wish := w.cancels("1000", "2065", waiting)
			w.company.Next(memory.RefundCall, first, second)
			w.company.Meanwhile(memory.RefundCall, func() {
				w.clock.Advance(5 * time.Second)
				w.says(w.gets(wish, refund.Sent), "refund_being_settled")
			})
			w.says(w.gets(wish, refund.Sent), "refund_being_settled", "do not refund by other means")
			same(w, "left", w.left(), "2065.00")
			w.must(w.gets(wish, refund.Refunded))
			same(w, "given back", w.givenBackAtTheCompany(), "1000.00")
			same(w, "refunds here", w.refundsOf("cancel:1:1000.00:2065.00"), 1)
			same(w, "left", w.left(), "2065.00")
		}
	}
}

// refundsOf counts the generations of a purpose.
func (w *world) refundsOf(purpose refund.Purpose) int {
	w.t.Helper()
	o, err := w.store.Orders().Get(w.t.Context(), ports.OrderQuery{Key: orderKey, With: ports.RefundQuery{Purpose: purpose}})
	w.must(err)
	return len(o.Snapshot().Refunds)
}

func TestManyRefundsAtOnceNeverExceedWhatWasPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refund.Rules.AnyRemain = true
	w.paid()
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() { _, _ = w.asks(w.cancels("613", fmt.Sprint(n), n%2 == 0)) }) // five fit
	}
	all.Wait()
	same(w, "left", w.left(), "0.00")
	same(w, "refunds at the company", len(w.company.Refunds()), 5)
}

func TestANoticeAboutARefundIsRepeatedAndReplayedLikeAnyOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(time.Second)
	w.mall.Meet(memory.Refuses)
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.work(100 * time.Hour)
	last := w.last(task.NotifyRefunded)
	same(w, "dead", last.verdict.Dead, true)
	same(w, "tries", len(w.ran(task.NotifyRefunded)), 17)
	same(w, "alarms", w.happened(order.RefundNoticeRefused), 1)
	w.mall.Meet(memory.Accepts)
	_, err := w.replay.Handle(t.Context(), command.ReplayNotification{ID: last.ID, By: "operator"})
	w.must(err)
	w.work(time.Second)
	same(w, "told", w.happened(order.RefundTold), 1)
	for _, d := range w.toldOfRefunds()[1:] {
		same(w, "every repetition", string(d.ExtraData), string(w.toldOfRefunds()[0].ExtraData))
	}
}

func TestAPaymentNoticeDoesNotHoldUpTheNoticeOfItsRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Fails)
	w.paid()
	w.work(time.Hour)
	w.mall.Meet(memory.Accepts)
	w.must(w.gets(w.cancels("1000", "2065", notified), refund.Pending))
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.hint("R-001")
	w.work(time.Second)
	same(w, "notices about the refund", len(w.toldOfRefunds()), 1)
}

func TestAPaymentNoticeOnItsWayDoesNotHoldUpTheNoticeOfItsRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Fails)
	w.paid()
	w.work(time.Hour)
	var endedAt time.Time
	w.during(task.NotifyPaid, func() {
		w.mall.Meet(memory.Accepts)
		w.must(w.gets(w.cancels("1000", "2065", notified), refund.Pending))
		w.company.CompleteRefund("R-001", refund.Refunded)
		w.hint("R-001")
		endedAt = w.clock.Now()
	})
	w.work(4 * time.Hour)
	same(w, "told after", w.gaps(task.NotifyRefunded, endedAt)[0], 0)
	same(w, "notices about the refund", len(w.toldOfRefunds()), 1)
}

func TestARefundThatTheBankSendsBackIsFoundWhenTheCompanySaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	w.company.CompleteRefund("R-001", refund.Refunded)
	w.work(time.Minute)
	w.company.ReturnRefund("R-001")
	w.hint("R-001")
	w.work(time.Minute)
	same(w, "left", w.left(), "3065.00")
	same(w, "notices", len(w.toldOfRefunds()), 1)
}

func TestAPaymentThatTheMallCancelsWhileItIsOpenIsClosedAtTheCompany(t *testing.T) {
	t.Parallel()
	for _, state := range []payment.State{payment.Pending, payment.Authorized} {
		w := newWorld(t)
		w.open()
		w.settle(1, state)
		for range 2 { // the same again, the same answer
			_, err := w.asks(w.cancels("3065", "0", waiting))
			w.says(err, "not_paid", "nothing was paid", "can be paid no more")
		}
		same(w, "calls", w.company.Calls(memory.CloseCall), 1)
		same(w, "at the company", w.company.Opened()[0].State, payment.Cancelled)
		same(w, "here", w.attempt(1).State, payment.Cancelled)
	}
}

func TestABuyerWhoPaysWhileTheMallCancelsGetsHisMoneyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.company.Meanwhile(memory.InquireCall, func() { w.settle(1, payment.Paid) }) // after the company said that it is not paid
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
	same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
	same(w, "left", w.left(), "0.00")
}

func TestAClosingThatGoesWrongRefusesTheRefundAllTheSame(t *testing.T) {
	t.Parallel()
	for trouble, state := range map[memory.Trouble]payment.State{
		memory.NotSent: payment.Pending, memory.Declines: payment.Pending, memory.KeysRefused: payment.Pending, memory.Vanishes: payment.Pending,
		memory.AnswerLost: payment.Cancelled, memory.NoTrouble: payment.Cancelled,
	} {
		w := newWorld(t)
		w.open()
		w.company.Next(memory.CloseCall, trouble)
		_, err := w.asks(w.cancels("3065", "0", waiting))
		w.says(err, "not_paid", "nothing was paid")
		w.work(15 * time.Second)
		same(w, "what asking finds", w.attempt(1).State, state)
	}
}

func TestAPartOfWhatIsNotPaidClosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	_, err := w.asks(w.cancels("1000", "2065", waiting))
	w.says(err, "not_paid", "nothing was paid")
	same(w, "calls", w.company.Calls(memory.CloseCall), 0)
	same(w, "state", w.attempt(1).State, payment.Pending)
}

// lockedKeyring opens nothing.
type lockedKeyring struct{ ports.Keyring }

func (lockedKeyring) Open(context.Context, merchant.MallID, []byte) (ports.Secret, error) {
	return ports.Secret{}, fault.New(fault.Unavailable, "keys_away", "the keys cannot be had right now")
}

func TestARefundThatCannotBeSentIsNotBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.must(w.gets(w.cancels("1000", "2065", waiting), refund.Refunded))
	keys := w.refund.Keyring
	w.refund.Keyring = lockedKeyring{keys}
	_, err := w.asks(w.cancels("2065", "0", waiting))
	w.says(err, "keys_away")
	same(w, "left", w.left(), "2065.00")
	w.must(w.gets(w.cancels("1000", "2065", waiting), refund.Refunded)) // it is done all the same
	w.refund.Keyring = keys
	w.must(w.gets(w.cancels("2065", "0", waiting), refund.Refunded))
	same(w, "calls", w.company.Calls(memory.RefundCall), 2)
}

func TestARefundThatWasAnsweredIsToldOnceWhenItIsAskedForAgainAtTheAsynchronousRoute(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first   bool // at which route
		arrives bool // the answer that says how it ended
		before  int  // notices before the mall asks again
		more    int  // and because of it
	}{
		"it was answered":          {first: waiting, arrives: true, more: 1},
		"it was answered, perhaps": {first: waiting, before: 1, more: 1},
		"it was told":              {first: notified, before: 1},
	} {
		w := newWorld(t)
		w.paid()
		w.work(time.Second)
		a, err := w.asks(w.cancels("3065", "0", tc.first))
		w.must(err)
		if tc.arrives {
			w.answered(a)
		}
		w.company.CompleteRefund("R-001", refund.Refunded)
		w.work(10 * time.Minute)
		same(w, name+": told before", len(w.toldOfRefunds()), tc.before)

		for n := 1; n <= 2; n++ {
			a, err = w.asks(w.cancels("3065.00", "0", notified, readdressed(fmt.Sprint(n))))
			w.must(err)
			w.must(a.Refused)
			w.answered(a)
			w.work(100 * time.Hour)
			same(w, name+": told", len(w.toldOfRefunds()), tc.before+tc.more)
		}
		if tc.more > 0 {
			w.toldLast(name, "1")
		}
		w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded)) // nobody waits for a notice
		w.work(time.Hour)
		same(w, name+": told after an answer", len(w.toldOfRefunds()), tc.before+tc.more)
		same(w, name+": refunds at the company", len(w.company.Refunds()), 1)
	}
}

// toldLast checks that the last notice says done, in the texts and at the address of the readdressed request.
func (w *world) toldLast(name, text string) {
	w.t.Helper()
	notices, received := w.toldOfRefunds(), w.mall.Received()
	if len(notices) == 0 {
		w.t.Fatalf("%s: nothing was told", name)
	}
	last := notices[len(notices)-1]
	same(w, name+": refunded", last.Refunded, true)
	same(w, name+": amount", last.Amount, "3065.00")
	same(w, name+": extra data", string(last.ExtraData), `"{\"LogKey\":\"`+text+`\"}"`)
	same(w, name+": URL", received[len(received)-1].URL, cancelTo+"?"+text)
}

// readdressed makes a cancel request one that is told by other texts, at another address.
func readdressed(text string) wish {
	return func(in *command.RefundPayment) {
		in.Cancel.Request.NotifyURL, in.Cancel.Request.ExtraData = cancelTo+"?"+text, `"{\"LogKey\":\"`+text+`\"}"`
	}
}

func TestARefundThatFailedIsAnsweredAsFailedAtTheAsynchronousRouteAndThenTriedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.Declines)
	a, err := w.asks(w.cancels("3065", "0", waiting))
	w.must(err)
	w.answered(a)
	a, err = w.asks(w.cancels("3065", "0", notified))
	w.must(err)
	w.says(a.Refused, "refund_rejected", "nothing was given back")
	w.answered(a)
	w.work(time.Minute)
	same(w, "notices: both answers said it", len(w.toldOfRefunds()), 0)
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Pending))
	w.company.CompleteRefund("R-001", refund.Rejected)
	w.work(time.Minute)
	notices := w.toldOfRefunds()
	if len(notices) != 1 || notices[0].Refunded {
		t.Errorf("%+v", notices)
	}
}

func TestARefundWhoseAnswerWasLostIsToldOnceWhenTheAsynchronousRouteFindsItDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.company.Next(memory.RefundCall, memory.AnswerLost)
	w.says(w.gets(w.cancels("3065", "0", waiting), refund.Sent), "refund_being_settled")
	w.must(w.gets(w.cancels("3065", "0", notified), refund.Refunded))
	w.work(time.Hour)
	same(w, "notices", len(w.toldOfRefunds()), 1)
}

func TestAsynchronousCancelsWhileTheirNoticeWaitsAreToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	w.work(time.Second)
	w.must(w.gets(w.cancels("3065", "0", waiting), refund.Refunded))
	for range 10 {
		w.must(w.gets(w.cancels("3065", "0", notified), refund.Refunded))
	}
	w.work(time.Hour)
	same(w, "notices", len(w.toldOfRefunds()), 1)
}
