package merchant_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// shops is a linked merchant with shops 1 and 2.
func shops(t *testing.T) *merchant.Merchant {
	t.Helper()
	m := linked(t)
	m.SeeShops([]merchant.SeenShop{{No: 1, Name: "Tindahan", Currency: "PHP"}, {No: 2, Name: "Tindahan Japan", Currency: "JPY"}})
	return m
}

func TestShopsThatAMallTellsKeepTheirIndexForEver(t *testing.T) {
	t.Parallel()
	m := shops(t)
	m.SeeShops([]merchant.SeenShop{{No: 3, Name: "New", Currency: "KRW"}, {No: 2, Name: "Renamed", Currency: "USD"}})
	got := m.Snapshot().Shops
	if len(got) != 3 || got[0].No != 1 || got[1].Name != "Renamed" || got[1].Currency != "USD" || got[2].No != 3 || got[2].Index != 2 || got[2].Enabled {
		t.Errorf("shops %+v", got)
	}
}

func TestAShopIsEnabledOnceItsChangeEnds(t *testing.T) {
	t.Parallel()
	m, until := shops(t), now.Add(time.Minute)
	shop, partner, err := m.BeginSwitch(0, true, until, now)
	if err != nil || shop.No != 1 || shop.Enabled || partner != "demomall:0:demo-app-public-key" {
		t.Fatalf("got %+v, %q, %v", shop, partner, err)
	}
	if s, err := m.ShopOf(partner); err != nil || s.No != 1 {
		t.Errorf("the partner id is not registered before the mall knows it: %v", err)
	}
	_, _, err = m.BeginSwitch(0, false, until, now.Add(time.Second))
	refused(t, err, fault.Conflict, "shop_switching")
	if err := m.EndSwitch(1, until, true, true); err != nil {
		t.Fatal(err)
	}
	if s, _ := m.ShopAt(0); !s.Enabled || !s.ExternalCheckout || s.Switching != (merchant.Switching{}) {
		t.Errorf("shop %+v", s)
	}
	refused(t, m.EndSwitch(1, until, false, false), fault.Conflict, "switch_lost")
}

func TestAnInterruptedChangeIsTakenOver(t *testing.T) {
	t.Parallel()
	m, until := shops(t), now.Add(time.Minute)
	if _, _, err := m.BeginSwitch(1, true, until, now); err != nil {
		t.Fatal(err)
	}
	s, _ := m.ShopAt(1)
	if s.Switching.Interrupted(until.Add(-1)) || !s.Switching.Interrupted(until) {
		t.Error("a change is interrupted from its end on")
	}
	later := until.Add(time.Minute)
	if _, _, err := m.BeginSwitch(1, false, later, until); err != nil {
		t.Fatal(err)
	}
	refused(t, m.EndSwitch(2, until, true, false), fault.Conflict, "switch_lost")
	if err := m.EndSwitch(2, later, false, false); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeSwitchedIsSaid(t *testing.T) {
	t.Parallel()
	m := shops(t)
	for _, index := range []int{-1, 2} {
		_, _, err := m.BeginSwitch(index, true, now.Add(time.Minute), now)
		refused(t, err, fault.Invalid, "invalid_field")
	}
	unlinked := merchant.New("m-1", "demomall", now)
	unlinked.SeeShops([]merchant.SeenShop{{No: 1, Currency: "PHP"}})
	_, _, err := unlinked.BeginSwitch(0, true, now.Add(time.Minute), now)
	refused(t, err, fault.Conflict, "not_linked")
	if _, _, err := unlinked.BeginSwitch(0, false, now.Add(time.Minute), now); err != nil {
		t.Errorf("a shop of an unlinked mall cannot be disabled: %v", err)
	}
	refused(t, unlinked.EndSwitch(1, now.Add(time.Minute), true, false), fault.Conflict, "switch_lost")
}

func TestUnlinkingWaitsUntilAllShopsAreOff(t *testing.T) {
	t.Parallel()
	m, until := shops(t), now.Add(time.Minute)
	if _, _, err := m.BeginSwitch(0, true, until, now); err != nil {
		t.Fatal(err)
	}
	refused(t, m.Unlink(now), fault.Conflict, "shop_enabled")
	if err := m.EndSwitch(1, until, true, false); err != nil {
		t.Fatal(err)
	}
	refused(t, m.Unlink(now), fault.Conflict, "shop_enabled")
	if _, _, err := m.BeginSwitch(0, false, until, now); err != nil {
		t.Fatal(err)
	}
	if err := m.EndSwitch(1, until, false, false); err != nil {
		t.Fatal(err)
	}
	if err := m.Unlink(now); err != nil {
		t.Fatal(err)
	}
	_, err := m.Current()
	refused(t, err, fault.Conflict, "not_linked")
	refused(t, m.Unlink(now), fault.Conflict, "not_linked")
}

func TestRetiredSecretsAreErasedAndCurrentOnesAreNot(t *testing.T) {
	t.Parallel()
	m := shops(t)
	refused(t, m.Erase(1, now), fault.Conflict, "credentials_current")
	refused(t, m.Erase(2, now), fault.NotFound, "credentials_gone")
	m.Link(keys("another"), never, now)
	if got := m.Retired(); len(got) != 1 || got[0].Version != 1 {
		t.Fatalf("retired %+v", got)
	}
	if c, err := m.At(1); err != nil || string(c.Sealed) != "sealed" {
		t.Errorf("retired credentials settle no payments: %v", err)
	}
	if err := m.Erase(1, now); err != nil {
		t.Fatal(err)
	}
	_, err := m.At(1)
	refused(t, err, fault.NotFound, "credentials_gone")
	if c := m.Snapshot().Credentials[0]; len(c.Sealed) > 0 || c.PublicKey == "" || len(m.Retired()) > 0 {
		t.Errorf("erased %+v", c)
	}
}

func TestAnAccountThatIsLinkedAgainSettlesWhatItsErasedKeysCannot(t *testing.T) {
	t.Parallel()
	m := shops(t)
	m.Link(keys("another"), never, now)
	if err := m.Erase(1, now); err != nil {
		t.Fatal(err)
	}
	for version := 3; version <= 4; version++ { // the second time with another secret
		m.Link(keys("demo-app-public-key"), never, now)
		if c, err := m.At(1); err != nil || c.Version != version {
			t.Errorf("version %d settles what was made with the first, want %d, %v", c.Version, version, err)
		}
	}
	if c, err := m.At(2); err != nil || c.Version != 2 {
		t.Errorf("another account is settled with version %d, %v", c.Version, err)
	}
	if _, err := m.At(9); err == nil {
		t.Error("credentials that never were")
	}
}

func TestTheSameKeysAfterUnlinkingAreANewVersion(t *testing.T) {
	t.Parallel()
	m := linked(t)
	if err := m.Unlink(now); err != nil {
		t.Fatal(err)
	}
	m.Link(keys("demo-app-public-key"), always, now)
	if c, err := m.Current(); err != nil || c.Version != 2 || strings.Contains(string(c.Sealed), "demo") {
		t.Errorf("got %+v, %v", c, err)
	}
}
