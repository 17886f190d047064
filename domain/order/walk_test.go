package order_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// walk is any story of an order: checkouts, answers true and false, refunds, in any order and with
// any delay. It remembers what must never be undone.
type walk struct {
	t         *rapid.T
	o         *order.Order
	clock     time.Duration
	movements []order.Movement
	rejected  map[refund.ID]bool
	refunds   int
	archive   map[refund.ID]refund.Snapshot // ended refunds that the order was loaded without
	keys      map[string]refund.ID
	decided   map[payment.ID]bool // by an operator, in this step
}

func TestOnAnyWalkMoneyIsNeitherLostNorCountedTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk(rt)
		steps := []func(){
			w.checkout, w.checkout, w.truth, w.truth, w.truth, w.nonsense, w.silence, w.surplus, w.cancel, w.cancel, w.refundNews, w.refundNews, w.restart,
			w.reserve, w.reserve, w.agree, w.agree, w.lapse, w.decide, w.decideRefund,
		}
		rapid.SampledFrom([]func(){w.checkout, w.reserve}).Draw(rt, "first")()
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			w.clock += time.Duration(rapid.IntRange(1, 1200).Draw(rt, "seconds")) * time.Second
			before := w.o.Snapshot()
			rapid.SampledFrom(steps).Draw(rt, "step")()
			w.check(before)
			changes := w.o.Changes()
			w.movements = append(w.movements, changes.Movements...)
			w.o.Committed()
			w.decided = map[payment.ID]bool{}
			for _, e := range changes.Events {
				if e.Kind == order.Resolved {
					w.decided[e.Payment] = true
				}
			}
			w.invariants(before, w.o.Snapshot())
			for _, p := range w.o.Snapshot().Payments {
				w.unpromised(p, changes.Events)
			}
		}
	})
}

func newWalk(t *rapid.T) *walk {
	return &walk{t: t, o: order.New("o-1", key, "m-1", start), rejected: map[refund.ID]bool{}, archive: map[refund.ID]refund.Snapshot{}, keys: map[string]refund.ID{}}
}

// checkout sends a request for the same or another amount, after asking or not.
func (w *walk) checkout() {
	amount, asked := price, []payment.ID(nil)
	for range rapid.IntRange(0, 2).Draw(w.t, "asked") {
		asked = append(asked, w.someone().ID)
	}
	if rapid.IntRange(0, 4).Draw(w.t, "amount") == 0 {
		amount = pesos(100)
	}
	r := request(0)
	r.ReceivedAt = after(w.clock)
	open := func(n int) (payment.Snapshot, error) {
		for _, p := range w.o.Snapshot().Payments {
			if !p.State.Closed() && (p.Quote == payment.Firm || (p.Quote == payment.Reviewed && !slices.Contains(asked, p.ID))) {
				w.t.Fatalf("attempt %d is opened while %s is %s", n, p.ID, p.State)
			}
		}
		s, err := terms(n)
		s.Amount = amount
		return s, err
	}
	d, err := w.o.Checkout(r, amount, asked, limits, open)
	if err == nil && d.Step == order.CallCompany {
		w.o.InDoubt(d.Payment, payment.CreateCall, order.CheckoutDoor, after(w.clock))
	}
	if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Indeterminate) {
		w.t.Fatalf("checkout: %v", err)
	}
}

func (w *walk) someone() payment.Snapshot {
	if len(w.o.Snapshot().Payments) == 0 {
		w.reserve()
	}
	return rapid.SampledFrom(w.o.Snapshot().Payments).Draw(w.t, "attempt")
}

// truth is an answer that fits, fresh or late, with money gone that is not ours to explain.
func (w *walk) truth() {
	p := w.someone()
	states := []payment.State{payment.Pending, payment.Expired, payment.Cancelled, payment.Failed, payment.Authorized, payment.Paid}
	if p.Quote == payment.Provisional {
		states = states[:4] // nobody can pay it
	}
	late := time.Duration(rapid.IntRange(0, 600).Draw(w.t, "late")) * time.Second
	a := says(w.o, p.ID, rapid.SampledFrom(states).Draw(w.t, "says"), w.clock-late)
	a.Confirmed = p.Quote == payment.Reviewed && rapid.Bool().Draw(w.t, "heard of the agreement")
	if a.State == payment.Paid && p.State == payment.Paid {
		left, err := w.o.Refundable(p.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		gone, err := p.Amount.Sub(left)
		if err != nil {
			w.t.Fatal(err)
		}
		a.Refunded = pesos(gone.Minor() + rapid.Int64Range(0, left.Minor()).Draw(w.t, "outside"))
	}
	if err := w.o.Apply(p.ID, a, order.WebhookDoor, after(w.clock)); err != nil {
		w.t.Fatal(err)
	}
	w.o.HandOut(p.ID, after(w.clock))
}

// nonsense is an answer that does not fit; it may only hold.
func (w *walk) nonsense() {
	p := w.someone()
	a := says(w.o, p.ID, payment.Paid, w.clock)
	misfits := 3
	if p.Quote == payment.Provisional {
		misfits = 4 // that it is paid at all
	}
	switch rapid.IntRange(0, misfits).Draw(w.t, "misfit") {
	case 0:
		a.Amount, a.Paid = pesos(1), pesos(1)
	case 1:
		a.Amount, a.Paid = yen(p.Amount.Minor()), yen(p.Amount.Minor())
	case 2:
		a.Reference = "20261122-9999999"
	case 3:
		a.Paid = pesos(p.Amount.Minor() + 1)
	}
	if err := w.o.Apply(p.ID, a, order.WebhookDoor, after(w.clock)); err != nil {
		w.t.Fatal(err)
	}
	if now, err := w.o.Payment(p.ID); err != nil || now.State != p.State || now.Hold == payment.NoHold || len(w.o.Changes().Movements) != 0 {
		w.t.Fatalf("an answer that does not fit moved %+v, %v", now, err)
	}
}

// silence is what is learned without an answer.
func (w *walk) silence() {
	p := w.someone()
	switch rapid.IntRange(0, 2).Draw(w.t, "silence") {
	case 0:
		w.o.InDoubt(p.ID, payment.CreateCall, order.ReconcilerDoor, after(w.clock))
	case 1:
		w.o.NotFound(p.ID, after(w.clock), 10*time.Minute, order.ReconcilerDoor, after(w.clock))
	case 2:
		w.o.MallKnows(p.ID, rapid.SampledFrom([]order.Told{order.ToldUnpaid, order.ToldPaid}).Draw(w.t, "told"), after(w.clock))
	}
}

func (w *walk) surplus() {
	p := w.someone()
	left, err := w.o.Refundable(p.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.refunds++
	w.load(func(r refund.Snapshot) bool { return r.Purpose == order.SurplusPurpose(p.Number) })
	r, err := w.o.IntendSurplusRefund(p.ID, refund.ID(fmt.Sprint("r-", w.refunds)), after(w.clock), noBody)
	if err == nil && count(w.o, order.RefundIntended) == 1 && r.Amount != left {
		w.t.Fatalf("intended %v of %v", r.Amount, left)
	}
}

// cancel is a wish of the mall, fitting or not, asked for once or again. The order is loaded with the
// refunds that it needs, as repositories do.
func (w *walk) cancel() {
	p := w.someone()
	c := order.Cancel{
		Code: p.Code, Total: p.Amount, Amount: pesos(rapid.Int64Range(1, 3).Draw(w.t, "cancels") * 100_000), AnyRemain: rapid.Bool().Draw(w.t, "any remain"), CanClose: rapid.Bool().Draw(w.t, "can close"),
		Request: refund.Request{AmountText: "the same"},
	}
	c.Remain = pesos(rapid.Int64Range(0, 3).Draw(w.t, "remain") * 100_000)
	if left, err := w.o.Refundable(p.ID); err == nil && rapid.Bool().Draw(w.t, "right remain") {
		c.Remain = pesos(max(0, left.Minor()-c.Amount.Minor()))
	}
	purpose := order.CancelPurpose(p.Number, c.Amount, c.Remain)
	w.load(func(r refund.Snapshot) bool { return r.Purpose == purpose })
	k := order.Known{Payment: rapid.Bool().Draw(w.t, "asked about the payment"), Closed: rapid.Bool().Draw(w.t, "asked to close it"), Proof: rapid.SampledFrom([]order.Proof{order.NotProven, order.Proven, order.Unprovable}).Draw(w.t, "proof")}
	if all := w.o.Snapshot().Refunds; len(all) > 0 && rapid.Bool().Draw(w.t, "asked about a refund") {
		k.Refund = rapid.SampledFrom(all).Draw(w.t, "which").ID
	}
	w.refunds++
	d, err := w.o.Cancel(c, k, limits, after(w.clock), refund.ID(fmt.Sprint("r-", w.refunds)), noBody)
	if err == nil && d.Step == order.SendRefund {
		r, err := w.o.Refund(d.Refund)
		if owner, used := w.keys[r.Key]; err != nil || (used && owner != r.ID) {
			w.t.Fatalf("%s is sent under the key of %s, %v", r.ID, owner, err)
		}
		w.keys[r.Key] = r.ID
	}
}

// refundNews is what becomes of a refund. A company does not carry out what it rejected.
func (w *walk) refundNews() {
	all := w.o.Snapshot().Refunds
	if len(all) == 0 {
		return
	}
	r := rapid.SampledFrom(all).Draw(w.t, "refund")
	to := rapid.SampledFrom([]refund.State{refund.Sent, refund.Pending, refund.NotExecuted, refund.Rejected, refund.Refunded}).Draw(w.t, "becomes")
	if w.rejected[r.ID] {
		return
	}
	if err := w.o.MarkRefund(r.ID, to, "by hand", order.ReconcilerDoor, after(w.clock)); err != nil {
		w.t.Fatal(err)
	}
	after, err := w.o.Refund(r.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.rejected[r.ID] = after.State == refund.Rejected || after.State == refund.NotExecuted
}

// decide is an operator's word about an attempt. A decision that is refused changes nothing.
func (w *walk) decide() {
	p := w.someone()
	to := rapid.SampledFrom([]payment.State{
		payment.Pending, payment.Refused, payment.Abandoned, payment.Expired, payment.Cancelled, payment.Failed, payment.Paid,
	}).Draw(w.t, "decides")
	err := w.o.ResolvePayment(p.ID, to, "kim: statement", after(w.clock))
	if err != nil {
		w.refuses(err)
		return
	}
	now, err := w.o.Payment(p.ID)
	lifted := now.Hold == payment.NoHold || (now.Hold == payment.CancelledHold && p.State != payment.Paid) // the mall gave the order up before
	if err != nil || now.State != to || !lifted || now.Doubt != (payment.Doubt{}) || count(w.o, order.Resolved) != 1 {
		w.t.Fatalf("decided as %s: %+v, %v", to, now, err)
	}
}

// decideRefund is an operator's word about a refund.
func (w *walk) decideRefund() {
	all := w.o.Snapshot().Refunds
	if len(all) == 0 {
		return
	}
	r := rapid.SampledFrom(all).Draw(w.t, "refund")
	to := rapid.SampledFrom([]refund.State{refund.Pending, refund.NotExecuted, refund.Rejected, refund.Refunded}).Draw(w.t, "decides")
	if w.rejected[r.ID] {
		return
	}
	if err := w.o.ResolveRefund(r.ID, to, "kim: statement", after(w.clock)); err != nil {
		w.refuses(err)
		return
	}
	now, err := w.o.Refund(r.ID)
	if err != nil || now.State != to || now.State.Open() || count(w.o, order.Resolved) != 1 {
		w.t.Fatalf("decided as %s: %+v, %v", to, now, err)
	}
	w.rejected[r.ID] = to != refund.Refunded
}

// refuses is a decision that the table does not allow.
func (w *walk) refuses(err error) {
	if !fault.Is(err, fault.Conflict) || count(w.o, order.Resolved) > 0 {
		w.t.Fatalf("refused with %v, and left %+v", err, w.o.Changes())
	}
}

// restart loads the order anew, without the refunds that ended.
func (w *walk) restart() {
	restored, err := order.Restore(w.o.Snapshot())
	if err != nil {
		w.t.Fatalf("what was stored cannot be loaded: %v", err)
	}
	if !reflect.DeepEqual(restored.Snapshot(), w.o.Snapshot()) {
		w.t.Fatalf("loaded %+v, stored %+v", restored.Snapshot(), w.o.Snapshot())
	}
	w.o = restored
	w.load(func(refund.Snapshot) bool { return false })
}

// load loads the order with its open refunds and those ended ones that are needed.
func (w *walk) load(needed func(refund.Snapshot) bool) {
	s := w.o.Snapshot()
	for _, r := range s.Refunds {
		w.archive[r.ID] = r
	}
	s.Refunds = nil
	for _, r := range slices.SortedFunc(maps.Values(w.archive), func(a, b refund.Snapshot) int { return a.Number - b.Number }) {
		if r.State.Open() || needed(r) {
			s.Refunds = append(s.Refunds, r)
		}
	}
	left, err := order.Restore(s)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range s.Payments {
		was, errWas := w.o.Refundable(p.ID)
		if is, err := left.Refundable(p.ID); err != nil || errWas != nil || is != was {
			w.t.Fatalf("%s: %v could be given back, and without its ended refunds %v", p.ID, was, is)
		}
	}
	w.o = left
}

// check holds one step against the rule that what is not recorded is not stored: without an event
// nothing may have changed but the times of questions.
func (w *walk) check(before order.Snapshot) {
	if len(w.o.Changes().Events) > 0 {
		return
	}
	now := w.o.Snapshot()
	for i := range now.Payments {
		now.Payments[i].AskedAt = before.Payments[i].AskedAt
	}
	isEnded := func(r refund.Snapshot) bool { return !r.State.Open() } // loaded or not
	now.Refunds, before.Refunds = slices.DeleteFunc(now.Refunds, isEnded), slices.DeleteFunc(before.Refunds, isEnded)
	if !reflect.DeepEqual(now, before) {
		w.t.Fatalf("changed without an event:\n got %+v\nfrom %+v", now, before)
	}
	if len(w.o.Changes().Movements) > 0 {
		w.t.Fatal("money moved without an event")
	}
}

func (w *walk) invariants(before, now order.Snapshot) {
	if before.Counted != "" && now.Counted != before.Counted {
		w.t.Fatalf("%s counted, now %s", before.Counted, now.Counted)
	}
	if now.Told < before.Told {
		w.t.Fatal("the mall forgot what it was told")
	}
	for i, p := range now.Payments {
		if i < len(before.Payments) {
			w.attemptInvariants(before.Payments[i], p)
		}
		if now.Counted == p.ID && p.State != payment.Paid {
			w.t.Fatalf("%s counts and is %s", p.ID, p.State)
		}
		w.moneyInvariants(p)
	}
}

func (w *walk) attemptInvariants(before, p payment.Snapshot) {
	if p.State != before.State && !before.State.MayBecome(p.State) {
		w.t.Fatalf("%s went from %s to %s", p.ID, before.State, p.State)
	}
	if before.Hold != payment.NoHold && before.Hold != payment.CancelledHold && p.Hold != before.Hold && !w.decided[p.ID] {
		w.t.Fatalf("the hold %q of %s was lifted", before.Hold, p.ID)
	}
	if before.Code != "" && p.Code != before.Code {
		w.t.Fatalf("%s changed its code from %s to %s", p.ID, before.Code, p.Code)
	}
	if (p.Amount != before.Amount && before.Quote != payment.Provisional) || p.Reference != before.Reference || p.Key != before.Key {
		w.t.Fatalf("%s changed its terms", p.ID)
	}
}

func (w *walk) moneyInvariants(p payment.Snapshot) {
	charges := 0
	for _, m := range w.movements {
		if m.Payment == p.ID && m.Kind == order.Charge {
			charges++
		}
	}
	if paid := p.State == payment.Paid; (charges == 1) != paid || charges > 1 {
		w.t.Fatalf("%s is %s and was charged %d times", p.ID, p.State, charges)
	}
	if left := balance(w.movements, p.ID); left < 0 {
		w.t.Fatalf("%d more went back of %s than was paid", -left, p.ID)
	}
	left, err := w.o.Refundable(p.ID)
	if err != nil || left.Minor() < 0 || left.Minor() > p.Amount.Minor() {
		w.t.Fatalf("%v of %s can be given back, %v", left, p.ID, err)
	}
}
