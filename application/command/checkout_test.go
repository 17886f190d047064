package command_test

import (
	"bytes"
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

func TestACheckoutOpensOneOrderAtTheCompanyAndHandsOutItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same(w, "page", w.open(), "https://pay.example/O-001")

	p := w.attempt(1)
	same(w, "state", p.State, payment.Pending)
	same(w, "reference", p.Reference, string(number))
	same(w, "key", p.Key, orderKey.PaymentKey(1))
	same(w, "handed out", p.HandedOutAt, w.clock.Now())
	same(w, "company's orders", len(w.company.Opened()), 1)
}

func TestTheIntentAndTheExactBytesAreStoredBeforeTheCompanyIsCalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var before payment.Snapshot
	w.company.Meanwhile(memory.OpenCall, func() { before = w.attempt(1) })
	w.open()
	same(w, "state during the call", before.State, payment.Requested)
	same(w, "stored key", before.Key, w.attempt(1).Key)
	if len(before.Request) == 0 || !bytes.Equal(before.Request, w.attempt(1).Request) {
		t.Errorf("stored %q before and %q after the call", before.Request, w.attempt(1).Request)
	}
}

func TestTheSameCheckoutAgainGetsTheSamePageAndOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.open()
	w.work(time.Minute)
	same(w, "page", w.open(), first)
	same(w, "attempts", len(w.order().Payments), 1)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
}

func TestTheSameCheckoutManyTimesAtOnceOpensOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const requests = 20
	held, release := make(chan struct{}), make(chan struct{})
	w.company.Meanwhile(memory.OpenCall, func() { close(held); <-release })
	pages := make(chan string, requests)
	var all sync.WaitGroup
	send := func() {
		page, err := w.ask()
		if err != nil {
			t.Error(err)
		}
		pages <- page.URL
	}
	all.Go(send)
	<-held
	for range requests - 1 {
		all.Go(send)
	}
	w.must(w.clock.AwaitWaiters(t.Context(), requests-1))
	close(release)
	same(w, "page", <-pages, "https://pay.example/O-001")
	w.clock.Advance(time.Second)
	all.Wait()
	close(pages)
	for page := range pages {
		same(w, "page", page, "https://pay.example/O-001")
	}
	same(w, "attempts", len(w.order().Payments), 1)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
}

func TestAnotherLogKeyIsTheSameIntentAndTheLatestAcceptedRequestAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.open(logKey("first"))
	second := w.open(logKey("second"), func(in *command.CreateCheckout) {
		in.Request.ReturnURL += "?again"
		in.Request.NotifyURL += "?again"
	})
	same(w, "page", second, first)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)

	w.settle(1, payment.Paid)
	back := w.approved(command.ApprovePayment{Payment: w.attempt(1).ID})
	same(w, "return URL", back.ReturnURL, returnTo+"?again")
	same(w, "extra data of the return", string(back.ExtraData), `{"LogKey":"second"}`)
	w.work(time.Second)
	same(w, "notices", len(w.told()), 1)
	same(w, "notify URL", w.mall.Received()[0].URL, notifyTo+"?again")
	same(w, "extra data of the notice", string(w.told()[0].ExtraData), `{"LogKey":"second"}`)
}

func TestARefusedRequestDoesNotAnswerForTheOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(logKey("accepted"))
	w.refused(fault.Conflict, "other_amount_open", logKey("refused"), w.amount("1.00"))
	same(w, "extra data", string(w.order().Latest.ExtraData), `{"LogKey":"accepted"}`)
	same(w, "amount text", w.order().Latest.AmountText, "3065.00")
}

func TestAnotherAmountWhileAPageIsOpenIsAConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.open()
	w.refused(fault.Conflict, "other_amount_open", w.amount("3000.00"))
	same(w, "the company was asked first", w.company.Calls(memory.InquireCall), 1)
	same(w, "page of the open payment", w.open(), first)

	w.settle(1, payment.Expired)
	same(w, "page of the other amount", w.open(w.amount("3000.00")), "https://pay.example/O-002")
	same(w, "attempts", len(w.order().Payments), 2)
}

func TestARefusalOfTheCompanyAllowsAnotherAttemptUnderAnotherName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Next(memory.OpenCall, memory.Declines)
	w.refused(fault.Declined, "company_declined")
	same(w, "state", w.attempt(1).State, payment.Refused)

	same(w, "page", w.open(), "https://pay.example/O-001")
	one, two := w.attempt(1), w.attempt(2)
	if one.Reference == two.Reference || one.Key == two.Key {
		t.Errorf("two attempts share %q or %q", two.Reference, two.Key)
	}
	same(w, "reference at the company", w.company.Opened()[0].Reference, two.Reference)
}

func TestACallThatSurelyWasNotSentIsNoDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Next(memory.OpenCall, memory.NotSent)
	w.refused(fault.Unavailable, "company_away")
	same(w, "state", w.attempt(1).State, payment.Refused)
	same(w, "doubt", w.attempt(1).Doubt, payment.Doubt{})

	w.work(time.Hour)
	same(w, "questions", w.company.Calls(memory.InquireCall), 0)
	same(w, "word", w.last(task.AskPayment).verdict.Word, "never existed at the company")
}

func TestRefusedKeysAreNamedToTheMall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.company.Next(memory.OpenCall, memory.KeysRefused)
	w.refused(fault.Declined, "credentials_refused")
	same(w, "state", w.attempt(1).State, payment.Refused)
}

func TestAPageThatIsOldIsAskedAboutFirst(t *testing.T) {
	t.Parallel()
	const itsPage, another = "https://pay.example/O-001", "https://pay.example/O-002"
	for _, c := range []struct {
		state      payment.State
		page, code string
	}{
		{payment.Pending, itsPage, ""},
		{payment.Authorized, itsPage, ""},
		{payment.Expired, another, ""},
		{payment.Cancelled, another, ""},
		{payment.Failed, another, ""},
		{payment.Paid, "", "already_paid"},
	} {
		w := newWorld(t)
		w.open()
		w.clock.Advance(11 * time.Minute)
		w.settle(1, c.state)
		page, err := w.ask()
		same(w, c.state.String()+": page", page.URL, c.page)
		if c.code != "" {
			w.wantFault(err, fault.Conflict, c.code)
		}
		same(w, c.state.String()+": questions", w.company.Calls(memory.InquireCall), 1)
	}
}

func TestAnOldPageIsHandedOutWhenTheCompanyCannotBeAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.open()
	w.clock.Advance(11 * time.Minute)
	w.company.Next(memory.InquireCall, memory.NotSent)
	same(w, "page", w.open(), first)
	same(w, "attempts", len(w.order().Payments), 1)
}

func TestAPaidOrderIsNeverOpenedAgainAndItsNoticeIsWoken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mall.Meet(memory.Away)
	w.paid()
	w.work(10 * time.Minute)
	w.mall.Meet(memory.Accepts)
	same(w, "told while the mall was away", len(w.told()), 0)

	w.refused(fault.Conflict, "already_paid")
	w.refused(fault.Conflict, "already_paid", w.amount("1.00"))
	w.work(0)
	same(w, "told at once", len(w.told()), 1)
	w.refused(fault.Conflict, "already_paid")
	w.work(time.Hour)
	same(w, "told once", len(w.told()), 1)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 1)
}

func TestTwoMallsWithOneOrderNumberOnOneAccountGetTwoReferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.link("pk_demo", "sk_demo", func(m *command.MerchantImport) { m.Mall = "othermall" })
	other := func(in *command.CreateCheckout) { in.Request.Partner = "othermall:0:pk_demo" }
	if first, second := w.open(), w.open(other); first == second {
		t.Fatalf("both malls got the page %s", first)
	}
	opened := w.company.Opened()
	same(w, "orders at the company", len(opened), 2)
	same(w, "first reference", opened[0].Reference, string(number))
	key := order.Key{Mall: "othermall", Shop: 1, Number: number}
	same(w, "second reference", opened[1].Reference, key.PaymentReference(1, true))

	w.settle(2, payment.Paid)
	w.work(time.Hour)
	same(w, "first mall's attempt", w.attempt(1).State, payment.Pending)
	o, err := w.store.Orders().Get(t.Context(), ports.OrderQuery{Key: key})
	w.must(err)
	same(w, "second mall's attempt", o.Last().State, payment.Paid)
}
