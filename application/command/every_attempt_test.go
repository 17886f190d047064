package command_test

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
)

// turns are what buyers, companies and malls do when a payment fails and is tried again. Each can
// happen more than once, and a company may even be paid for what it closed before.
func turns() []step {
	return []step{
		{"the company closes the newest", func(w *world) { w.close(len(w.company.Opened())) }},
		{"the newest is paid", func(w *world) { w.settle(len(w.company.Opened()), payment.Paid) }},
		{"the first is paid", func(w *world) { w.settle(1, payment.Paid) }},
		{"letter about the newest", func(w *world) { w.tells(len(w.company.Opened())) }},
		{"reconciler", func(w *world) { w.work(time.Minute) }},
		{"checkout again", (*world).triesAgain},
	}
}

// close ends an order at the company that was not paid.
func (w *world) close(n int) {
	if w.company.Opened()[n-1].State == payment.Pending {
		w.settle(n, payment.Failed)
	}
}

// tells brings a true letter.
func (w *world) tells(n int) { w.accepted(w.claim(n, w.company.Opened()[n-1].State)) }

func (w *world) triesAgain() {
	w.clock.Advance(11 * time.Minute) // its page is old by now: the company is asked first
	if _, err := w.ask(); err != nil && fault.Of(err).Code != "already_paid" {
		w.t.Errorf("checkout again: %v", err)
	}
}

// TestEveryOrderOfFailedAndRepeatedPaymentsKeepsOnePayment plays every sequence of five turns. However
// often the buyer pays, one payment counts, the others go back, and the mall is told once that the order is
// paid; nobody is charged for an order that the mall believes to be unpaid.
func TestEveryOrderOfFailedAndRepeatedPaymentsKeepsOnePayment(t *testing.T) {
	t.Parallel()
	all := turns()
	for _, first := range all {
		t.Run(first.name, func(t *testing.T) {
			t.Parallel()
			eachSequence(all, []step{first}, 5, func(story []step) {
				w := newWorld(t)
				w.open()
				w.perform(story)
				w.work(49 * time.Hour) // the next question about a closed payment can be a day away
				w.onePaymentAtMost()
				if t.Failed() {
					t.Fatalf("after: %s", told(story))
				}
			})
		})
	}
}

// eachSequence visits every story of that length that begins as given. A step can come again.
func eachSequence(all, begin []step, length int, visit func(story []step)) {
	if len(begin) == length {
		visit(begin)
		return
	}
	for _, s := range all {
		eachSequence(all, append(begin[:len(begin):len(begin)], s), length, visit)
	}
}

// onePaymentAtMost compares the company's truth with what is stored, kept and told.
func (w *world) onePaymentAtMost() {
	w.t.Helper()
	o, paid, kept := w.order(), 0, int64(0)
	for i, at := range w.company.Opened() {
		p := o.Payments[i]
		minor, _ := w.books.sum(p.ID)
		same(w, "ledger of "+p.Code, minor, at.Paid.Minor()-at.Refunded.Minor())
		same(w, "hold of "+p.Code, p.Hold, payment.NoHold)
		same(w, "state of "+p.Code, p.State, at.State)
		if at.State == payment.Paid {
			paid++
		}
		kept += minor
	}
	same(w, "attempts", len(o.Payments), len(w.company.Opened()))
	same(w, "refunds", len(w.company.Refunds()), max(paid-1, 0))
	same(w, "kept money", kept, int64(min(paid, 1))*306_500)
	same(w, "an attempt counts", o.Counted != "", paid > 0)
	w.toldTheTruth(paid > 0)
}

func (w *world) toldTheTruth(paid bool) {
	w.t.Helper()
	unpaidNotices, paidNotices := 0, 0
	for i, n := range w.told() {
		switch {
		case n.Paid:
			paidNotices++
			same(w, "the paid notice is the last one", i, len(w.told())-1)
		default:
			unpaidNotices++
		}
	}
	if paid {
		same(w, "notices that say paid", paidNotices, 1)
		return
	}
	same(w, "notices that say paid", paidNotices, 0)
	if unpaidNotices > 1 {
		w.t.Errorf("told %d times that the order is unpaid", unpaidNotices)
	}
}
