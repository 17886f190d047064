package command_test

import (
	"slices"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// atCompany says in which states the company has its orders, oldest first.
func (c *counterWorld) atCompany(want ...payment.State) {
	c.t.Helper()
	var states []payment.State
	for _, o := range c.company.Opened() {
		states = append(states, o.State)
	}
	if !slices.Equal(states, want) {
		c.t.Errorf("at the company: %s, want %s", states, want)
	}
}

func TestAReservationWhoseTimeIsOverIsClosedAtTheCompany(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.work(29 * time.Minute)
	c.atCompany(payment.Pending)
	c.work(2 * time.Minute)
	c.atCompany(payment.Cancelled)
	if p := c.stored().Payments[0]; p.State != payment.Cancelled {
		t.Errorf("the attempt is %s", p.State)
	}
	c.work(time.Hour)
	if heard := c.mall.Received(); len(heard) != 0 {
		t.Errorf("the mall was told %s", heard[0].Body)
	}
	if calls := c.company.Calls(memory.CloseCall); calls != 1 {
		t.Errorf("%d calls", calls)
	}
}

func TestAnAgreementThatASignedCheckoutOvertakesIsClosedAtTheCompany(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.agreedTo(1)
	c.open()
	c.work(time.Second)
	c.atCompany(payment.Cancelled, payment.Pending)
	c.settle(2, payment.Paid)
	c.work(time.Minute)
	if notices := c.told(); len(notices) != 1 || !notices[0].Paid {
		t.Errorf("the mall was told %+v", notices)
	}
}

func TestWhatElseOfAnOrderCouldBePaidIsClosedOnceOneAttemptIs(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.reserved(another)
	c.agreedTo(2)
	c.settle(2, payment.Paid)
	c.work(time.Minute)
	c.atCompany(payment.Cancelled, payment.Paid)
	c.toldOnce("1965.00")
}

func TestWhatIsPaidBeforeItIsClosedIsTakenInAsAFact(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.agreedTo(1)
	c.open()
	c.settle(1, payment.Paid)
	c.settle(2, payment.Paid)
	c.work(time.Minute)
	if o := c.stored(); o.Payments[0].State != payment.Paid || o.Counted == "" || len(c.company.Refunds()) != 1 {
		t.Errorf("the order is %+v", o)
	}
}

func TestAClosingGoesOnThroughEveryTrouble(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.company.Next(memory.CloseCall, memory.NotSent, memory.Vanishes, memory.AnswerLost)
	c.work(40 * time.Minute)
	c.atCompany(payment.Cancelled)
	if p := c.stored().Payments[0]; p.State != payment.Cancelled {
		t.Errorf("the attempt is %s", p.State)
	}
	if word := c.last(task.ClosePayment).verdict.Word; word != "closed: cancelled" {
		t.Errorf("it ended with %q", word)
	}
}

func TestAReservationWhoseAnswerGotLostIsClosedTooOnceItIsFound(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.company.Next(memory.OpenCall, memory.AnswerLost)
	_, err := c.reserve.Handle(t.Context(), c.payload())
	c.refuses(err, fault.Indeterminate, "in_doubt")
	c.open()
	c.work(time.Minute)
	c.atCompany(payment.Cancelled, payment.Pending)
}

func TestWhatACompanyRefusesToCloseIsAskedAboutAsBefore(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	c.agreedTo(1)
	c.company.Next(memory.CloseCall, memory.Declines)
	c.open()
	c.work(time.Second)
	c.atCompany(payment.Pending, payment.Pending)
	if p := c.stored().Payments[0]; p.State != payment.Pending {
		t.Errorf("the attempt is %s", p.State)
	}
	c.settle(1, payment.Paid)
	c.work(time.Minute)
	if o := c.stored(); o.Counted != o.Payments[0].ID || o.Latest.Way != order.Async {
		t.Errorf("the order is %+v", o)
	}
}
