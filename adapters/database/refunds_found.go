package database

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"paybridge/domain/order"
	"paybridge/ports"
)

// condition is one kind of reason to load refunds r that ended, of the order ?0: text holds for those that are in the
// list ?1, which has one element for each value ?1. It leads to few rows by itself: what is left to the planner
// may be looked up among all refunds of the order.
type condition struct {
	text, element string
	values        []string
}

// conditions are what the queries name, each kind once.
func conditions(with []ports.RefundQuery) []condition {
	purpose := condition{text: "r.order_id = ?0 AND r.purpose IN (?1)", element: "?1"}
	id := condition{text: "r.order_id = ?0 AND r.purpose IN (?1)", element: "(SELECT s.purpose FROM refunds AS s WHERE s.id = ?1)"}
	code := condition{text: "r.order_id = ?0 AND r.code IN (?1) AND r.code <> ''", element: "?1"}
	newest := condition{
		text:    "r.id IN (?1)",
		element: "(SELECT s.id FROM refunds AS s WHERE s.order_id = ?0 AND s.reason = 'mall' AND s.amount_minor = ?1 ORDER BY s.position DESC LIMIT 1)",
	}
	for _, by := range with {
		purpose.add(string(by.Purpose))
		id.add(string(by.ID))
		code.add(by.Code)
		if by.Like.IsPositive() {
			newest.add(strconv.FormatInt(by.Like.Minor(), 10)) // a text to both databases, read as a number
		}
	}
	return slices.DeleteFunc([]condition{purpose, id, code, newest}, func(c condition) bool { return len(c.values) == 0 })
}

func (c *condition) add(value string) {
	if value != "" && !slices.Contains(c.values, value) {
		c.values = append(c.values, value)
	}
}

// of is the condition on the refunds of an order: its id, or a column that holds it.
func (c condition) of(order any) schema.QueryWithArgs {
	elements := make([]any, len(c.values))
	for i, value := range c.values {
		elements[i] = bun.SafeQuery(c.element, order, value)
	}
	list := bun.SafeQuery(strings.TrimSuffix(strings.Repeat("?, ", len(elements)), ", "), elements...)
	return bun.SafeQuery(c.text, order, list)
}

// texts are what the conditions are asked with.
func texts(all []condition) (values []string) {
	for _, c := range all {
		values = append(values, c.values...)
	}
	return values
}

// refundsOf reads the open refunds of an order and those that are asked for, oldest first. Each kind of
// reason is a question of its own, which has an index: all of them in one condition would have none.
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
