package query

import (
	"context"
	"slices"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

// CheckoutButton asks for what the payment button in a shop's pages needs.
type CheckoutButton struct {
	Mall merchant.MallID
	Shop int
}

// Button is what the button needs. Everybody who opens a page of the shop may know it.
type Button struct {
	PublicKey string
	ShopName  string
	Currency  money.Currency
}

// CheckoutButtonHandler answers for shops that take external checkouts.
type CheckoutButtonHandler struct{ Merchants ports.Merchants }

// errNoButton says the same of every shop without a button: which malls use the service is nobody's business.
var errNoButton = fault.New(fault.NotFound, "no_button", "this shop has no payment button")

// Handle returns the button. NotFound "no_button" unless the mall is linked and the shop enabled with external
// checkout.
func (h CheckoutButtonHandler) Handle(ctx context.Context, q CheckoutButton) (Button, error) {
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: q.Mall})
	if fault.Is(err, fault.NotFound) {
		return Button{}, errNoButton
	}
	if err != nil {
		return Button{}, err
	}
	linked, err := m.Current()
	if err != nil {
		return Button{}, errNoButton
	}
	shops := m.Snapshot().Shops
	at := slices.IndexFunc(shops, func(s merchant.Shop) bool { return s.No == q.Shop && m.TakesPayments(s) && s.ExternalCheckout })
	if at < 0 {
		return Button{}, errNoButton
	}
	return Button{PublicKey: linked.PublicKey, ShopName: shops[at].Name, Currency: shops[at].Currency}, nil
}
