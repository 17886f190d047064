package command

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"paybridge/application/status"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

const (
	// rebuildWalk names the cursor of the rebuild.
	rebuildWalk = "rebuild read model"
	// rebuildStride is how many orders are read at once. What was read grows old until it is written, so
	// strides are short; the version guard does the rest.
	rebuildStride = 500
	// rebuildHands is how many statuses are written at once.
	rebuildHands = 16
	// rebuildReports is how often progress is told.
	rebuildReports = time.Second
)

// RebuildReadModel fills the read model of status questions from the database.
type RebuildReadModel struct {
	Restart  bool          // begin anew, although an earlier rebuild broke off
	Prune    bool          // afterwards, forget what nobody can ask for any more
	Progress func(Rebuilt) // hears once a second how far it is; nil: nobody does
}

// Rebuilt is how far a rebuild has come.
type Rebuilt struct {
	Embedded bool // there is no read model that outlives the service: nothing was done
	Resumed  bool // it went on where an earlier one broke off
	Orders   int  // met on the way: those whose latest request was synchronous
	Written  int
	Newer    int // the read model knew better already
	Expired  int // the mall cannot ask for them any more
	Pruned   int
	Took     time.Duration // on the way; pruning comes after it
}

// RebuildReadModelHandler walks through all orders, the newest first, and writes what a status question
// about each is answered with now. Everybody else may go on writing: nobody replaces a newer version.
type RebuildReadModelHandler struct {
	View        ports.StatusView
	Projections ports.Projections
	Clock       ports.Clock
	// Ping reaches for the read model; nil when it lives in the service's own process, or nowhere.
	Ping func(ctx context.Context) error
}

// rebuild is one run.
type rebuild struct {
	RebuildReadModelHandler
	RebuildReadModel
	done  Rebuilt
	begun time.Time
	told  time.Time // when somebody heard of it last
}

// Handle rebuilds. What was done is returned beside an error too; run again, it goes on from there.
// Unavailable when the read model or the database is away.
func (h RebuildReadModelHandler) Handle(ctx context.Context, in RebuildReadModel) (Rebuilt, error) {
	if h.Ping == nil {
		return Rebuilt{Embedded: true}, nil
	}
	if err := h.Ping(ctx); err != nil { // where there is nothing to write, nobody would notice
		return Rebuilt{}, err
	}
	now := h.Clock.Now()
	r := &rebuild{RebuildReadModelHandler: h, RebuildReadModel: in, begun: now, told: now}
	err := r.walk(ctx)
	r.done.Took = h.Clock.Now().Sub(r.begun)
	if err == nil && in.Prune {
		r.done.Pruned, err = h.View.Prune(ctx, h.stale)
	}
	return r.done, err
}

// walk goes the whole way, or the rest of it, and keeps its place after every stride.
func (r *rebuild) walk(ctx context.Context) error {
	place, err := r.start(ctx)
	if err != nil {
		return err
	}
	for more := true; more; more = place != "" {
		var met []*order.Order
		if met, place, err = r.Projections.Next(ctx, place, rebuildStride); err != nil {
			return err
		}
		if err := r.write(ctx, met); err != nil {
			return err
		}
		if err := r.keep(ctx, place); err != nil {
			return err
		}
		r.tell()
	}
	return nil
}

// keep stores how far the walk is. Where only the running service may write, the walk goes on without;
// when it breaks off, the next one begins anew.
func (r *rebuild) keep(ctx context.Context, place order.ID) error {
	err := r.Projections.SetCursor(ctx, rebuildWalk, place)
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

func (r *rebuild) start(ctx context.Context) (order.ID, error) {
	if r.Restart {
		return "", nil
	}
	place, err := r.Projections.Cursor(ctx, rebuildWalk)
	r.done.Resumed = place != ""
	return place, err
}

// write writes a stride with many hands. The first error stops them all.
func (r *rebuild) write(ctx context.Context, met []*order.Order) error {
	writing, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var written, newer atomic.Int64
	var hands sync.WaitGroup
	queue := make(chan ports.PaymentStatus)
	for range min(rebuildHands, len(met)) {
		hands.Go(func() {
			for s := range queue {
				switch stored, err := r.View.Put(writing, s); {
				case err != nil:
					stop(err) // the others end by it; the first cause stays
				case stored:
					written.Add(1)
				default:
					newer.Add(1)
				}
			}
		})
	}
	for _, o := range met {
		r.done.Orders++
		if !status.Answerable(o, r.Clock.Now()) {
			r.done.Expired++
			continue
		}
		queue <- status.Of(o)
	}
	close(queue)
	hands.Wait()
	r.done.Written += int(written.Load())
	r.done.Newer += int(newer.Load())
	return context.Cause(writing)
}

func (r *rebuild) tell() {
	now := r.Clock.Now()
	if r.Progress == nil || now.Sub(r.told) < rebuildReports {
		return
	}
	r.told = now
	r.done.Took = now.Sub(r.begun)
	r.Progress(r.done)
}

// stale names the orders that nobody can ask for: those that the database does not have, and those
// whose time is over.
func (h RebuildReadModelHandler) stale(ctx context.Context, held []ports.PaymentStatus) (map[order.ID]bool, error) {
	stale, ids := map[order.ID]bool{}, make([]order.ID, len(held))
	for i, s := range held {
		stale[s.Order], ids[i] = true, s.Order
	}
	found, err := h.Projections.Among(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, o := range found {
		stale[o.Snapshot().ID] = !status.Answerable(o, h.Clock.Now())
	}
	return stale, nil
}
