// Package merchant is a Cafe24 mall that uses paybridge: its shops, the partner ids under which
// Cafe24 calls for them, and the credentials of its account at a payment company.
//
// Credentials are versions: relinking adds one and retires the others, which stay decryptable until
// the payments made with them are settled. Secrets are held sealed; only the keyring opens them.
package merchant

import (
	"fmt"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
)

// ID identifies a merchant inside paybridge. It is random and unguessable, because it stands in the
// webhook URLs given to companies.
type ID string

// Credentials are one version of the keys of the merchant's account at a company.
type Credentials struct {
	Version     int // from 1
	Gateway     string
	Fingerprint string // of the account: equal for two malls that share it
	PublicKey   string
	Sealed      []byte // the secret key, encrypted with the mall id as associated data
	CreatedAt   time.Time
	RetiredAt   time.Time // zero while current
	ErasedAt    time.Time // when the sealed secret was forgotten; zero while it is kept
}

// Account is what attempts pin.
func (c Credentials) Account() Account {
	return Account{Gateway: c.Gateway, Fingerprint: c.Fingerprint, Version: c.Version}
}

// Shop is one shop of the mall. Index is its position in the merchant's list, from 0; Cafe24's own
// number is No, from 1.
type Shop struct {
	No               int
	Index            int
	Name             string
	Currency         money.Currency
	Enabled          bool
	ExternalCheckout bool
	PartnerIDs       []PartnerID // every id ever registered, the current one last
	Switching        Switching   // the zero value while nobody changes whether the shop is enabled
}

// Snapshot is the whole state of a merchant, as repositories store it.
type Snapshot struct {
	ID          ID
	Mall        MallID
	Credentials []Credentials
	Shops       []Shop
	Domains     []string // hosts of the mall besides its two of Cafe24, lower case
	Pauses      []Pause
	CreatedAt   time.Time
	Version     int64 // of the row, for optimistic writes
}

// Merchant is a mall with its shops and credentials.
type Merchant struct{ s Snapshot }

// New returns a merchant without shops and credentials.
func New(id ID, mall MallID, now time.Time) *Merchant {
	return &Merchant{s: Snapshot{ID: id, Mall: mall, CreatedAt: now}}
}

// Restore rebuilds a merchant from storage. Repositories only.
func Restore(s Snapshot) (*Merchant, error) {
	if s.ID == "" || !mallID.MatchString(string(s.Mall)) {
		return nil, fault.Newf(fault.Internal, "broken_merchant", "merchant %q of mall %q is not whole", s.ID, s.Mall)
	}
	return &Merchant{s: s}, nil
}

// Snapshot returns the merchant's state. Its slices are the merchant's own: read, never write.
func (m *Merchant) Snapshot() Snapshot { return m.s }

// Link makes these the current credentials and retires the ones before. Linking the same account
// with the same sealed secret again changes nothing; same says how secrets compare.
func (m *Merchant) Link(c Credentials, same func(Credentials) bool, now time.Time) {
	if current, err := m.Current(); err == nil && current.Gateway == c.Gateway && current.Fingerprint == c.Fingerprint && same(current) {
		return
	}
	for i := range m.s.Credentials {
		if m.s.Credentials[i].RetiredAt.IsZero() {
			m.s.Credentials[i].RetiredAt = now
		}
	}
	c.Version, c.CreatedAt, c.RetiredAt = len(m.s.Credentials)+1, now, time.Time{}
	m.s.Credentials = append(m.s.Credentials, c)
}

// Current returns the credentials for new payments, or Conflict when the merchant is not linked.
func (m *Merchant) Current() (Credentials, error) {
	for _, c := range slices.Backward(m.s.Credentials) {
		if c.RetiredAt.IsZero() {
			return c, nil
		}
	}
	return Credentials{}, fault.New(fault.Conflict, "not_linked", "the merchant has no payment company linked")
}

// At returns the credentials that a payment was made with, retired or not. Where their secret was erased, the
// newest ones of the same account do: the merchant has linked it again.
func (m *Merchant) At(version int) (Credentials, error) {
	i := slices.IndexFunc(m.s.Credentials, func(c Credentials) bool { return c.Version == version })
	if i >= 0 && m.s.Credentials[i].ErasedAt.IsZero() {
		return m.s.Credentials[i], nil
	}
	return m.Newest(version)
}

// Newest returns the newest credentials of the account that a payment was made at: the merchant may have replaced
// the secret there.
func (m *Merchant) Newest(version int) (Credentials, error) {
	i := slices.IndexFunc(m.s.Credentials, func(c Credentials) bool { return c.Version == version })
	for _, c := range slices.Backward(m.s.Credentials) {
		if i >= 0 && c.ErasedAt.IsZero() && c.Gateway == m.s.Credentials[i].Gateway && c.Fingerprint == m.s.Credentials[i].Fingerprint {
			return c, nil
		}
	}
	return Credentials{}, fault.Newf(fault.NotFound, "credentials_gone", "version %d of the credentials is gone: the merchant has unlinked its account", version)
}

// PutShop adds a shop or updates the one of that number; its index never changes and its partner
// ids only grow. An empty partner means the default of the mall, index and public key.
func (m *Merchant) PutShop(shop Shop, partner PartnerID) error {
	if shop.No < 1 {
		return fault.InvalidField("shop_no", "must be 1 or more")
	}
	i := slices.IndexFunc(m.s.Shops, func(s Shop) bool { return s.No == shop.No })
	if i < 0 {
		shop.Index, shop.PartnerIDs, shop.Switching = len(m.s.Shops), nil, Switching{}
		m.s.Shops = append(m.s.Shops, shop)
		i = shop.Index
	} else {
		shop.Index, shop.PartnerIDs, shop.Switching = m.s.Shops[i].Index, m.s.Shops[i].PartnerIDs, m.s.Shops[i].Switching
		m.s.Shops[i] = shop
	}
	if partner == "" {
		var err error
		if partner, err = m.defaultPartner(m.s.Shops[i]); err != nil {
			return err
		}
	}
	m.register(i, partner)
	return nil
}

// register adds a partner id to a shop, unless the shop has it already.
func (m *Merchant) register(i int, partner PartnerID) {
	if !slices.Contains(m.s.Shops[i].PartnerIDs, partner) {
		m.s.Shops[i].PartnerIDs = append(slices.Clone(m.s.Shops[i].PartnerIDs), partner)
	}
}

// defaultPartner is "mall:index:public key" where that fits into Cafe24's 50 characters, otherwise
// an opaque id that is derived from the merchant and the shop.
func (m *Merchant) defaultPartner(shop Shop) (PartnerID, error) {
	c, err := m.Current()
	if err != nil {
		return "", err
	}
	if id, err := ParsePartnerID(fmt.Sprintf("%s:%d:%s", m.s.Mall, shop.Index, c.PublicKey)); err == nil {
		return id, nil
	}
	return ParsePartnerID(fmt.Sprintf("%s:%d:%.16s", m.s.Mall, shop.Index, m.s.ID))
}

// Shop returns the shop of that number, or NotFound.
func (m *Merchant) Shop(no int) (Shop, error) {
	for _, s := range m.s.Shops {
		if s.No == no {
			return s, nil
		}
	}
	return Shop{}, fault.New(fault.NotFound, "unknown_shop", "shop_no: the merchant has no such shop")
}

// ShopOf returns the shop that Cafe24 calls by this partner id, or NotFound. It is enabled only when it
// takes payments.
func (m *Merchant) ShopOf(id PartnerID) (Shop, error) {
	for _, s := range m.s.Shops {
		if slices.Contains(s.PartnerIDs, id) {
			s.Enabled = m.TakesPayments(s)
			return s, nil
		}
	}
	return Shop{}, fault.New(fault.NotFound, "unknown_partner", "partner_id: no shop is registered under it")
}
