package database

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// sealedColumn is where secrets are. Its rows have the alias t.
type sealedColumn struct {
	table  string
	ids    []string // the columns of the primary key
	column string   // holds what the keyring sealed; null or empty: nothing
	mall   string   // an expression: the mall that the secret was sealed for
}

// sealedColumns are all of them. What is not listed here is lost when an old key is dropped.
var sealedColumns = []sealedColumn{
	{
		table: "credentials", ids: []string{"merchant_id", "version"}, column: "sealed",
		mall: "(SELECT m.mall_id FROM merchants AS m WHERE m.id = t.merchant_id)",
	},
	{table: "tokens", ids: []string{"mall_id"}, column: "sealed_access", mall: "t.mall_id"},
	{table: "tokens", ids: []string{"mall_id"}, column: "sealed_refresh", mall: "t.mall_id"},
	{table: "reservations", ids: []string{"payment_id"}, column: "sealed", mall: "t.mall_id"},
}

// Vault implements ports.Vault over all sealed columns, one after the other.
type Vault struct{ db *DB }

// NewVault returns the secrets of a database.
func NewVault(db *DB) *Vault { return &Vault{db: db} }

// Next implements ports.Vault.
func (v *Vault) Next(ctx context.Context, after string, n int) ([]ports.SealedSecret, error) {
	in, ids, err := standing(after)
	if err != nil {
		return nil, err
	}
	var all []ports.SealedSecret
	for _, column := range sealedColumns[in:] {
		page, err := v.page(ctx, column, ids, n-len(all))
		if err != nil {
			return nil, fault.Wrap(surely(err), "read secrets of %s", column.table)
		}
		all, ids = append(all, page...), nil
		if len(all) == n {
			break
		}
	}
	return all, nil
}

// page reads secrets of one column, those behind the ids when there are some.
func (v *Vault) page(ctx context.Context, c sealedColumn, ids []string, n int) ([]ports.SealedSecret, error) {
	q := v.db.read.NewSelect().TableExpr(c.table + " AS t")
	for _, id := range c.ids {
		q = q.ColumnExpr("CAST(t." + id + " AS text)").OrderExpr("t." + id)
	}
	q = q.ColumnExpr(c.mall).ColumnExpr("t." + c.column).Where("length(t." + c.column + ") > 0").Limit(int64(n))
	if ids != nil {
		q = q.Where("(t."+strings.Join(c.ids, ", t.")+") > ?", bun.Tuple(ids))
	}
	rows, err := q.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	var page []ports.SealedSecret
	for rows.Next() {
		var s ports.SealedSecret
		at := make([]string, len(c.ids))
		into := make([]any, 0, len(at)+2)
		for i := range at {
			into = append(into, &at[i])
		}
		if err := rows.Scan(append(into, &s.Mall, &s.Sealed)...); err != nil {
			return nil, err
		}
		s.Place = c.place(at)
		page = append(page, s)
	}
	return page, rows.Err()
}

// Replace implements ports.Vault.
func (v *Vault) Replace(ctx context.Context, was ports.SealedSecret, sealed []byte) (bool, error) {
	in, ids, err := standing(was.Place)
	if err != nil || ids == nil {
		return false, err
	}
	c := sealedColumns[in]
	var changed int64
	err = v.db.atomically(ctx, func(db bun.IDB) error {
		q := db.NewUpdate().TableExpr(c.table+" AS t").Set(c.column+" = ?", sealed).Where("t."+c.column+" = ?", was.Sealed)
		for i, id := range c.ids {
			q = q.Where("t."+id+" = ?", ids[i])
		}
		done, err := q.Exec(ctx)
		if err == nil {
			changed, err = done.RowsAffected()
		}
		return err
	})
	return changed == 1, fault.Wrap(err, "replace a secret of %s", c.table)
}

// place names a row of the column: its table, itself, and the ids.
func (c sealedColumn) place(ids []string) string {
	text, _ := json.Marshal(append([]string{c.table, c.column}, ids...)) // strings only: cannot fail
	return string(text)
}

// standing finds the column of a place, and its ids; no place is before the first of them.
func standing(place string) (in int, ids []string, err error) {
	if place == "" {
		return 0, nil, nil
	}
	var parts []string
	if json.Unmarshal([]byte(place), &parts) == nil && len(parts) > 2 {
		in = slices.IndexFunc(sealedColumns, func(c sealedColumn) bool {
			return c.table == parts[0] && c.column == parts[1] && len(c.ids) == len(parts)-2
		})
		if in >= 0 {
			return in, parts[2:], nil
		}
	}
	return 0, nil, fault.Newf(fault.Invalid, "bad_place", "there are no secrets at %q", place)
}
