package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// Script is what the pages of a storefront load to show the payment button.
type Script struct {
	URL       string
	Integrity string // as browsers check it, "sha384-..."; empty: anything is taken
}

// ShopScripts places the script into the pages of a shop. All calls say what shall be, so that they can be
// repeated; errors are those of ShopPayments.
type ShopScripts interface {
	// PutScript makes this the one script of ours in the shop.
	PutScript(ctx context.Context, mall merchant.MallID, shop int, script Script) error
	// RenewScript does so where the shop has a script of ours, and leaves a shop without one as it is.
	RenewScript(ctx context.Context, mall merchant.MallID, shop int, script Script) error
	// RemoveScript leaves no script of ours in the shop.
	RemoveScript(ctx context.Context, mall merchant.MallID, shop int) error
}
