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

func TestAReturningBuyerLearnsWhatTheCompanySays(t *testing.T) {
	t.Parallel()
	for _, state := range []payment.State{
		payment.Pending, payment.Authorized, payment.Expired, payment.Cancelled, payment.Failed, payment.Paid,
	} {
		w := newWorld(t)
		w.open(func(in *command.CreateCheckout) { in.Request.Way = order.Sync })
		w.settle(1, state)
		back := w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
		same(w, "outcome", back.Outcome, state)
		same(w, "held", back.Held, false)
		same(w, "way", back.Way, order.Sync)
		same(w, "return URL", back.ReturnURL, returnTo)
		same(w, "extra data", string(back.ExtraData), `{"LogKey":"1"}`)
		same(w, "stored state", w.attempt(1).State, state)
	}
}

func TestAReturnFindsThePaymentByAddressCodeOrReference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	id := w.attempt(1).ID
	w.settle(1, payment.Paid)
	for name, in := range map[string]command.ApprovePayment{
		"address":               {Payment: id},
		"address and code":      {Payment: id, Code: "O-001"},
		"bare with a code":      {Gateway: "memory", Code: "O-001"},
		"bare with a reference": {Gateway: "memory", Reference: string(number)},
		"bare with both":        {Gateway: "memory", Code: "O-001", Reference: string(number)},
	} {
		same(w, name, w.approved(in).Outcome, payment.Paid)
	}
	same(w, "questions: a paid payment is not asked about", w.company.Calls(memory.InquireCall), 1)
}

func TestAnUnknownReturnIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	for _, in := range []command.ApprovePayment{
		{Payment: "nobody"},
		{Gateway: "memory", Code: "O-999"},
		{Gateway: "memory", Reference: "20220519-9999999"},
		{Gateway: "other", Code: "O-001"},
	} {
		_, err := w.approve.Handle(t.Context(), in)
		w.wantFault(err, fault.NotFound, "unknown_payment")
	}
	_, err := w.approve.Handle(t.Context(), command.ApprovePayment{Gateway: "memory"})
	w.wantFault(err, fault.Invalid, "invalid_field")
}

func TestAReturnThatSpeaksOfTwoPaymentsIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	const elsewhere = "20220519-0000030"
	w := newWorld(t)
	w.link("pk_other", "sk_other", func(m *command.MerchantImport) { m.Mall = "othermall" })
	w.open(bySync)
	w.open(func(in *command.CreateCheckout) { in.Request.Partner, in.Number = "othermall:0:pk_other", elsewhere })
	w.settle(1, payment.Paid)
	w.settle(2, payment.Paid)
	before := w.order().Version
	id := w.attempt(1).ID
	for _, in := range []command.ApprovePayment{
		{Payment: id, Code: "O-002"},
		{Payment: id, Code: "O-999"},
		{Payment: id, Reference: elsewhere},
		{Payment: id, Code: "O-001", Reference: elsewhere},
		{Gateway: "memory", Code: "O-001", Reference: elsewhere},
		{Gateway: "memory", Code: "O-002", Reference: string(number)},
		{Gateway: "memory", Code: "O-999", Reference: string(number)},
		{Key: w.key(), Code: "O-002"},
		{Key: w.key(), Reference: elsewhere},
		{Key: w.key(), Code: "O-001", Reference: elsewhere},
	} {
		_, err := w.approve.Handle(t.Context(), in)
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	same(w, "questions", w.company.Calls(memory.InquireCall), 0)
	same(w, "version", w.order().Version, before)
}

func TestACodeThatTheCompanyGivesAnotherPaymentIsRefusedOnceItIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.doubtful(memory.AnswerLost)
	id := w.attempt(1).ID
	_, err := w.approve.Handle(t.Context(), command.ApprovePayment{Payment: id, Code: "O-999"})
	w.wantFault(err, fault.Conflict, "foreign_code")
	same(w, "outcome with the right one", w.approved(command.ApprovePayment{Payment: id, Code: "O-001"}).Outcome, payment.Pending)
}

func TestAnAmbiguousReturnIsRefusedAndItsCodeTellsWhichIsMeant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.link("pk_other", "sk_other", func(m *command.MerchantImport) { m.Mall = "othermall" })
	w.open()
	w.open(func(in *command.CreateCheckout) { in.Request.Partner = "othermall:0:pk_other" })
	same(w, "references are equal, the accounts differ", w.company.Opened()[0].Reference, w.company.Opened()[1].Reference)

	bare := command.ApprovePayment{Gateway: "memory", Reference: string(number)}
	_, err := w.approve.Handle(t.Context(), bare)
	w.wantFault(err, fault.Conflict, "ambiguous_payment")
	w.settle(2, payment.Paid)
	bare.Code = "O-002"
	same(w, "outcome", w.approved(bare).Outcome, payment.Paid)
	same(w, "first mall's attempt", w.attempt(1).State, payment.Pending)
}

func TestACompanyThatCannotBeAskedNeverMakesAReturnFail(t *testing.T) {
	t.Parallel()
	for _, trouble := range []memory.Trouble{memory.NotSent, memory.Vanishes, memory.AnswerLost, memory.Declines} {
		w := newWorld(t)
		w.open()
		w.settle(1, payment.Paid)
		w.company.Next(memory.InquireCall, trouble)
		back := w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
		same(w, "outcome", back.Outcome, payment.Pending)
		same(w, "held", back.Held, false)
	}
}

func TestAReturnBeforeTheCreateAnswerIsStoredIsFoundByReference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var back command.BuyerReturn
	w.company.Meanwhile(memory.OpenCall, func() {
		w.settle(1, payment.Paid)
		back = w.approved(command.ApprovePayment{Gateway: "memory", Code: "O-001", Reference: string(number)})
	})
	w.open()
	same(w, "outcome", back.Outcome, payment.Paid)
	same(w, "state", w.attempt(1).State, payment.Paid)
	w.work(0)
	same(w, "notices", len(w.told()), 1)
}

func TestAReturnOfAHeldPaymentTellsNothingFinal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.company.Next(memory.InquireCall, memory.KeysRefused)
	back := w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	same(w, "held", back.Held, true)
	same(w, "hold", w.attempt(1).Hold, payment.CredentialsHold)
}

func TestTheReturnsOwnClaimIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	// A browser can say whatever it likes: no field of the command even carries a claimed state.
	back := w.approved(command.ApprovePayment{Gateway: "memory", Code: "O-001", Reference: string(number)})
	same(w, "outcome", back.Outcome, payment.Pending)
	w.work(0)
	same(w, "notices", len(w.told()), 0)
}

func TestAReturnAfterTheOrderWasOpenedAgainSpeaksOfItsOwnAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.closed(payment.Failed)
	w.open(logKey("second"))
	w.settle(2, payment.Paid)
	first := w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	same(w, "first attempt", first.Outcome, payment.Failed)
	same(w, "extra data", string(first.ExtraData), `{"LogKey":"second"}`)
	same(w, "second attempt", w.approved(command.ApprovePayment{Payment: w.attempt(2).ID}).Outcome, payment.Paid)
}

func TestAReturnWorksForAShopThatWasSwitchedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.link("pk_demo", "sk_demo", func(m *command.MerchantImport) { m.Shops[0].Enabled = false })
	w.settle(1, payment.Paid)
	same(w, "outcome", w.approved(command.ApprovePayment{Payment: w.attempt(1).ID}).Outcome, payment.Paid)
	w.work(0)
	same(w, "notices", len(w.told()), 1)
	w.refused(fault.Forbidden, "shop_disabled")
}

func TestAKeyThatIsReplayedChangesNothingAndIsForgottenInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.returned()
	before, questions := w.order(), w.company.Calls(memory.InquireCall)
	replay := command.ApprovePayment{Key: w.key()}
	for range 3 {
		same(w, "outcome", w.approved(replay).Outcome, payment.Paid)
	}
	w.clock.Advance(time.Hour)
	_, err := w.approve.Handle(t.Context(), replay)
	w.wantFault(err, fault.NotFound, "unknown_key")
	same(w, "version", w.order().Version, before.Version)
	same(w, "key", w.order().StatusKey, before.StatusKey)
	same(w, "questions", w.company.Calls(memory.InquireCall), questions)
}
