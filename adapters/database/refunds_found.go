package database

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"paybridge/domain/order"
	"paybridge/ports"
)

// What a RefundQuery names, as conditions on the refunds r of the order ?0. Each leads to few rows by itself:
// what is left to the planner may be looked up among all refunds of the order.
const (
	ofPurpose = "r.order_id = ?0 AND r.purpose = ?1"
	ofID      = "r.order_id = ?0 AND r.purpose = (SELECT s.purpose FROM refunds AS s WHERE s.id = ?1)"
	ofCode    = "r.order_id = ?0 AND r.code = ?1 AND r.code <> ''"
	newestOf  = "r.id = (SELECT s.id FROM refunds AS s WHERE s.order_id = ?0 AND s.reason = 'mall' AND s.amount_minor = ?1 ORDER BY s.position DESC LIMIT 1)"
)

// condition is one reason to load refunds that ended.
type condition struct {
	text  string
	value string
}

// of is the condition on the refunds of an order: its id, or a column that holds it.
func (c condition) of(order any) schema.QueryWithArgs { return bun.SafeQuery(c.text, order, c.value) }

func conditions(with []ports.RefundQuery) []condition {
	var all []condition
	for _, by := range with {
		if by.Purpose != "" {
			all = append(all, condition{ofPurpose, string(by.Purpose)})
		}
		if by.ID != "" {
			all = append(all, condition{ofID, string(by.ID)})
		}
		if by.Code != "" {
			all = append(all, condition{ofCode, by.Code})
		}
		if by.Like.IsPositive() {
			all = append(all, condition{newestOf, strconv.FormatInt(by.Like.Minor(), 10)}) // a text to both databases, read as a number
		}
	}
	return all
}

// texts are what the conditions are asked with.
func texts(all []condition) (values []string) {
	for _, c := range all {
		values = append(values, c.value)
	}
	return values
}

// refundsOf reads the open refunds of an order and those that are asked for, oldest first. Each reason is
// a question of its own, which has an index: all of them in one condition would have none.
func refundsOf(ctx context.Context, tx bun.Tx, id order.ID, with []ports.RefundQuery) ([]refundRow, error) {
	var rows []refundRow
	q := tx.NewSelect().Model(&rows).Where("r.order_id = ?", id).Where(openRefund)
	reasons := conditions(with)
	for _, c := range reasons {
		q = q.UnionAll(tx.NewSelect().Model((*refundRow)(nil)).Where("?", c.of(id)))
	}
	if err := q.Scan(askedFor(ctx, append(texts(reasons), string(id))...)); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b refundRow) int { return cmp.Compare(a.Position, b.Position) })
	return slices.CompactFunc(rows, func(a, b refundRow) bool { return a.ID == b.ID }), nil
}

// joinRefunds joins the same to orders o, where one statement has to read everything.
func joinRefunds(with ports.RefundQuery) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		join := "LEFT JOIN refunds AS r ON r.order_id = o.id AND (" + openRefund
		var values []any
		for _, c := range conditions([]ports.RefundQuery{with}) {
			join, values = join+" OR ?", append(values, c.of(bun.Safe("o.id")))
		}
		return q.Join(join+")", values...)
	}
}
