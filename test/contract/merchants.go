package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Merchants is the suite of ports.Merchants: a mall is one merchant, its partner ids are its own for
// ever, and its retired credentials stay.
func Merchants(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"a merchant that nobody stored is not found", unknownMerchant},
		{"the first update of a mall makes its merchant", merchantMade},
		{"a later update changes the same merchant", merchantChanged},
		{"an error of the change comes back as it is and leaves nothing", merchantChangeFails},
		{"a cancelled context stores nothing", merchantCancelled},
		{"every partner id ever registered finds its merchant", partnersResolvable},
		{"a partner id of another merchant is refused and leaves nothing", partnerOfOther},
		{"a partner id of another shop of the merchant is refused", partnerOfSibling},
		{"retired credentials stay, with their sealed bytes", credentialsKept},
		{"of many updates at once none is lost", merchantUpdates},
		{"merchants are listed by mall, page by page", merchantPages},
		{"everything of a merchant comes back as it was", merchantKept},
		{"a change of a shop that has begun comes back as it was", switchKept},
		{"why a mall is paused and its domains come back as they were", pausesKept},
		{"an erased secret is gone, and the credentials are known still", secretErased},
		{"of merchants with retired secrets those are listed that were retired before", unerasedPages},
	})
}

func (s *shelf) merchant(t *testing.T, by ports.MerchantQuery) merchant.Snapshot {
	t.Helper()
	m, err := s.Merchants.Get(t.Context(), by)
	noError(t, err)
	return m.Snapshot()
}

// link makes or changes the merchant of a mall: keys of that name, and one shop a partner id.
func (s *shelf) link(t *testing.T, mall merchant.MallID, key string, partners ...merchant.PartnerID) merchant.Snapshot {
	t.Helper()
	m, err := s.Merchants.Update(t.Context(), mall, func(m *merchant.Merchant) error {
		m.Link(credentials(key), func(merchant.Credentials) bool { return false }, s.clock.Now())
		for i, p := range partners {
			if err := m.PutShop(merchant.Shop{No: i + 1, Name: "Tindahan", Currency: "PHP", Enabled: true}, p); err != nil {
				return err
			}
		}
		return nil
	})
	noError(t, err)
	return m.Snapshot()
}

func credentials(key string) merchant.Credentials {
	return merchant.Credentials{Gateway: "demo", Fingerprint: "account of " + key, PublicKey: key, Sealed: []byte{0, 255, '\'', '\\', 10, 128}}
}

func pausesKept(t *testing.T, s *shelf) {
	s.link(t, "demomall", "key", "partner-1")
	m, err := s.Merchants.Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
		m.Pause(merchant.AppExpired)
		m.Pause(merchant.StoreClosed)
		m.SeeDomains([]string{"b.example", "a.example"})
		return nil
	})
	noError(t, err)
	sameMerchant(t, "paused", s.merchant(t, ports.MerchantQuery{Partner: "partner-1"}), m.Snapshot())
	same(t, "pauses", len(m.Snapshot().Pauses), 2)
	_, err = s.Merchants.Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
		m.Resume(merchant.AppExpired)
		return nil
	})
	noError(t, err)
	alike(t, "resumed", s.merchant(t, ports.MerchantQuery{Mall: "demomall"}).Pauses, []merchant.Pause{merchant.StoreClosed})
}

func unknownMerchant(t *testing.T, s *shelf) {
	s.link(t, "demomall", "key", "partner-1")
	for _, by := range []ports.MerchantQuery{{ID: "nobody"}, {Mall: "othermall"}, {Partner: "partner-2"}, {Partner: "PARTNER-1"}, {}} {
		_, err := s.Merchants.Get(t.Context(), by)
		wantFault(t, err, fault.NotFound, "")
	}
}

func merchantMade(t *testing.T, s *shelf) {
	made := s.link(t, "demomall", "key", "partner-1")
	same(t, "created", made.CreatedAt, s.clock.Now())
	if made.ID == "" {
		t.Error("the merchant got no id")
	}
	for _, by := range []ports.MerchantQuery{{ID: made.ID}, {Mall: "demomall"}, {Partner: "partner-1"}, {ID: made.ID, Mall: "ignored"}} {
		sameMerchant(t, fmt.Sprintf("%+v", by), s.merchant(t, by), made)
	}
}

func merchantChanged(t *testing.T, s *shelf) {
	made := s.link(t, "demomall", "key", "partner-1")
	s.clock.Advance(time.Hour)
	changed := s.link(t, "demomall", "key", "partner-1", "partner-2")
	same(t, "id", changed.ID, made.ID)
	same(t, "created", changed.CreatedAt, made.CreatedAt)
	same(t, "shops", len(changed.Shops), 2)
	sameMerchant(t, "stored", s.merchant(t, ports.MerchantQuery{Mall: "demomall"}), changed)
}

func merchantChangeFails(t *testing.T, s *shelf) {
	before := s.link(t, "demomall", "key", "partner-1")
	mine := errors.New("the change says no")
	for _, mall := range []merchant.MallID{"demomall", "othermall"} {
		_, err := s.Merchants.Update(t.Context(), mall, func(m *merchant.Merchant) error {
			m.Link(credentials("another"), func(merchant.Credentials) bool { return false }, s.clock.Now())
			noError(t, m.PutShop(merchant.Shop{No: 5, Currency: "PHP"}, "partner-5"))
			return mine
		})
		if err != mine { //nolint:errorlint // the port promises the very error
			t.Errorf("got error %v, want the one of the change", err)
		}
	}
	sameMerchant(t, "stored", s.merchant(t, ports.MerchantQuery{Mall: "demomall"}), before)
	for _, by := range []ports.MerchantQuery{{Mall: "othermall"}, {Partner: "partner-5"}} {
		_, err := s.Merchants.Get(t.Context(), by)
		wantFault(t, err, fault.NotFound, "")
	}
}

func merchantCancelled(t *testing.T, s *shelf) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Merchants.Update(ctx, "demomall", func(m *merchant.Merchant) error {
		cancel()
		return m.PutShop(merchant.Shop{No: 1, Currency: "PHP"}, "partner-1")
	})
	wantFault(t, err, fault.Unavailable, "")
	_, err = s.Merchants.Get(t.Context(), ports.MerchantQuery{Mall: "demomall"})
	wantFault(t, err, fault.NotFound, "")
	_, err = s.Merchants.Get(ctx, ports.MerchantQuery{Mall: "demomall"})
	wantFault(t, err, fault.Unavailable, "")
}

func partnersResolvable(t *testing.T, s *shelf) {
	s.link(t, "demomall", "key", "first", "second")
	s.link(t, "demomall", "key", "", "") // the defaults: mall, index and public key
	now := s.link(t, "demomall", "rotated", "", "third")
	for partner, shop := range map[merchant.PartnerID]int{
		"first": 1, "demomall:0:key": 1, "demomall:0:rotated": 1, "second": 2, "demomall:1:key": 2, "third": 2,
	} {
		m, err := s.Merchants.Get(t.Context(), ports.MerchantQuery{Partner: partner})
		noError(t, err)
		sameMerchant(t, "merchant of "+string(partner), m.Snapshot(), now)
		got, err := m.ShopOf(partner)
		noError(t, err)
		same(t, "shop of "+string(partner), got.No, shop)
	}
}

func partnerOfOther(t *testing.T, s *shelf) {
	before := s.link(t, "demomall", "key", "partner-1")
	s.link(t, "thirdmall", "key", "partner-3")
	for _, mall := range []merchant.MallID{"othermall", "thirdmall"} {
		_, err := s.Merchants.Update(t.Context(), mall, func(m *merchant.Merchant) error {
			noError(t, m.PutShop(merchant.Shop{No: 8, Currency: "PHP"}, "partner-8"))
			return m.PutShop(merchant.Shop{No: 9, Currency: "PHP"}, "partner-1")
		})
		wantFault(t, err, fault.Conflict, "partner_taken")
	}
	_, err := s.Merchants.Get(t.Context(), ports.MerchantQuery{Partner: "partner-8"})
	wantFault(t, err, fault.NotFound, "")
	sameMerchant(t, "the owner", s.merchant(t, ports.MerchantQuery{Partner: "partner-1"}), before)
}

func partnerOfSibling(t *testing.T, s *shelf) {
	before := s.link(t, "demomall", "key", "partner-1", "partner-2")
	_, err := s.Merchants.Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
		return m.PutShop(merchant.Shop{No: 2, Currency: "PHP"}, "partner-1")
	})
	wantFault(t, err, fault.Conflict, "partner_taken")
	sameMerchant(t, "stored", s.merchant(t, ports.MerchantQuery{Mall: "demomall"}), before)
}

func credentialsKept(t *testing.T, s *shelf) {
	for i := range 3 {
		s.link(t, "demomall", fmt.Sprint("key-", i))
		s.clock.Advance(time.Hour)
	}
	m, err := s.Merchants.Get(t.Context(), ports.MerchantQuery{Mall: "demomall"})
	noError(t, err)
	for i := range 3 {
		c, err := m.At(i + 1)
		noError(t, err)
		same(t, "public key", c.PublicKey, fmt.Sprint("key-", i))
		same(t, "sealed", string(c.Sealed), string(credentials("").Sealed))
		same(t, "retired", c.RetiredAt.IsZero(), i == 2)
	}
}

func merchantUpdates(t *testing.T, s *shelf) {
	noError(t, errors.Join(together(func(i int) error {
		_, err := s.Merchants.Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
			return m.PutShop(merchant.Shop{No: i + 1, Currency: "PHP"}, merchant.PartnerID(fmt.Sprint("partner-", i)))
		})
		return err
	})...))
	got := s.merchant(t, ports.MerchantQuery{Mall: "demomall"})
	same(t, "shops", len(got.Shops), crowd)
	for i, shop := range got.Shops {
		same(t, "index", shop.Index, i)
		same(t, "partner ids", len(shop.PartnerIDs), 1)
	}
}

func merchantPages(t *testing.T, s *shelf) {
	for _, mall := range []merchant.MallID{"mallc", "malla", "mallb", "mall0", "malld"} {
		s.link(t, mall, "key of "+string(mall))
	}
	var malls []merchant.MallID
	after := merchant.MallID("")
	for _, size := range []int{2, 2, 1, 0} {
		page, err := s.Merchants.List(t.Context(), after, 2)
		noError(t, err)
		same(t, "size of the page", len(page), size)
		for _, m := range page {
			after = m.Snapshot().Mall
			malls = append(malls, after)
			sameMerchant(t, "listed", m.Snapshot(), s.merchant(t, ports.MerchantQuery{Mall: after}))
		}
	}
	alike(t, "malls", malls, []merchant.MallID{"mall0", "malla", "mallb", "mallc", "malld"})
}

func merchantKept(t *testing.T, s *shelf) {
	want, err := s.Merchants.Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
		m.Link(credentials("key"), func(merchant.Credentials) bool { return false }, s.clock.Now())
		return errors.Join(
			m.PutShop(merchant.Shop{No: 3, Name: "Tindahan ni 영희 '\"", Currency: "PHP", Enabled: true, ExternalCheckout: true}, ""),
			m.PutShop(merchant.Shop{No: 1, Name: "", Currency: "JPY"}, "second"),
			m.PutShop(merchant.Shop{No: 3, Name: "renamed", Currency: "KWD", ExternalCheckout: true}, "third"),
		)
	})
	noError(t, err)
	got := s.merchant(t, ports.MerchantQuery{Mall: "demomall"})
	sameMerchant(t, "stored", got, want.Snapshot())
	alike(t, "shop", got.Shops[0], merchant.Shop{
		No: 3, Name: "renamed", Currency: "KWD", ExternalCheckout: true, PartnerIDs: []merchant.PartnerID{"demomall:0:key", "third"},
	})
	got.Shops[0].PartnerIDs[0], got.Credentials[0].Sealed[0] = "scribbled", 'X'
	sameMerchant(t, "stored, after a reader scribbled", s.merchant(t, ports.MerchantQuery{Mall: "demomall"}), want.Snapshot())
}
