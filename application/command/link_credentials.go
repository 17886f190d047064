package command

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// checkBudget is how long the company may take to say whether it takes the keys.
const checkBudget = 5 * time.Second

// LinkCredentials makes these keys the ones that a mall's new payments are made with.
type LinkCredentials struct {
	Mall      merchant.MallID
	Who       string // for the audit
	Gateway   string
	PublicKey string
	SecretKey ports.Secret
}

// LinkCredentialsHandler asks the company first: keys that it refuses are not stored, nor are keys that it
// could not be asked about. Linking the same keys again changes nothing.
type LinkCredentialsHandler struct {
	Accounts
	Audit ports.Audit
	Clock ports.Clock
}

// Handle returns the credentials as they are kept. Unauthenticated "keys_refused" when the company does not
// take them, Unavailable when it could not be asked.
func (h LinkCredentialsHandler) Handle(ctx context.Context, in LinkCredentials) (merchant.Credentials, error) {
	if in.PublicKey == "" || in.SecretKey.Reveal() == "" {
		return merchant.Credentials{}, fault.InvalidField("public_key", "and secret_key must not be empty")
	}
	g, err := h.Gateways.Gateway(in.Gateway)
	if err != nil {
		return merchant.Credentials{}, err
	}
	if err := check(ctx, g, ports.Keys{Public: in.PublicKey, Secret: in.SecretKey}); err != nil {
		return merchant.Credentials{}, err
	}
	sealed, err := h.Keyring.Seal(ctx, in.Mall, in.SecretKey)
	if err != nil {
		return merchant.Credentials{}, err
	}
	return h.store(ctx, in, merchant.Credentials{
		Gateway: in.Gateway, Fingerprint: fingerprint(in.Gateway, in.PublicKey), PublicKey: in.PublicKey, Sealed: sealed,
	})
}

func (h LinkCredentialsHandler) store(ctx context.Context, in LinkCredentials, c merchant.Credentials) (merchant.Credentials, error) {
	before := 0
	m, err := h.Merchants.Update(ctx, in.Mall, func(m *merchant.Merchant) error {
		before = len(m.Snapshot().Credentials)
		m.Link(c, h.sameSecret(ctx, in.Mall, in.SecretKey), h.Clock.Now())
		return nil
	})
	if err != nil {
		return merchant.Credentials{}, err
	}
	current, err := m.Current()
	if err != nil || current.Version == before {
		return current, err
	}
	return current, h.Audit.Record(ctx, ports.AuditEntry{
		Mall: in.Mall, Who: in.Who, Deed: ports.CredentialsLinked, Detail: in.Gateway + " " + in.PublicKey, At: h.Clock.Now(),
	})
}

// check asks the company whether it takes the keys. One that cannot be asked that takes them unseen: the first
// payment tells.
func check(ctx context.Context, g ports.Gateway, keys ports.Keys) error {
	checker, can := g.(ports.KeyChecker)
	if !can {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkBudget)
	defer cancel()
	err := checker.CheckKeys(ctx, keys)
	switch {
	case err == nil:
		return nil
	case fault.Is(err, fault.Unauthenticated), fault.Is(err, fault.Declined):
		return fault.New(fault.Unauthenticated, "keys_refused", "Invalid credentials").Because(err)
	}
	return fault.New(fault.Unavailable, "company_silent", "the payment company could not be asked about the keys, nothing was stored, please try again").Because(err)
}
