package database

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// mostPayments is how many attempts Payments returns.
const mostPayments = 10

// orderJoined is an order beside one of its attempts and one of its refunds.
type orderJoined struct {
	Order   orderRow   `bun:"embed:o_"`
	Payment paymentRow `bun:"embed:p_"`
	Refund  refundRow  `bun:"embed:r_"`
}

// paymentFound is an attempt beside its order and the credentials that it pins.
type paymentFound struct {
	Order       orderRow       `bun:"embed:o_"`
	Payment     paymentRow     `bun:"embed:p_"`
	Credentials credentialsRow `bun:"embed:c_"`
}

// Get implements ports.Orders. The order is read in one statement, so that all of it is of one
// version: a row for every pair of attempt and refund, and there is rarely more than one.
func (r *Orders) Get(ctx context.Context, by ports.OrderQuery) (*order.Order, error) {
	if by == (ports.OrderQuery{StatusKey: by.StatusKey}) && by.StatusKey != "" {
		return r.byStatusKey(ctx, by.StatusKey)
	}
	asked := texts(conditions([]ports.RefundQuery{by.With}))
	if asked = append(asked, cmp.Or(string(by.ID), string(by.StatusKey))); by.ID == "" && by.StatusKey == "" {
		asked = append(asked, string(by.Key.Number), string(by.Key.Mall))
	}
	all, err := r.list(askedFor(ctx, asked...), by, func(q *bun.SelectQuery) *bun.SelectQuery {
		switch {
		case by.ID != "":
			return q.Where("o.id = ?", by.ID)
		case by.StatusKey != "":
			return q.Where("o.status_key = ?", by.StatusKey).Where("o.status_key <> ''") // as its index says
		}
		return q.Where("o.number = ?", by.Key.Number).Where("o.mall_id = ?", by.Key.Mall).Where("o.shop_no = ?", by.Key.Shop)
	})
	if err == nil && len(all) == 0 {
		err = surely(sql.ErrNoRows)
	}
	if err != nil {
		return nil, fault.Wrap(err, "read order %s%s", by.ID, by.Key)
	}
	return all[0], nil
}

// list reads orders with the refunds that by wants, the newest id first.
func (r *Orders) list(ctx context.Context, by ports.OrderQuery, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]*order.Order, error) {
	var rows []orderJoined
	q := r.db.read.NewSelect().Model(&rows).ModelTableExpr("orders AS o").Join("JOIN payments AS p ON p.order_id = o.id").
		Apply(narrow).Order("o.id DESC", "p.attempt")
	if by.Bare {
		q = q.ColumnExpr(r.bare)
	} else {
		q = q.ColumnExpr(r.columns).Apply(joinRefunds(by.With)).Order("r.position")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, surely(err)
	}
	var all []*order.Order
	for len(rows) > 0 {
		end := slices.IndexFunc(rows, func(j orderJoined) bool { return j.Order.ID != rows[0].Order.ID })
		if end < 0 {
			end = len(rows)
		}
		o, err := assemble(rows[:end])
		if err != nil {
			return nil, err
		}
		all, rows = append(all, o), rows[end:]
	}
	return all, nil
}

// assemble makes an order of its rows.
func assemble(rows []orderJoined) (*order.Order, error) {
	payments := distinct(rows, func(j orderJoined) paymentRow { return j.Payment }, func(p paymentRow) string { return p.ID })
	refunds := distinct(rows, func(j orderJoined) refundRow { return j.Refund }, func(r refundRow) string { return r.ID })
	return rows[0].Order.restore(payments, refunds)
}

// lockOrder reads an order that nobody else can write before the transaction ends. Its attempts are
// read by another statement, because one that waited for the lock would show them as they were
// before. On SQLite the transaction itself is the lock.
func lockOrder(ctx context.Context, tx bun.Tx, id order.ID, with []ports.RefundQuery) (*order.Order, error) {
	ctx = askedFor(ctx, string(id))
	row := new(orderRow)
	q := tx.NewSelect().Model(row).Where("o.id = ?", id)
	if isPostgres(tx) {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	var payments []paymentRow
	if err := tx.NewSelect().Model(&payments).Where("p.order_id = ?", id).Order("p.attempt").Scan(ctx); err != nil {
		return nil, err
	}
	var refunds []refundRow
	if row.RefundCount > 0 {
		var err error
		if refunds, err = refundsOf(ctx, tx, id, with); err != nil {
			return nil, err
		}
	}
	return row.restore(payments, refunds)
}

// Payments implements ports.Orders.
func (r *Orders) Payments(ctx context.Context, by ports.PaymentQuery) ([]ports.PaymentAddress, error) {
	var rows []paymentFound
	q := r.db.read.NewSelect().Model(&rows).ModelTableExpr("orders AS o").ColumnExpr(r.address).
		Join("JOIN payments AS p ON p.order_id = o.id").
		Join("LEFT JOIN credentials AS c ON c.merchant_id = o.merchant_id AND c.version = p.credentials_version").
		Apply(equals("p.gateway", by.Gateway), equals("o.merchant_id", by.Merchant)).
		Order("p.created_at DESC", "p.id DESC").Limit(mostPayments)
	switch {
	case by.ID != "":
		q = q.Where("p.id = ?", by.ID)
	case by.Code != "":
		q = q.Where("p.code = ?", by.Code).Where("p.code <> ''") // as its index says
	case by.Reference != "":
		q = q.Where("p.reference = ?", by.Reference)
	case by.Number != "":
		q = q.Where("o.number = ?", by.Number)
	default:
		return nil, nil
	}
	ctx = askedFor(ctx, cmp.Or(string(by.ID), by.Code, by.Reference, string(by.Number)), string(by.Merchant))
	if err := q.Scan(ctx); err != nil {
		return nil, fault.Wrap(surely(err), "find payments")
	}
	found := make([]ports.PaymentAddress, len(rows))
	for i, row := range rows {
		p, err := row.Payment.snapshot()
		if err != nil {
			return nil, err
		}
		found[i] = ports.PaymentAddress{
			Order: order.ID(row.Order.ID), Merchant: merchant.ID(row.Order.MerchantID), Mall: merchant.MallID(row.Order.MallID), Payment: p,
			Credentials: row.Credentials.credentials(),
		}
	}
	return found, nil
}
