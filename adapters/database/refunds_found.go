package database

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"paybridge/domain/order"
	"paybridge/ports"
)

// What a RefundQuery names, as conditions on the refunds r of an order.
const (
	ofPurpose = "r.purpose = ?"
	ofID      = "r.purpose = (SELECT s.purpose FROM refunds AS s WHERE s.id = ?)"
	ofCode    = "r.code = ? AND r.code <> ''"
	newestOf  = "r.position = (SELECT max(s.position) FROM refunds AS s WHERE s.order_id = r.order_id AND s.reason = 'mall' AND s.amount_minor = ?)"
)

// condition is one reason to load refunds that ended.
type condition struct {
	text  string
	value string
}

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

// refundsOf reads the open refunds of an order and those that are asked for, oldest first. Each reason is
// a question of its own, which has an index: all of them in one condition would have none.
func refundsOf(ctx context.Context, tx bun.Tx, id order.ID, with []ports.RefundQuery) ([]refundRow, error) {
	var rows []refundRow
	ofOrder := func() *bun.SelectQuery { return tx.NewSelect().Model((*refundRow)(nil)).Where("r.order_id = ?", id) }
	q := tx.NewSelect().Model(&rows).Where("r.order_id = ?", id).Where(openRefund)
	asked := []string{string(id)}
	for _, c := range conditions(with) {
		q, asked = q.UnionAll(ofOrder().Where(c.text, c.value)), append(asked, c.value)
	}
	if err := q.Scan(askedFor(ctx, asked...)); err != nil {
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
			join, values = join+" OR "+c.text, append(values, c.value)
		}
		return q.Join(join+")", values...)
	}
}
