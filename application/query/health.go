package query

import (
	"context"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Access is what the mall lets the app do.
type Access struct {
	State   AccessState
	Token   time.Time // until when the present token serves; it is renewed before
	Until   time.Time // until when it can be renewed without the owner
	Missing []string  // scopes that were not granted
}

// AccessState says whether the app may use the mall's Admin API.
type AccessState uint8

// The states of the access.
const (
	AccessNever   AccessState = iota + 1 // the app was never installed
	AccessStands                         // it may
	AccessRevoked                        // the mall has withdrawn it
	AccessEnded                          // it was not renewed in time
)

func (h MerchantSettingsHandler) access(tokens *merchant.Tokens) Access {
	t := tokens.Snapshot()
	a := Access{State: AccessStands, Token: t.Grant.AccessUntil, Until: t.Grant.RefreshUntil}
	switch {
	case len(t.Grant.Refresh) == 0:
		return Access{State: AccessNever}
	case !t.RevokedAt.IsZero():
		a.State = AccessRevoked
	case !h.Clock.Now().Before(t.Grant.RefreshUntil):
		a.State = AccessEnded
	}
	for _, scope := range h.Scopes {
		if !tokens.Has(scope) {
			a.Missing = append(a.Missing, scope)
		}
	}
	return a
}

// Reach says what came of asking the company.
type Reach uint8

// What can come of it.
const (
	NotAsked    Reach = iota // there are no keys to ask with, or nothing to ask
	Reached                  // it takes the keys
	KeysRefused              // it answers, and refuses them
	Silent                   // it did not answer in time, or failed
)

func (h MerchantSettingsHandler) askCompany(ctx context.Context, name string, keys ports.Keys) Reach {
	g, err := h.Gateways.Gateway(name)
	if err != nil {
		return Silent
	}
	checker, can := g.(ports.KeyChecker)
	if !can {
		return NotAsked
	}
	switch err := checker.CheckKeys(ctx, keys); {
	case err == nil:
		return Reached
	case fault.Is(err, fault.Unauthenticated):
		return KeysRefused
	}
	return Silent
}

// Health is whether a mall works.
type Health struct {
	ports.Pulse

	Company  Reach
	Findings []Finding // what is wrong, the worst first; empty: nothing
}

// Finding is something that is wrong, as a stable code: pages say what to do about it.
type Finding string

// The findings, the worst first.
const (
	FindingNotInstalled    Finding = "not_installed"        // the owner must open the app once
	FindingRevoked         Finding = "access_revoked"       // the same, after it was removed
	FindingAccessEnded     Finding = "access_ended"         // the same, after a long time without use
	FindingExpired         Finding = "app_expired"          // the subscription of the app has run out
	FindingClosed          Finding = "store_closed"         // Cafe24 has closed the mall
	FindingNotLinked       Finding = "not_linked"           // the company's keys are missing
	FindingKeysLost        Finding = "keys_lost"            // they do not open, and must be entered again
	FindingKeysRefused     Finding = "keys_refused"         // the company does not take them
	FindingCompanySilent   Finding = "company_silent"       // nobody can pay until it answers
	FindingDead            Finding = "notifications_dead"   // the mall does not know what happened
	FindingPaymentsRefused Finding = "payments_refused"     // payments cannot be asked about with the keys they were made with
	FindingPaymentsHeld    Finding = "payments_held"        // payments wait for a person
	FindingInterrupted     Finding = "shop_interrupted"     // nobody knows what the mall has of a shop
	FindingLate            Finding = "notifications_late"   // the mall does not confirm
	FindingMallSilent      Finding = "cafe24_silent"        // shops cannot be switched
	FindingScopes          Finding = "scopes_missing"       // not everything was granted
	FindingNoShop          Finding = "no_shop_enabled"      // no shop offers the company
	FindingExpiring        Finding = "access_expiring_soon" // it ends within two days unless it is used
)

// Findings are all of them.
func Findings() []Finding {
	return []Finding{
		FindingNotInstalled, FindingRevoked, FindingAccessEnded, FindingExpired, FindingClosed, FindingNotLinked, FindingKeysLost,
		FindingKeysRefused, FindingCompanySilent, FindingDead, FindingPaymentsRefused, FindingPaymentsHeld, FindingInterrupted, FindingLate,
		FindingMallSilent, FindingScopes, FindingNoShop, FindingExpiring,
	}
}

// Grave reports that payments fail, or that the mall does not know of them.
func (f Finding) Grave() bool {
	return slices.Index(Findings(), f) <= slices.Index(Findings(), FindingPaymentsRefused)
}

const (
	lateAfter    = 10 * time.Minute
	expiringFrom = 48 * time.Hour
)

func findings(s Settings, now time.Time) []Finding {
	p, linked := s.Health.Pulse, s.Keys != nil
	enabled := slices.ContainsFunc(s.Shops, func(shop ShopSetting) bool { return shop.Enabled })
	holds := map[Finding]bool{
		FindingNotInstalled: s.Access.State == AccessNever, FindingRevoked: s.Access.State == AccessRevoked,
		FindingAccessEnded: s.Access.State == AccessEnded, FindingNotLinked: !linked, FindingKeysLost: linked && s.Keys.Lost,
		FindingKeysRefused: s.Health.Company == KeysRefused, FindingCompanySilent: s.Health.Company == Silent,
		FindingExpired: slices.Contains(s.Paused, merchant.AppExpired), FindingClosed: slices.Contains(s.Paused, merchant.StoreClosed),
		FindingInterrupted: slices.ContainsFunc(s.Shops, func(shop ShopSetting) bool { return shop.Interrupted }),
		FindingDead:        p.Dead > 0, FindingPaymentsRefused: p.Refused > 0, FindingPaymentsHeld: p.Held > 0,
		FindingLate:       p.Waiting > 0 && now.Sub(p.OldestWaiting) > lateAfter,
		FindingMallSilent: s.Access.State == AccessStands && s.Untold != nil && len(s.Access.Missing) == 0,
		FindingScopes:     s.Access.State == AccessStands && len(s.Access.Missing) > 0,
		FindingNoShop:     linked && !enabled,
		FindingExpiring:   s.Access.State == AccessStands && s.Access.Until.Sub(now) < expiringFrom,
	}
	return slices.DeleteFunc(Findings(), func(f Finding) bool { return !holds[f] })
}
