package command_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func TestAReservedOrderIsReviewedAgreedToPaidAndTold(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	button := c.reserved()
	if again := c.reserved(); again != button {
		t.Errorf("the same again gives %s, before %s", again, button)
	}
	if total := c.look(1); total != "1965.00" {
		t.Errorf("the review says %s", total)
	}
	page := c.agreedTo(1)
	c.holdsOnly("1965.00")
	c.settle(1, payment.Paid)
	back, err := c.approve.Handle(t.Context(), command.ApprovePayment{Number: number, Gateway: "memory"})
	c.must(err)
	if back.Way != order.External || back.Outcome != payment.Paid || !back.Agreed || back.ReturnURL != "https://demomall.cafe24.com/shop2" || back.Number != number {
		t.Errorf("the buyer returns %+v", back)
	}
	c.work(time.Second)
	c.toldOnce("1965.00")
	if url, err := c.press(1, "1965.00"); err != nil || url == page || url != "https://app.example/agreed/"+string(c.stored().Payments[0].ID) {
		t.Errorf("who has paid goes to %q %v", url, err)
	}
}

// toldOnce checks that the mall was told once, of this amount.
func (c *counterWorld) toldOnce(amount string) {
	c.t.Helper()
	notices := c.told()
	if len(notices) != 1 || notices[0].Amount != amount || !notices[0].Paid || notices[0].PayMethod != "etc" {
		c.t.Errorf("the mall was told %+v", notices)
	}
}

// together runs act n times at once; time goes on for those who wait.
func (c *counterWorld) together(n int, act func(i int)) {
	var acting sync.WaitGroup
	for i := range n {
		acting.Go(func() { act(i) })
	}
	done := make(chan struct{})
	go func() { acting.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return
		default:
			c.clock.Advance(time.Millisecond)
			runtime.Gosched()
		}
	}
}

func TestHoweverOftenABuyerPressesTheCompanyIsToldOnce(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	pages := make([]string, 8)
	c.together(len(pages), func(i int) { pages[i], _ = c.press(1, "1965.00") })
	for _, page := range pages {
		if page != pages[0] || page == "" {
			t.Errorf("pages: %v", pages)
		}
	}
	if calls := c.company.Calls(memory.PayCall); calls != 1 {
		t.Errorf("%d pay calls", calls)
	}
}

func TestNothingElseIsAgreedToThanWhatWasReviewed(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	_, err := c.press(1, "")
	c.refuses(err, fault.Conflict, "not_reviewed")
	c.look(1)
	c.till.wants("165.00", nil)
	_, err = c.press(1, "")
	c.refuses(err, fault.Conflict, "total_changed")
	_, err = c.press(1, "1.00")
	c.refuses(err, fault.Conflict, "total_changed")
	c.look(1) // in another tab
	_, err = c.press(1, "1965.00")
	c.refuses(err, fault.Conflict, "total_changed")
	c.company.Live(ports.Address{Name: "Somebody Else"})
	_, err = c.press(1, "2065.00")
	c.refuses(err, fault.Conflict, "address_changed")
	if calls := c.company.Calls(memory.PayCall); calls != 0 {
		t.Errorf("%d pay calls", calls)
	}
	c.agreedTo(1)
	c.holdsOnly("2065.00")
}

func TestAnAgreementInDoubtIsAskedAboutAndTakenOver(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	c.agreesInDoubt(memory.AnswerLost)
	if p := c.stored().Payments[0]; !p.Confirming() {
		t.Fatalf("the attempt is %+v", p)
	}
	c.work(3 * time.Second)
	if p := c.stored().Payments[0]; p.Confirming() || p.Quote != payment.Reviewed || p.Amount.String() != "1965.00" {
		t.Errorf("after asking: %+v", p)
	}
	if _, err := c.press(1, "1965.00"); err != nil {
		t.Error(err)
	}
	if calls := c.company.Calls(memory.PayCall); calls != 1 {
		t.Errorf("%d pay calls", calls)
	}
}

func TestAnAgreementThatGotLostIsSentAgainAsItWasOnceThatIsCertain(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	c.agreesInDoubt(memory.Vanishes)
	c.work(6 * time.Second)
	_, err := c.press(1, "1965.00")
	c.refuses(err, fault.Indeterminate, "being_settled")
	if calls := c.company.Calls(memory.PayCall); calls != 1 {
		t.Errorf("%d pay calls before it is settled", calls)
	}
	c.till.wants("165.00", nil) // what was agreed to stays
	c.work(10 * time.Second)
	if _, err := c.press(1, "1965.00"); err != nil {
		t.Fatal(err)
	}
	c.holdsOnly("1965.00")
}

func TestAnAgreementThatTheCompanySurelyDidNotTakeChangesNothing(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	c.company.Next(memory.PayCall, memory.NotSent)
	_, err := c.press(1, "1965.00")
	c.refuses(err, fault.Unavailable, "company_away")
	if p := c.stored().Payments[0]; p.Quote != payment.Provisional || p.Doubt.Call != payment.NoCall {
		t.Errorf("the attempt is %+v", p)
	}
	c.till.wants("165.00", nil)
	c.agreedTo(1)
	c.holdsOnly("2065.00")
}

// The company refuses the first call, and until that is recorded the buyer presses again.
func TestALateRefusalOfAnAgreementSaysNothingAboutTheNextCall(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	c.company.Next(memory.PayCall, memory.NotSent, memory.Vanishes)
	c.company.Meanwhile(memory.PayCall, func() {
		c.clock.Advance(10 * time.Second)
		_, err := c.press(1, "1965.00")
		c.refuses(err, fault.Indeterminate, "in_doubt")
	})
	_, err := c.press(1, "1965.00")
	c.refuses(err, fault.Indeterminate, "in_doubt")
	if p := c.stored().Payments[0]; !p.Confirming() {
		t.Errorf("the attempt is %+v", p)
	}
	c.till.wants("165.00", nil) // what was agreed to stays
	c.work(10 * time.Second)
	if _, err := c.press(1, "1965.00"); err != nil {
		t.Fatal(err)
	}
	c.holdsOnly("1965.00")
}

func TestWhatNobodyAgreesToLapsesAndNobodyIsTold(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	token := c.token(1)
	c.look(1)
	c.work(31 * time.Minute)
	if p := c.stored().Payments[0]; p.State != payment.Cancelled {
		t.Errorf("the attempt is %s", p.State)
	}
	_, err := c.review.Handle(t.Context(), command.ReviewOrder{Named: token})
	c.refuses(err, fault.NotFound, "unknown_review")
	_, err = c.pay.Handle(t.Context(), command.PayReservation{Named: token, Seen: "1965.00"})
	c.refuses(err, fault.NotFound, "unknown_review")
	c.work(time.Hour)
	if heard := c.mall.Received(); len(heard) != 0 {
		t.Errorf("the mall was told %s", heard[0].Body)
	}
	c.reserved()
	c.agreedTo(2)
}

func TestAnAgreementThatNeverArrivedLapsesToo(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	c.agreesInDoubt(memory.Vanishes)
	c.work(2 * time.Hour)
	if p := c.stored().Payments[0]; p.State != payment.Cancelled || p.Doubt.Call != payment.NoCall {
		t.Errorf("the attempt is %s with doubt %q", p.State, p.Doubt.Call)
	}
}

func TestAReservationNeverStandsInTheWayOfASignedCheckout(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(c *counterWorld){
		"reserved": func(c *counterWorld) { c.reserved() },
		"agreed":   func(c *counterWorld) { c.reserved(); c.agreedTo(1) },
		"in doubt": func(c *counterWorld) {
			c.reserved()
			c.look(1)
			c.company.Next(memory.PayCall, memory.AnswerLost)
			_, _ = c.press(1, "1965.00")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t)
			before(c)
			if page := c.open(); page == "" {
				t.Error("no page")
			}
			_, err := c.reserve.Handle(t.Context(), c.payload(another))
			c.refuses(err, fault.Conflict, "paid_otherwise")
			if name == "reserved" {
				c.look(1)
				_, err = c.press(1, "1965.00")
				c.refuses(err, fault.Conflict, "paid_otherwise")
			}
		})
	}
}

func TestACheckoutOfAnotherAmountAsksAboutEachOpenAttemptOnce(t *testing.T) {
	t.Parallel()
	c := newReviewed(t)
	c.agreedTo(1)
	c.open()
	before := c.company.Calls(memory.InquireCall)
	_, err := c.ask(c.amount("3000.00"))
	c.refuses(err, fault.Conflict, "other_amount_open")
	if asked := c.company.Calls(memory.InquireCall) - before; asked != 2 {
		t.Errorf("%d questions about two attempts", asked)
	}
}

func TestAnotherReservationOfTheOrderIsBesideTheFirstUntilOneIsAgreedTo(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	cheap := func(in *command.ReserveOrder) { in.Cart.Lines = in.Cart.Lines[:1]; in.Intent = "cheap" }
	c.reserved(cheap)
	c.look(2)
	c.agreedTo(1)
	_, err := c.press(2, "1165.00")
	c.refuses(err, fault.Conflict, "another_agreed")
	c.reserved(func(in *command.ReserveOrder) {
		in.Intent, in.NotifyURL = "late", "https://demomall.cafe24.com/Pay/Recv/elsewhere"
	})
	c.settle(1, payment.Paid)
	_, err = c.press(2, "1165.00")
	c.must(err) // who has paid is sent to where that is said
	c.work(time.Minute)
	c.toldOnce("1965.00")
	if to := c.mall.Received()[0].URL; to != "https://demomall.cafe24.com/Pay/Recv/noty" {
		t.Errorf("told at %s", to)
	}
}

func TestWhatAPageClaimsIsHeldAgainstTheShop(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for name, edit := range map[string]func(*command.ReserveOrder){
		"currency":  func(in *command.ReserveOrder) { in.Currency = "USD" },
		"mall":      func(in *command.ReserveOrder) { in.Mall = "othermall" },
		"shop":      func(in *command.ReserveOrder) { in.Shop = 2 },
		"notify":    func(in *command.ReserveOrder) { in.NotifyURL = "https://othermall.cafe24.com/Pay/Recv/noty" },
		"return":    func(in *command.ReserveOrder) { in.ReturnURL = "https://evil.example" },
		"quantity":  func(in *command.ReserveOrder) { in.Cart.Lines[0].Quantity = 0 },
		"the empty": func(in *command.ReserveOrder) { in.Cart.Lines = nil },
	} {
		if got, err := c.reserve.Handle(t.Context(), c.payload(edit)); err == nil {
			t.Errorf("%s: taken, %s", name, got.Data)
		}
	}
	if calls := c.company.Calls(memory.AnyCall); calls != 0 {
		t.Errorf("the company was called %d times", calls)
	}
	c.link("pk_demo", "sk_demo") // external checkout off
	_, err := c.reserve.Handle(t.Context(), c.payload())
	c.refuses(err, fault.NotFound, "no_button")
}

func TestAReservationWhoseAnswerGotLostIsFoundAgain(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.company.Next(memory.OpenCall, memory.AnswerLost)
	_, err := c.reserve.Handle(t.Context(), c.payload())
	c.refuses(err, fault.Indeterminate, "in_doubt")
	if button := c.reserved(); button != `{"reference_no":"O-001"}` {
		t.Errorf("the button gets %s", button)
	}
	c.agreedTo(1)
	c.holdsOnly("1965.00")
}

func TestAMallWithoutAccessSaysThatItsOwnerMustAct(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.till.wants("0", fault.New(fault.Conflict, "not_installed", "the merchant must open the app once"))
	_, err := c.review.Handle(t.Context(), command.ReviewOrder{Named: c.token(1)})
	c.refuses(err, fault.Unavailable, "not_installed")
	_, err = c.press(1, "1965.00")
	c.refuses(err, fault.Unavailable, "not_installed")
}

func TestAClosedPageOfTheCompanyEndsAnAgreement(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.agreedTo(1)
	c.settle(1, payment.Cancelled)
	c.clock.Advance(11 * time.Minute)
	_, err := c.press(1, "1965.00")
	c.refuses(err, fault.Conflict, "reservation_over")
	c.reserved(another)
	c.agreedTo(2)
}

func TestAReservationAtAnotherCompanyIsNeverSentToTheOneThatIsLinkedNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := memory.NewCompany(w.clock)
	w.build(memory.Gateways{"memory": w.company, "other": other})
	c := counterOf(w)
	c.company.Next(memory.OpenCall, memory.AnswerLost)
	_, err := c.reserve.Handle(t.Context(), c.payload())
	c.refuses(err, fault.Indeterminate, "in_doubt")
	c.link("pk_other", "sk_other", withButton, func(m *command.MerchantImport) { m.Gateway = "other" })
	c.clock.Advance(6 * time.Second)
	_, err = c.reserve.Handle(t.Context(), c.payload())
	c.refuses(err, fault.Indeterminate, "being_settled")
	same(w, "calls to the other company", other.Calls(memory.AnyCall), 0)
}
