package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// MallShop is a shop as the mall itself tells.
type MallShop struct {
	No       int
	Name     string
	Currency string // as the mall writes it; this service may not know it
	Active   bool
	Domains  []string // the shop's hosts, lower case
}

// MallShops tells which shops a mall has.
type MallShops interface {
	// Shops returns all shops of a mall by their number. Conflict "not_installed" and Forbidden
	// "access_revoked" or "missing_scope" when the mall gave no access, RateLimited when it asks to come back
	// later, Unavailable when it cannot be asked.
	Shops(ctx context.Context, mall merchant.MallID) ([]MallShop, error)
}
