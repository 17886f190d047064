package query

import (
	"context"
	"slices"
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

// MerchantSettings asks how a mall is set up, and whether it works.
type MerchantSettings struct{ Mall merchant.MallID }

// Settings is a mall as its owner sees it. No secret is in it.
type Settings struct {
	Mall   merchant.MallID
	Access Access
	Keys   *LinkedKeys // nil: no company is linked
	Paused []merchant.Pause
	Shops  []ShopSetting
	// Untold is why the mall did not tell its shops, which are then those remembered; nil when it did.
	Untold *fault.Error
	Health Health
}

// LinkedKeys are the keys of the company that new payments go to.
type LinkedKeys struct {
	Gateway   string
	PublicKey string
	SecretEnd string // the last four characters; empty when the secret is short or does not open
	Lost      bool   // the secret does not open: the keyset has no key for it any more
	LinkedAt  time.Time
}

// ShopSetting is a shop of the mall, and whether it may be paid in.
type ShopSetting struct {
	No               int
	Index            int // by which it is switched
	Name             string
	Currency         string
	Enabled          bool
	ExternalCheckout bool
	Supported        bool // the linked company takes its currency
	Switching        bool // somebody switches it right now
	Interrupted      bool // a switch began and never ended: what the mall has is not known
}

// outsideBudget is how long Cafe24 and the company may each take, so that a page with a slow one appears.
const outsideBudget = 2 * time.Second

// MerchantSettingsHandler answers from storage, and asks the mall for its shops and the company whether it
// takes the keys: either may be down, which is part of the answer.
type MerchantSettingsHandler struct {
	Merchants ports.Merchants
	Tokens    ports.Tokens
	Pulses    ports.Pulses
	MallShops ports.MallShops
	Gateways  ports.Gateways
	Keyring   ports.Keyring
	Clock     ports.Clock
	Scopes    []string // what the mall is asked to grant
}

// Handle answers. A mall that nobody knows is one without anything.
func (h MerchantSettingsHandler) Handle(ctx context.Context, q MerchantSettings) (Settings, error) {
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: q.Mall})
	if fault.Is(err, fault.NotFound) {
		m, err = merchant.New("", q.Mall, time.Time{}), nil
	}
	if err != nil {
		return Settings{}, err
	}
	tokens, err := h.Tokens.Get(ctx, q.Mall)
	if err != nil {
		return Settings{}, err
	}
	pulse, err := h.Pulses.Pulse(ctx, q.Mall)
	if err != nil {
		return Settings{}, err
	}
	s := Settings{Mall: q.Mall, Access: h.access(tokens), Paused: m.Snapshot().Pauses, Health: Health{Pulse: pulse}}
	keys, opened := h.keys(ctx, m)
	s.Keys = keys
	told := h.askOutside(ctx, &s, opened)
	s.Shops = h.shops(m, told, h.currencies(keys))
	s.Health.Findings = findings(s, h.Clock.Now())
	return s, nil
}

// askOutside asks the mall and the company at the same time, and returns the shops that the mall told.
func (h MerchantSettingsHandler) askOutside(ctx context.Context, s *Settings, keys *ports.Keys) []ports.MallShop {
	ctx, cancel := context.WithTimeout(ctx, outsideBudget)
	defer cancel()
	var told []ports.MallShop
	var asking sync.WaitGroup
	asking.Go(func() {
		var err error
		if told, err = h.MallShops.Shops(ctx, s.Mall); err != nil {
			s.Untold = fault.Of(err)
		}
	})
	if keys != nil {
		asking.Go(func() { s.Health.Company = h.askCompany(ctx, s.Keys.Gateway, *keys) })
	}
	asking.Wait()
	return told
}

// keys returns the current keys as they may be shown, and opened when they open.
func (h MerchantSettingsHandler) keys(ctx context.Context, m *merchant.Merchant) (*LinkedKeys, *ports.Keys) {
	c, err := m.Current()
	if err != nil {
		return nil, nil
	}
	linked := &LinkedKeys{Gateway: c.Gateway, PublicKey: c.PublicKey, LinkedAt: c.CreatedAt}
	secret, err := h.Keyring.Open(ctx, m.Snapshot().Mall, c.Sealed)
	if err != nil {
		linked.Lost = true
		return linked, nil
	}
	linked.SecretEnd = end(secret.Reveal())
	return linked, &ports.Keys{Public: c.PublicKey, Secret: secret}
}

// end is the end of a secret that is long enough to be no help to who guesses.
func end(secret string) string {
	const shown, least = 4, 12
	if len(secret) < least {
		return ""
	}
	return secret[len(secret)-shown:]
}

func (h MerchantSettingsHandler) currencies(keys *LinkedKeys) []money.Currency {
	if keys == nil {
		return nil
	}
	g, err := h.Gateways.Gateway(keys.Gateway)
	if err != nil {
		return nil
	}
	return g.Sheet().Currencies
}

// shops are those that are remembered, with what the mall told about them. Nothing of that is stored: a switch
// takes it over in the same way, so that an index means the same shop to both.
func (h MerchantSettingsHandler) shops(m *merchant.Merchant, told []ports.MallShop, supported []money.Currency) []ShopSetting {
	seen := make([]merchant.SeenShop, len(told))
	for i, t := range told {
		seen[i] = merchant.SeenShop{No: t.No, Name: t.Name, Currency: money.Currency(t.Currency)}
	}
	m.SeeShops(seen)
	now := h.Clock.Now()
	list := make([]ShopSetting, len(m.Snapshot().Shops))
	for i, s := range m.Snapshot().Shops {
		list[i] = ShopSetting{
			No: s.No, Index: s.Index, Name: s.Name, Currency: string(s.Currency), Enabled: s.Enabled, ExternalCheckout: s.ExternalCheckout,
			Supported: slices.Contains(supported, s.Currency), Switching: s.Switching.Underway(now), Interrupted: s.Switching.Interrupted(now),
		}
	}
	return list
}
