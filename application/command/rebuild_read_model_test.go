package command_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// numbered makes a request one of the n-th order, which the mall asks for.
func numbered(n int) edit {
	return func(in *command.CreateCheckout) {
		in.Number, in.Request.Way = order.Number(fmt.Sprintf("20261122-%07d", n)), order.Sync
	}
}

// many opens orders of a mall that asks.
func (w *world) many(n int) {
	w.t.Helper()
	for i := range n {
		w.open(numbered(i + 1))
	}
}

// keyOf is what the mall asks for the n-th order by.
func (w *world) keyOf(n int) ports.StatusKey {
	w.t.Helper()
	k := order.Key{Mall: mallID, Shop: 1, Number: order.Number(fmt.Sprintf("20261122-%07d", n))}
	o, err := w.store.Orders().Get(w.t.Context(), ports.OrderQuery{Key: k})
	w.must(err)
	return ports.StatusKey(o.Snapshot().StatusKey)
}

// rebuilt runs a rebuild that must succeed.
func (w *world) rebuilt(in command.RebuildReadModel) command.Rebuilt {
	w.t.Helper()
	done, err := w.rebuild.Handle(w.t.Context(), in)
	w.must(err)
	return done
}

// brokenOff runs a rebuild whose read model goes away after n writes, and lets the view come back.
func (w *world) brokenOff(n int) command.Rebuilt {
	w.t.Helper()
	w.window.breakAfter(n)
	done, err := w.rebuild.Handle(w.t.Context(), command.RebuildReadModel{})
	w.wantFault(err, fault.Unavailable, "status_view_down")
	w.window.goAway(false)
	return done
}

// shows checks what the read model holds under a key.
func (w *world) shows(key ports.StatusKey, paid bool) {
	w.t.Helper()
	s, err := w.window.Get(w.t.Context(), key)
	w.must(err)
	same(w, "paid", s.Paid, paid)
}

// forgot checks that the read model holds nothing under a key.
func (w *world) forgot(key ports.StatusKey) {
	w.t.Helper()
	_, err := w.window.Get(w.t.Context(), key)
	w.wantFault(err, fault.NotFound, "status_not_found")
}

func TestARebuildShowsWhatTheDatabaseSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(3)
	w.open() // asynchronous: nobody asks
	for _, n := range []int{1, 2} {
		w.settle(n, payment.Paid)
		w.approved(command.ApprovePayment{Key: w.keyOf(n)})
	}
	w.must(w.window.Remove(t.Context(), w.keyOf(1)))
	same(w, "done", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Orders: 3, Written: 3})
	w.shows(w.keyOf(1), true)
	w.shows(w.keyOf(2), true)
	w.shows(w.keyOf(3), false)
	w.forgot(w.key())
}

func TestARebuildPassesOverWhatNobodyCanAskForAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(2)
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Key: w.keyOf(1)})
	w.clock.Advance(time.Hour)
	same(w, "done an hour later", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Orders: 2, Written: 1, Expired: 1})
	w.clock.Advance(7 * 24 * time.Hour)
	same(w, "done a week later", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Orders: 2, Expired: 2})
}

func TestARebuildNeverReplacesANewerVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(1)
	_, err := w.window.Put(t.Context(), ports.PaymentStatus{Key: w.keyOf(1), Version: 1000, Paid: true})
	w.must(err)
	same(w, "done", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Orders: 1, Newer: 1})
	w.shows(w.keyOf(1), true)
}

func TestARebuildThatBrokeOffGoesOnWhereItWasUnlessItIsToBeginAnew(t *testing.T) {
	t.Parallel()
	const all, stride = 1200, 500
	w := newWorld(t)
	w.many(all)
	w.brokenOff(stride + 100) // within the second stride
	same(w, "the rest", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Resumed: true, Orders: all - stride, Written: all - stride})
	for _, n := range []int{1, stride, stride + 1, all} {
		w.shows(w.keyOf(n), false)
	}
	same(w, "after the end it begins anew", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Orders: all, Written: all})
	w.brokenOff(stride + 100)
	same(w, "begun anew", w.rebuilt(command.RebuildReadModel{Restart: true}), command.Rebuilt{Orders: all, Written: all})
}

func TestARebuildThatBrokeOffAtItsFirstWriteHasNoPlaceToGoOnFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(30)
	same(w, "written", w.brokenOff(1).Written, 1)
	same(w, "resumed", w.rebuilt(command.RebuildReadModel{}).Resumed, false)
}

func TestPruningRemovesWhatHasNoRowOrIsOverAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(3)
	w.settle(1, payment.Paid)
	w.approved(command.ApprovePayment{Key: w.keyOf(1)})
	w.rebuilt(command.RebuildReadModel{})
	w.open(numbered(3), logKey("now asynchronous"), func(in *command.CreateCheckout) { in.Request.Way = order.Async })
	ghost := ports.PaymentStatus{Key: "ghost", Order: "in no database", Paid: true}
	late := ports.PaymentStatus{Key: "late", Order: w.paidOrder(), Paid: true} // kept longer than its key lives
	for _, s := range []ports.PaymentStatus{ghost, late} {
		_, err := w.window.Put(t.Context(), s)
		w.must(err)
	}
	same(w, "pruned", w.rebuilt(command.RebuildReadModel{Prune: true}), command.Rebuilt{Orders: 2, Written: 2, Pruned: 2})
	w.forgot("ghost")
	w.forgot(w.keyOf(3))
	w.shows("late", true)
	w.shows(w.keyOf(1), true)
	w.shows(w.keyOf(2), false)
	w.clock.Advance(time.Hour)
	same(w, "pruned an hour later", w.rebuilt(command.RebuildReadModel{Prune: true}).Pruned, 1)
	w.forgot("late")
}

// paidOrder is the id of the first of many.
func (w *world) paidOrder() order.ID {
	w.t.Helper()
	o, err := w.store.Orders().Get(w.t.Context(), ports.OrderQuery{StatusKey: w.keyOf(1)})
	w.must(err)
	return o.Snapshot().ID
}

// slowWay takes time for every stretch of the way.
type slowWay struct {
	ports.Projections
	pass func()
}

// Next implements ports.Projections.
func (s slowWay) Next(ctx context.Context, after order.ID, n int) ([]*order.Order, order.ID, error) {
	s.pass()
	return s.Projections.Next(ctx, after, n)
}

// held are projections of a database that only another process may write.
type held struct{ ports.Projections }

// SetCursor implements ports.Projections.
func (held) SetCursor(context.Context, string, order.ID) error {
	return fault.New(fault.Conflict, "database_in_use", "the database is in use by another process")
}

func TestARebuildWithoutAPlaceToKeepGoesOnToItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(600)
	w.rebuild.Projections = held{w.rebuild.Projections}
	same(w, "done", w.rebuilt(command.RebuildReadModel{}), command.Rebuilt{Orders: 600, Written: 600})
}

func TestARebuildTellsOnceASecondHowFarItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(1200)
	w.rebuild.Projections = slowWay{w.rebuild.Projections, func() { w.clock.Advance(400 * time.Millisecond) }}
	var told []command.Rebuilt
	done := w.rebuilt(command.RebuildReadModel{Progress: func(so command.Rebuilt) { told = append(told, so) }})
	want := []command.Rebuilt{{Orders: 1200, Written: 1200, Took: 1200 * time.Millisecond}}
	if !slices.Equal(told, want) {
		t.Errorf("told %+v", told)
	}
	same(w, "took", done.Took, 1600*time.Millisecond)
}

func TestAReadModelThatIsAwayIsNotRebuiltThoughThereIsNothingToWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rebuild.Ping = func(context.Context) error { return fault.New(fault.Unavailable, "status_view_down", "away") }
	_, err := w.rebuild.Handle(t.Context(), command.RebuildReadModel{})
	w.wantFault(err, fault.Unavailable, "status_view_down")
}

func TestWithoutAReadModelThatOutlivesTheServiceNothingIsRebuilt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(1)
	w.rebuild.Ping = nil
	same(w, "done", w.rebuilt(command.RebuildReadModel{Prune: true}), command.Rebuilt{Embedded: true})
	w.forgot(w.keyOf(1))
}
