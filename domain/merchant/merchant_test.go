package merchant_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func linked(t *testing.T) *merchant.Merchant {
	t.Helper()
	m := merchant.New("m-1", "demomall", now)
	m.Link(keys("demo-app-public-key"), never, now)
	return m
}

func keys(public string) merchant.Credentials {
	return merchant.Credentials{Gateway: "demo", Fingerprint: "fp-" + public, PublicKey: public, Sealed: []byte("sealed")}
}

func never(merchant.Credentials) bool  { return false }
func always(merchant.Credentials) bool { return true }

func TestMallIDsAreCheckedBeforeTheyBecomeHosts(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"demomall", "ectmtjpq001", "abcd", "a123456789012345"} {
		if _, err := merchant.ParseMallID(ok); err != nil {
			t.Errorf("%q refused: %v", ok, err)
		}
	}
	for _, bad := range []string{"", "abc", "1mall", "Demo", "demo.mall", "evil.com/", "demo-mall", "demomall\n", "a1234567890123456", "démomall"} {
		if _, err := merchant.ParseMallID(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestThePartnerIDHasTheCollectionsFormWhereItFits(t *testing.T) {
	t.Parallel()
	m := linked(t)
	if err := m.PutShop(merchant.Shop{No: 1, Currency: "PHP"}, ""); err != nil {
		t.Fatal(err)
	}
	if s, err := m.ShopOf("demomall:0:demo-app-public-key"); err != nil || s.No != 1 {
		t.Fatalf("got %+v, %v", s, err)
	}
}

func TestATooLongPartnerIDBecomesOpaque(t *testing.T) {
	t.Parallel()
	m := merchant.New("0123456789abcdefXYZ", "demomall", now)
	m.Link(keys(strings.Repeat("k", 60)), never, now)
	if err := m.PutShop(merchant.Shop{No: 1, Currency: "PHP"}, ""); err != nil {
		t.Fatal(err)
	}
	got := m.Snapshot().Shops[0].PartnerIDs
	if len(got) != 1 || got[0] != "demomall:0:0123456789abcdef" {
		t.Fatalf("got %q", got)
	}
}

func TestEveryPartnerIDEverRegisteredStaysResolvable(t *testing.T) {
	t.Parallel()
	m := linked(t)
	if err := m.PutShop(merchant.Shop{No: 1, Currency: "PHP"}, ""); err != nil {
		t.Fatal(err)
	}
	m.Link(keys("second-key"), never, now)
	if err := m.PutShop(merchant.Shop{No: 1, Currency: "PHP", Enabled: true}, ""); err != nil {
		t.Fatal(err)
	}
	for _, id := range []merchant.PartnerID{"demomall:0:demo-app-public-key", "demomall:0:second-key"} {
		if s, err := m.ShopOf(id); err != nil || !s.Enabled || s.Index != 0 {
			t.Errorf("%s: %+v, %v", id, s, err)
		}
	}
	if _, err := m.ShopOf("demomall:0:third-key"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown partner was found: %v", err)
	}
}

func TestRelinkingRetiresTheOldKeysButKeepsThemReachable(t *testing.T) {
	t.Parallel()
	m := linked(t)
	m.Link(keys("second-key"), never, now.Add(time.Hour))
	current, err := m.Current()
	if err != nil || current.Version != 2 || current.PublicKey != "second-key" {
		t.Fatalf("current %+v, %v", current, err)
	}
	old, err := m.At(1)
	if err != nil || old.RetiredAt != now.Add(time.Hour) || old.PublicKey != "demo-app-public-key" {
		t.Fatalf("old %+v, %v", old, err)
	}
	if _, err := m.At(3); !fault.Is(err, fault.NotFound) {
		t.Errorf("version 3 exists: %v", err)
	}
}

func TestLinkingTheSameKeysAgainIsNoNewVersion(t *testing.T) {
	t.Parallel()
	m := linked(t)
	m.Link(keys("demo-app-public-key"), always, now)
	if got := len(m.Snapshot().Credentials); got != 1 {
		t.Fatalf("%d versions", got)
	}
	m.Link(keys("demo-app-public-key"), never, now)
	if got := len(m.Snapshot().Credentials); got != 2 {
		t.Fatalf("another secret of the same account: %d versions", got)
	}
}

func TestAMerchantWithoutKeysCannotOpenPayments(t *testing.T) {
	t.Parallel()
	m := merchant.New("m-1", "demomall", now)
	if _, err := m.Current(); !fault.Is(err, fault.Conflict) {
		t.Fatalf("got %v", err)
	}
	if err := m.PutShop(merchant.Shop{No: 1}, ""); !fault.Is(err, fault.Conflict) {
		t.Fatalf("a default partner id without keys: %v", err)
	}
}
