package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// The times of a switch. Whoever switches a shop is done, cleaned up and all, before another may take over.
const (
	switchBudget = 12 * time.Second
	undoBudget   = 6 * time.Second
	switchLease  = 25 * time.Second
)

// SwitchShop enables or disables a shop, here and at its mall.
type SwitchShop struct {
	Mall     merchant.MallID
	Who      string // for the audit
	Index    int    // of the shop in the merchant's list, from 0
	To       bool   // enabled or not
	External *bool  // whether the shop shows the payment button; nil: as before
}

// SwitchShopHandler announces the change, makes it at the mall, and records how it ended. What the mall did
// half is undone; where even that is not certain, the shop stays announced, is shown as interrupted, and the
// next switch in either direction finishes it: everything that is told to the mall says what shall be.
type SwitchShopHandler struct {
	Accounts
	Shops    RefreshShopsHandler
	Payments ports.ShopPayments
	Scripts  ports.ShopScripts
	Script   ports.Script
	Audit    ports.Audit
	Clock    ports.Clock
}

// Handle returns the shop as it is afterwards. Invalid for a shop that there is not, whose mall is not linked,
// or whose currency the company does not take; Conflict "shop_switching" while somebody else switches it; and
// what the mall says, which leaves everything as it was.
func (h SwitchShopHandler) Handle(ctx context.Context, in SwitchShop) (merchant.Shop, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), switchBudget) // a browser that is closed leaves nothing half done
	defer cancel()
	if err := h.prepare(ctx, in); err != nil {
		return merchant.Shop{}, err
	}
	s, err := h.begin(ctx, in)
	if err != nil {
		return merchant.Shop{}, err
	}
	done, sure := run(ctx, s.steps(h))
	ending, cancelEnding := context.WithTimeout(context.WithoutCancel(ctx), undoBudget)
	defer cancelEnding()
	switch {
	case done == nil:
		return h.end(ending, s, in.To, s.external)
	case sure && s.known:
		_, err := h.end(ending, s, s.was.Enabled, s.was.ExternalCheckout)
		return merchant.Shop{}, errors.Join(done, err)
	}
	return merchant.Shop{}, done
}

// prepare looks whether the shop can be switched at all; a shop to be enabled is read from the mall first.
func (h SwitchShopHandler) prepare(ctx context.Context, in SwitchShop) error {
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: in.Mall})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	unlinked := fault.New(fault.Invalid, "not_linked", "no payment company is linked, please enter its keys first")
	if err != nil {
		return unlinked
	}
	c, err := m.Current()
	if err != nil {
		return unlinked
	}
	if !in.To {
		return nil
	}
	g, err := h.Gateways.Gateway(c.Gateway)
	if err != nil {
		return err
	}
	if err := h.Shops.Refresh(ctx, in.Mall); err != nil {
		return err
	}
	if m, err = h.Merchants.Get(ctx, ports.MerchantQuery{Mall: in.Mall}); err != nil {
		return err
	}
	shop, err := m.ShopAt(in.Index)
	if err == nil && !slices.Contains(g.Sheet().Currencies, shop.Currency) {
		err = fault.New(fault.Invalid, "currency_not_offered", "Shop currency is not supported by PG company")
	}
	return err
}

// switching is a switch under way.
type switching struct {
	SwitchShop

	was      merchant.Shop
	partner  merchant.PartnerID // that the mall shall call by
	external bool               // as it shall be
	known    bool               // what the mall had before is known: no earlier switch was interrupted
}

func (h SwitchShopHandler) begin(ctx context.Context, in SwitchShop) (switching, error) {
	s := switching{SwitchShop: in}
	now := h.Clock.Now()
	_, err := h.Merchants.Update(ctx, in.Mall, func(m *merchant.Merchant) (err error) {
		if s.was, err = m.ShopAt(in.Index); err != nil {
			return err
		}
		s.known = !s.was.Switching.Interrupted(now)
		s.was, s.partner, err = m.BeginSwitch(in.Index, in.To, now.Add(switchLease), now)
		return err
	})
	s.external = s.was.ExternalCheckout
	if in.External != nil {
		s.external = *in.External
	}
	return s, err
}

func (h SwitchShopHandler) end(ctx context.Context, s switching, enabled, external bool) (merchant.Shop, error) {
	m, err := h.Merchants.Update(ctx, s.Mall, func(m *merchant.Merchant) error {
		return m.EndSwitch(s.was.No, s.was.Switching.Until, enabled, external)
	})
	if err != nil {
		return merchant.Shop{}, err
	}
	shop, err := m.ShopAt(s.Index)
	if err != nil || (shop.Enabled == s.was.Enabled && shop.ExternalCheckout == s.was.ExternalCheckout) {
		return shop, err
	}
	deed := ports.ShopDisabled
	if enabled {
		deed = ports.ShopEnabled
	}
	return shop, h.Audit.Record(ctx, ports.AuditEntry{Mall: s.Mall, Who: s.Who, Deed: deed, Detail: shop.Name, At: h.Clock.Now()})
}
