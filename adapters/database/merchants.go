package database

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Merchants implements ports.Merchants.
type Merchants struct {
	db      *DB
	clock   ports.Clock
	ids     ports.IDs
	columns string // of a merchant with its credentials and shops
}

// NewMerchants returns the merchants of a database; ids names new ones.
func NewMerchants(db *DB, clock ports.Clock, ids ports.IDs) *Merchants {
	list := columns[merchantRow](db, "m") + ", " + columns[credentialsRow](db, "c") + ", " + columns[shopRow](db, "s")
	return &Merchants{db: db, clock: clock, ids: ids, columns: list}
}

// Get implements ports.Merchants.
func (r *Merchants) Get(ctx context.Context, by ports.MerchantQuery) (*merchant.Merchant, error) {
	var found *bun.SelectQuery
	switch db := r.db.read; {
	case by.ID != "":
		found = db.NewSelect().TableExpr("merchants").Column("id").Where("id = ?", by.ID)
	case by.Mall != "":
		found = db.NewSelect().TableExpr("merchants").Column("id").Where("mall_id = ?", by.Mall)
	default:
		found = db.NewSelect().TableExpr("partner_ids").Column("merchant_id").Where("partner_id = ?", by.Partner)
	}
	ctx = askedFor(ctx, cmp.Or(string(by.ID), string(by.Mall), string(by.Partner)))
	all, err := r.read(ctx, r.db.read, found)
	if err == nil && len(all) == 0 {
		return nil, fault.New(fault.NotFound, "unknown_merchant", "there is no such merchant")
	}
	if err != nil {
		return nil, fault.Wrap(err, "read a merchant")
	}
	return all[0], nil
}

// List implements ports.Merchants.
func (r *Merchants) List(ctx context.Context, after merchant.MallID, n int) ([]*merchant.Merchant, error) {
	page := r.db.read.NewSelect().TableExpr("merchants").Column("id").Where("mall_id > ?", after).Order("mall_id").Limit(int64(n))
	all, err := r.read(ctx, r.db.read, page)
	return all, fault.Wrap(err, "list merchants")
}

// Unerased implements ports.Merchants.
func (r *Merchants) Unerased(ctx context.Context, before time.Time, after merchant.MallID, n int) ([]*merchant.Merchant, error) {
	page := r.db.read.NewSelect().TableExpr("merchants AS r").Column("id").Where("mall_id > ?", after).
		Where("EXISTS (SELECT 1 FROM credentials AS k WHERE k.merchant_id = r.id AND k.erased_at IS NULL AND k.retired_at < ?)", before).
		Order("mall_id").Limit(int64(n))
	all, err := r.read(ctx, r.db.read, page)
	return all, fault.Wrap(err, "list merchants with retired credentials")
}

// read reads whole merchants in one statement, because every checkout begins with one: a
// row for every pair of credentials and shop, of which there are few.
func (r *Merchants) read(ctx context.Context, db bun.IDB, ids *bun.SelectQuery) ([]*merchant.Merchant, error) {
	var rows []merchantJoined
	err := db.NewSelect().Model(&rows).ModelTableExpr("merchants AS m").
		ColumnExpr(r.columns).
		ColumnExpr("(SELECT string_agg(i.partner_id, ' ' ORDER BY i.position) FROM partner_ids AS i"+
			" WHERE i.merchant_id = s.merchant_id AND i.shop_no = s.shop_no) AS s_partners").
		Join("LEFT JOIN credentials AS c ON c.merchant_id = m.id").
		Join("LEFT JOIN shops AS s ON s.merchant_id = m.id").
		Where("m.id IN (?)", ids).Order("m.mall_id", "c.version", "s.position").Scan(ctx)
	if err != nil {
		return nil, surely(err)
	}
	return restoreMerchants(rows)
}

// Update implements ports.Merchants.
func (r *Merchants) Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Merchant) error) (*merchant.Merchant, error) {
	var stored *merchant.Merchant
	var refused error
	err := r.db.transact(ctx, func(tx bun.Tx) error {
		m, err := r.lock(ctx, tx, mall)
		if err != nil {
			return surely(err)
		}
		before := toPartnerRows(m.Snapshot())
		if refused = change(m); refused != nil {
			return refused
		}
		s := m.Snapshot()
		s.Version++
		if err := writeMerchant(ctx, tx, s, before); err != nil {
			return surely(err)
		}
		stored, err = merchant.Restore(s)
		return err
	})
	switch {
	case refused != nil:
		return nil, refused
	case err != nil:
		return nil, fault.Wrap(err, "update merchant of mall %s", mall)
	}
	return stored, nil
}

// lock makes sure that the mall has a merchant and reads it under its lock. A new one is empty, and
// gone again when the transaction fails; whoever makes another of the same mall waits for it.
func (r *Merchants) lock(ctx context.Context, tx bun.Tx, mall merchant.MallID) (*merchant.Merchant, error) {
	for {
		var ids []string
		q := tx.NewSelect().TableExpr("merchants").Column("id").Where("mall_id = ?", mall)
		if isPostgres(tx) {
			q = q.For("UPDATE")
		}
		if err := q.Scan(ctx, &ids); err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			all, err := r.read(ctx, tx, tx.NewSelect().TableExpr("merchants").Column("id").Where("id = ?", ids[0]))
			if err != nil {
				return nil, err
			}
			return all[0], nil
		}
		fresh := merchant.New(merchant.ID(r.ids.NewID()), mall, r.clock.Now()).Snapshot()
		if _, err := tx.NewInsert().Model(toMerchantRow(fresh)).On("CONFLICT (mall_id) DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
			return nil, err
		}
	}
}

func writeMerchant(ctx context.Context, tx bun.Tx, s merchant.Snapshot, known map[partnerRow]bool) error {
	credentials, shops := toCredentialsRows(s), toShopRows(s)
	all := []statement{tx.NewUpdate().Model(toMerchantRow(s)).Column("domains", "paused", "version").WherePK().Returning("NULL")}
	if len(credentials) > 0 {
		all = append(all, tx.NewInsert().Model(&credentials).Returning("NULL").
			On("CONFLICT (merchant_id, version) DO UPDATE").Set("retired_at = EXCLUDED.retired_at").Set("erased_at = EXCLUDED.erased_at").
			Set("sealed = CASE WHEN EXCLUDED.erased_at IS NULL THEN c.sealed ELSE EXCLUDED.sealed END")) // it may have been sealed anew meanwhile
	}
	if len(shops) > 0 {
		all = append(all, tx.NewInsert().Model(&shops).Returning("NULL").On("CONFLICT (merchant_id, shop_no) DO UPDATE").
			Set("name = EXCLUDED.name").Set("currency = EXCLUDED.currency").
			Set("enabled = EXCLUDED.enabled").Set("external_checkout = EXCLUDED.external_checkout").
			Set("switching_to = EXCLUDED.switching_to").Set("switching_until = EXCLUDED.switching_until"))
	}
	for row := range toPartnerRows(s) {
		if !known[row] {
			all = append(all, tx.NewInsert().Model(&row).Returning("NULL"))
		}
	}
	for _, s := range all {
		if _, err := s.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
