package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

// ImportMerchants stores merchants as an operator lists them. Nobody outside is called.
type ImportMerchants struct{ Merchants []MerchantImport }

// MerchantImport is one merchant of the list.
type MerchantImport struct {
	Mall      merchant.MallID
	Gateway   string
	PublicKey string
	SecretKey ports.Secret
	Shops     []ShopImport
}

// ShopImport is one shop of a merchant; an empty Partner means the default partner id.
type ShopImport struct {
	No               int
	Name             string
	Currency         money.Currency
	Enabled          bool
	ExternalCheckout bool
	Partner          merchant.PartnerID
}

// Imported counts what was stored.
type Imported struct{ Merchants, Shops int }

// ImportMerchantsHandler updates merchants by mall; shops that are not named stay as they are, and
// doing it twice changes nothing.
type ImportMerchantsHandler struct {
	Accounts
	Clock ports.Clock
}

// Handle stores all merchants, each in a transaction of its own, and stops at the first that fails.
func (h ImportMerchantsHandler) Handle(ctx context.Context, in ImportMerchants) (Imported, error) {
	var done Imported
	for _, m := range in.Merchants {
		if err := h.store(ctx, m); err != nil {
			return done, fault.Wrap(err, "merchant %s", m.Mall)
		}
		done.Merchants++
		done.Shops += len(m.Shops)
	}
	return done, nil
}

func (h ImportMerchantsHandler) store(ctx context.Context, in MerchantImport) error {
	if _, err := h.Gateways.Gateway(in.Gateway); err != nil {
		return err
	}
	if in.PublicKey == "" || in.SecretKey.Reveal() == "" {
		return fault.InvalidField("public_key", "and secret_key must not be empty")
	}
	sealed, err := h.Keyring.Seal(ctx, in.Mall, in.SecretKey)
	if err != nil {
		return err
	}
	_, err = h.Merchants.Update(ctx, in.Mall, func(m *merchant.Merchant) error {
		m.Link(merchant.Credentials{
			Gateway: in.Gateway, Fingerprint: fingerprint(in.Gateway, in.PublicKey), PublicKey: in.PublicKey, Sealed: sealed,
		}, h.sameSecret(ctx, in.Mall, in.SecretKey), h.Clock.Now())
		for _, s := range in.Shops {
			shop := merchant.Shop{No: s.No, Name: s.Name, Currency: s.Currency, Enabled: s.Enabled, ExternalCheckout: s.ExternalCheckout}
			if err := m.PutShop(shop, s.Partner); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// sameSecret compares with stored credentials, so that the same keys again make no new version.
func (a Accounts) sameSecret(ctx context.Context, mall merchant.MallID, secret ports.Secret) func(merchant.Credentials) bool {
	return func(c merchant.Credentials) bool {
		stored, err := a.Keyring.Open(ctx, mall, c.Sealed)
		return err == nil && stored.Reveal() == secret.Reveal()
	}
}

// fingerprint stands for the account at the company: its public key names it, whatever the secret.
func fingerprint(gateway, publicKey string) string {
	sum := sha256.Sum256([]byte(gateway + "\x00" + publicKey))
	return hex.EncodeToString(sum[:8])
}
