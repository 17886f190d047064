package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"paybridge/domain/merchant"
)

type tokens struct{ *Store }

// Get implements ports.Tokens.
func (s tokens) Get(ctx context.Context, mall merchant.MallID) (*merchant.Tokens, error) {
	var t *merchant.Tokens
	err := s.locked(ctx, func(time.Time) error {
		var err error
		t, err = s.of(mall)
		return err
	})
	return t, err
}

// Update implements ports.Tokens.
func (s tokens) Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Tokens) error) (*merchant.Tokens, error) {
	var t *merchant.Tokens
	err := s.locked(ctx, func(time.Time) error {
		var err error
		if t, err = s.of(mall); err != nil {
			return err
		}
		if err := change(t); err != nil {
			return err
		}
		if err := alive(ctx); err != nil {
			return err
		}
		s.granted[mall] = cloneTokens(t.Snapshot())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

func (s tokens) of(mall merchant.MallID) (*merchant.Tokens, error) {
	if stored, known := s.granted[mall]; known {
		return merchant.RestoreTokens(cloneTokens(stored))
	}
	return merchant.NewTokens(mall), nil
}

func cloneTokens(t merchant.TokensSnapshot) merchant.TokensSnapshot {
	t.Grant.Access, t.Grant.Refresh = bytes.Clone(t.Grant.Access), bytes.Clone(t.Grant.Refresh)
	t.Grant.Scopes, t.Requests = slices.Clone(t.Grant.Scopes), slices.Clone(t.Requests)
	return t
}
