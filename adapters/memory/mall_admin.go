package memory

import (
	"context"
	"slices"
	"sync"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// MallTrouble is how a mall's administration meets a call. The zero value does what it is told.
type MallTrouble uint8

// The troubles of a mall's administration.
const (
	MallNone       MallTrouble = iota
	MallAbsent                 // it cannot be reached: Unavailable
	MallBusy                   // it asks to come back later: RateLimited
	MallFailing                // it answers with an error: Unavailable, a change is Indeterminate
	MallLosing                 // it does it, but the answer is lost
	MallRemoved                // it has removed the app: Forbidden
	MallUnapproved             // it is not open to the app: Forbidden for payments
	MallRefusing               // it refuses the content: Declined
	MallHalfway                // it listed what there is, does the change, and the answer to that is lost: Indeterminate
)

// MallAdmin is the administration of any number of malls, each with the same shops. It implements
// ports.MallShops, ports.ShopPayments and ports.ShopScripts and is safe for concurrent use.
type MallAdmin struct {
	mu      sync.Mutex
	shops   []ports.MallShop
	usual   MallTrouble
	next    []MallTrouble
	offers  map[shopOf]merchant.PartnerID
	scripts map[shopOf][]ports.Script
	calls   []string
	before  func(call string)
}

type shopOf struct {
	mall merchant.MallID
	no   int
}

// NewMallAdmin returns one whose malls have these shops.
func NewMallAdmin(shops ...ports.MallShop) *MallAdmin {
	return &MallAdmin{shops: shops, offers: map[shopOf]merchant.PartnerID{}, scripts: map[shopOf][]ports.Script{}}
}

// Meet sets the trouble of all calls that follow.
func (a *MallAdmin) Meet(usual MallTrouble) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.usual, a.next = usual, nil
}

// Next sets the troubles of the next calls, one each, before the usual one returns.
func (a *MallAdmin) Next(troubles ...MallTrouble) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next = append(a.next, troubles...)
}

// Before has a call announced before it is met, by its name: shops, offer, withdraw, put script, renew
// script, remove script.
func (a *MallAdmin) Before(announce func(call string)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.before = announce
}

// Calls returns the names of all calls that reached a mall, oldest first.
func (a *MallAdmin) Calls() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls)
}

// Offered returns the partner id under which a shop offers the service; empty: it does not.
func (a *MallAdmin) Offered(mall merchant.MallID, shop int) merchant.PartnerID {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.offers[shopOf{mall, shop}]
}

// Scripts returns the scripts in a shop.
func (a *MallAdmin) Scripts(mall merchant.MallID, shop int) []ports.Script {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.scripts[shopOf{mall, shop}])
}

// Shops implements ports.MallShops.
func (a *MallAdmin) Shops(ctx context.Context, _ merchant.MallID) ([]ports.MallShop, error) {
	var shops []ports.MallShop
	err := a.met(ctx, "shops", func() { shops = slices.Clone(a.shops) })
	return shops, err
}

// Offer implements ports.ShopPayments.
func (a *MallAdmin) Offer(ctx context.Context, mall merchant.MallID, shop int, partner merchant.PartnerID) error {
	if !a.has(shop) {
		return errContent
	}
	return a.met(ctx, "offer", func() { a.offers[shopOf{mall, shop}] = partner })
}

// Withdraw implements ports.ShopPayments.
func (a *MallAdmin) Withdraw(ctx context.Context, mall merchant.MallID, shop int) error {
	return a.met(ctx, "withdraw", func() { delete(a.offers, shopOf{mall, shop}) })
}

// PutScript implements ports.ShopScripts.
func (a *MallAdmin) PutScript(ctx context.Context, mall merchant.MallID, shop int, script ports.Script) error {
	if !a.has(shop) {
		return errContent
	}
	return a.met(ctx, "put script", func() { a.scripts[shopOf{mall, shop}] = []ports.Script{script} })
}

// RenewScript implements ports.ShopScripts.
func (a *MallAdmin) RenewScript(ctx context.Context, mall merchant.MallID, shop int, script ports.Script) error {
	return a.met(ctx, "renew script", func() {
		if of := (shopOf{mall, shop}); len(a.scripts[of]) > 0 {
			a.scripts[of] = []ports.Script{script}
		}
	})
}

// RemoveScript implements ports.ShopScripts.
func (a *MallAdmin) RemoveScript(ctx context.Context, mall merchant.MallID, shop int) error {
	return a.met(ctx, "remove script", func() { delete(a.scripts, shopOf{mall, shop}) })
}

func (a *MallAdmin) has(shop int) bool {
	return slices.ContainsFunc(a.shops, func(s ports.MallShop) bool { return s.No == shop })
}

// met does an act, unless the mall is in trouble.
func (a *MallAdmin) met(ctx context.Context, call string, act func()) error {
	a.mu.Lock()
	announce := a.before
	a.mu.Unlock()
	if announce != nil {
		announce(call)
	}
	if err := alive(ctx); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	trouble := a.usual
	if len(a.next) > 0 {
		trouble, a.next = a.next[0], a.next[1:]
	}
	if trouble == MallAbsent {
		return errAbsent
	}
	a.calls = append(a.calls, call)
	if trouble == MallNone || trouble == MallHalfway || (trouble == MallLosing && registers(call)) {
		act()
	}
	return trouble.met(call)
}

var (
	errAbsent  = fault.New(fault.Unavailable, "mall_away", "the mall cannot be reached")
	errContent = fault.New(fault.Declined, "mall_refused", "the mall refuses this")
)

// met is how a call ends. Scripts are listed before they are changed, which is where trouble is met.
func (t MallTrouble) met(call string) error {
	switch t {
	case MallNone:
		return nil
	case MallBusy:
		return fault.New(fault.RateLimited, "mall_busy", "the mall asks to come back later")
	case MallRemoved:
		return fault.New(fault.Forbidden, "access_revoked", "the mall has removed the app")
	case MallRefusing:
		return errContent
	case MallUnapproved:
		if registers(call) {
			return fault.New(fault.Forbidden, "not_approved", "the mall is not open to the app")
		}
		return nil
	case MallFailing, MallLosing:
		if registers(call) {
			return fault.New(fault.Indeterminate, "mall_lost", "the mall's answer was lost")
		}
	case MallHalfway:
		if call != "shops" {
			return fault.New(fault.Indeterminate, "mall_lost", "the mall's answer was lost")
		}
	case MallAbsent:
	}
	return errAbsent
}

// registers reports a call that changes something without a list before.
func registers(call string) bool { return call == "offer" || call == "withdraw" }
