package order_test

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// news is something that reaches an order, as often and as late as it likes.
type news struct {
	name  string
	reach func(o *order.Order)
}

// ask is the company's answer to a question that was sent d after the start.
func ask(id payment.ID, state payment.State, d time.Duration, edits ...func(*payment.Answer)) news {
	return news{fmt.Sprintf("%s %s asked after %s", id, state, d), func(o *order.Order) {
		a := says(o, id, state, d)
		for _, edit := range edits {
			edit(&a)
		}
		if err := o.Apply(id, a, order.WebhookDoor, after(d)); err != nil {
			panic(err)
		}
	}}
}

// facts is what must not depend on the order in which news arrive.
type facts struct {
	states    string
	doubt     bool
	counted   int   // attempts that count
	announced int   // times that the mall was to be told paid
	surplus   int   // attempts that go back
	charged   int64 // sum of the charges
	outside   int64 // sum of what left without us
	tellPaid  bool
	tellNot   bool
}

// factsOf draws the conclusions. Which of two paid attempts counts is decided by who comes first, so
// only their number is a fact.
func factsOf(o *order.Order) facts {
	s := o.Snapshot()
	f := facts{announced: count(o, order.OrderPaid), surplus: count(o, order.SurplusFound)}
	for _, p := range s.Payments {
		f.states += p.State.String() + string(p.Hold) + " "
		f.doubt = f.doubt || (p.Doubt.Call != payment.NoCall && !p.State.Closed())
		if s.Counted == p.ID {
			f.counted++
		}
	}
	for _, m := range o.Changes().Movements {
		if m.Kind == order.Charge {
			f.charged += m.Amount.Minor()
		} else {
			f.outside += m.Amount.Minor()
		}
	}
	_, f.tellPaid = o.PaidNotice()
	_, f.tellNot = o.UnpaidNotice(o.Last().ID)
	return f
}

// converges lets every selection of at most six pieces of news arrive in every order, and checks that
// all orders of one selection end in the same facts. It returns the facts by selection.
func converges(t *testing.T, begin func(*testing.T) *order.Order, pool []news) map[uint]facts {
	t.Helper()
	const most = 6
	ends := map[uint]facts{}
	var extend func(chosen uint, story []int)
	extend = func(chosen uint, story []int) {
		o := begin(t)
		for _, i := range story {
			pool[i].reach(o)
		}
		got := factsOf(o)
		if want, known := ends[chosen]; known && got != want {
			t.Fatalf("%q ends in\n%+v, another order of the same news in\n%+v", titles(pool, story), got, want)
		}
		ends[chosen] = got
		if len(story) == most {
			return
		}
		for i := range pool {
			if chosen&(1<<i) == 0 {
				extend(chosen|1<<i, append(slices.Clip(story), i))
			}
		}
	}
	extend(0, nil)
	return ends
}

func titles(pool []news, story []int) []string {
	names := make([]string, len(story))
	for i, at := range story {
		names[i] = pool[at].name
	}
	return names
}

// oneAttempt is what can be heard of an attempt that is paid in the end: while it was open, after it
// seemed closed, and when a part of the money has left again.
func oneAttempt() []news {
	return []news{
		{"the call's answer was lost", func(o *order.Order) { o.InDoubt(one, payment.CreateCall, order.CheckoutDoor, start) }},
		{"the company does not list it yet", func(o *order.Order) {
			o.NotFound(one, after(30*time.Second), 10*time.Minute, order.ReconcilerDoor, after(30*time.Second))
		}},
		ask(one, payment.Pending, 1*time.Minute),
		ask(one, payment.Authorized, 2*time.Minute),
		ask(one, payment.Expired, 3*time.Minute),
		ask(one, payment.Cancelled, 4*time.Minute),
		ask(one, payment.Failed, 5*time.Minute),
		ask(one, payment.Paid, 6*time.Minute),
		ask(one, payment.Paid, 7*time.Minute),
		ask(one, payment.Paid, 8*time.Minute, refunded(100)),
	}
}

func TestNewsOfAnAttemptInAnyOrderEndAlike(t *testing.T) {
	t.Parallel()
	pool := oneAttempt()
	const unpaid = 0b0001111111
	for chosen, end := range converges(t, opened, pool) {
		paid := chosen&^unpaid != 0
		highest := payment.Requested
		for i, says := range map[int]payment.State{2: payment.Pending, 3: payment.Authorized, 4: payment.Expired, 5: payment.Cancelled, 6: payment.Failed} {
			if chosen&(1<<i) != 0 {
				highest = max(highest, says)
			}
		}
		want := facts{states: highest.String() + " ", tellNot: highest.FinalUnpaid(), doubt: chosen&1 != 0 && highest == payment.Requested}
		if paid {
			want = facts{states: "paid ", counted: 1, announced: 1, charged: price.Minor(), tellPaid: true}
		}
		if chosen&(1<<9) != 0 {
			want.states, want.outside = "paidoutside_refund ", 100
		}
		if end != want {
			t.Errorf("after %b:\n got %+v\nwant %+v", chosen, end, want)
		}
	}
}

func TestAnAttemptThatNobodyFoundConvergesToo(t *testing.T) {
	t.Parallel()
	gone := news{"the company never had it", func(o *order.Order) {
		for _, d := range []time.Duration{20 * time.Minute, 22 * time.Minute} {
			o.NotFound(one, after(d), 10*time.Minute, order.ReconcilerDoor, after(d))
		}
	}}
	pool := append(slices.Clone(oneAttempt()[:1]), gone, ask(one, payment.Pending, 30*time.Minute),
		ask(one, payment.Failed, 31*time.Minute), ask(one, payment.Paid, 32*time.Minute))
	for chosen, end := range converges(t, opened, pool) {
		if paid := chosen&(1<<4) != 0; paid != (end.counted == 1) || paid != end.tellPaid {
			t.Errorf("after %b: %+v", chosen, end)
		}
		if chosen|1 == 0b00011 && end.states != "abandoned " {
			t.Errorf("after %b: %+v", chosen, end)
		}
	}
}

func TestNewsOfTwoAttemptsInAnyOrderEndAlike(t *testing.T) {
	t.Parallel()
	pool := []news{
		{"the second call's answer was lost", func(o *order.Order) { o.InDoubt(two, payment.CreateCall, order.CheckoutDoor, start) }},
		ask(one, payment.Expired, 1*time.Minute),
		ask(two, payment.Pending, 3*time.Minute),
		ask(two, payment.Failed, 4*time.Minute),
		ask(one, payment.Paid, 5*time.Minute),
		ask(two, payment.Paid, 6*time.Minute),
		ask(one, payment.Paid, 7*time.Minute),
		ask(two, payment.Paid, 8*time.Minute),
	}
	const firstPaid, secondPaid = 0b01010000, 0b10100000
	for chosen, end := range converges(t, twice, pool) {
		paid := min(1, bits.OnesCount(chosen&firstPaid)) + min(1, bits.OnesCount(chosen&secondPaid))
		if end.counted != min(1, paid) || end.announced != min(1, paid) || end.surplus != max(0, paid-1) {
			t.Errorf("after %b, %d attempts are paid: %+v", chosen, paid, end)
		}
		if end.charged != int64(paid)*price.Minor() || end.outside != 0 || end.tellPaid != (paid > 0) {
			t.Errorf("after %b, %d attempts are paid: %+v", chosen, paid, end)
		}
		if end.tellNot && paid > 0 {
			t.Errorf("after %b: a paid order would be told unpaid", chosen)
		}
	}
}
