package contract

import (
	"fmt"
	"testing"
	"time"

	"paybridge/domain/merchant"
	"paybridge/ports"
)

func (s *shelf) changeMerchant(t *testing.T, mall merchant.MallID, change func(*merchant.Merchant) error) merchant.Snapshot {
	t.Helper()
	m, err := s.Merchants.Update(t.Context(), mall, change)
	noError(t, err)
	return m.Snapshot()
}

func switchKept(t *testing.T, s *shelf) {
	s.link(t, "demomall", "key", "p1", "p2")
	until := s.clock.Now().Add(time.Minute)
	begun := s.changeMerchant(t, "demomall", func(m *merchant.Merchant) error {
		_, _, err := m.BeginSwitch(1, true, until, s.clock.Now())
		return err
	})
	kept := s.merchant(t, ports.MerchantQuery{Mall: "demomall"})
	sameMerchant(t, "while it is changed", kept, begun)
	same(t, "switching", kept.Shops[1].Switching, merchant.Switching{To: true, Until: until})
	ended := s.changeMerchant(t, "demomall", func(m *merchant.Merchant) error { return m.EndSwitch(2, until, false, true) })
	kept = s.merchant(t, ports.MerchantQuery{Mall: "demomall"})
	sameMerchant(t, "afterwards", kept, ended)
	same(t, "switching", kept.Shops[1].Switching, merchant.Switching{})
}

func secretErased(t *testing.T, s *shelf) {
	s.link(t, "demomall", "old")
	s.link(t, "demomall", "new")
	secrets, err := s.Vault.Next(t.Context(), "", 10)
	noError(t, err)
	same(t, "secrets", len(secrets), 2)
	erase := func(m *merchant.Merchant) error { return m.Erase(1, s.clock.Now()) }
	erased := s.changeMerchant(t, "demomall", erase)
	_, err = s.Vault.Replace(t.Context(), secrets[1], []byte("sealed anew"))
	noError(t, err)
	sameMerchant(t, "erased twice", s.changeMerchant(t, "demomall", erase), withSealed(erased, 1, []byte("sealed anew")))

	kept := s.merchant(t, ports.MerchantQuery{Mall: "demomall"}).Credentials
	same(t, "erased", fmt.Sprintf("%v %v", kept[0].Sealed, kept[0].ErasedAt), fmt.Sprintf("%v %v", []byte(nil), s.clock.Now()))
	same(t, "of the ledger", kept[0].PublicKey, "old")
	secrets, err = s.Vault.Next(t.Context(), "", 10)
	noError(t, err)
	same(t, "secrets", len(secrets), 1)
	same(t, "secret", string(secrets[0].Sealed), "sealed anew")
}

// withSealed is a merchant whose credentials were sealed anew, as it stands one update later.
func withSealed(m merchant.Snapshot, i int, sealed []byte) merchant.Snapshot {
	m.Credentials[i].Sealed = sealed
	m.Version++
	return m
}

func unerasedPages(t *testing.T, s *shelf) {
	for _, mall := range []merchant.MallID{"amall", "bmall", "cmall", "dmall"} {
		s.link(t, mall, "old of "+string(mall))
	}
	for _, mall := range []merchant.MallID{"dmall", "cmall", "bmall"} {
		s.link(t, mall, "new of "+string(mall))
	}
	s.changeMerchant(t, "cmall", func(m *merchant.Merchant) error { return m.Erase(1, s.clock.Now()) })
	list := func(before time.Time, after merchant.MallID, n int) string {
		page, err := s.Merchants.Unerased(t.Context(), before, after, n)
		noError(t, err)
		var malls []merchant.MallID
		for _, m := range page {
			malls = append(malls, m.Snapshot().Mall)
		}
		return fmt.Sprint(malls)
	}
	same(t, "retired now", list(s.clock.Now(), "", 9), "[]")
	s.clock.Advance(time.Second)
	same(t, "all", list(s.clock.Now(), "", 9), "[bmall dmall]")
	same(t, "first page", list(s.clock.Now(), "", 1), "[bmall]")
	same(t, "second page", list(s.clock.Now(), "bmall", 1), "[dmall]")
}
