package order_test

import (
	"reflect"
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

func TestAnUnpaidEndIsToldWhenNothingElseIsOpenOrKnown(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		o    func(*testing.T) *order.Order
		id   payment.ID
		want bool
	}{
		{"failed", func(t *testing.T) *order.Order {
			o := opened(t)
			tell(t, o, one, payment.Failed, time.Minute)
			return o
		}, one, true},
		{"expired", func(t *testing.T) *order.Order {
			o := opened(t)
			tell(t, o, one, payment.Expired, time.Minute)
			return o
		}, one, true},
		{"cancelled", func(t *testing.T) *order.Order {
			o := opened(t)
			tell(t, o, one, payment.Cancelled, time.Minute)
			return o
		}, one, true},
		{"requested", opened, one, false},
		{"pending", func(t *testing.T) *order.Order {
			o := opened(t)
			tell(t, o, one, payment.Pending, time.Minute)
			return o
		}, one, false},
		{"paid", func(t *testing.T) *order.Order { o := opened(t); tell(t, o, one, payment.Paid, time.Minute); return o }, one, false},
		{"refused: the mall got that answer already", func(t *testing.T) *order.Order {
			o := opened(t)
			o.RefusedByCompany(one, "no", order.CheckoutDoor, start)
			return o
		}, one, false},
		{"failed, but a newer attempt is open", twice, one, false},
		{"failed, and so did a newer attempt", func(t *testing.T) *order.Order { o := twice(t); tell(t, o, two, payment.Failed, time.Hour); return o }, one, false},
		{"the newest failed", func(t *testing.T) *order.Order { o := twice(t); tell(t, o, two, payment.Failed, time.Hour); return o }, two, true},
		{"the newest failed, an older is paid", func(t *testing.T) *order.Order {
			o := twice(t)
			tell(t, o, two, payment.Failed, time.Hour)
			tell(t, o, one, payment.Paid, time.Hour)
			return o
		}, two, false},
		{"the newest failed, an older can be paid", func(t *testing.T) *order.Order {
			o := opened(t)
			o.NotFound(one, after(time.Hour), time.Minute, order.ReconcilerDoor, after(time.Hour))
			o.NotFound(one, after(2*time.Hour), time.Minute, order.ReconcilerDoor, after(2*time.Hour))
			if _, err := o.Checkout(request(3*time.Hour), price, nil, limits, terms); err != nil {
				t.Fatal(err)
			}
			tell(t, o, two, payment.Failed, 4*time.Hour)
			tell(t, o, one, payment.Pending, 4*time.Hour) // the company has it after all
			return o
		}, two, false},
		{"the newest failed, an older is on hold", func(t *testing.T) *order.Order {
			o := twice(t)
			tell(t, o, two, payment.Failed, time.Hour)
			o.Hold(one, payment.AmountHold, order.OperatorDoor, start)
			return o
		}, two, false},
		{"the mall knows already", func(t *testing.T) *order.Order {
			o := opened(t)
			tell(t, o, one, payment.Failed, time.Minute)
			o.MallKnows(one, order.ToldUnpaid, start)
			return o
		}, one, false},
	} {
		if p, got := tc.o(t).UnpaidNotice(tc.id); got != tc.want || (got && p.ID != tc.id) {
			t.Errorf("%s: %v about %q, want %v", tc.name, got, p.ID, tc.want)
		}
	}
}

func TestWhatTheMallKnowsOnlyRises(t *testing.T) {
	t.Parallel()
	all := []order.Told{order.ToldNothing, order.ToldUnpaid, order.ToldPaid}
	for _, first := range all {
		for _, second := range all {
			o := opened(t)
			o.MallKnows(one, first, after(time.Minute))
			o.MallKnows(one, second, after(time.Hour))
			got := o.Snapshot()
			if got.Told != max(first, second) {
				t.Errorf("told %d, then %d: knows %d", first, second, got.Told)
			}
			rises := 0
			for _, step := range []bool{first > order.ToldNothing, second > first} {
				if step {
					rises++
				}
			}
			if count(o, order.MallTold) != rises {
				t.Errorf("told %d, then %d: %d events", first, second, count(o, order.MallTold))
			}
		}
	}
}

// Repositories rely on it: they write no attempt and no refund because of it.
func TestWhatTheMallKnowsChangesNoAttemptAndNoRefund(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	r := intend(t, o, "r-1")
	tellRefund(t, o, r, refund.Refunded, 5*time.Minute)
	before := o.Snapshot()
	o.MallKnows(one, order.ToldPaid, after(6*time.Minute))
	o.MallRefuses(one, "no", after(7*time.Minute))
	o.MallKnowsRefund(r.ID, after(8*time.Minute))
	o.MallRefusesRefund(r.ID, "no", after(9*time.Minute))
	s := o.Snapshot()
	for _, kind := range []order.EventKind{order.MallTold, order.MallRefused, order.RefundTold, order.RefundNoticeRefused} {
		if count(o, kind) != 1 {
			t.Errorf("%d events of kind %s", count(o, kind), kind)
		}
	}
	if !reflect.DeepEqual(s.Payments, before.Payments) || !reflect.DeepEqual(s.Refunds, before.Refunds) {
		t.Errorf("got %+v\nwant %+v", s, before)
	}
}

func TestAPaidNoticeIsSupersededWhenNothingIsLeft(t *testing.T) {
	t.Parallel()
	o := opened(t)
	if _, valid := o.PaidNotice(); valid || !o.Kept().IsZero() {
		t.Error("an unpaid order would be told paid")
	}
	tell(t, o, one, payment.Paid, time.Minute)
	if o.Kept() != price {
		t.Errorf("kept %v", o.Kept())
	}
	tell(t, o, one, payment.Paid, 2*time.Minute, refunded(price.Minor()))
	if _, valid := o.PaidNotice(); valid || !o.Kept().IsZero() {
		t.Errorf("kept %v, to be told %v", o.Kept(), valid)
	}
}

func TestARefusalOfTheMallChangesNothingButTheStory(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Minute)
	before := o.Snapshot()
	o.MallRefuses(one, "sold out", after(time.Hour))
	if got := o.Snapshot(); got.Told != before.Told || got.Payments[0].State != payment.Paid || count(o, order.MallRefused) != 1 {
		t.Errorf("%+v", got)
	}
}
