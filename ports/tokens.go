package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// Tokens stores the malls' sealed tokens of Cafe24's Admin API.
type Tokens interface {
	// Update locks the tokens of the mall (empty ones are made when there are none), applies change and
	// stores them. An error of change comes back as it is and leaves everything as it was. Nothing is asked
	// of Cafe24 inside change.
	Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Tokens) error) (*merchant.Tokens, error)
	// Get returns the tokens of a mall; empty ones when none are stored.
	Get(ctx context.Context, mall merchant.MallID) (*merchant.Tokens, error)
}
