package command

import (
	"context"
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

const (
	// reconcileHands is how many questions are asked at once: as many as the service itself asks one company.
	reconcileHands = 8
	// reconcileReports is how often progress is told.
	reconcileReports = time.Second
	// reconcileNames is how many of those that are left are named: a person looks at them one by one.
	reconcileNames = 50
)

// Reconcile asks the companies now about what they have not ended.
type Reconcile struct {
	Number   order.Number     // only the orders of that number, and all their attempts; empty: everything open
	Since    time.Time        // only what was made then or later
	Ago      time.Duration    // ... or that long ago at most
	DryRun   bool             // only look what there is to ask
	Progress func(Reconciled) // hears once a second how far it is; nil: nobody does
}

// Reconciled is how far it is.
type Reconciled struct {
	Payments, Refunds int // that there are to look at
	Asked             int // that the company answered about
	Settled           int // of them, those that were open and have ended
	Open              int // of them, those that are open still
	Held              int // on hold: they wait for a person
	Silent            map[string]int
	Left              []ports.UnsettledRow // what a dry run would have asked; else the first that are open still or could not be asked about
	Took              time.Duration
}

// Unasked counts what the company could not be asked about.
func (r Reconciled) Unasked() int {
	n := 0
	for _, of := range r.Silent {
		n += of
	}
	return n
}

// ReconcileHandler does at once, for a person, what the asking tasks do in their own time. Both may ask at
// the same time: answers are facts.
type ReconcileHandler struct {
	Asking ReconcilePaymentHandler
	Views  ports.Views
}

// Handle asks. What was learned is returned beside an error too. Conflict "database_in_use" where only
// another process may write.
func (h ReconcileHandler) Handle(ctx context.Context, in Reconcile) (Reconciled, error) {
	now := h.Asking.Clock.Now()
	if in.Ago > 0 {
		in.Since = now.Add(-in.Ago)
	}
	rows, err := h.Views.Unsettled(ctx, ports.UnsettledFilter{Number: in.Number, Since: in.Since})
	if err != nil {
		return Reconciled{}, err
	}
	r := &reconciliation{ReconcileHandler: h, Reconcile: in, begun: now, told: now, done: Reconciled{Silent: map[string]int{}}}
	for _, row := range rows {
		r.count(row)
	}
	if in.DryRun {
		r.done.Left = rows
		return r.done, nil
	}
	err = r.all(ctx, rows)
	r.done.Took = h.Asking.Clock.Now().Sub(r.begun)
	return r.done, err
}

// reconciliation is one run.
type reconciliation struct {
	ReconcileHandler
	Reconcile

	mu    sync.Mutex
	done  Reconciled
	begun time.Time
	told  time.Time // when somebody heard of it last
}

func (r *reconciliation) count(row ports.UnsettledRow) {
	if row.Refund == "" {
		r.done.Payments++
	} else {
		r.done.Refunds++
	}
	if row.Hold != "" {
		r.done.Held++
	}
}

// all asks with many hands, in the order of the rows. An error of our own side stops them all.
func (r *reconciliation) all(ctx context.Context, rows []ports.UnsettledRow) error {
	asking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan ports.UnsettledRow)
	var hands sync.WaitGroup
	for range min(reconcileHands, len(rows)) {
		hands.Go(func() {
			for row := range queue {
				if err := r.one(asking, row); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, row := range rows {
		if asking.Err() != nil {
			break
		}
		queue <- row
	}
	close(queue)
	hands.Wait()
	return context.Cause(asking)
}

// one asks about a row. What kept the company from answering is noted, and no reason to stop.
func (r *reconciliation) one(ctx context.Context, row ports.UnsettledRow) error {
	if row.Hold != "" && r.Number == "" {
		return nil // a question does not lift a hold
	}
	open, err := r.ask(ctx, row)
	if err != nil && (ctx.Err() != nil || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Internal)) {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if (err != nil || open) && len(r.done.Left) < reconcileNames {
		r.done.Left = append(r.done.Left, row)
	}
	switch {
	case err != nil:
		r.done.Silent[fault.Of(err).Message]++
	case open:
		r.done.Asked, r.done.Open = r.done.Asked+1, r.done.Open+1
	case r.wasOpen(row):
		r.done.Asked, r.done.Settled = r.done.Asked+1, r.done.Settled+1
	default:
		r.done.Asked++
	}
	r.tell()
	return nil
}

// ask reports whether it is open still.
func (r *reconciliation) ask(ctx context.Context, row ports.UnsettledRow) (bool, error) {
	before, err := r.Asking.Orders.Get(ctx, ports.OrderQuery{ID: row.OrderID, With: ports.RefundQuery{ID: row.Refund}})
	if err != nil {
		return false, err
	}
	if row.Refund != "" {
		return r.askRefund(ctx, before, row)
	}
	p, err := before.Payment(row.Payment)
	if err != nil {
		return false, err
	}
	ctx, end := r.Asking.Trace.Join(ctx, p.Trace, "reconcile payment")
	after, err := r.Asking.Ask(ctx, before.Snapshot(), p, order.ReconcilerDoor)
	end(err)
	if err != nil {
		return false, err
	}
	known := p.Code != ""
	if p, err = after.Payment(row.Payment); err != nil {
		return false, err
	}
	if p.Code != "" && !known {
		_, err = r.Asking.join(ctx, after.Snapshot(), p)
	}
	return openPayment(p.State) || p.Doubt.Call != payment.NoCall || after.Snapshot().Surplus(p), err
}

func (r *reconciliation) askRefund(ctx context.Context, before *order.Order, row ports.UnsettledRow) (bool, error) {
	f, err := before.Refund(row.Refund)
	if err != nil {
		return false, err
	}
	ctx, end := r.Asking.Trace.Join(ctx, f.Trace, "reconcile refund")
	after, err := r.Asking.AskRefund(ctx, before.Snapshot(), f, order.ReconcilerDoor)
	end(err)
	if err != nil {
		return false, err
	}
	f, err = after.Refund(row.Refund)
	return f.State.Open(), err
}

func openPayment(s payment.State) bool { return !s.Closed() && s != payment.Paid }

// wasOpen reports that a row was listed because it had not ended, not because a person named its order.
func (r *reconciliation) wasOpen(row ports.UnsettledRow) bool {
	s, err := payment.ParseState(row.State)
	return r.Number == "" || row.Refund != "" || row.Doubtful || err == nil && openPayment(s)
}

func (r *reconciliation) tell() {
	now := r.Asking.Clock.Now()
	if r.Progress == nil || now.Sub(r.told) < reconcileReports {
		return
	}
	r.told = now
	so := r.done
	so.Took = now.Sub(r.begun)
	r.Progress(so)
}
