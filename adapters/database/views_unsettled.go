package database

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// openPayment are the attempts that the company has not ended, as their index says it.
const openPayment = `p.state IN ('requested', 'pending', 'authorized')`

// surplus are the paid attempts that do not count and of which something is left. Attempts are many and these
// few: each has its event, or is on hold, and both have an index.
const surplus = `p.state = 'paid' AND p.id <> o.counted_payment AND p.amount_minor > p.refunded_minor + p.returned_minor + p.disputed_minor
	AND p.id IN (SELECT e.payment_id FROM events AS e WHERE e.kind = 'surplus_found' UNION ALL SELECT h.id FROM payments AS h WHERE h.hold <> '')`

// unended are the ids of the attempts that are open, in doubt or a surplus, by an index each.
const unended = `SELECT p.id FROM payments AS p WHERE ` + openPayment + ` UNION ALL SELECT p.id FROM payments AS p WHERE p.doubt_call <> ''
	UNION ALL SELECT p.id FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE ` + surplus

type unsettledRow struct {
	OrderID, Number, MallID, PaymentID, RefundID, State, Hold string
	CredentialsVersion                                        int
	Doubtful                                                  bool
	CreatedAt                                                 time.Time
}

// Unsettled implements ports.Views.
func (v *Views) Unsettled(ctx context.Context, f ports.UnsettledFilter) ([]ports.UnsettledRow, error) {
	var refunds, payments []unsettledRow
	narrow := func(made string) func(*bun.SelectQuery) *bun.SelectQuery {
		return func(q *bun.SelectQuery) *bun.SelectQuery {
			if !f.Since.IsZero() {
				q = q.Where("? >= ?", bun.Safe(made), f.Since)
			}
			return q.Apply(equals("o.number", f.Number), equals("o.mall_id", f.Mall))
		}
	}
	err := v.db.read.NewSelect().TableExpr("refunds AS r").Join("JOIN orders AS o ON o.id = r.order_id").
		Join("JOIN payments AS p ON p.id = r.payment_id").ColumnExpr("p.credentials_version").
		ColumnExpr("o.id AS order_id, o.number, o.mall_id, r.payment_id, r.id AS refund_id, r.state, r.created_at, r.state <> 'pending' AS doubtful").
		Where(openRefund).Apply(narrow("r.created_at")).Order("doubtful DESC", "r.created_at DESC", "r.payment_id DESC", "r.id DESC").Scan(ctx, &refunds)
	if err != nil {
		return nil, fault.Wrap(surely(err), "list open refunds")
	}
	open := v.db.read.NewSelect().TableExpr("payments AS p").Join("JOIN orders AS o ON o.id = p.order_id").
		ColumnExpr("o.id AS order_id, o.number, o.mall_id, p.id AS payment_id, p.credentials_version, p.state, p.hold, p.created_at, p.doubt_call <> '' AS doubtful").
		Apply(narrow("p.created_at")).Order("doubtful DESC", "p.created_at DESC", "p.id DESC")
	if f.Number == "" {
		open = open.Where("p.id IN (" + unended + ")")
	}
	if err := open.Scan(ctx, &payments); err != nil {
		return nil, fault.Wrap(surely(err), "list open payments")
	}
	list := make([]ports.UnsettledRow, 0, len(refunds)+len(payments))
	for _, r := range append(refunds, payments...) {
		list = append(list, ports.UnsettledRow{
			OrderID: order.ID(r.OrderID), Order: order.Number(r.Number), Mall: merchant.MallID(r.MallID), Payment: payment.ID(r.PaymentID),
			Refund: refund.ID(r.RefundID), Version: r.CredentialsVersion, State: r.State, Doubtful: r.Doubtful, Hold: r.Hold, CreatedAt: r.CreatedAt.UTC(),
		})
	}
	return list, nil
}
