package command_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// refundSteps can happen in any order once a page was handed out. How the company ends refunds is one of
// them; it says so by letter, or not at all.
func refundSteps(end refund.State) []step {
	return []step{
		{"approve", (*world).approvesWhatIsOpen},
		{"callback", (*world).comesBack},
		{"letter S", func(w *world) { w.accepted(w.claim(1, payment.Paid)) }},
		{"letter F", func(w *world) { w.accepted(w.claim(1, payment.Failed)) }},
		{"reconciler", func(w *world) { w.work(15 * time.Second) }},
		{"cancel", (*world).wantsItBack},
		{"company ends it", func(w *world) { w.company.CompleteRefund("R-001", end) }},
		{"refund letter", func(w *world) { w.hint("R-001") }},
	}
}

// approvesWhatIsOpen is the buyer, who can pay what the mall has not cancelled by then.
func (w *world) approvesWhatIsOpen() {
	if w.company.Opened()[0].State == payment.Pending {
		w.settle(1, payment.Paid)
	}
}

// wantsItBack is a cancel request of the mall, which is refused only while nothing is known to be paid.
func (w *world) wantsItBack() {
	a, err := w.asks(w.cancels("3065", "0", notified))
	if err != nil && fault.Of(err).Code != "not_paid" {
		w.t.Errorf("cancel: %v", err)
	}
	if err == nil && a.State != refund.Pending && a.State != refund.Refunded && a.State != refund.Rejected {
		w.t.Errorf("cancel: %s, %v", a.State, a.Refused)
	}
}

// refundFacts are what a story with a refund has come to.
type refundFacts struct {
	state     payment.State
	counted   bool
	hold      payment.Hold
	balance   int64  // minor units in our ledger
	back      string // at the company
	refunds   int    // at the company
	left      string
	told      string // about the refund
	paidTwice bool   // the mall was told more than once that it was paid
}

func (w *world) refundFacts() refundFacts {
	w.t.Helper()
	o := w.order()
	p := o.Payments[0]
	balance, _ := w.books.sum(p.ID)
	f := refundFacts{
		state: p.State, counted: o.Counted == p.ID, hold: p.Hold, balance: balance, back: w.givenBackAtTheCompany(),
		refunds: len(w.company.Refunds()), left: w.left(), paidTwice: len(w.told()) > 1,
	}
	for _, n := range w.toldOfRefunds() {
		f.told += map[bool]string{true: "refunded ", false: "failed "}[n.Refunded]
	}
	return f
}

// TestEveryOrderOfEventsAroundARefundEndsTheSame plays every permutation of up to six of the steps. In the end
// the mall asks once more, if it asked at all, and the company ends what it works on. A cancel before the buyer
// paid closes the payment at the company; after it nobody pays.
func TestEveryOrderOfEventsAroundARefundEndsTheSame(t *testing.T) {
	t.Parallel()
	for _, how := range []struct {
		end  refund.State
		most int
	}{{refund.Refunded, 6}, {refund.Rejected, 5}} {
		end, most := how.end, how.most
		all := refundSteps(end)
		for first := range all {
			t.Run(end.String()+" "+all[first].name, func(t *testing.T) {
				t.Parallel()
				eachOrder(all, []int{first}, most, func(story []step, has map[string]bool) {
					w := newWorld(t)
					w.open()
					w.perform(story)
					w.comeToRest(end, has["cancel"])
					if got, want := w.refundFacts(), expectedFacts(end, w.company.Opened()[0].State == payment.Paid, has["cancel"]); got != want {
						t.Errorf("%s:\n got %+v\nwant %+v", told(story), got, want)
					}
				})
			})
		}
	}
}

func (w *world) comeToRest(end refund.State, cancelled bool) {
	w.work(5 * time.Minute)
	if cancelled && len(w.company.Refunds()) == 0 {
		w.wantsItBack()
	}
	w.company.CompleteRefund("R-001", end)
	w.work(5 * time.Minute)
}

func expectedFacts(end refund.State, paid, cancelled bool) refundFacts {
	switch {
	case !paid && cancelled:
		return refundFacts{state: payment.Cancelled, back: "0.00", left: "0.00"}
	case !paid:
		return refundFacts{state: payment.Pending, back: "0.00", left: "0.00"}
	case !cancelled:
		return refundFacts{state: payment.Paid, counted: true, balance: 306_500, back: "0.00", left: "3065.00"}
	case end == refund.Refunded:
		return refundFacts{state: payment.Paid, counted: true, back: "3065.00", refunds: 1, left: "0.00", told: "refunded "}
	}
	return refundFacts{state: payment.Paid, counted: true, balance: 306_500, back: "0.00", refunds: 1, left: "3065.00", told: "failed "}
}

// TestTheSameCancelFromManySidesAtOnceIsOneRefund repeats a cancel request while its call runs.
func TestTheSameCancelFromManySidesAtOnceIsOneRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paid()
	var sides sync.WaitGroup
	for range 40 {
		sides.Go(func() {
			a, err := w.asks(w.cancels("3065", "0", waiting))
			if err != nil || a.State != refund.Refunded {
				t.Errorf("answered %s, %v, %v", a.State, a.Refused, err)
			}
		})
	}
	all, answered := context.WithCancel(t.Context())
	go func() { sides.Wait(); answered() }()
	for w.clock.AwaitWaiters(all, 1) == nil {
		w.clock.Advance(50 * time.Millisecond) // those who wait look again
	}
	same(w, "refunds at the company", len(w.company.Refunds()), 1)
	same(w, "refunds in the ledger", w.happened(order.RefundIntended), 1)
}
