package order_test

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// overpaid is an order whose first attempt counts and whose second is a surplus.
func overpaid(t *testing.T) *order.Order {
	t.Helper()
	o := twice(t)
	tell(t, o, one, payment.Paid, 3*time.Minute)
	tell(t, o, two, payment.Paid, 4*time.Minute)
	return o
}

func intend(t *testing.T, o *order.Order, id refund.ID) refund.Snapshot {
	t.Helper()
	r, err := o.IntendSurplusRefund(two, id, after(5*time.Minute), noBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tellRefund(t *testing.T, o *order.Order, r refund.Snapshot, state refund.State, d time.Duration) {
	t.Helper()
	a := refund.Answer{Code: "R-" + string(r.ID), Reference: r.Reference, State: state, Amount: r.Amount, AskedAt: after(d)}
	if err := o.ApplyRefund(r.ID, a, order.ReconcilerDoor, after(d)); err != nil {
		t.Fatal(err)
	}
}

func mark(t *testing.T, o *order.Order, id refund.ID, to refund.State, at time.Time) {
	t.Helper()
	if err := o.MarkRefund(id, to, "by hand", order.ReconcilerDoor, at); err != nil {
		t.Fatal(err)
	}
}

func TestASurplusGoesBackOnceAndInFull(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	first := intend(t, o, "r-1")
	if first.Amount != price || first.Generation != 1 || first.State != refund.Intended || first.Payment != two {
		t.Errorf("%+v", first)
	}
	again := intend(t, o, "r-2")
	if again.ID != first.ID || again.Key != first.Key || again.State != refund.Sent || count(o, order.RefundIntended) != 1 {
		t.Errorf("intended again: %+v", again)
	}
	tellRefund(t, o, first, refund.Pending, 6*time.Minute)
	tellRefund(t, o, first, refund.Refunded, 7*time.Minute)
	tellRefund(t, o, first, refund.Refunded, 8*time.Minute)
	if again := intend(t, o, "r-3"); again.ID != "r-1" || again.State != refund.Refunded {
		t.Errorf("intended after it went back: %+v", again)
	}
	if balance(o.Changes().Movements, two) != 0 || balance(o.Changes().Movements, one) != price.Minor() {
		t.Errorf("movements %+v", o.Changes().Movements)
	}
	if p, valid := o.PaidNotice(); !valid || p.ID != one {
		t.Errorf("the order is still paid: %v, %v", p.ID, valid)
	}
}

func TestOnlyASurplusGoesBackByItself(t *testing.T) {
	t.Parallel()
	unpaid, counted, held := twice(t), overpaid(t), twice(t)
	held.Hold(one, payment.AmountHold, order.OperatorDoor, start)
	tell(t, held, one, payment.Paid, time.Hour)
	for name, tc := range map[string]struct {
		o  *order.Order
		id payment.ID
	}{
		"an unpaid attempt":            {unpaid, two},
		"the attempt that counts":      {counted, one},
		"an attempt of nobody":         {counted, "nobody"},
		"paid on hold, nothing counts": {held, one},
	} {
		if r, err := tc.o.IntendSurplusRefund(tc.id, "r-1", start, noBody); r != (refund.Snapshot{}) || !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestARejectedRefundIsTriedAgainUnderAnotherName(t *testing.T) {
	t.Parallel()
	for _, ended := range []refund.State{refund.Rejected, refund.NotExecuted} {
		o := overpaid(t)
		first := intend(t, o, "r-1")
		mark(t, o, first.ID, ended, after(6*time.Minute))
		second := intend(t, o, "r-2")
		if second.Generation != 2 || second.Key == first.Key || second.Reference == first.Reference || second.Amount != first.Amount {
			t.Errorf("%s: %+v after %+v", ended, second, first)
		}
	}
}

func TestWhileARefundIsOpenOrInDoubtNoOtherBegins(t *testing.T) {
	t.Parallel()
	for _, open := range []refund.State{refund.Intended, refund.Sent, refund.Pending} {
		o := overpaid(t)
		first := intend(t, o, "r-1")
		mark(t, o, first.ID, open, after(6*time.Minute))
		if again := intend(t, o, "r-2"); again.ID != first.ID || len(o.Snapshot().Refunds) != 1 {
			t.Errorf("%s: %+v", open, again)
		}
		if left, err := o.Refundable(two); err != nil || !left.IsZero() {
			t.Errorf("%s: %v could be given back, %v", open, left, err)
		}
	}
}

func TestWhatLeftWithoutUsIsNotGivenBackAgain(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	tell(t, o, two, payment.Paid, 5*time.Minute, refunded(6_500))
	if r := intend(t, o, "r-1"); r.Amount != pesos(300_000) {
		t.Errorf("%+v", r)
	}
	all := overpaid(t)
	tell(t, all, two, payment.Cancelled, 5*time.Minute)
	if r := intend(t, all, "r-1"); r != (refund.Snapshot{}) || len(all.Snapshot().Refunds) != 0 {
		t.Errorf("nothing is left, but %+v", r)
	}
}

func TestOurOwnRefundIsNoOutsideRefund(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	r := intend(t, o, "r-1")
	tell(t, o, two, payment.Paid, 6*time.Minute, refunded(price.Minor())) // seen before the call's own answer
	tellRefund(t, o, r, refund.Refunded, 7*time.Minute)
	tell(t, o, two, payment.Cancelled, 8*time.Minute, refunded(price.Minor()))
	if count(o, order.OutsideRefund) != 0 || balance(o.Changes().Movements, two) != 0 {
		t.Errorf("%+v", o.Changes().Movements)
	}
}

func TestAnAnswerAboutAnotherRefundIsRecordedAndChangesNothing(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	r := intend(t, o, "r-1")
	other := r
	other.Amount = pesos(1)
	tellRefund(t, o, other, refund.Refunded, 6*time.Minute)
	if count(o, order.RefundContradicts) != 1 || o.Snapshot().Refunds[0] != r || balance(o.Changes().Movements, two) != price.Minor() {
		t.Errorf("%+v", o.Snapshot().Refunds)
	}
}

func TestNewsOfAnUnknownRefundChangesNothing(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	before := len(o.Changes().Events)
	if err := o.ApplyRefund("nobody", refund.Answer{}, order.ReconcilerDoor, start); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	mark(t, o, "nobody", refund.Sent, start)
	if len(o.Changes().Events) != before {
		t.Error("something was recorded")
	}
}

func TestAnUnpaidAttemptHasNothingToGiveBack(t *testing.T) {
	t.Parallel()
	if left, err := opened(t).Refundable(one); err != nil || !left.IsZero() || left.Currency() != "PHP" {
		t.Errorf("%v %s, %v", left, left.Currency(), err)
	}
}
