package order_test

import (
	"errors"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

func TestACheckoutDecidesByTheStateOfTheOpenAttempt(t *testing.T) {
	t.Parallel()
	doubt := func(t *testing.T, o *order.Order) {
		t.Helper()
		o.InDoubt(one, payment.CreateCall, order.CheckoutDoor, after(3*time.Second))
	}
	told := func(state payment.State, edits ...func(*payment.Answer)) func(*testing.T, *order.Order) {
		return func(t *testing.T, o *order.Order) { t.Helper(); tell(t, o, one, state, time.Second, edits...) }
	}
	hold := func(t *testing.T, o *order.Order) {
		t.Helper()
		o.Hold(one, payment.AmountHold, order.ReconcilerDoor, after(time.Second))
	}
	pageless := func(a *payment.Answer) { a.PageURL, a.FreshUntil = "", time.Time{} }
	abandoned := func(t *testing.T, o *order.Order) {
		t.Helper()
		o.NotFound(one, after(20*time.Minute), 10*time.Minute, order.ReconcilerDoor, after(20*time.Minute))
		o.NotFound(one, after(22*time.Minute), 10*time.Minute, order.ReconcilerDoor, after(22*time.Minute))
	}
	refused := func(t *testing.T, o *order.Order) {
		t.Helper()
		o.RefusedByCompany(one, "no", order.CheckoutDoor, after(time.Second))
	}
	asked, unasked := []payment.ID{one}, []payment.ID(nil)
	for _, tc := range []struct {
		name   string
		before func(*testing.T, *order.Order)
		at     time.Duration
		asked  []payment.ID
		want   order.Decision
		fault  string
	}{
		{"the call runs elsewhere", nil, 4 * time.Second, unasked, order.Decision{Step: order.AwaitAnswer, Payment: one}, ""},
		{"the call runs elsewhere, although somebody asked", nil, 4 * time.Second, asked, order.Decision{Step: order.AwaitAnswer, Payment: one}, ""},
		{"nobody answered and the call is over", nil, 5 * time.Second, unasked, order.Decision{Step: order.CallCompany, Payment: one}, ""},
		{"in doubt, the key is remembered", doubt, 4 * time.Second, unasked, order.Decision{Step: order.CallCompany, Payment: one}, ""},
		{"in doubt, the key is forgotten", doubt, 23 * time.Hour, unasked, order.Decision{Step: order.AskFirst, Payment: one}, ""},
		{"in doubt, the key is forgotten, asked in vain", doubt, 23 * time.Hour, asked, order.Decision{}, "being_settled"},
		{"a fresh page", told(payment.Pending), time.Minute, unasked, order.Decision{Step: order.ShowPage, Payment: one}, ""},
		{"a page that is old", told(payment.Pending), 11 * time.Minute, unasked, order.Decision{Step: order.AskFirst, Payment: one}, ""},
		{"a page that is old, confirmed or not by asking", told(payment.Pending), 11 * time.Minute, asked, order.Decision{Step: order.ShowPage, Payment: one}, ""},
		{"pending without a page", told(payment.Pending, pageless), time.Minute, unasked, order.Decision{Step: order.AskFirst, Payment: one}, ""},
		{"pending without a page, asked", told(payment.Pending, pageless), time.Minute, asked, order.Decision{}, "being_settled"},
		{"authorized", told(payment.Authorized), time.Minute, unasked, order.Decision{Step: order.AskFirst, Payment: one}, ""},
		{"authorized without a page, asked", told(payment.Authorized), time.Minute, asked, order.Decision{}, "being_settled"},
		{"on hold", hold, time.Minute, asked, order.Decision{}, "on_hold"},
		{"paid", told(payment.Paid), time.Minute, unasked, order.Decision{Step: order.AlreadyPaid, Payment: one}, ""},
		{"expired", told(payment.Expired), time.Minute, unasked, order.Decision{Step: order.CallCompany, Payment: two, New: true}, ""},
		{"cancelled", told(payment.Cancelled), time.Minute, unasked, order.Decision{Step: order.CallCompany, Payment: two, New: true}, ""},
		{"failed", told(payment.Failed), time.Minute, unasked, order.Decision{Step: order.CallCompany, Payment: two, New: true}, ""},
		{"refused", refused, time.Minute, unasked, order.Decision{Step: order.CallCompany, Payment: two, New: true}, ""},
		{"abandoned", abandoned, time.Hour, unasked, order.Decision{Step: order.CallCompany, Payment: two, New: true}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			o := opened(t)
			if tc.before != nil {
				tc.before(t, o)
			}
			got, err := o.Checkout(request(tc.at), price, tc.asked, limits, terms)
			if got != tc.want || (err == nil) != (tc.fault == "") || (err != nil && fault.Of(err).Code != tc.fault) {
				t.Errorf("got %+v, %v; want %+v, %q", got, err, tc.want, tc.fault)
			}
		})
	}
}

func TestAnotherAmountNeverClosesWhatIsOpen(t *testing.T) {
	t.Parallel()
	other := pesos(100)
	for _, state := range []payment.State{payment.Requested, payment.Pending, payment.Authorized} {
		o := opened(t)
		if state != payment.Requested {
			tell(t, o, one, state, time.Second)
		}
		before := len(o.Changes().Events)
		d, err := o.Checkout(request(time.Minute), other, nil, limits, terms)
		if err != nil || d != (order.Decision{Step: order.AskFirst, Payment: one}) {
			t.Errorf("%s, not asked: %+v, %v", state, d, err)
		}
		if _, err = o.Checkout(request(time.Minute), other, []payment.ID{one}, limits, terms); fault.Of(err).Code != "other_amount_open" {
			t.Errorf("%s, asked: %v", state, err)
		}
		if len(o.Changes().Events) != before || len(o.Snapshot().Payments) != 1 {
			t.Errorf("%s: the order was changed", state)
		}
	}
	closed, yen := opened(t), money.Zero("JPY")
	tell(t, closed, one, payment.Expired, time.Second)
	if d, err := closed.Checkout(request(time.Minute), other, nil, limits, terms); err != nil || !d.New {
		t.Errorf("after a closed attempt: %+v, %v", d, err)
	}
	if d, err := opened(t).Checkout(request(time.Minute), yen, nil, limits, terms); err != nil || d.Step != order.AskFirst {
		t.Errorf("another currency: %+v, %v", d, err)
	}
}

func TestAPaidOrderIsPaidForAnyAmountAndHurriesItsNotice(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Second)
	latest := o.Snapshot().Latest.ReceivedAt
	for _, amount := range []money.Money{price, pesos(1)} {
		d, err := o.Checkout(request(time.Minute), amount, nil, limits, terms)
		if err != nil || d != (order.Decision{Step: order.AlreadyPaid, Payment: one}) {
			t.Errorf("%v: %+v, %v", amount, d, err)
		}
	}
	if count(o, order.RequestedPaid) != 2 || o.Snapshot().Latest.ReceivedAt != latest {
		t.Error("both requests are recorded, and neither replaces the accepted one")
	}
}

func TestTheLatestAcceptedRequestAnswersTheMall(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Pending, time.Second)
	shown := request(time.Minute)
	shown.Way = order.Sync
	if _, err := o.Checkout(shown, price, nil, limits, terms); err != nil {
		t.Fatal(err)
	}
	if got := o.Snapshot().Latest; got.Way != order.Sync || got.ReceivedAt != after(time.Minute) || string(got.ExtraData) != string(shown.ExtraData) {
		t.Errorf("latest %+v", got)
	}
	if p, err := o.Payment(one); err != nil || p.HandedOutAt != after(time.Minute) {
		t.Errorf("handed out at %v, %v", p.HandedOutAt, err)
	}
	if d, err := o.Checkout(request(time.Hour), price, nil, limits, terms); err != nil || d.Step != order.AskFirst {
		t.Fatalf("%+v, %v", d, err)
	}
	if got := o.Snapshot().Latest.ReceivedAt; got != after(time.Minute) {
		t.Errorf("a request that was not answered yet became the latest: %v", got)
	}
}

func TestAHoldOfAnyAttemptStopsTheOrder(t *testing.T) {
	t.Parallel()
	o := twice(t)
	o.Hold(one, payment.CredentialsHold, order.ReconcilerDoor, after(3*time.Minute))
	if _, err := o.Checkout(request(time.Hour), price, nil, limits, terms); fault.Of(err).Code != "on_hold" {
		t.Errorf("got %v", err)
	}
}

func TestTermsThatCannotBeMadeOpenNothing(t *testing.T) {
	t.Parallel()
	mine := errors.New("the company takes no such currency")
	for name, broken := range map[string]func(int) (payment.Snapshot, error){
		"an error":     func(int) (payment.Snapshot, error) { return payment.Snapshot{}, mine },
		"broken terms": func(int) (payment.Snapshot, error) { return payment.Snapshot{ID: one}, nil },
	} {
		o := order.New("o-1", key, "m-1", start)
		d, err := o.Checkout(request(0), price, nil, limits, broken)
		if err == nil || d != (order.Decision{}) || len(o.Changes().Events) != 0 || len(o.Snapshot().Payments) != 0 {
			t.Errorf("%s: %+v, %v, %+v", name, d, err, o.Snapshot())
		}
	}
}

func TestAttemptsAreNumberedInOrder(t *testing.T) {
	t.Parallel()
	o := twice(t)
	for i, p := range o.Snapshot().Payments {
		if p.Number != i+1 {
			t.Errorf("attempt %d has number %d", i+1, p.Number)
		}
	}
	if o.Last().ID != two {
		t.Errorf("the last attempt is %s", o.Last().ID)
	}
}

func TestAPageIsHandedOutOnce(t *testing.T) {
	t.Parallel()
	o := opened(t)
	o.HandOut(one, start)
	if count(o, order.PageHandedOut) != 0 {
		t.Error("a page that does not exist was handed out")
	}
	tell(t, o, one, payment.Pending, time.Second)
	o.HandOut(one, after(2*time.Second))
	o.HandOut(one, after(3*time.Second))
	o.HandOut("nobody", after(3*time.Second))
	if p, err := o.Payment(one); err != nil || p.HandedOutAt != after(2*time.Second) || count(o, order.PageHandedOut) != 1 {
		t.Errorf("handed out at %v, %d events, %v", p.HandedOutAt, count(o, order.PageHandedOut), err)
	}
}

func TestAnEarlierAttemptThatExistsAfterAllGetsNoRival(t *testing.T) {
	t.Parallel()
	o := opened(t)
	if err := o.ResolvePayment(one, payment.Abandoned, "kim: the company knows nothing of it", after(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if d, err := o.Checkout(request(2*time.Minute), price, nil, limits, terms); err != nil || d.Payment != two {
		t.Fatalf("second checkout: %+v, %v", d, err)
	}
	tell(t, o, one, payment.Pending, 3*time.Minute)
	tell(t, o, two, payment.Expired, 4*time.Minute)
	d, err := o.Checkout(request(5*time.Minute), price, nil, limits, func(int) (payment.Snapshot, error) {
		t.Error("a third attempt is opened while the first can be paid")
		return terms(3)
	})
	if err != nil || d != (order.Decision{Step: order.ShowPage, Payment: one}) {
		t.Errorf("third checkout: %+v, %v", d, err)
	}
}
