package database

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// Tokens implements ports.Tokens.
type Tokens struct{ db *DB }

// NewTokens returns the tokens of a database.
func NewTokens(db *DB) *Tokens { return &Tokens{db: db} }

// Get implements ports.Tokens.
func (r *Tokens) Get(ctx context.Context, mall merchant.MallID) (*merchant.Tokens, error) {
	row := &tokensRow{MallID: string(mall)}
	switch err := r.db.read.NewSelect().Model(row).WherePK().Scan(ctx); {
	case errors.Is(err, sql.ErrNoRows):
		return merchant.NewTokens(mall), nil
	case err != nil:
		return nil, fault.Wrap(surely(err), "read the tokens of mall %s", mall)
	}
	return row.tokens()
}

// Update implements ports.Tokens.
func (r *Tokens) Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Tokens) error) (*merchant.Tokens, error) {
	var t *merchant.Tokens
	var refused error
	err := r.db.transact(ctx, func(tx bun.Tx) error {
		var err error
		if t, err = lockTokens(ctx, tx, mall); err != nil {
			return surely(err)
		}
		if refused = change(t); refused != nil {
			return refused
		}
		_, err = tx.NewUpdate().Model(toTokensRow(t.Snapshot())).WherePK().Returning("NULL").Exec(ctx)
		return surely(err)
	})
	switch {
	case refused != nil:
		return nil, refused
	case err != nil:
		return nil, fault.Wrap(err, "update the tokens of mall %s", mall)
	}
	return t, nil
}

// lockTokens makes sure that the mall has a row, which is gone again when the transaction fails, and
// reads it under its lock.
func lockTokens(ctx context.Context, tx bun.Tx, mall merchant.MallID) (*merchant.Tokens, error) {
	row := toTokensRow(merchant.NewTokens(mall).Snapshot())
	if _, err := tx.NewInsert().Model(row).On("CONFLICT (mall_id) DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
		return nil, err
	}
	q := tx.NewSelect().Model(row).WherePK()
	if isPostgres(tx) {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	return row.tokens()
}
