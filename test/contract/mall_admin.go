package contract

import (
	"context"
	"strings"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// MallAdmin is what this service changes in a mall.
type MallAdmin interface {
	ports.MallShops
	ports.ShopPayments
	ports.ShopScripts
}

// MallAdminTrouble is how a mall meets the calls that follow.
type MallAdminTrouble string

// The troubles of a mall.
const (
	MallAdminAway       MallAdminTrouble = "is not at home"            // refuses the connection
	MallAdminBusy       MallAdminTrouble = "asks to come back later"   // 429 for a minute
	MallAdminFails      MallAdminTrouble = "answers with an error"     // 500
	MallAdminLoses      MallAdminTrouble = "loses the answer"          // does it and cuts the line
	MallAdminGone       MallAdminTrouble = "has removed the app"       // 403 for everything
	MallAdminUnapproved MallAdminTrouble = "is not open to the app"    // 403 for what is restricted
	MallAdminRefuses    MallAdminTrouble = "refuses what it is told"   // 422
	MallAdminForgets    MallAdminTrouble = "has forgotten the token"   // one 401
	mallAdminMall                        = merchant.MallID("demomall") // of all clauses
)

// MallAdminHarness is an adapter of all three ports together with the mall "demomall", which has shops 1
// (PHP) and 2 (JPY) and gave full access.
type MallAdminHarness interface {
	Admin() MallAdmin
	// Meet makes the mall meet all calls that follow in trouble; empty ends it.
	Meet(trouble MallAdminTrouble)
	// Offered returns the partner id under which a shop offers this service; empty: it does not.
	Offered(shop int) merchant.PartnerID
	// Scripts returns the scripts of ours in a shop.
	Scripts(shop int) []ports.Script
	// Stray puts a script of ours into a shop, as a service of another address would have.
	Stray(shop int, script ports.Script)
}

// MallAdministration is the suite of ports.MallShops, ports.ShopPayments and ports.ShopScripts.
func MallAdministration(t *testing.T, newHarness func(t *testing.T) MallAdminHarness) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, MallAdminHarness){
		"a mall's shops come by their number, with currency and hosts": mallAdminShops,
		"a shop offers the service under the last partner id":          mallAdminOffers,
		"a withdrawn offer is gone from that shop, and twice harmless": mallAdminWithdraws,
		"a shop has one script of ours, the last one":                  mallAdminScripts,
		"a script of ours is renewed, and none is made of nothing":     mallAdminRenewsScripts,
		"a removed script is gone from that shop, and twice harmless":  mallAdminRemoves,
		"a lost answer is done once by doing it again":                 mallAdminRepeats,
		"a forgotten token is renewed on the way":                      mallAdminRenews,
		"an unknown shop is refused":                                   mallAdminUnknownShop,
		"a cancelled call changes nothing":                             mallAdminCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, newHarness(t))
		})
	}
	t.Run("what became of a call is told by its kind", func(t *testing.T) {
		t.Parallel()
		mallAdminTroubles(t, newHarness)
	})
}

func mallAdminScript(n string) ports.Script {
	return ports.Script{URL: "https://pay.example.com/button.js", Integrity: "sha384-" + strings.Repeat(n, 64)}
}

func mallAdminShops(t *testing.T, h MallAdminHarness) {
	shops, err := h.Admin().Shops(t.Context(), mallAdminMall)
	noError(t, err)
	if len(shops) < 2 || shops[0].No != 1 || shops[1].No != 2 {
		t.Fatalf("shops %+v", shops)
	}
	one := shops[0]
	if one.Name != "Tindahan" || one.Currency != "PHP" || !one.Active || len(one.Domains) == 0 || one.Domains[0] != "demomall.cafe24.com" {
		t.Errorf("shop 1 is %+v", one)
	}
	same(t, "currency of shop 2", shops[1].Currency, "JPY")
}

func mallAdminOffers(t *testing.T, h MallAdminHarness) {
	for _, partner := range []merchant.PartnerID{"demomall:0:first", "demomall:0:first", "demomall:0:second"} {
		noError(t, h.Admin().Offer(t.Context(), mallAdminMall, 1, partner))
		same(t, "offered", h.Offered(1), partner)
	}
	same(t, "offered by the other shop", h.Offered(2), "")
}

func mallAdminWithdraws(t *testing.T, h MallAdminHarness) {
	noError(t, h.Admin().Offer(t.Context(), mallAdminMall, 1, "p1"))
	noError(t, h.Admin().Offer(t.Context(), mallAdminMall, 2, "p2"))
	for range 2 {
		noError(t, h.Admin().Withdraw(t.Context(), mallAdminMall, 1))
		same(t, "offered", h.Offered(1), "")
		same(t, "offered by the other shop", h.Offered(2), "p2")
	}
}

func mallAdminScripts(t *testing.T, h MallAdminHarness) {
	h.Stray(1, ports.Script{URL: "https://old.example.com/button.js"})
	h.Stray(1, ports.Script{URL: "https://older.example.com/button.js"})
	for _, script := range []ports.Script{mallAdminScript("A"), mallAdminScript("A"), mallAdminScript("B")} {
		noError(t, h.Admin().PutScript(t.Context(), mallAdminMall, 1, script))
		if got := h.Scripts(1); len(got) != 1 || got[0] != script {
			t.Fatalf("scripts %v, want %v", got, script)
		}
	}
	same(t, "scripts of the other shop", len(h.Scripts(2)), 0)
}

func mallAdminRenewsScripts(t *testing.T, h MallAdminHarness) {
	noError(t, h.Admin().PutScript(t.Context(), mallAdminMall, 1, ports.Script{URL: "https://old.example.com/button.js"}))
	for _, script := range []ports.Script{mallAdminScript("A"), mallAdminScript("B"), mallAdminScript("B")} {
		noError(t, h.Admin().RenewScript(t.Context(), mallAdminMall, 1, script))
		if got := h.Scripts(1); len(got) != 1 || got[0] != script {
			t.Fatalf("scripts %v, want %v", got, script)
		}
	}
	noError(t, h.Admin().RenewScript(t.Context(), mallAdminMall, 2, mallAdminScript("A")))
	same(t, "scripts of a shop that had none", len(h.Scripts(2)), 0)
}

func mallAdminRemoves(t *testing.T, h MallAdminHarness) {
	h.Stray(1, ports.Script{URL: "https://old.example.com/button.js"})
	noError(t, h.Admin().PutScript(t.Context(), mallAdminMall, 1, mallAdminScript("A")))
	noError(t, h.Admin().PutScript(t.Context(), mallAdminMall, 2, mallAdminScript("A")))
	for range 2 {
		noError(t, h.Admin().RemoveScript(t.Context(), mallAdminMall, 1))
		same(t, "scripts", len(h.Scripts(1)), 0)
		same(t, "scripts of the other shop", len(h.Scripts(2)), 1)
	}
}

// mallAdminChanges are all changes, each with what it takes to see it.
func mallAdminChanges(ctx context.Context, admin MallAdmin) map[string]func() error {
	return map[string]func() error{
		"offer":         func() error { return admin.Offer(ctx, mallAdminMall, 1, "p1") },
		"withdraw":      func() error { return admin.Withdraw(ctx, mallAdminMall, 1) },
		"put script":    func() error { return admin.PutScript(ctx, mallAdminMall, 1, mallAdminScript("A")) },
		"renew script":  func() error { return admin.RenewScript(ctx, mallAdminMall, 1, mallAdminScript("A")) },
		"remove script": func() error { return admin.RemoveScript(ctx, mallAdminMall, 1) },
	}
}

func mallAdminRepeats(t *testing.T, h MallAdminHarness) {
	h.Meet(MallAdminLoses)
	err := h.Admin().Offer(t.Context(), mallAdminMall, 1, "p1")
	same(t, "kind", fault.Of(err).Kind, fault.Indeterminate)
	same(t, "offered", h.Offered(1), "p1")
	h.Meet("")
	noError(t, h.Admin().Offer(t.Context(), mallAdminMall, 1, "p1"))
	same(t, "offered", h.Offered(1), "p1")
}

func mallAdminRenews(t *testing.T, h MallAdminHarness) {
	h.Meet(MallAdminForgets)
	noError(t, h.Admin().Offer(t.Context(), mallAdminMall, 1, "p1"))
	same(t, "offered", h.Offered(1), "p1")
}

func mallAdminUnknownShop(t *testing.T, h MallAdminHarness) {
	for what, err := range map[string]error{
		"offer":  h.Admin().Offer(t.Context(), mallAdminMall, 99, "p1"),
		"script": h.Admin().PutScript(t.Context(), mallAdminMall, 99, mallAdminScript("A")),
	} {
		if !fault.Is(err, fault.Declined) {
			t.Errorf("%s: %v, want Declined", what, err)
		}
	}
}

func mallAdminCancelled(t *testing.T, h MallAdminHarness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, change := range mallAdminChanges(ctx, h.Admin()) {
		if err := change(); err == nil {
			t.Errorf("%s: nobody noticed", name)
		}
	}
	same(t, "offered", h.Offered(1), "")
	same(t, "scripts", len(h.Scripts(1)), 0)
}

// mallAdminTroubles knows that scripts are listed before they are changed: reading is never in doubt.
func mallAdminTroubles(t *testing.T, newHarness func(t *testing.T) MallAdminHarness) {
	t.Helper()
	for trouble, want := range map[MallAdminTrouble]struct{ reading, changing fault.Kind }{
		MallAdminAway:       {fault.Unavailable, fault.Unavailable},
		MallAdminBusy:       {fault.RateLimited, fault.RateLimited},
		MallAdminFails:      {fault.Unavailable, fault.Indeterminate},
		MallAdminLoses:      {fault.Unavailable, fault.Indeterminate},
		MallAdminGone:       {fault.Forbidden, fault.Forbidden},
		MallAdminUnapproved: {0, fault.Forbidden},
		MallAdminRefuses:    {fault.Declined, fault.Declined},
		MallAdminForgets:    {},
	} {
		t.Run("a mall that "+string(trouble), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Meet(trouble)
			same(t, "shops", mallKind(second(h.Admin().Shops(t.Context(), mallAdminMall))), want.reading)
			for name, change := range mallAdminChanges(t.Context(), h.Admin()) {
				kind := want.changing
				if strings.Contains(name, "script") {
					kind = want.reading
				}
				if err := change(); mallKind(err) != kind {
					t.Errorf("%s: %v, want kind %d", name, err, kind)
				}
			}
			err := h.Admin().Offer(t.Context(), mallAdminMall, 1, "p1")
			if unapproved := err != nil && fault.Of(err).Code == "not_approved"; unapproved != (trouble == MallAdminUnapproved) {
				t.Errorf("a mall's %v", err)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }
