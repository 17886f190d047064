package merchant_test

import (
	"slices"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

func linkedMall(t *testing.T) *merchant.Merchant {
	t.Helper()
	m := merchant.New("m-1", "demomall", time.Unix(0, 0))
	m.Link(merchant.Credentials{Gateway: "demo", PublicKey: "pk"}, func(merchant.Credentials) bool { return false }, time.Unix(1, 0))
	if err := m.PutShop(merchant.Shop{No: 1, Currency: "PHP", Enabled: true, ExternalCheckout: true}, ""); err != nil {
		t.Fatal(err)
	}
	return m
}

func takes(t *testing.T, m *merchant.Merchant) bool {
	t.Helper()
	shop, err := m.ShopOf("demomall:0:pk")
	if err != nil {
		t.Fatal(err)
	}
	if at := m.Snapshot().Shops[0]; m.TakesPayments(at) != shop.Enabled {
		t.Errorf("the shop takes payments: %v, and is called enabled: %v", m.TakesPayments(at), shop.Enabled)
	}
	return shop.Enabled
}

func TestAPausedMallTakesNoPaymentsAndKeepsItsSwitches(t *testing.T) {
	t.Parallel()
	m := linkedMall(t)
	m.Pause(merchant.AppExpired)
	m.Pause(merchant.AppExpired)
	m.Pause(merchant.StoreClosed)
	if takes(t, m) || !m.Snapshot().Shops[0].Enabled || len(m.Snapshot().Pauses) != 2 {
		t.Errorf("paused: %+v", m.Snapshot())
	}
	m.Resume(merchant.AppExpired)
	if takes(t, m) {
		t.Error("one pause ended the other")
	}
	m.Resume(merchant.StoreClosed)
	m.Resume(merchant.StoreClosed)
	if !takes(t, m) {
		t.Error("the pauses are over and nothing is as before")
	}
}

func TestAMallThatRemovedTheAppIsOffAndStillSettlesItsPayments(t *testing.T) {
	t.Parallel()
	m := linkedMall(t)
	if _, _, err := m.BeginSwitch(0, true, time.Unix(60, 0), time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	m.Pause(merchant.AppExpired)
	m.Depart(time.Unix(3, 0))
	m.Depart(time.Unix(4, 0))
	if takes(t, m) || len(m.Snapshot().Pauses) != 0 {
		t.Errorf("departed: %+v", m.Snapshot())
	}
	if err := m.EndSwitch(1, time.Unix(60, 0), true, true); !fault.Is(err, fault.Conflict) {
		t.Errorf("a switch that was underway: %v", err)
	}
	if _, err := m.Current(); !fault.Is(err, fault.Conflict) {
		t.Errorf("new payments are made with %v", err)
	}
	if c, err := m.At(1); err != nil || !c.RetiredAt.Equal(time.Unix(3, 0)) {
		t.Errorf("payments that were made are asked about with %+v, %v", c, err)
	}
}

func TestOnlyHostNamesBecomeAMallsDomains(t *testing.T) {
	t.Parallel()
	m := linkedMall(t)
	m.SeeDomains([]string{"shop.example.com", "demomall.cafe24.com", "shop.example.com", "", "a b.com", "127.0.0.1", "localhost", "evil.com/x", "[::1]", "-a.com", "xn--9t4b11yi5a.com"})
	if got := m.Snapshot().Domains; !slices.Equal(got, []string{"demomall.cafe24.com", "shop.example.com", "xn--9t4b11yi5a.com"}) {
		t.Errorf("domains %q", got)
	}
}
