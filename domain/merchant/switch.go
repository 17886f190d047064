package merchant

import (
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
)

// Switching is a change of whether a shop is enabled that has begun at the mall and not ended here.
type Switching struct {
	To    bool      // enabled or not
	Until time.Time // whoever changes it is done by then; zero: nobody changes it
}

// Underway reports that somebody changes the shop right now.
func (s Switching) Underway(now time.Time) bool { return now.Before(s.Until) }

// Interrupted reports that a change was begun and never ended: what the mall has is not known.
func (s Switching) Interrupted(now time.Time) bool { return !s.Until.IsZero() && !s.Underway(now) }

// SeenShop is a shop as its mall tells.
type SeenShop struct {
	No       int
	Name     string
	Currency money.Currency // perhaps one that this service does not know
}

// SeeShops takes over what the mall tells about its shops. New ones come last and disabled; those that the
// mall does not tell any more keep their place, for an index is for ever.
func (m *Merchant) SeeShops(seen []SeenShop) {
	shops := slices.Clone(m.s.Shops)
	for _, s := range seen {
		i := slices.IndexFunc(shops, func(known Shop) bool { return known.No == s.No })
		if i < 0 {
			i = len(shops)
			shops = append(shops, Shop{No: s.No, Index: i})
		}
		shops[i].Name, shops[i].Currency = s.Name, s.Currency
	}
	m.s.Shops = shops
}

// ShopAt returns the shop of an index, or Invalid.
func (m *Merchant) ShopAt(index int) (Shop, error) {
	if index < 0 || index >= len(m.s.Shops) {
		return Shop{}, fault.InvalidField("shop_index", "is no shop of this mall")
	}
	return m.s.Shops[index], nil
}

// BeginSwitch announces that the caller changes the shop of an index at the mall, until then at most. It
// returns the shop and, when it is to be enabled, the partner id that the mall shall call it by. Whether it is
// enabled changes only with EndSwitch. Conflict "shop_switching" while somebody else changes it, "not_linked"
// when a shop of a mall without credentials shall be enabled.
func (m *Merchant) BeginSwitch(index int, to bool, until, now time.Time) (Shop, PartnerID, error) {
	shop, err := m.ShopAt(index)
	if err != nil {
		return Shop{}, "", err
	}
	if shop.Switching.Underway(now) {
		return Shop{}, "", fault.New(fault.Conflict, "shop_switching", "somebody else is switching this shop right now, please look again in a moment")
	}
	var partner PartnerID
	if to {
		if partner, err = m.defaultPartner(shop); err != nil {
			return Shop{}, "", err
		}
		m.register(index, partner)
	}
	m.s.Shops[index].Switching = Switching{To: to, Until: until}
	return m.s.Shops[index], partner, nil
}

// EndSwitch ends a change that BeginSwitch announced with the same until: the mall is known to have the shop
// enabled or not. Conflict "switch_lost" when somebody else changes it meanwhile, or when a shop would be
// enabled whose mall was unlinked.
func (m *Merchant) EndSwitch(no int, until time.Time, enabled, external bool) error {
	i := slices.IndexFunc(m.s.Shops, func(s Shop) bool { return s.No == no })
	lost := fault.New(fault.Conflict, "switch_lost", "somebody else has switched this shop meanwhile, please look again")
	if i < 0 || !m.s.Shops[i].Switching.Until.Equal(until) {
		return lost
	}
	if _, err := m.Current(); enabled && err != nil {
		return lost.Because(err)
	}
	m.s.Shops[i].Enabled, m.s.Shops[i].ExternalCheckout, m.s.Shops[i].Switching = enabled, external, Switching{}
	return nil
}
