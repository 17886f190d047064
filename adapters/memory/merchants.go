package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

type merchants struct{ *Store }

// Update implements ports.Merchants.
func (s merchants) Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Merchant) error) (*merchant.Merchant, error) {
	var m *merchant.Merchant
	err := s.locked(ctx, func(now time.Time) error {
		var err error
		if m, err = s.open(mall, now); err != nil {
			return err
		}
		if err := change(m); err != nil {
			return err
		}
		if err := alive(ctx); err != nil {
			return err
		}
		is := cloneMerchant(m.Snapshot())
		if err := s.partnersFree(is); err != nil {
			return err
		}
		is.Version++
		s.merchants[mall] = is
		m, err = merchant.Restore(cloneMerchant(is))
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// open returns the merchant of the mall, a new one when there is none.
func (s merchants) open(mall merchant.MallID, now time.Time) (*merchant.Merchant, error) {
	if stored, known := s.merchants[mall]; known {
		return merchant.Restore(cloneMerchant(stored))
	}
	return merchant.New(merchant.ID(s.options.IDs.NewID()), mall, now), nil
}

// partnersFree checks that every partner id of the merchant names one shop only.
func (s merchants) partnersFree(m merchant.Snapshot) error {
	taken := map[merchant.PartnerID]bool{}
	for mall, other := range s.merchants {
		if mall == m.Mall {
			continue
		}
		for _, shop := range other.Shops {
			for _, id := range shop.PartnerIDs {
				taken[id] = true
			}
		}
	}
	for _, shop := range m.Shops {
		for _, id := range shop.PartnerIDs {
			if taken[id] {
				return fault.Newf(fault.Conflict, "partner_taken", "partner_id: %q belongs to another shop", id)
			}
			taken[id] = true
		}
	}
	return nil
}

// Get implements ports.Merchants.
func (s merchants) Get(ctx context.Context, by ports.MerchantQuery) (*merchant.Merchant, error) {
	var m *merchant.Merchant
	err := s.locked(ctx, func(time.Time) error {
		for _, is := range s.merchants {
			if isNamed(by, is) {
				var err error
				m, err = merchant.Restore(cloneMerchant(is))
				return err
			}
		}
		return fault.New(fault.NotFound, "no_such_merchant", "there is no such merchant")
	})
	return m, err
}

// List implements ports.Merchants.
func (s merchants) List(ctx context.Context, after merchant.MallID, n int) ([]*merchant.Merchant, error) {
	return s.page(ctx, after, n, func(merchant.Snapshot) bool { return true })
}

// Unerased implements ports.Merchants.
func (s merchants) Unerased(ctx context.Context, before time.Time, after merchant.MallID, n int) ([]*merchant.Merchant, error) {
	return s.page(ctx, after, n, func(m merchant.Snapshot) bool {
		return slices.ContainsFunc(m.Credentials, func(c merchant.Credentials) bool {
			return c.ErasedAt.IsZero() && !c.RetiredAt.IsZero() && c.RetiredAt.Before(before)
		})
	})
}

func (s merchants) page(ctx context.Context, after merchant.MallID, n int, wanted func(merchant.Snapshot) bool) ([]*merchant.Merchant, error) {
	var page []*merchant.Merchant
	err := s.locked(ctx, func(time.Time) error {
		var malls []merchant.MallID
		for mall, m := range s.merchants {
			if mall > after && wanted(m) {
				malls = append(malls, mall)
			}
		}
		slices.Sort(malls)
		for _, mall := range malls[:min(n, len(malls))] {
			m, err := merchant.Restore(cloneMerchant(s.merchants[mall]))
			if err != nil {
				return err
			}
			page = append(page, m)
		}
		return nil
	})
	return page, err
}

// isNamed applies the first field of the query that is not empty.
func isNamed(by ports.MerchantQuery, m merchant.Snapshot) bool {
	switch {
	case by.ID != "":
		return by.ID == m.ID
	case by.Mall != "":
		return by.Mall == m.Mall
	case by.Partner != "":
		return slices.ContainsFunc(m.Shops, func(s merchant.Shop) bool { return slices.Contains(s.PartnerIDs, by.Partner) })
	}
	return false
}

func cloneMerchant(m merchant.Snapshot) merchant.Snapshot {
	m.Credentials, m.Shops, m.Domains = slices.Clone(m.Credentials), slices.Clone(m.Shops), slices.Clone(m.Domains)
	m.Pauses = slices.Clone(m.Pauses)
	for i := range m.Credentials {
		m.Credentials[i].Sealed = bytes.Clone(m.Credentials[i].Sealed)
	}
	for i := range m.Shops {
		m.Shops[i].PartnerIDs = slices.Clone(m.Shops[i].PartnerIDs)
	}
	return m
}
