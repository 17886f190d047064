package query_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

const secretKey = "sk_demo_0123456789abcdef"

// owner is the owner of a mall that works, at his admin page.
type owner struct {
	*counter
	mall     *memory.MallAdmin
	settings query.MerchantSettingsHandler
}

func newOwner(t *testing.T) *owner {
	t.Helper()
	o := &owner{counter: newCounter(t)}
	o.mall = memory.NewMallAdmin(
		ports.MallShop{No: 1, Name: "Tindahan", Currency: "PHP", Active: true}, ports.MallShop{No: 2, Name: "Tindahan Korea", Currency: "KRW", Active: true},
	)
	o.settings = query.MerchantSettingsHandler{
		Merchants: o.store.Merchants(), Tokens: o.store.Tokens(), Pulses: o.store.Pulses(), MallShops: o.mall,
		Gateways: o.accounts.Gateways, Keyring: o.accounts.Keyring, Clock: o.clock, Scopes: []string{"mall.read_store", "mall.write_store"},
	}
	o.link(secretKey)
	o.grant("mall.read_store", "mall.write_store")
	return o
}

func (o *owner) link(secret string) {
	o.t.Helper()
	_, err := command.ImportMerchantsHandler{Accounts: o.accounts, Clock: o.clock}.Handle(o.t.Context(), command.ImportMerchants{
		Merchants: []command.MerchantImport{{
			Mall: "demomall", Gateway: "memory", PublicKey: "pk_demo", SecretKey: ports.NewSecret(secret),
			Shops: []command.ShopImport{{No: 1, Name: "Demo", Currency: "PHP", Enabled: true}},
		}},
	})
	o.must(err)
}

func (o *owner) grant(scopes ...string) {
	o.t.Helper()
	o.tokens(func(tokens *merchant.Tokens) {
		tokens.Granted(merchant.Grant{
			Access: []byte("a"), AccessUntil: o.clock.Now().Add(2 * time.Hour), Refresh: []byte("r"), RefreshUntil: o.clock.Now().Add(14 * 24 * time.Hour), Scopes: scopes,
		})
	})
}

func (o *owner) tokens(change func(*merchant.Tokens)) {
	o.t.Helper()
	_, err := o.store.Tokens().Update(o.t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		change(tokens)
		return nil
	})
	o.must(err)
}

func (o *owner) edits(change func(*merchant.Merchant) error) {
	o.t.Helper()
	_, err := o.store.Merchants().Update(o.t.Context(), "demomall", change)
	o.must(err)
}

func (o *owner) looks() query.Settings {
	o.t.Helper()
	s, err := o.settings.Handle(o.t.Context(), query.MerchantSettings{Mall: "demomall"})
	o.must(err)
	return s
}

// finds checks what is wrong.
func (o *owner) finds(want ...query.Finding) query.Settings {
	o.t.Helper()
	s := o.looks()
	if !slices.Equal(s.Health.Findings, want) {
		o.t.Errorf("found %q, want %q", s.Health.Findings, want)
	}
	return s
}

func TestAMallThatWorksHasNoFindings(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	s := o.finds()
	want := []query.ShopSetting{
		{No: 1, Index: 0, Name: "Tindahan", Currency: "PHP", Enabled: true, Supported: true},
		{No: 2, Index: 1, Name: "Tindahan Korea", Currency: "KRW", Supported: slices.Contains(o.company.Sheet().Currencies, "KRW")},
	}
	if !reflect.DeepEqual(s.Shops, want) {
		t.Errorf("shops %+v, want %+v", s.Shops, want)
	}
	if s.Keys == nil || s.Keys.PublicKey != "pk_demo" || s.Keys.SecretEnd != "cdef" || s.Health.Company != query.Reached {
		t.Errorf("keys %+v, company %d", s.Keys, s.Health.Company)
	}
	if whole := fmt.Sprintf("%+v %+v", s, *s.Keys); strings.Contains(whole, "0123456789") {
		t.Errorf("the secret is in %s", whole)
	}
}

func TestAShortSecretIsNotShownAtAll(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.link("sk_demo")
	if end := o.looks().Keys.SecretEnd; end != "" {
		t.Errorf("%q is shown of seven characters", end)
	}
}

func TestAMallThatNobodyKnowsIsToldToInstallAndToLink(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	s, err := o.settings.Handle(t.Context(), query.MerchantSettings{Mall: "newmall"})
	o.must(err)
	if want := []query.Finding{query.FindingNotInstalled, query.FindingNotLinked}; !slices.Equal(s.Health.Findings, want) {
		t.Errorf("found %q, want %q", s.Health.Findings, want)
	}
	if s.Keys != nil || s.Access.State != query.AccessNever {
		t.Errorf("got %+v", s)
	}
}

func TestAccessThatIsNoMoreIsFound(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.grant("mall.read_store")
	if s := o.finds(query.FindingScopes); !slices.Equal(s.Access.Missing, []string{"mall.write_store"}) {
		t.Errorf("missing %q", s.Access.Missing)
	}
	o.grant("mall.read_store", "mall.write_store")
	o.clock.Advance(13 * 24 * time.Hour)
	o.finds(query.FindingExpiring)
	o.clock.Advance(24 * time.Hour)
	o.finds(query.FindingAccessEnded)
	o.grant("mall.read_store", "mall.write_store")
	o.tokens(func(tokens *merchant.Tokens) { tokens.Revoke(tokens.Snapshot().Grant, o.clock.Now()) })
	o.finds(query.FindingRevoked)
}

func TestWhenCafe24IsSilentTheRememberedShopsAreShown(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.mall.Meet(memory.MallFailing)
	s := o.finds(query.FindingMallSilent)
	if s.Untold == nil || len(s.Shops) != 1 || s.Shops[0].Name != "Demo" || !s.Shops[0].Enabled {
		t.Errorf("shops %+v, because %v", s.Shops, s.Untold)
	}
}

func TestACompanyThatDoesNotAnswerOrRefusesTheKeysIsFound(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.company.Next(memory.InquireCall, memory.AnswerLost)
	o.finds(query.FindingCompanySilent)
	o.company.Revoke("pk_demo")
	o.finds(query.FindingKeysRefused)
}

func TestKeysThatDoNotOpenHaveToBeEnteredAgain(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	other, err := memory.NewKeyring()
	o.must(err)
	o.settings.Keyring = other
	if s := o.finds(query.FindingKeysLost); s.Keys.SecretEnd != "" || s.Health.Company != query.NotAsked {
		t.Errorf("got %+v", s.Keys)
	}
}

func TestWithoutAShopNobodyCanPay(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	_, err := o.store.Merchants().Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
		return m.PutShop(merchant.Shop{No: 1, Name: "Demo", Currency: "PHP"}, "")
	})
	o.must(err)
	o.finds(query.FindingNoShop)
}

// pulse is the traffic of a mall as a test wants it.
type pulse ports.Pulse

// Pulse implements ports.Pulses.
func (p pulse) Pulse(context.Context, merchant.MallID) (ports.Pulse, error) {
	return ports.Pulse(p), nil
}

func TestStuckNotificationsAndHeldPaymentsAreFound(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.settings.Pulses = pulse{Dead: 1, Refused: 1, Held: 1, Waiting: 1, OldestWaiting: o.clock.Now().Add(-10*time.Minute - 1)}
	s := o.finds(query.FindingDead, query.FindingPaymentsRefused, query.FindingPaymentsHeld, query.FindingLate)
	for i, grave := range []bool{true, true, false, false} {
		if s.Health.Findings[i].Grave() != grave {
			t.Errorf("%s is grave: %t", s.Health.Findings[i], !grave)
		}
	}
	o.settings.Pulses = pulse{Waiting: 1, OldestWaiting: o.clock.Now().Add(-10 * time.Minute)}
	o.finds()
}

func TestAMallThatCafe24PausedIsFound(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.edits(func(m *merchant.Merchant) error {
		m.Pause(merchant.AppExpired)
		m.Pause(merchant.StoreClosed)
		return nil
	})
	if s := o.finds(query.FindingExpired, query.FindingClosed); !slices.Equal(s.Paused, []merchant.Pause{merchant.AppExpired, merchant.StoreClosed}) {
		t.Errorf("paused %q", s.Paused)
	}
}

func TestASwitchThatNeverEndedIsFound(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	until := o.clock.Now().Add(time.Minute)
	o.edits(func(m *merchant.Merchant) error {
		_, _, err := m.BeginSwitch(0, false, until, o.clock.Now())
		return err
	})
	if s := o.finds(); !s.Shops[0].Switching || s.Shops[0].Interrupted {
		t.Errorf("while it is under way: %+v", s.Shops[0])
	}
	o.clock.Advance(time.Minute)
	if s := o.finds(query.FindingInterrupted); s.Shops[0].Switching || !s.Shops[0].Interrupted {
		t.Errorf("afterwards: %+v", s.Shops[0])
	}
}

func TestAShopThatTheMallTellsFirstNowKeepsItsPlaceBehindThoseKnown(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.settings.MallShops = memory.NewMallAdmin(
		ports.MallShop{No: 1, Name: "Tindahan", Currency: "PHP"}, ports.MallShop{No: 3, Name: "Third", Currency: "USD"}, ports.MallShop{No: 2, Name: "Second", Currency: "JPY"},
	)
	for i, s := range o.looks().Shops {
		if want := []int{1, 3, 2}[i]; s.No != want || s.Index != i {
			t.Errorf("at %d: %+v", i, s)
		}
	}
	m, err := o.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: "demomall"})
	o.must(err)
	if len(m.Snapshot().Shops) != 1 {
		t.Errorf("looking stored %+v", m.Snapshot().Shops)
	}
}

// panel is the page of the whole.
func (o *owner) panel() query.PanelHandler {
	return query.PanelHandler{Settings: o.settings, Views: o.store.Views(), Audit: o.store.Audit()}
}

func TestThePanelOfAMallShowsItsOwnOrdersAndNoOthers(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.open()
	o.must(o.store.Audit().Record(t.Context(), ports.AuditEntry{Mall: "othermall", Who: "si", Deed: ports.ShopEnabled, At: o.clock.Now()}))
	own, err := o.panel().Handle(t.Context(), query.Panel{Mall: "demomall", Number: number})
	o.must(err)
	if len(own.Payments) != 1 || own.Payments[0].Amount != "3065.00" || len(own.Ledger) == 0 || own.Keys == nil || len(own.Audit) != 0 || own.Health.OpenPayments != 1 {
		t.Errorf("his own panel is %+v", own)
	}
	foreign, err := o.panel().Handle(t.Context(), query.Panel{Mall: "othermall", Number: number})
	o.must(err)
	if len(foreign.Payments)+len(foreign.Ledger)+len(foreign.Dead) != 0 || foreign.Keys != nil || len(foreign.Audit) != 1 {
		t.Errorf("another one sees %+v", foreign)
	}
	if all, err := o.panel().Handle(t.Context(), query.Panel{}); err == nil {
		t.Errorf("without a mall: %+v", all)
	}
}
