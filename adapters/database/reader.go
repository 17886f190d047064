package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

const scope = "paybridge/adapters/database" // of spans

// readBudget is for what is read for several: as long as a request may take.
const readBudget = 5 * time.Second

// reader wants to see the order of a status key. While the read model is away every status question comes to
// the database: readers who meet ask together, which costs each a fraction of a question of its own.
type reader struct {
	key  ports.StatusKey
	by   trace.SpanContext // of the one who asked for it, when that was another one
	seen *order.Order
	err  error
}

// byStatusKey reads the order of a key, together with those of others who ask just then.
func (r *Orders) byStatusKey(ctx context.Context, key ports.StatusKey) (*order.Order, error) {
	begun := time.Now()
	me := &reader{key: key, err: errNotServed}
	if !r.readers.take(ctx, struct{}{}, me, func(together []*reader) { r.read(ctx, together) }) {
		me.err = surely(ctx.Err())
	}
	if me.by.IsValid() {
		_, span := trace.SpanFromContext(ctx).TracerProvider().Tracer(scope).Start(ctx, "SELECT orders", trace.WithTimestamp(begun),
			trace.WithSpanKind(trace.SpanKindClient), trace.WithLinks(trace.Link{SpanContext: me.by}), trace.WithAttributes(semconv.DBOperationName("SELECT")))
		span.End()
	}
	return me.seen, fault.Wrap(me.err, "read an order by its key")
}

// read asks for the orders of all these readers at once. An order that cannot be read is asked for alone, so
// that no other reader suffers from it.
func (r *Orders) read(ctx context.Context, together []*reader) {
	for _, one := range together[1:] {
		one.by = trace.SpanContextFromContext(ctx)
	}
	ctx, cancel := forAll(ctx, len(together), readBudget)
	defer cancel()
	found, err := r.ofStatusKeys(ctx, together)
	if len(together) > 1 && separable(err) {
		for i := range together {
			r.read(ctx, together[i:i+1])
		}
		return
	}
	for _, one := range together {
		one.seen, one.err = nil, err
		if err != nil {
			continue
		}
		o, is := found[one.key]
		if !is {
			one.err = surely(sql.ErrNoRows)
			continue
		}
		one.seen, one.err = order.Restore(o) // a copy for each: it is theirs to change
	}
}

func (r *Orders) ofStatusKeys(ctx context.Context, together []*reader) (map[ports.StatusKey]order.Snapshot, error) {
	keys := make([]string, len(together))
	for i, one := range together {
		keys[i] = string(one.key)
	}
	wanted, err := json.Marshal(keys) // one text, so that the question has one shape for any number of readers
	if err != nil {
		return nil, fault.Of(err)
	}
	among := "o.status_key IN (SELECT value FROM json_each(?))"
	if r.db.postgres() {
		among = "o.status_key = ANY (ARRAY(SELECT json_array_elements_text(?)))"
	}
	all, err := r.list(askedFor(ctx, string(wanted)), ports.OrderQuery{}, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where(among, string(wanted)).Where("o.status_key <> ''") // as its index says
	})
	found := make(map[ports.StatusKey]order.Snapshot, len(all))
	for _, o := range all {
		s := o.Snapshot()
		found[ports.StatusKey(s.StatusKey)] = s
	}
	return found, err
}
