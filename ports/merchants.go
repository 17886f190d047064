package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
)

// Merchants stores merchants with their shops, partner ids and sealed credentials.
type Merchants interface {
	// Update locks the merchant of the mall (a new one is made when there is none), applies change and
	// stores it. An error of change leaves everything as it was. Conflict "partner_taken" when another
	// shop holds one of the partner ids.
	Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Merchant) error) (*merchant.Merchant, error)
	// Get finds a merchant, or NotFound.
	Get(ctx context.Context, by MerchantQuery) (*merchant.Merchant, error)
	// List returns all merchants by mall id, from after on, at most n.
	List(ctx context.Context, after merchant.MallID, n int) ([]*merchant.Merchant, error)
	// Unerased is List for merchants with credentials that were retired before a time and whose secret is kept.
	Unerased(ctx context.Context, before time.Time, after merchant.MallID, n int) ([]*merchant.Merchant, error)
}

// MerchantQuery names one merchant by the first field that is not empty.
type MerchantQuery struct {
	ID      merchant.ID
	Mall    merchant.MallID
	Partner merchant.PartnerID
}
