package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// ShopPayments makes this service a way to pay in a shop of a mall. Both calls say what shall be, so that
// they can be repeated. Errors are those of MallShops, and Forbidden "not_approved" when Cafe24 has not
// opened this to the app, Declined when the mall refuses the content, Indeterminate when it may have
// happened; nothing is repeated on its own then.
type ShopPayments interface {
	// Offer makes the shop send its checkouts here, under the partner id.
	Offer(ctx context.Context, mall merchant.MallID, shop int, partner merchant.PartnerID) error
	// Withdraw ends that. A shop that does not offer this service is no error.
	Withdraw(ctx context.Context, mall merchant.MallID, shop int) error
}
