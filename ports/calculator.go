package ports

import (
	"context"

	"paybridge/domain/cart"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
)

// Calculation is what a mall wants for a cart. Only the total is a promise; the parts are for people.
type Calculation struct {
	Total     money.Money
	TotalText string // as the mall wrote it: signatures are computed over this text
	Items     money.Money
	Shipping  money.Money
	Discount  money.Money // of everything but shipping
	Rebate    money.Money // of the shipping fee
}

// Calculator asks a mall what a cart costs, sent to an address.
type Calculator interface {
	// Calculate returns the price in the currency. Conflict "not_installed", Forbidden "access_revoked" or
	// "missing_scope" when the mall's owner has to act first; Declined when the mall does not sell it so;
	// Unavailable when it cannot be asked.
	Calculate(ctx context.Context, mall merchant.MallID, shop int, c cart.Cart, to Address, currency money.Currency) (Calculation, error)
}
