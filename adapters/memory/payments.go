package memory

import (
	"context"
	"slices"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// mostPayments is how many attempts one question finds.
const mostPayments = 10

// Payments implements ports.Orders.
func (s orders) Payments(ctx context.Context, by ports.PaymentQuery) ([]ports.PaymentAddress, error) {
	var found []ports.PaymentAddress
	err := s.locked(ctx, func(time.Time) error {
		for _, r := range s.orders {
			for _, p := range r.state.Payments {
				at := ports.PaymentAddress{Order: r.state.ID, Merchant: r.state.Merchant, Mall: r.state.Key.Mall, Payment: p}
				if matches(by, at, r.state.Key.Number) {
					at.Payment.Request, at.Payment.PayRequest = nil, nil
					at.Credentials = s.pinned(at)
					found = append(found, at)
				}
			}
		}
		return nil
	})
	slices.SortFunc(found, func(a, b ports.PaymentAddress) int {
		return b.Payment.CreatedAt.Compare(a.Payment.CreatedAt)
	})
	return found[:min(len(found), mostPayments)], err
}

// pinned are the credentials that an attempt was made with.
func (s orders) pinned(at ports.PaymentAddress) merchant.Credentials {
	m := s.merchants[at.Mall]
	if m.ID != at.Merchant {
		return merchant.Credentials{}
	}
	for _, c := range m.Credentials {
		if c.Version == at.Payment.Account.Version {
			return c
		}
	}
	return merchant.Credentials{}
}

func matches(by ports.PaymentQuery, at ports.PaymentAddress, number order.Number) bool {
	p := at.Payment
	if (by.Gateway != "" && by.Gateway != p.Account.Gateway) || (by.Merchant != "" && by.Merchant != at.Merchant) {
		return false
	}
	if by.ID == "" && by.Code == "" && by.Reference == "" {
		return by.Number != "" && by.Number == number
	}
	return named(by, p)
}

// named applies the first name that is given.
func named(by ports.PaymentQuery, p payment.Snapshot) bool {
	switch {
	case by.ID != "":
		return by.ID == p.ID
	case by.Code != "":
		return by.Code == p.Code
	case by.Reference != "":
		return by.Reference == p.Reference
	}
	return false
}
