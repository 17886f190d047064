package database

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// pageSize is how many rows a list has when nothing else is asked for.
const pageSize = 50

// Views implements ports.Views.
type Views struct {
	db      *DB
	clock   ports.Clock
	columns string // of an attempt with its order
}

// NewViews returns the lists of a database; clock says what is due.
func NewViews(db *DB, clock ports.Clock) *Views {
	return &Views{db: db, clock: clock, columns: columns[orderRow](db, "o") + ", " + columns[paymentRow](db, "p", "request", "pay_request")}
}

// told are the names of order.Told.
func told(t uint8) string {
	switch order.Told(t) {
	case order.ToldUnpaid:
		return "unpaid"
	case order.ToldPaid:
		return "paid"
	case order.ToldNothing:
	}
	return "nothing"
}

// Payments implements ports.Views.
func (v *Views) Payments(ctx context.Context, f ports.PaymentFilter) ([]ports.PaymentRow, error) {
	var rows []struct {
		Order   orderRow   `bun:"embed:o_"`
		Payment paymentRow `bun:"embed:p_"`
		Dead    int64
	}
	err := v.db.read.NewSelect().Model(&rows).ModelTableExpr("orders AS o").ColumnExpr(v.columns).
		ColumnExpr("coalesce((SELECT max(j.id) FROM outbox AS j WHERE j.order_id = o.id AND j.payment_id = p.id AND j.state = 'dead' AND j.peer LIKE 'mall:%'), 0) AS dead").
		Join("JOIN payments AS p ON p.order_id = o.id").
		Apply(equals("o.mall_id", f.Mall), equals("o.number", f.Number), equals("p.state", f.State)).
		Order("p.created_at DESC", "p.id DESC").Limit(int64(cmp.Or(f.Limit, pageSize))).Scan(ctx)
	if err != nil {
		return nil, fault.Wrap(surely(err), "list payments")
	}
	list := make([]ports.PaymentRow, len(rows))
	for i, row := range rows {
		o, p := row.Order, row.Payment
		list[i] = ports.PaymentRow{
			Order: order.Number(o.Number), Mall: merchant.MallID(o.MallID), Shop: o.ShopNo, Attempt: p.Attempt,
			State: p.State, Doubt: p.DoubtCall, Hold: p.Hold, Amount: decimal(p.AmountMinor, p.Currency), Currency: p.Currency,
			Code: p.Code, Counted: o.CountedPayment == p.ID, Told: told(o.Told), Dead: row.Dead,
			CreatedAt: p.CreatedAt.UTC(), ChangedAt: p.ChangedAt.UTC(),
		}
	}
	return list, nil
}

// Ledger implements ports.Views.
func (v *Views) Ledger(ctx context.Context, number order.Number, mall merchant.MallID) ([]ports.LedgerRow, error) {
	var rows []struct {
		eventRow `bun:",extend"`

		Number     string
		MallID     string
		Attempt    int
		Code       string
		RefundNo   int
		RefundCode string
	}
	err := v.db.read.NewSelect().Model(&rows).ColumnExpr("e.*").ColumnExpr("o.number, o.mall_id, p.attempt, p.code, r.position AS refund_no, r.code AS refund_code").
		Join("JOIN orders AS o ON o.id = e.order_id").Join("LEFT JOIN payments AS p ON p.id = e.payment_id").
		Join("LEFT JOIN refunds AS r ON r.id = e.refund_id").
		Where("o.number = ?", number).Apply(equals("o.mall_id", mall)).
		Order("e.occurred_at", "e.order_id", "e.seq").Scan(ctx)
	if err != nil {
		return nil, fault.Wrap(surely(err), "read the ledger of order %s", number)
	}
	ledger := make([]ports.LedgerRow, len(rows))
	for i, e := range rows {
		ledger[i] = ports.LedgerRow{
			Order: order.Number(e.Number), Mall: merchant.MallID(e.MallID), Sequence: e.Seq, Event: e.Kind, Attempt: e.Attempt,
			Refund: refund.ID(e.RefundID), RefundNo: e.RefundNo, Code: e.Code, RefundCode: e.RefundCode,
			From: e.FromState, To: e.ToState, Door: e.Door, Note: e.Note, Trace: e.TraceID, At: e.OccurredAt.UTC(),
		}
		if e.AmountMinor != nil && e.Currency != nil {
			ledger[i].Amount, ledger[i].Currency = decimal(*e.AmountMinor, *e.Currency), *e.Currency
		}
	}
	return ledger, nil
}

// Notices implements ports.Views. What calls a mall is a notice.
func (v *Views) Notices(ctx context.Context, f ports.NoticeFilter) ([]ports.NoticeRow, error) {
	var rows []struct {
		jobRow `bun:",extend"`

		Number string
		MallID string
	}
	err := v.db.read.NewSelect().Model(&rows).ColumnExpr("j.*").ColumnExpr("o.number, o.mall_id").
		Join("JOIN orders AS o ON o.id = j.order_id").Where("j.peer LIKE 'mall:%'").
		Apply(equals("j.id", f.ID), equals("j.state", f.State), equals("o.number", f.Number), equals("o.mall_id", f.Mall)).
		Order("j.id DESC").Limit(int64(cmp.Or(f.Limit, pageSize))).Scan(ctx)
	if err != nil {
		return nil, fault.Wrap(surely(err), "list notices")
	}
	list := make([]ports.NoticeRow, len(rows))
	for i, j := range rows {
		list[i] = ports.NoticeRow{
			ID: j.ID, Key: j.Key, Kind: j.Kind, State: j.State, OrderID: order.ID(j.OrderID), Payment: payment.ID(j.PaymentID), Refund: refund.ID(j.RefundID),
			Order: order.Number(j.Number),
			Mall:  merchant.MallID(j.MallID), Try: j.Try, NextAt: j.RunAt.UTC(), LastTry: j.LastTry.UTC(), LastWord: j.LastWord,
			URL: j.URL, Body: string(j.Body), Enqueued: j.EnqueuedAt.UTC(),
		}
	}
	return list, nil
}

// Backlog implements ports.Views.
func (v *Views) Backlog(ctx context.Context) (ports.Backlog, error) {
	const query = `SELECT
		(SELECT count(*) FROM outbox WHERE ` + open + ` AND state = 'ready') AS ready,
		(SELECT count(*) FROM outbox WHERE state = 'running') AS running,
		(SELECT count(*) FROM outbox WHERE state = 'dead') AS dead,
		(SELECT min(run_at) FROM outbox WHERE ` + open + ` AND run_at <= ?0 AND (lease_until IS NULL OR lease_until <= ?0)) AS oldest_due,
		(SELECT count(*) FROM payments WHERE doubt_call <> '') AS doubtful,
		(SELECT count(*) FROM payments WHERE hold <> '') AS held,
		(SELECT count(*) FROM webhooks WHERE order_id = '') AS parked,
		(SELECT count(*) FROM payments AS p WHERE ` + openPayment + `) AS open_payments,
		(SELECT count(*) FROM payments AS p WHERE ` + openPayment + ` AND p.doubt_call <> '') AS doubtful_payments,
		(SELECT min(p.created_at) FROM payments AS p WHERE ` + openPayment + `) AS oldest_payment,
		(SELECT count(*) FROM refunds AS r WHERE ` + openRefund + `) AS open_refunds,
		(SELECT count(*) FROM refunds AS r WHERE ` + openRefund + ` AND r.state <> 'pending') AS doubtful_refunds,
		(SELECT min(r.created_at) FROM refunds AS r WHERE ` + openRefund + `) AS oldest_refund`
	var row struct {
		Ready, Running, Dead   int64
		OldestDue              time.Time
		Doubtful, Held, Parked int64

		OpenPayments, DoubtfulPayments, OpenRefunds, DoubtfulRefunds int64
		OldestPayment, OldestRefund                                  time.Time
	}
	if err := v.db.read.NewRaw(query, v.clock.Now()).Scan(ctx, &row); err != nil {
		return ports.Backlog{}, fault.Wrap(surely(err), "count the backlog")
	}
	return ports.Backlog{
		Ready: row.Ready, Running: row.Running, Dead: row.Dead, OldestDue: row.OldestDue.UTC(),
		Doubtful: row.Doubtful, Held: row.Held, Parked: row.Parked,
		Payments: ports.Unsettled{Open: row.OpenPayments, Doubtful: row.DoubtfulPayments, Oldest: row.OldestPayment.UTC()},
		Refunds:  ports.Unsettled{Open: row.OpenRefunds, Doubtful: row.DoubtfulRefunds, Oldest: row.OldestRefund.UTC()},
	}, nil
}

// equals filters a column by a value, and not at all by the zero value.
func equals[V comparable](column string, value V) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if value == *new(V) {
			return q
		}
		return q.Where("? = ?", bun.Safe(column), value)
	}
}

func decimal(minor int64, currency string) string {
	m, err := money.FromMinor(minor, money.Currency(currency))
	if err != nil {
		return ""
	}
	return m.String()
}
