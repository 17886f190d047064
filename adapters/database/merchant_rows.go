package database

import (
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
)

// A blank separates host names and partner ids in one text: neither can hold one.
const blank = " "

type merchantRow struct {
	bun.BaseModel `bun:"table:merchants,alias:m"`

	ID        string `bun:",pk"`
	MallID    string
	Domains   string
	Paused    string
	CreatedAt time.Time
	Version   int64
}

type credentialsRow struct {
	bun.BaseModel `bun:"table:credentials,alias:c"`

	MerchantID  string `bun:",pk"`
	Version     int    `bun:",pk"`
	Gateway     string
	Fingerprint string
	PublicKey   string
	Sealed      []byte
	CreatedAt   time.Time
	RetiredAt   time.Time `bun:",nullzero"`
	ErasedAt    time.Time `bun:",nullzero"`
}

type shopRow struct {
	bun.BaseModel `bun:"table:shops,alias:s"`

	MerchantID       string `bun:",pk"`
	ShopNo           int    `bun:",pk"`
	Position         int
	Name             string
	Currency         string
	Enabled          bool
	ExternalCheckout bool
	SwitchingTo      bool
	SwitchingUntil   time.Time `bun:",nullzero"`
	Partners         string    `bun:",scanonly"` // the partner ids, the current one last
}

type partnerRow struct {
	bun.BaseModel `bun:"table:partner_ids,alias:i"`

	PartnerID  string `bun:",pk"`
	MerchantID string
	ShopNo     int
	Position   int
}

func toMerchantRow(s merchant.Snapshot) *merchantRow {
	pauses := make([]string, len(s.Pauses))
	for i, p := range s.Pauses {
		pauses[i] = string(p)
	}
	return &merchantRow{ID: string(s.ID), MallID: string(s.Mall), Domains: strings.Join(s.Domains, blank), Paused: strings.Join(pauses, blank), CreatedAt: s.CreatedAt, Version: s.Version}
}

func toCredentialsRows(s merchant.Snapshot) []credentialsRow {
	rows := make([]credentialsRow, len(s.Credentials))
	for i, c := range s.Credentials {
		rows[i] = credentialsRow{
			MerchantID: string(s.ID), Version: c.Version, Gateway: c.Gateway, Fingerprint: c.Fingerprint, PublicKey: c.PublicKey,
			Sealed: append([]byte{}, c.Sealed...), CreatedAt: c.CreatedAt, RetiredAt: c.RetiredAt, ErasedAt: c.ErasedAt,
		}
	}
	return rows
}

func toShopRows(s merchant.Snapshot) []shopRow {
	rows := make([]shopRow, len(s.Shops))
	for i, shop := range s.Shops {
		rows[i] = shopRow{
			MerchantID: string(s.ID), ShopNo: shop.No, Position: shop.Index, Name: shop.Name, Currency: string(shop.Currency),
			Enabled: shop.Enabled, ExternalCheckout: shop.ExternalCheckout, SwitchingTo: shop.Switching.To, SwitchingUntil: shop.Switching.Until,
		}
	}
	return rows
}

// toPartnerRows returns the partner ids of all shops, by themselves.
func toPartnerRows(s merchant.Snapshot) map[partnerRow]bool {
	rows := map[partnerRow]bool{}
	for _, shop := range s.Shops {
		for i, id := range shop.PartnerIDs {
			rows[partnerRow{PartnerID: string(id), MerchantID: string(s.ID), ShopNo: shop.No, Position: i}] = true
		}
	}
	return rows
}

// merchantJoined is a merchant beside one of its credentials and one of its shops.
type merchantJoined struct {
	Merchant    merchantRow    `bun:"embed:m_"`
	Credentials credentialsRow `bun:"embed:c_"`
	Shop        shopRow        `bun:"embed:s_"`
}

// restoreMerchants puts merchants together from rows that hold every pair of their credentials and
// shops; the rows of a merchant follow each other.
func restoreMerchants(rows []merchantJoined) ([]*merchant.Merchant, error) {
	var all []*merchant.Merchant
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Merchant.ID == rows[0].Merchant.ID {
			n++
		}
		m, err := restoreMerchant(rows[:n])
		if err != nil {
			return nil, err
		}
		all, rows = append(all, m), rows[n:]
	}
	return all, nil
}

func restoreMerchant(rows []merchantJoined) (*merchant.Merchant, error) {
	m := rows[0].Merchant
	s := merchant.Snapshot{ID: merchant.ID(m.ID), Mall: merchant.MallID(m.MallID), CreatedAt: m.CreatedAt.UTC(), Version: m.Version}
	if m.Domains != "" {
		s.Domains = strings.Split(m.Domains, blank)
	}
	for p := range strings.FieldsSeq(m.Paused) {
		s.Pauses = append(s.Pauses, merchant.Pause(p))
	}
	credentials := func(j merchantJoined) credentialsRow { return j.Credentials }
	for _, c := range distinct(rows, credentials, func(c credentialsRow) int { return c.Version }) {
		s.Credentials = append(s.Credentials, c.credentials())
	}
	shops := func(j merchantJoined) shopRow { return j.Shop }
	for _, shop := range distinct(rows, shops, func(s shopRow) int { return s.ShopNo }) {
		s.Shops = append(s.Shops, shop.shop())
	}
	return merchant.Restore(s)
}

func (r *credentialsRow) credentials() merchant.Credentials {
	c := merchant.Credentials{
		Version: r.Version, Gateway: r.Gateway, Fingerprint: r.Fingerprint, PublicKey: r.PublicKey,
		Sealed: r.Sealed, CreatedAt: r.CreatedAt.UTC(), RetiredAt: r.RetiredAt.UTC(), ErasedAt: r.ErasedAt.UTC(),
	}
	if len(c.Sealed) == 0 {
		c.Sealed = nil
	}
	return c
}

func (r *shopRow) shop() merchant.Shop {
	s := merchant.Shop{
		No: r.ShopNo, Index: r.Position, Name: r.Name, Currency: money.Currency(r.Currency), Enabled: r.Enabled, ExternalCheckout: r.ExternalCheckout,
		Switching: merchant.Switching{To: r.SwitchingTo, Until: r.SwitchingUntil.UTC()},
	}
	for id := range strings.FieldsSeq(r.Partners) {
		s.PartnerIDs = append(s.PartnerIDs, merchant.PartnerID(id))
	}
	return s
}
