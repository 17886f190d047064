package query

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Overview asks how a mall stands.
type Overview struct{ Mall merchant.MallID }

// Standing is how it stands, for whoever runs it.
type Standing struct {
	Mall   merchant.MallID  `json:"mall_id"`
	Linked bool             `json:"linked"` // with a payment company
	Access bool             `json:"access"` // the mall lets the app use its Admin API
	Paused []merchant.Pause `json:"paused"`
	Shops  []StandingShop   `json:"shops"`
}

// StandingShop is one of its shops.
type StandingShop struct {
	Index    int    `json:"shop_index"`
	No       int    `json:"shop_no"`
	Name     string `json:"shop_name"`
	Currency string `json:"currency_code"`
	Enabled  bool   `json:"enabled"`
	Button   bool   `json:"external_checkout"`
}

// OverviewHandler answers from what is stored; Cafe24 is not asked, so that it works while Cafe24 does not.
type OverviewHandler struct {
	Merchants ports.Merchants
	Tokens    ports.Tokens
}

// Handle implements ports.Handler. A mall that nobody knows has nothing.
func (h OverviewHandler) Handle(ctx context.Context, q Overview) (Standing, error) {
	standing := Standing{Mall: q.Mall, Paused: []merchant.Pause{}, Shops: []StandingShop{}}
	tokens, err := h.Tokens.Get(ctx, q.Mall)
	if err != nil {
		return Standing{}, err
	}
	standing.Access = tokens.Standing()
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: q.Mall})
	if fault.Is(err, fault.NotFound) {
		return standing, nil
	}
	if err != nil {
		return Standing{}, err
	}
	_, err = m.Current()
	standing.Linked = err == nil
	standing.Paused = append(standing.Paused, m.Snapshot().Pauses...)
	for _, s := range m.Snapshot().Shops {
		standing.Shops = append(standing.Shops, StandingShop{
			Index: s.Index, No: s.No, Name: s.Name, Currency: string(s.Currency), Enabled: s.Enabled, Button: s.ExternalCheckout,
		})
	}
	return standing, nil
}
