package order_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// paidOrder is paid and told a minute after the start, and that is the company's last word.
func paidOrder(t *testing.T) *order.Order {
	t.Helper()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Minute)
	o.Committed()
	return o
}

// cancel is the mall's wish for so much of the price, with so much left.
func cancel(minor, remain int64) order.Cancel {
	return order.Cancel{
		Code: "code of p-1", Total: price, Amount: pesos(minor), Remain: pesos(remain),
		Request: refund.Request{Partner: "demomall:0:key", AmountText: pesos(minor).String(), NotifyURL: "https://demomall.cafe24.com/Pay/Recv/cancel", ExtraData: `"{}"`},
	}
}

// decide is a cancel request d after the start, at the first try.
func decide(t *testing.T, o *order.Order, c order.Cancel, k order.Known, d time.Duration, id refund.ID) (order.CancelDecision, error) {
	t.Helper()
	return o.Cancel(c, k, limits, after(d), id, noBody)
}

// sent decides that the refund must be sent.
func sent(t *testing.T, o *order.Order, c order.Cancel, d time.Duration, id refund.ID) refund.Snapshot {
	t.Helper()
	got, err := decide(t, o, c, order.Known{Payment: true, Proof: order.Proven}, d, id)
	if err != nil || got.Step != order.SendRefund {
		t.Fatalf("step %d, %v", got.Step, err)
	}
	r, err := o.Refund(got.Refund)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARefundIsStoredAndSpentBeforeTheCompanyHearsOfIt(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	r := sent(t, o, cancel(100_000, 206_500), 2*time.Minute, "r-1")
	if r.State != refund.Intended || r.Number != 1 || r.Generation != 1 || r.Purpose != "cancel:1:1000.00:2065.00" || r.Body != r.Reference {
		t.Errorf("%+v", r)
	}
	if left, err := o.Refundable(one); err != nil || left != pesos(206_500) {
		t.Errorf("%v left, %v", left, err)
	}
	if count(o, order.RefundIntended) != 1 || o.Snapshot().RefundCount != 1 {
		t.Errorf("%+v", o.Changes().Events)
	}
}

func TestTheSameCancelAgainIsTheSameRefund(t *testing.T) {
	t.Parallel()
	c := cancel(100_000, 206_500)
	for name, tc := range map[string]struct {
		becomes refund.State
		later   time.Duration
		known   order.Known
		step    order.CancelStep
	}{
		"the call is running":               {refund.Intended, time.Second, order.Known{}, order.AwaitRefund},
		"the call is over, nobody knows":    {refund.Intended, time.Minute, order.Known{}, order.AskRefund},
		"its answer was lost":               {refund.Sent, time.Second, order.Known{}, order.AskRefund},
		"lost, and asked about in vain":     {refund.Sent, time.Second, order.Known{Refund: "r-1"}, order.SendRefund},
		"another refund was asked about":    {refund.Sent, time.Second, order.Known{Refund: "r-9"}, order.AskRefund},
		"the company works on it":           {refund.Pending, time.Hour, order.Known{}, order.RefundIsOpen},
		"it is done":                        {refund.Refunded, time.Hour, order.Known{}, order.RefundIsDone},
		"it was rejected a moment ago":      {refund.Rejected, 9 * time.Second, order.Known{}, order.RefundIsRefused},
		"it was rejected, who knows why":    {refund.Rejected, 11 * time.Second, order.Known{}, order.AskPayment},
		"it never happened":                 {refund.NotExecuted, 0, order.Known{}, order.AskPayment},
		"it never happened, and was proven": {refund.NotExecuted, 0, order.Known{Payment: true}, order.SendRefund},
	} {
		o := paidOrder(t)
		r := sent(t, o, c, 2*time.Minute, "r-1")
		mark(t, o, r.ID, tc.becomes, after(2*time.Minute))
		d, err := decide(t, o, c, tc.known, 2*time.Minute+tc.later, "r-2")
		if err != nil || d.Step != tc.step {
			t.Errorf("%s: step %d, want %d, %v", name, d.Step, tc.step, err)
		}
		if reopened := tc.becomes == refund.NotExecuted && tc.step == order.SendRefund; count(o, order.RefundIntended) != 1 && !reopened {
			t.Errorf("%s: %d refunds", name, count(o, order.RefundIntended))
		}
	}
}

func TestARefundIsSentAgainUnderItsOwnKeyWhileTheCompanyRemembersIt(t *testing.T) {
	t.Parallel()
	c := cancel(306_500, 0)
	o := paidOrder(t)
	r := sent(t, o, c, 2*time.Minute, "r-1")
	asked := order.Known{Refund: r.ID}
	d, err := decide(t, o, c, asked, time.Hour, "r-2")
	again, _ := o.Refund(d.Refund)
	if err != nil || d.Step != order.SendRefund || d.New || again.Key != r.Key || again.Body != r.Body || again.State != refund.Sent || again.SentAt != after(time.Hour) {
		t.Errorf("%+v %+v, %v", d, again, err)
	}
	if d, err := decide(t, o, c, asked, 2*time.Minute+limits.KeyLifetime, "r-3"); !fault.Is(err, fault.Indeterminate) {
		t.Errorf("the key is forgotten: step %d, %v", d.Step, err)
	}
}

func TestARepetitionsTextsAreTheOnesThatTheMallIsToldBy(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	c := cancel(306_500, 0)
	r := sent(t, o, c, 2*time.Minute, "r-1")
	mark(t, o, r.ID, refund.Pending, after(3*time.Minute))
	c.Request.ExtraData, c.Request.Sync = `"{\"LogKey\":\"2\"}"`, true
	if _, err := decide(t, o, c, order.Known{}, 4*time.Minute, "r-2"); err != nil {
		t.Fatal(err)
	}
	if got, _ := o.Refund(r.ID); got.Request != c.Request {
		t.Errorf("%+v", got.Request)
	}
}

func TestARejectedRefundIsAnotherGenerationWhenItIsAskedForAgain(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	c := cancel(306_500, 0)
	first := sent(t, o, c, 2*time.Minute, "r-1")
	mark(t, o, first.ID, refund.Rejected, after(3*time.Minute))
	second := sent(t, o, c, 4*time.Minute, "r-2")
	if second.Generation != 2 || second.Key == first.Key || second.Reference == first.Reference || second.Purpose != first.Purpose || second.Number != 2 {
		t.Errorf("%+v after %+v", second, first)
	}
}

func TestAnEqualPartialRefundWithAnotherRestIsAnotherOne(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	first := sent(t, o, cancel(100_000, 206_500), 2*time.Minute, "r-1")
	second := sent(t, o, cancel(100_000, 106_500), 2*time.Minute, "r-2")
	third := sent(t, o, cancel(106_500, 0), 2*time.Minute, "r-3")
	if first.Key == second.Key || second.Key == third.Key {
		t.Error("two refunds have one key")
	}
	if _, err := decide(t, o, cancel(1, 0), order.Known{Payment: true}, 3*time.Minute, "r-4"); fault.Of(err).Code != "refund_exceeds" {
		t.Errorf("nothing is left, got %v", err)
	}
}

func TestTheLedgerSaysWhatCanBeRefunded(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		c    order.Cancel
		code string
		says string
	}{
		"more than was paid":            {cancel(306_501, 0), "refund_exceeds", "3065.00 PHP"},
		"the rest is not the ledger's":  {cancel(100_000, 200_000), "remain_differs", "2065.00 PHP"},
		"another payment":               {func() order.Cancel { c := cancel(306_500, 0); c.Code = "other"; return c }(), "unknown_tid", "tid"},
		"another total":                 {func() order.Cancel { c := cancel(306_500, 0); c.Total = pesos(1); return c }(), "invalid_field", "amount"},
		"another currency":              {func() order.Cancel { c := cancel(306_500, 0); c.Amount = yen(306_500); return c }(), "invalid_field", "currency"},
		"a part of what goes in full":   {func() order.Cancel { c := cancel(100_000, 206_500); c.FullOnly = true; return c }(), "partial_refund", "in full only"},
		"less than all, nothing remain": {cancel(100_000, 0), "remain_differs", "2065.00"},
	} {
		o := paidOrder(t)
		_, err := decide(t, o, tc.c, order.Known{}, 2*time.Minute, "r-1")
		if f := fault.Of(err); f == nil || f.Code != tc.code || !strings.Contains(f.Message, tc.says) {
			t.Errorf("%s: %v", name, err)
		}
		if len(o.Snapshot().Refunds) != 0 {
			t.Errorf("%s: stored", name)
		}
	}
}

func TestTheRestMayDifferWhereTheOperatorSaysSo(t *testing.T) {
	t.Parallel()
	c := cancel(100_000, 0)
	c.AnyRemain = true
	sent(t, paidOrder(t), c, 2*time.Minute, "r-1")
}

func TestAnOldPaymentIsConfirmedBeforeItsMoneyIsGivenBack(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	if d, err := decide(t, o, cancel(306_500, 0), order.Known{}, 12*time.Minute, "r-1"); err != nil || d.Step != order.AskPayment {
		t.Errorf("step %d, %v", d.Step, err)
	}
	tell(t, o, one, payment.Paid, 12*time.Minute, refunded(6_500)) // somebody used the company's dashboard
	if _, err := decide(t, o, cancel(306_500, 0), order.Known{Payment: true}, 12*time.Minute, "r-1"); fault.Of(err).Code != "on_hold" {
		t.Errorf("money left without us, got %v", err)
	}
}

func TestWhatIsNotPaidIsAskedAboutAndThenRefused(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Pending, time.Minute)
	c := cancel(306_500, 0)
	if d, err := decide(t, o, c, order.Known{}, 2*time.Minute, "r-1"); err != nil || d.Step != order.AskPayment {
		t.Fatalf("step %d, %v", d.Step, err)
	}
	if d, err := decide(t, o, c, order.Known{Payment: true}, 2*time.Minute, "r-1"); err != nil || d.Step != order.RefuseUnpaid {
		t.Fatalf("step %d, %v", d.Step, err)
	}
	if count(o, order.MallCancelled) != 1 || o.Snapshot().MallCancelledAt != after(2*time.Minute) {
		t.Error("the mall's wish is forgotten")
	}
	tell(t, o, one, payment.Paid, 3*time.Minute)
	p, told := o.PaidNotice()
	if told || p.Hold != payment.CancelledHold || o.Snapshot().Counted != one || count(o, order.OrderPaid) != 0 {
		t.Errorf("paid after all: told %v, hold %q, counted %q", told, p.Hold, o.Snapshot().Counted)
	}
	sent(t, o, c, 4*time.Minute, "r-1") // the mall asks again, and now there is money
}

func TestAMallThatCancelsAndSignsACheckoutAgainWantsTheMoney(t *testing.T) {
	t.Parallel()
	for _, signed := range []time.Duration{time.Minute, 3 * time.Minute} { // it cancels in between
		for _, closed := range []bool{false, true} {
			o := opened(t)
			tell(t, o, one, payment.Pending, time.Minute)
			if d, err := decide(t, o, cancel(306_500, 0), order.Known{Payment: true}, 2*time.Minute, "r-1"); err != nil || d.Step != order.RefuseUnpaid {
				t.Fatalf("step %d, %v", d.Step, err)
			}
			paid := one
			if closed {
				tell(t, o, one, payment.Cancelled, 2*time.Minute)
				paid = two
			}
			if _, err := o.Checkout(request(signed), price, []payment.ID{one}, limits, terms); err != nil {
				t.Fatal(err)
			}
			tell(t, o, paid, payment.Paid, 4*time.Minute)
			again := signed > 2*time.Minute
			if _, told := o.PaidNotice(); told != again || o.Snapshot().MallCancelledAt.IsZero() != again {
				t.Errorf("signed after %v, closed %v: told %v", signed, closed, told)
			}
		}
	}
}

func TestACheckoutThatCameInBeforeTheCancelTakesNothingBackHoweverLateItIsDecided(t *testing.T) {
	t.Parallel()
	for _, came := range []time.Duration{time.Minute, 3 * time.Minute} { // the mall cancels in between
		o := opened(t)
		tell(t, o, one, payment.Pending, time.Minute)
		if d, err := decide(t, o, cancel(306_500, 0), order.Known{Payment: true}, 2*time.Minute, "r-1"); err != nil || d.Step != order.RefuseUnpaid {
			t.Fatalf("step %d, %v", d.Step, err)
		}
		asking := limits
		asking.Arrived = start.Add(came)
		if _, err := o.Checkout(request(4*time.Minute), price, []payment.ID{one}, asking, terms); err != nil {
			t.Fatal(err)
		}
		if cancelled := !o.Snapshot().MallCancelledAt.IsZero(); cancelled != (came < 2*time.Minute) {
			t.Errorf("came in after %v: cancelled %v", came, cancelled)
		}
	}
}

func TestWhatABuyerCouldStillPayIsClosedOnceTheMallCancelsAllOfIt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		state  payment.State
		cancel order.Cancel
		known  order.Known
		want   order.CancelStep
	}{
		"nobody asked yet":        {payment.Pending, cancel(306_500, 0), order.Known{}, order.AskPayment},
		"it waits for its buyer":  {payment.Pending, cancel(306_500, 0), order.Known{Payment: true}, order.CloseUnpaid},
		"its money is held":       {payment.Authorized, cancel(306_500, 0), order.Known{Payment: true}, order.CloseUnpaid},
		"a part of it":            {payment.Pending, cancel(100_000, 206_500), order.Known{Payment: true}, order.RefuseUnpaid},
		"it ended by itself":      {payment.Expired, cancel(306_500, 0), order.Known{Payment: true}, order.RefuseUnpaid},
		"the company was told so": {payment.Pending, cancel(306_500, 0), order.Known{Payment: true, Closed: true}, order.RefuseUnpaid},
	} {
		for _, can := range []bool{true, false} {
			o := opened(t)
			tell(t, o, one, tc.state, time.Minute)
			c, want := tc.cancel, tc.want
			if c.CanClose = can; !can && want == order.CloseUnpaid {
				want = order.RefuseUnpaid
			}
			d, err := decide(t, o, c, tc.known, 2*time.Minute, "r-1")
			if err != nil || d != (order.CancelDecision{Step: want, Payment: one}) {
				t.Errorf("%s, it can be closed: %v: %+v, want %d, %v", name, can, d, want, err)
			}
			if given := !o.Snapshot().MallCancelledAt.IsZero(); given != tc.known.Payment {
				t.Errorf("%s: that the mall gave it up is known: %v", name, given)
			}
		}
	}
}

func TestASurplusIsNotRefundedOnRequest(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	c := cancel(306_500, 0)
	c.Code = "code of p-2"
	if _, err := decide(t, o, c, order.Known{}, 5*time.Minute, "r-1"); fault.Of(err).Code != "surplus" {
		t.Errorf("got %v", err)
	}
}

func TestWhoeverQuotesThePaymentKnowsIt(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	sent(t, o, cancel(100_000, 206_500), 2*time.Minute, "r-1")
	if o.Snapshot().Told != order.ToldPaid || count(o, order.MallTold) != 1 {
		t.Errorf("told %d", o.Snapshot().Told)
	}
}

// syncOrder was paid in the synchronous way: its status answer signs the amount text of the checkout.
func syncOrder(t *testing.T) *order.Order {
	t.Helper()
	o := order.New("o-1", key, "m-1", start)
	r := request(0)
	r.Way = order.Sync
	if _, err := o.Checkout(r, price, nil, limits, terms); err != nil {
		t.Fatal(err)
	}
	tell(t, o, one, payment.Paid, time.Minute)
	o.Committed()
	return o
}

func TestASignatureThatBuyersCanFetchNeedsASecondProof(t *testing.T) {
	t.Parallel()
	c := cancel(306_500, 0) // "3065.00", as the checkout said and the status answer signs
	for name, tc := range map[string]struct {
		o     *order.Order
		text  string
		proof order.Proof
		step  order.CancelStep
	}{
		"nobody looked":              {syncOrder(t), "3065.00", order.NotProven, order.ProveCancel},
		"nobody could tell":          {syncOrder(t), "3065.00", order.Unprovable, order.RefuseUnproven},
		"the mall says it is not":    {syncOrder(t), "3065.00", order.Disproven, order.RefuseUnproven},
		"it is Cafe24's own":         {syncOrder(t), "3065.00", order.Proven, order.SendRefund},
		"Cafe24 writes it otherwise": {syncOrder(t), "3065", order.NotProven, order.SendRefund},
		"never signed for a browser": {paidOrder(t), "3065.00", order.NotProven, order.SendRefund},
	} {
		c.Request.AmountText = tc.text
		d, err := decide(t, tc.o, c, order.Known{Proof: tc.proof}, 2*time.Minute, "r-1")
		if err != nil || d.Step != tc.step {
			t.Errorf("%s: step %d, want %d, %v", name, d.Step, tc.step, err)
		}
		if alarmed := count(tc.o, order.RefundUnproven) == 1; alarmed != (tc.step == order.RefuseUnproven) {
			t.Errorf("%s: alarmed %v", name, alarmed)
		}
	}
}

func TestTheSecondRefundOfOneSignedTextIsLookedAtTwice(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		later   time.Duration
		proof   order.Proof
		text    string
		step    order.CancelStep
		alarmed int
	}{
		"nobody looked":        {time.Minute, order.NotProven, "1000.00", order.ProveCancel, 0},
		"nobody could tell":    {time.Minute, order.Unprovable, "1000.00", order.SendRefund, 1},
		"it is Cafe24's own":   {time.Minute, order.Proven, "1000.00", order.SendRefund, 0},
		"the mall says no":     {time.Minute, order.Disproven, "1000.00", order.RefuseUnproven, 0},
		"much later":           {10 * time.Minute, order.NotProven, "1000.00", order.SendRefund, 0},
		"another signed text":  {time.Minute, order.NotProven, "1000", order.SendRefund, 0},
		"after more than that": {8 * time.Minute, order.NotProven, "1000.00", order.ProveCancel, 0},
	} {
		o := paidOrder(t)
		sent(t, o, cancel(100_000, 206_500), time.Minute, "r-1")
		c := cancel(100_000, 106_500)
		c.Request.AmountText = tc.text
		d, err := decide(t, o, c, order.Known{Payment: true, Proof: tc.proof}, time.Minute+tc.later, "r-2")
		if err != nil || d.Step != tc.step || count(o, order.RefundRepeated) != tc.alarmed {
			t.Errorf("%s: step %d, want %d, %d alarms, %v", name, d.Step, tc.step, count(o, order.RefundRepeated), err)
		}
	}
}

func TestARefundThatNobodyWasPromisedIsReleasedAndNeverSentLate(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	r := sent(t, o, cancel(306_500, 0), 2*time.Minute, "r-1")
	if err := o.RefundInDoubt(r.ID, order.CancelDoor, after(3*time.Minute)); err != nil {
		t.Fatal(err)
	}
	for _, asked := range []time.Duration{4 * time.Minute, 12 * time.Minute, 13 * time.Minute} {
		if err := o.RefundNotFound(r.ID, after(asked), 10*time.Minute, order.ReconcilerDoor, after(asked)); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := o.Refund(r.ID)
	if left, err := o.Refundable(one); got.State != refund.NotExecuted || err != nil || left != price {
		t.Errorf("%s, %v left, %v", got.State, left, err)
	}
	if _, valid := o.RefundNotice(r.ID, false); !valid {
		t.Error("the mall is not told how it ended")
	}
}

func TestARefundThatTurnsUpAfterItsReleaseIsBookedAndHeldWhenItWasTooMuch(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	c := cancel(306_500, 0)
	first := sent(t, o, c, 2*time.Minute, "r-1")
	mark(t, o, first.ID, refund.NotExecuted, after(20*time.Minute))
	second := sent(t, o, c, 21*time.Minute, "r-2")
	tellRefund(t, o, second, refund.Refunded, 22*time.Minute)
	tellRefund(t, o, first, refund.Refunded, 23*time.Minute)
	p, err := o.Payment(one)
	if err != nil || p.Hold != payment.OverRefundedHold || p.Refunded != pesos(613_000) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestARefundThatTheBankSentBackIsBookedAndNotToldByItself(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	r := sent(t, o, cancel(306_500, 0), 2*time.Minute, "r-1")
	tellRefund(t, o, r, refund.Refunded, 3*time.Minute)
	tellRefund(t, o, r, refund.Rejected, 4*time.Minute)
	left, err := o.Refundable(one)
	if err != nil || left != price || balance(o.Changes().Movements, one) != 0 {
		t.Errorf("%v left, %v, %+v", left, err, o.Changes().Movements)
	}
	for _, refunded := range []bool{true, false} {
		if _, valid := o.RefundNotice(r.ID, refunded); valid {
			t.Errorf("the mall is told by itself that refunded is %v", refunded)
		}
	}
	if _, err := decide(t, o, cancel(306_500, 0), order.Known{Payment: true}, 5*time.Minute, "r-2"); fault.Of(err).Code != "refund_reversed" {
		t.Errorf("got %v", err)
	}
}

func TestANoticeAboutARefundIsSupersededByLaterNewsAndByTheNextTry(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	c := cancel(306_500, 0)
	r := sent(t, o, c, 2*time.Minute, "r-1")
	mark(t, o, r.ID, refund.Rejected, after(3*time.Minute))
	if _, valid := o.RefundNotice(r.ID, false); !valid {
		t.Error("a rejected refund is not told")
	}
	if _, valid := o.RefundNotice(r.ID, true); valid {
		t.Error("it is told as done")
	}
	sent(t, o, c, 4*time.Minute, "r-2")
	if _, valid := o.RefundNotice(r.ID, false); valid {
		t.Error("the first try is told although a second one runs")
	}
}

func TestEqualAmountsAreOneWishHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	whole, err := money.Parse("3065", "PHP")
	if err != nil {
		t.Fatal(err)
	}
	if order.CancelPurpose(1, whole, pesos(0)) != order.CancelPurpose(1, price, pesos(0)) {
		t.Error("3065 and 3065.00 are two wishes")
	}
}
