package command

import (
	"context"
	"errors"
	"fmt"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// RenewScripts makes the shops that have the payment button load the one of this release. Their malls pin its
// bytes, so that one of another release is not run at all.
type RenewScripts struct{}

// Renewed counts shops: those that load the button of this release, and those of malls that give no access.
type Renewed struct {
	Shops   int
	Without int
}

// RenewScriptsHandler renews the scripts of all malls.
type RenewScriptsHandler struct {
	Merchants ports.Merchants
	Scripts   ports.ShopScripts
	Script    ports.Script
}

// merchantsAtATime is how many are read before any of their malls is asked.
const merchantsAtATime = 100

// Handle renews them one after the other. A mall that cannot be asked keeps none of the others waiting; the
// error joins what became of those, and the call can be repeated.
func (h RenewScriptsHandler) Handle(ctx context.Context, _ RenewScripts) (Renewed, error) {
	var done Renewed
	var problems []error
	for after := merchant.MallID(""); ; {
		list, err := h.Merchants.List(ctx, after, merchantsAtATime)
		if err != nil || len(list) == 0 {
			return done, errors.Join(append(problems, err)...)
		}
		for _, m := range list {
			after = m.Snapshot().Mall
			problems = append(problems, h.renew(ctx, m.Snapshot(), &done))
		}
	}
}

func (h RenewScriptsHandler) renew(ctx context.Context, m merchant.Snapshot, done *Renewed) error {
	for _, shop := range m.Shops {
		if !shop.Enabled || !shop.ExternalCheckout {
			continue
		}
		err := h.Scripts.RenewScript(ctx, m.Mall, shop.No, h.Script)
		switch {
		case err == nil:
			done.Shops++
		case fault.Is(err, fault.Conflict), fault.Is(err, fault.Forbidden):
			done.Without++ // its owner opens the app first
		default:
			return fault.Wrap(err, fmt.Sprintf("renew the script of %s, shop %d", m.Mall, shop.No))
		}
	}
	return nil
}
