package query

import (
	"context"

	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Merchants asks for merchants by mall id, after After, at most Limit (0 means 50).
type Merchants struct {
	After merchant.MallID
	Limit int
}

// MerchantRow is a merchant as operators see it. No secret is in it.
type MerchantRow struct {
	Mall      merchant.MallID `json:"mall_id"`
	Gateway   string          `json:"gateway"`
	PublicKey string          `json:"public_key"`
	Shops     []ShopRow       `json:"shops"`
}

// ShopRow is one shop of a merchant.
type ShopRow struct {
	No               int      `json:"shop_no"`
	Name             string   `json:"shop_name"`
	Currency         string   `json:"currency_code"`
	Enabled          bool     `json:"enabled"`
	ExternalCheckout bool     `json:"external_checkout"`
	PartnerIDs       []string `json:"partner_ids"`
}

// MerchantsHandler lists merchants.
type MerchantsHandler struct{ Merchants ports.Merchants }

// Handle implements ports.Handler.
func (h MerchantsHandler) Handle(ctx context.Context, q Merchants) ([]MerchantRow, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	list, err := h.Merchants.List(ctx, q.After, q.Limit)
	if err != nil {
		return nil, err
	}
	rows := make([]MerchantRow, 0, len(list))
	for _, m := range list {
		rows = append(rows, row(m))
	}
	return rows, nil
}

func row(m *merchant.Merchant) MerchantRow {
	s := m.Snapshot()
	r := MerchantRow{Mall: s.Mall, Shops: make([]ShopRow, 0, len(s.Shops))}
	if c, err := m.Current(); err == nil {
		r.Gateway, r.PublicKey = c.Gateway, c.PublicKey
	}
	for _, shop := range s.Shops {
		sr := ShopRow{No: shop.No, Name: shop.Name, Currency: string(shop.Currency), Enabled: shop.Enabled, ExternalCheckout: shop.ExternalCheckout}
		for _, id := range shop.PartnerIDs {
			sr.PartnerIDs = append(sr.PartnerIDs, string(id))
		}
		r.Shops = append(r.Shops, sr)
	}
	return r
}
