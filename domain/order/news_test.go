package order_test

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

func TestTheFirstPaidAttemptCountsAndIsToBeTold(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Pending, time.Second)
	tell(t, o, one, payment.Paid, time.Minute)
	if o.Snapshot().Counted != one || count(o, order.OrderPaid) != 1 || balance(o.Changes().Movements, one) != price.Minor() {
		t.Errorf("counted %q, %d events, balance %d", o.Snapshot().Counted, count(o, order.OrderPaid), balance(o.Changes().Movements, one))
	}
	if p, valid := o.PaidNotice(); !valid || p.ID != one || p.Code != "code of p-1" {
		t.Errorf("notice about %+v, %v", p, valid)
	}
	tell(t, o, one, payment.Paid, 2*time.Minute)
	if count(o, order.OrderPaid) != 1 || len(o.Changes().Movements) != 1 {
		t.Error("paid twice")
	}
}

func TestAFurtherPaidAttemptIsASurplus(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]payment.ID{"the older pays first": one, "the newer pays first": two} {
		o := twice(t)
		second := map[payment.ID]payment.ID{one: two, two: one}[first]
		tell(t, o, first, payment.Paid, 3*time.Minute)
		tell(t, o, second, payment.Paid, 4*time.Minute)
		if o.Snapshot().Counted != first || count(o, order.OrderPaid) != 1 || count(o, order.SurplusFound) != 1 {
			t.Errorf("%s: %+v", name, o.Changes().Events)
		}
		if got := balance(o.Changes().Movements, one) + balance(o.Changes().Movements, two); got != 2*price.Minor() {
			t.Errorf("%s: the company has %d", name, got)
		}
	}
}

func TestWhatDoesNotFitIsHeldAndTellsNobody(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*payment.Answer){
		"another amount":    func(a *payment.Answer) { a.Amount, a.Paid = pesos(1), pesos(1) },
		"less paid":         func(a *payment.Answer) { a.Paid = pesos(1) },
		"another currency":  func(a *payment.Answer) { a.Amount, a.Paid = yen(306_500), yen(306_500) },
		"nothing paid":      func(a *payment.Answer) { a.Paid = pesos(0) },
		"another reference": func(a *payment.Answer) { a.Reference = "20261122-0000002" },
	} {
		o := opened(t)
		tell(t, o, one, payment.Paid, time.Minute, edit)
		if count(o, order.PutOnHold) != 1 || count(o, order.OrderPaid) != 0 || len(o.Changes().Movements) != 0 {
			t.Errorf("%s: %+v", name, o.Changes())
		}
		if firstState(t, o) != payment.Requested {
			t.Errorf("%s: the state moved to %s", name, firstState(t, o))
		}
		// The money is a fact, but what it is for has to be decided by a person.
		tell(t, o, one, payment.Paid, 2*time.Minute)
		if o.Snapshot().Counted != "" || count(o, order.OrderPaid)+count(o, order.SurplusFound) != 0 {
			t.Errorf("%s: counted %q in spite of the hold", name, o.Snapshot().Counted)
		}
		if balance(o.Changes().Movements, one) != price.Minor() {
			t.Errorf("%s: the charge is not booked", name)
		}
		if _, valid := o.PaidNotice(); valid {
			t.Errorf("%s: the mall would be told", name)
		}
	}
}

func TestAHeldFailureIsNotToldEither(t *testing.T) {
	t.Parallel()
	o := opened(t)
	o.Hold(one, payment.AmountHold, order.ReconcilerDoor, start)
	tell(t, o, one, payment.Failed, time.Minute)
	if _, valid := o.UnpaidNotice(one); valid {
		t.Error("the mall would be told of a held attempt")
	}
}

func TestMoneyThatLeftWithoutUsIsBookedAndHeldButNeverUnpaid(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Minute)
	tell(t, o, one, payment.Paid, 2*time.Minute, refunded(100))
	tell(t, o, one, payment.Paid, 3*time.Minute, refunded(100))
	if firstState(t, o) != payment.Paid || count(o, order.OutsideRefund) != 1 || count(o, order.PutOnHold) != 1 {
		t.Errorf("state %s, events %+v", firstState(t, o), o.Changes().Events)
	}
	left, err := o.Refundable(one)
	if err != nil || left != pesos(306_400) || balance(o.Changes().Movements, one) != 306_400 {
		t.Errorf("refundable %v, balance %d, %v", left, balance(o.Changes().Movements, one), err)
	}
	tell(t, o, one, payment.Cancelled, 4*time.Minute)
	if left, err = o.Refundable(one); err != nil || !left.IsZero() || balance(o.Changes().Movements, one) != 0 || firstState(t, o) != payment.Paid {
		t.Errorf("after all of it left: refundable %v, %v", left, err)
	}
	if _, valid := o.PaidNotice(); valid {
		t.Error("the mall would be told that an order is paid whose money has gone back")
	}
}

func TestAPaidAttemptOfWhichAPartLeftAlreadyStillCounts(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Minute, refunded(100))
	if o.Snapshot().Counted != one || count(o, order.OrderPaid) != 1 {
		t.Errorf("counted %q: first news of a payment may already tell of money that went back", o.Snapshot().Counted)
	}
	if _, valid := o.PaidNotice(); !valid || balance(o.Changes().Movements, one) != 306_400 {
		t.Errorf("to be told %v, balance %d", valid, balance(o.Changes().Movements, one))
	}
}

func TestAnUnpaidEndIsNewsOnce(t *testing.T) {
	t.Parallel()
	o := opened(t)
	for i := range 3 {
		tell(t, o, one, payment.Failed, time.Duration(i+1)*time.Minute)
	}
	if count(o, order.ClosedUnpaid) != 1 {
		t.Errorf("%d notices would follow", count(o, order.ClosedUnpaid))
	}
}

func TestAClosedAttemptThatIsPaidAfterAllCounts(t *testing.T) {
	t.Parallel()
	for _, closed := range []payment.State{payment.Expired, payment.Cancelled, payment.Failed} {
		o := opened(t)
		tell(t, o, one, closed, time.Minute)
		o.MallKnows(one, order.ToldUnpaid, after(2*time.Minute))
		tell(t, o, one, payment.Paid, 3*time.Minute)
		if _, valid := o.PaidNotice(); o.Snapshot().Counted != one || !valid {
			t.Errorf("%s, then paid: counted %q, to be told %v", closed, o.Snapshot().Counted, valid)
		}
		if _, valid := o.UnpaidNotice(one); valid {
			t.Errorf("%s, then paid: would be told unpaid", closed)
		}
	}
}

func TestADefiniteRefusalOfTheFirstCallEndsTheAttempt(t *testing.T) {
	t.Parallel()
	o := opened(t)
	o.RefusedByCompany(one, "no such currency", order.CheckoutDoor, after(2*time.Second))
	p, err := o.Payment(one)
	if err != nil || p.State != payment.Refused || p.Doubt != (payment.Doubt{}) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestARefusalSaysNothingAboutAnotherCallThatMayHaveHappened(t *testing.T) {
	t.Parallel()
	o := opened(t)
	o.InDoubt(one, payment.CreateCall, order.CheckoutDoor, after(5*time.Second))
	o.RefusedByCompany(one, "no such currency", order.CheckoutDoor, after(6*time.Second))
	p, err := o.Payment(one)
	if err != nil || p.State != payment.Requested || p.Doubt != (payment.Doubt{Call: payment.CreateCall, Since: after(5 * time.Second)}) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestADefiniteRefusalNeedsAnOrderThatTheCompanyNeverConfirmed(t *testing.T) {
	t.Parallel()
	confirmed := opened(t)
	tell(t, confirmed, one, payment.Pending, time.Second)
	confirmed.RefusedByCompany(one, "no", order.CheckoutDoor, after(2*time.Second))
	confirmed.NotFound(one, after(time.Hour), 0, order.ReconcilerDoor, after(time.Hour))
	confirmed.NotFound(one, after(2*time.Hour), 0, order.ReconcilerDoor, after(2*time.Hour))
	if got := firstState(t, confirmed); got != payment.Pending {
		t.Errorf("an order that the company confirmed became %s", got)
	}
}

func TestARefusedAttemptThatExistsAfterAllIsAdopted(t *testing.T) {
	t.Parallel()
	o := opened(t)
	o.RefusedByCompany(one, "no", order.CheckoutDoor, after(time.Second))
	tell(t, o, one, payment.Pending, time.Minute)
	if p, err := o.Payment(one); err != nil || p.State != payment.Pending || p.Code == "" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAskingInVainIsRecordedOnceAndThenDecides(t *testing.T) {
	t.Parallel()
	o := opened(t)
	for _, d := range []time.Duration{9 * time.Minute, 10 * time.Minute, 11 * time.Minute} {
		o.NotFound(one, after(d), 10*time.Minute, order.ReconcilerDoor, after(d))
	}
	if firstState(t, o) != payment.Abandoned || count(o, order.AskedInVain) != 1 || count(o, order.Raised) != 1 {
		t.Errorf("%s, %+v", firstState(t, o), o.Changes().Events)
	}
}

func TestNewsOfAnUnknownAttemptIsNotFound(t *testing.T) {
	t.Parallel()
	o := opened(t)
	before := len(o.Changes().Events)
	if err := o.Apply("nobody", payment.Answer{}, order.WebhookDoor, start); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	o.InDoubt("nobody", payment.CreateCall, order.WebhookDoor, start)
	o.RefusedByCompany("nobody", "no", order.WebhookDoor, start)
	o.NotFound("nobody", start, 0, order.WebhookDoor, start)
	o.Hold("nobody", payment.AmountHold, order.WebhookDoor, start)
	if len(o.Changes().Events) != before {
		t.Error("something was recorded")
	}
	if _, err := o.Refundable("nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestEveryEventTellsWhenByWhichDoorAndAboutWhat(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Minute)
	for _, e := range o.Changes().Events {
		if e.At.IsZero() || e.Door == "" || e.Payment != one || e.Kind.String() == "" {
			t.Errorf("%+v", e)
		}
	}
	for _, m := range o.Changes().Movements {
		if m.At != after(time.Minute) || m.Door != order.ReconcilerDoor || !m.Amount.IsPositive() {
			t.Errorf("%+v", m)
		}
	}
}
