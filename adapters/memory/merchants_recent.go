package memory

import (
	"context"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"paybridge/domain/merchant"
	"paybridge/ports"
)

const (
	// recentFor is how long a merchant is remembered: what another instance changed (a shop switched off)
	// counts here after that time at the latest.
	recentFor = time.Second
	// recentMost is how many merchants are remembered, a few kilobytes each.
	recentMost = 2000
)

// RecentMerchants remembers for a second what it read of merchants by partner id, because every
// checkout asks for one and merchants hardly ever change. It implements ports.Merchants over another.
type RecentMerchants struct {
	ports.Merchants
	byPartner *expirable.LRU[merchant.PartnerID, *merchant.Merchant]
}

// NewRecentMerchants remembers nothing yet.
func NewRecentMerchants(next ports.Merchants) *RecentMerchants {
	return &RecentMerchants{Merchants: next, byPartner: expirable.NewLRU[merchant.PartnerID, *merchant.Merchant](recentMost, nil, recentFor)}
}

// Get implements ports.Merchants. Only questions by partner id are answered from memory; those that
// settle payments always see the newest credentials.
func (r *RecentMerchants) Get(ctx context.Context, by ports.MerchantQuery) (*merchant.Merchant, error) {
	if by.ID != "" || by.Mall != "" || by.Partner == "" {
		return r.Merchants.Get(ctx, by)
	}
	if m, known := r.byPartner.Get(by.Partner); known {
		return m, alive(ctx)
	}
	m, err := r.Merchants.Get(ctx, by)
	if err == nil {
		r.byPartner.Add(by.Partner, m)
	}
	return m, err
}

// Update implements ports.Merchants. What was changed here counts here at once.
func (r *RecentMerchants) Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Merchant) error) (*merchant.Merchant, error) {
	defer r.Forget()
	return r.Merchants.Update(ctx, mall, change)
}

// Forget forgets all merchants, so that what others changed counts here at once.
func (r *RecentMerchants) Forget() { r.byPartner.Purge() }
