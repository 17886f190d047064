package command

import (
	"context"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

// RefreshShopsHandler takes over what a mall tells about its shops and domains. Switches, places and partner
// ids stay as they are; a shop that the mall does not tell any more stays, too.
type RefreshShopsHandler struct {
	MallShops ports.MallShops
	Merchants ports.Merchants
	Clock     ports.Clock
}

// Refresh reads and stores them. Nothing is asked of Cafe24 while the merchant is locked.
func (h RefreshShopsHandler) Refresh(ctx context.Context, mall merchant.MallID) error {
	told, err := h.MallShops.Shops(ctx, mall)
	if err != nil {
		return err
	}
	shops := make([]merchant.SeenShop, len(told))
	var domains []string
	for i, s := range told {
		shops[i] = merchant.SeenShop{No: s.No, Name: s.Name, Currency: money.Currency(s.Currency)}
		domains = append(domains, s.Domains...)
	}
	_, err = h.Merchants.Update(ctx, mall, func(m *merchant.Merchant) error {
		m.SeeShops(shops)
		m.SeeDomains(domains)
		return nil
	})
	return err
}

// Handle runs one step of the task of a mall. A mall that gives no access is left alone: it is read when its
// owner opens the app.
func (h RefreshShopsHandler) Handle(ctx context.Context, j ports.Job) (ports.Verdict, error) {
	err := h.Refresh(ctx, task.MallOf(j))
	switch {
	case err == nil:
		return ports.Verdict{Word: "read"}, nil
	case fault.Is(err, fault.Unavailable), fault.Is(err, fault.RateLimited):
		return ports.Verdict{Again: h.Clock.Now().Add(task.AfterQuestion(j.Try, false)), Word: fault.Of(err).Code}, nil
	case fault.Is(err, fault.Forbidden), fault.Is(err, fault.Conflict):
		return ports.Verdict{Word: fault.Of(err).Code}, nil
	}
	return ports.Verdict{}, err
}
