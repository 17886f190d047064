package command_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// step is one thing that can happen while an order is being paid.
type step struct {
	name string
	act  func(w *world)
}

// answer is the step in which the create answer reaches paybridge. What stands before it happens
// while the call runs; a story without it loses the answer.
const answer = "answer"

// steps can happen in any order. All letters are well signed, but the company's only truth is that
// the order is open until it is approved.
func steps() []step {
	return []step{
		{answer, nil},
		{"approve", func(w *world) { w.settle(1, payment.Paid) }},
		{"callback", (*world).comesBack},
		{"letter S", func(w *world) { w.accepted(w.claim(1, payment.Paid)) }},
		{"letter P", func(w *world) { w.accepted(w.claim(1, payment.Pending)) }},
		{"letter F", func(w *world) { w.accepted(w.claim(1, payment.Failed)) }},
		{"reconciler", func(w *world) { w.work(15 * time.Second) }},
		{"checkout again", (*world).asksAgain},
	}
}

// comesBack is the buyer's return by the address of the newest attempt.
func (w *world) comesBack() {
	payments := w.order().Payments
	w.approved(command.ApprovePayment{Payment: payments[len(payments)-1].ID})
}

// asksAgain repeats the checkout, once a call that runs elsewhere is surely over. There is one page,
// unless the order is paid.
func (w *world) asksAgain() {
	w.clock.Advance(5 * time.Second)
	page, err := w.ask()
	switch {
	case err == nil:
		same(w, "page", page.URL, "https://pay.example/O-001")
	case fault.Of(err).Code != "already_paid":
		w.t.Errorf("checkout again: %v", err)
	}
}

// play tells a story from the checkout request on and lets everything come to rest.
func (w *world) play(story []step) {
	w.t.Helper()
	before, after := story, []step(nil)
	answered := false
	for i, s := range story {
		if s.name == answer {
			before, after, answered = story[:i], story[i+1:], true
		}
	}
	if !answered {
		w.company.Next(memory.OpenCall, memory.AnswerLost)
	}
	w.company.Meanwhile(memory.OpenCall, func() { w.perform(before) })
	if _, err := w.ask(); (err == nil) != answered {
		w.t.Errorf("checkout: %v", err)
	}
	w.perform(after)
	w.work(5 * time.Minute)
}

func (w *world) perform(story []step) {
	w.t.Helper()
	for _, s := range story {
		s.act(w)
	}
}

// facts are what a story has come to.
type facts struct {
	orders, attempts  int // at the company, and ours
	state             payment.State
	counted           bool
	hold              payment.Hold
	doubt             payment.Doubt
	charged           int64 // minor units in the ledger
	lines, paidEvents int
	told              order.Told
	notices           int
	parked            int64
}

func (w *world) facts() facts {
	w.t.Helper()
	o := w.order()
	p := o.Payments[0]
	charged, lines := w.books.sum(p.ID)
	return facts{
		orders: len(w.company.Opened()), attempts: len(o.Payments), state: p.State, counted: o.Counted == p.ID,
		hold: p.Hold, doubt: p.Doubt, charged: charged, lines: lines, paidEvents: w.happened(order.OrderPaid),
		told: o.Told, notices: len(w.mall.Received()), parked: w.backlog().Parked,
	}
}

var (
	restsPaid = facts{
		orders: 1, attempts: 1, state: payment.Paid, counted: true, charged: 306_500, lines: 1, paidEvents: 1, told: order.ToldPaid, notices: 1,
	}
	restsPending = facts{orders: 1, attempts: 1, state: payment.Pending}
)

// TestEveryOrderOfUpToSixEventsEndsTheSame plays every permutation of up to six of the steps. A buyer
// who approved has paid once, and the mall knows it, once; whoever did not has paid nothing.
func TestEveryOrderOfUpToSixEventsEndsTheSame(t *testing.T) {
	t.Parallel()
	all := steps()
	for first := range all {
		t.Run(all[first].name, func(t *testing.T) {
			t.Parallel()
			eachOrder(all, []int{first}, 6, func(story []step, has map[string]bool) {
				want := restsPending
				if has["approve"] {
					want = restsPaid
				}
				w := newWorld(t)
				w.play(story)
				if got := w.facts(); got != want {
					t.Errorf("%s:\n got %+v\nwant %+v", told(story), got, want)
				}
			})
		})
	}
}

// eachOrder visits every story that begins with the chosen steps and has at most so many, none twice.
func eachOrder(all []step, chosen []int, most int, visit func(story []step, has map[string]bool)) {
	story, has := make([]step, len(chosen)), map[string]bool{}
	for i, n := range chosen {
		story[i] = all[n]
		has[all[n].name] = true
	}
	visit(story, has)
	if len(chosen) == most {
		return
	}
	for n := range all {
		if !has[all[n].name] {
			eachOrder(all, append(chosen[:len(chosen):len(chosen)], n), most, visit)
		}
	}
}

func told(story []step) string {
	names := make([]string, len(story))
	for i, s := range story {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}
