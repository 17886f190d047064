package order_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

var claimed = pesos(190_000) // what a page says that the order costs

// reservation is a request that nobody signed.
func reservation(d time.Duration) order.Request {
	r := request(d)
	r.Way, r.AmountText, r.PayMethod = order.External, "1900.00", "etc"
	return r
}

// provisional are the terms of the n-th attempt, as a reservation of the intent has them.
func provisional(intent string) func(n int) (payment.Snapshot, error) {
	return func(n int) (payment.Snapshot, error) {
		s, err := terms(n)
		s.Amount, s.Quote, s.Intent = claimed, payment.Provisional, intent
		return s, err
	}
}

// reserved is an order that a page reserved, and that the company knows.
func reserved(t *testing.T) *order.Order {
	t.Helper()
	o := order.New("o-1", key, "m-1", start)
	d, err := o.Reserve(reservation(0), "wish", limits, provisional("wish"))
	if err != nil || d != (order.Decision{Step: order.CallCompany, Payment: one, New: true}) {
		t.Fatalf("first reservation: %+v, %v", d, err)
	}
	tell(t, o, one, payment.Pending, time.Second)
	return o
}

// agreed is a reserved order whose buyer agreed to the price; the company has not said that it heard of it.
func agreed(t *testing.T) *order.Order {
	t.Helper()
	o := reserved(t)
	if err := o.Fix(one, reservation(time.Minute), price, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	return o
}

// overtaken is an agreed order that the mall signed a checkout for afterwards.
func overtaken(t *testing.T) *order.Order {
	t.Helper()
	o := agreed(t)
	d, err := o.Checkout(request(2*time.Minute), price, []payment.ID{one}, limits, terms)
	if err != nil || d != (order.Decision{Step: order.CallCompany, Payment: two, New: true}) {
		t.Fatalf("signed checkout: %+v, %v", d, err)
	}
	return o
}

// heard says that the company took what the buyer agreed to.
func heard(a *payment.Answer) { a.Confirmed = true }

// reserve sends a reservation of one of three intents.
func (w *walk) reserve() {
	intent := fmt.Sprint("wish ", rapid.IntRange(1, 3).Draw(w.t, "intent"))
	before := w.o.Snapshot()
	d, err := w.o.Reserve(reservation(w.clock), intent, limits, provisional(intent))
	if signed := slices.ContainsFunc(before.Payments, isFirm); signed && err == nil && d.Step != order.AlreadyPaid {
		w.t.Fatalf("a reservation of an order that the mall signed leads to %+v", d)
	}
	if err == nil && d.New && d.Step == order.CallCompany && rapid.Bool().Draw(w.t, "answered") {
		w.apply(says(w.o, d.Payment, payment.Pending, w.clock), d.Payment)
	}
	if err != nil && !fault.Is(err, fault.Conflict) {
		w.t.Fatalf("reserve: %v", err)
	}
}

func (w *walk) apply(a payment.Answer, id payment.ID) {
	if err := w.o.Apply(id, a, order.ExternalDoor, after(w.clock)); err != nil {
		w.t.Fatal(err)
	}
}

// agree is a buyer who presses pay, after somebody asked or not.
func (w *walk) agree() {
	p, asked := w.someone(), payment.ID("")
	if rapid.Bool().Draw(w.t, "asked") {
		asked = w.someone().ID
	}
	before := w.o.Snapshot()
	d, err := w.o.Agree(p.ID, asked, after(w.clock), 10*time.Second, limits)
	switch {
	case err != nil && p.Quote == payment.Firm && !fault.Is(err, fault.NotFound):
		w.t.Fatalf("agree to what is firm: %v", err)
	case err != nil || d.Step != order.CallCompany:
		return
	case !d.New:
		w.must(w.o.SendAgain(p.ID, after(w.clock)))
		return
	}
	if len(before.Counted) > 0 || slices.ContainsFunc(before.Payments, isPayable) {
		w.t.Fatalf("%s is agreed to beside %+v", p.ID, before.Payments)
	}
	w.must(w.o.Fix(p.ID, reservation(w.clock), price, []byte("{}")))
	switch rapid.IntRange(0, 2).Draw(w.t, "the company") {
	case 0:
		a := says(w.o, p.ID, payment.Pending, w.clock)
		heard(&a)
		w.apply(a, p.ID)
	case 1:
		w.o.PayRefused(p.ID, after(w.clock), "by hand", after(w.clock))
	}
}

func (w *walk) must(err error) {
	if err != nil {
		w.t.Fatal(err)
	}
}

// lapse is the time that is over for a reservation, or not yet.
func (w *walk) lapse() {
	p := w.someone()
	w.o.Lapse(p.ID, 10*time.Minute, order.ReconcilerDoor, after(w.clock))
	if now, err := w.o.Payment(p.ID); err != nil || (now.State != p.State && (p.Quote == payment.Firm || after(w.clock).Before(p.LapsesAt()))) {
		w.t.Fatalf("%s lapsed from %+v, %v", p.ID, p, err)
	}
}

func isFirm(p payment.Snapshot) bool { return p.Quote == payment.Firm }

// isPayable reports that a buyer can pay the attempt, or may have.
func isPayable(p payment.Snapshot) bool { return p.Quote != payment.Provisional && !p.State.Closed() }

// unpromised holds what happened to an attempt that nobody agreed to against the rule that it is worth
// nothing: no money, no hurry, and no word to the mall.
func (w *walk) unpromised(p payment.Snapshot, events []order.Event) {
	if p.Quote != payment.Provisional {
		return
	}
	if p.State == payment.Paid || p.State == payment.Authorized {
		w.t.Fatalf("nobody agreed to %s, and it is %s", p.ID, p.State)
	}
	told := func(e order.Event) bool {
		return e.Payment == p.ID && (e.Kind == order.ClosedUnpaid || e.Kind == order.OrderPaid || e.Kind == order.SurplusFound)
	}
	if slices.ContainsFunc(events, told) {
		w.t.Fatalf("nobody agreed to %s, and the mall would be told", p.ID)
	}
}

func TestNewsOfAnAgreedReservationInAnyOrderEndAlike(t *testing.T) {
	t.Parallel()
	pool := []news{
		ask(one, payment.Pending, 2*time.Minute), // the company has not heard of the agreement yet
		ask(one, payment.Pending, 3*time.Minute, heard),
		ask(one, payment.Authorized, 4*time.Minute, heard),
		ask(one, payment.Expired, 5*time.Minute, heard),
		ask(one, payment.Cancelled, 6*time.Minute, heard),
		ask(one, payment.Failed, 7*time.Minute, heard),
		ask(one, payment.Paid, 8*time.Minute, heard),
		ask(one, payment.Paid, 9*time.Minute, heard, refunded(100)),
	}
	for chosen, end := range converges(t, agreed, pool) {
		paid := chosen&0b11000000 != 0
		if paid != (end.counted == 1) || paid != end.tellPaid || (paid && end.charged != price.Minor()) {
			t.Errorf("after %b: %+v", chosen, end)
		}
	}
}

func TestNewsOfAReservationThatNobodyAgreedToInAnyOrderTellNobodyAnything(t *testing.T) {
	t.Parallel()
	pool := []news{
		ask(one, payment.Pending, 2*time.Minute),
		ask(one, payment.Expired, 3*time.Minute),
		ask(one, payment.Cancelled, 4*time.Minute),
		ask(one, payment.Failed, 5*time.Minute),
		{"its time is over", func(o *order.Order) {
			o.Lapse(one, 10*time.Minute, order.ReconcilerDoor, after(31*time.Minute))
		}},
	}
	for chosen, end := range converges(t, reserved, pool) {
		if end.counted+end.announced+end.surplus != 0 || end.charged != 0 {
			t.Errorf("after %b: %+v", chosen, end)
		}
	}
}

func TestNewsOfAReservationAndOfASignedCheckoutInAnyOrderEndAlike(t *testing.T) {
	t.Parallel()
	pool := []news{
		{"the second call's answer was lost", func(o *order.Order) { o.InDoubt(two, payment.CreateCall, order.CheckoutDoor, start) }},
		ask(one, payment.Pending, 3*time.Minute, heard),
		ask(one, payment.Cancelled, 4*time.Minute, heard),
		ask(two, payment.Pending, 5*time.Minute),
		ask(two, payment.Failed, 6*time.Minute),
		ask(one, payment.Paid, 7*time.Minute, heard),
		ask(two, payment.Paid, 8*time.Minute),
	}
	for chosen, end := range converges(t, overtaken, pool) {
		paid := int(chosen>>5&1 + chosen>>6&1)
		if end.counted != min(1, paid) || end.announced != min(1, paid) || end.surplus != max(0, paid-1) || end.charged != int64(paid)*price.Minor() {
			t.Errorf("after %b, %d attempts are paid: %+v", chosen, paid, end)
		}
	}
}

func TestAReservationNeverKeepsASignedCheckoutWaiting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk(rt)
		w.reserve()
		for range rapid.IntRange(0, 12).Draw(rt, "steps") {
			w.clock += time.Duration(rapid.IntRange(1, 600).Draw(rt, "seconds")) * time.Second
			rapid.SampledFrom([]func(){w.reserve, w.agree, w.lapse, w.unpaid}).Draw(rt, "step")()
		}
		d, err := w.o.Checkout(request(w.clock), price, nil, limits, terms)
		if err == nil && d.Step == order.AskFirst {
			d, err = w.o.Checkout(request(w.clock), price, []payment.ID{d.Payment}, limits, terms)
		}
		if err != nil || d.Step != order.CallCompany || !d.New {
			rt.Fatalf("the signed checkout is answered %+v, %v", d, err)
		}
	})
}

// unpaid is an answer that fits and says nothing of money.
func (w *walk) unpaid() {
	p := w.someone()
	states := []payment.State{payment.Pending, payment.Expired, payment.Cancelled, payment.Failed}
	w.apply(says(w.o, p.ID, rapid.SampledFrom(states).Draw(w.t, "says"), w.clock), p.ID)
}
