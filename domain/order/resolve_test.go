package order_test

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

func TestAnOperatorClearsDoubtAndHoldAsTheTableAllows(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Pending, time.Second)
	o.Hold(one, payment.CredentialsHold, order.ReconcilerDoor, after(time.Minute))
	if err := o.ResolvePayment(one, payment.Paid, "kim: statement", after(time.Hour)); err != nil {
		t.Fatal(err)
	}
	p, err := o.Payment(one)
	if err != nil || p.State != payment.Paid || p.Hold != payment.NoHold || count(o, order.OrderPaid) != 1 || count(o, order.Resolved) != 1 {
		t.Errorf("%+v, %v, %+v", p, err, o.Changes().Events)
	}
	if balance(o.Changes().Movements, one) != price.Minor() {
		t.Error("the charge is not booked once")
	}
}

func TestAnOperatorCannotTakeAnotherAmountForPaid(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Pending, time.Second)
	o.Hold(one, payment.AmountHold, order.ReconcilerDoor, after(time.Minute))
	if err := o.ResolvePayment(one, payment.Paid, "kim: statement", after(time.Hour)); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
	if err := o.ResolvePayment(one, payment.Pending, "kim: statement", after(time.Hour)); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
	if count(o, order.Resolved) != 0 {
		t.Error("a refused decision left a trace")
	}
}

func TestAnOperatorFreesARefundThatCannotBeRunningAnyMore(t *testing.T) {
	t.Parallel()
	o := paidOrder(t)
	r := sent(t, o, cancel(100_000, 206_500), 2*time.Minute, "r-1")
	if err := o.ResolveRefund(r.ID, refund.NotExecuted, "kim: statement", after(2*time.Minute)); !fault.Is(err, fault.Conflict) {
		t.Error("its call may be running:", err)
	}
	if err := o.ResolveRefund(r.ID, refund.NotExecuted, "kim: statement", after(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if left, err := o.Refundable(one); err != nil || left != price || count(o, order.Resolved) != 1 {
		t.Errorf("%v left, %v", left, err)
	}
	if err := o.ResolveRefund(r.ID, refund.NotExecuted, "kim: statement", after(2*time.Hour)); !fault.Is(err, fault.Conflict) {
		t.Error("decided twice:", err)
	}
}

func TestAnOperatorCannotTakeWhatNobodyAgreedToForPaid(t *testing.T) {
	t.Parallel()
	o := reserved(t)
	err := o.ResolvePayment(one, payment.Paid, "kim: statement", after(time.Minute))
	if f := fault.Of(err); f == nil || f.Code != "not_agreed" || count(o, order.Resolved) != 0 {
		t.Errorf("got %v", err)
	}
}
