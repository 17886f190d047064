package database

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

const (
	mostPayments = 10 // that Payments returns
	readings     = 10 // of an order that others write meanwhile, before a reader gives up
)

// Get implements ports.Orders. An order with refunds is read in two statements; the versions tell
// whether somebody wrote in between, and then it is read again.
func (r *Orders) Get(ctx context.Context, by ports.OrderQuery) (*order.Order, error) {
	for range readings {
		o, torn, err := r.read(ctx, by)
		if err != nil {
			return nil, fault.Wrap(surely(err), "read order %s%s", by.ID, by.Key)
		}
		if !torn {
			return o, nil
		}
	}
	return nil, fault.New(fault.Unavailable, "order_busy", "the order is being changed, please try again")
}

func (r *Orders) read(ctx context.Context, by ports.OrderQuery) (o *order.Order, torn bool, err error) {
	var payments []paymentRow
	q := r.db.read.NewSelect().Model(&payments).Relation("Order").Order("p.attempt")
	if by.ID != "" {
		q = q.Where("p.order_id = ?", by.ID)
	} else {
		q = q.Where(`"order"."mall_id" = ? AND "order"."shop_no" = ? AND "order"."number" = ?`, by.Key.Mall, by.Key.Shop, by.Key.Number)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, false, err
	}
	if len(payments) == 0 {
		return nil, false, sql.ErrNoRows
	}
	row := payments[0].Order
	refunds, version, err := readRefunds(ctx, r.db.read, row)
	if err != nil || version != row.Version {
		return nil, true, err
	}
	o, err = row.restore(payments, refunds)
	return o, false, err
}

// readRefunds returns the refunds of an order with the version that it has now.
func readRefunds(ctx context.Context, db bun.IDB, o *orderRow) ([]refundRow, int64, error) {
	if o.RefundCount == 0 {
		return nil, o.Version, nil
	}
	var rows []struct {
		refundRow `bun:",extend"`

		Version int64
	}
	err := db.NewSelect().Model(&rows).ModelTableExpr("refunds AS r").ColumnExpr("r.*").ColumnExpr("o.version").
		Join("JOIN orders AS o ON o.id = r.order_id").Where("r.order_id = ?", o.ID).Order("r.position").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	refunds := make([]refundRow, len(rows))
	for i := range rows {
		refunds[i] = rows[i].refundRow
	}
	return refunds, rows[0].Version, nil
}

// lockOrder reads an order that nobody else can write before the transaction ends. Its attempts are
// read by another statement, because one that waited for the lock would show them as they were
// before. On SQLite the transaction itself is the lock.
func lockOrder(ctx context.Context, tx bun.Tx, id order.ID) (*order.Order, error) {
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
	refunds, _, err := readRefunds(ctx, tx, row)
	if err != nil {
		return nil, err
	}
	return row.restore(payments, refunds)
}

// Payments implements ports.Orders.
func (r *Orders) Payments(ctx context.Context, by ports.PaymentQuery) ([]ports.PaymentAddress, error) {
	var rows []paymentRow
	q := r.db.read.NewSelect().Model(&rows).ExcludeColumn("request").Relation("Order").
		Order("p.created_at DESC", "p.id DESC").Limit(mostPayments)
	switch {
	case by.ID != "":
		q = q.Where("p.id = ?", by.ID)
	case by.Code != "":
		q = q.Where("p.code = ?", by.Code)
	case by.Reference != "":
		q = q.Where("p.reference = ?", by.Reference)
	default:
		return nil, nil
	}
	if by.Gateway != "" {
		q = q.Where("p.gateway = ?", by.Gateway)
	}
	if by.Merchant != "" {
		q = q.Where(`"order"."merchant_id" = ?`, by.Merchant)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fault.Wrap(surely(err), "find payments")
	}
	return addresses(rows)
}

func addresses(rows []paymentRow) ([]ports.PaymentAddress, error) {
	found := make([]ports.PaymentAddress, len(rows))
	for i := range rows {
		p, err := rows[i].snapshot()
		if err != nil {
			return nil, err
		}
		of := rows[i].Order
		found[i] = ports.PaymentAddress{Order: order.ID(of.ID), Merchant: merchant.ID(of.MerchantID), Mall: merchant.MallID(of.MallID), Payment: p}
	}
	return found, nil
}
