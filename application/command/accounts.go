package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Accounts opens the credentials that a payment was made with, retired or not.
type Accounts struct {
	Merchants ports.Merchants
	Keyring   ports.Keyring
	Gateways  ports.Gateways
}

// open returns the company and the keys of one version of a merchant's credentials. Whoever calls the company about
// a payment does it by withKeys.
func (a Accounts) open(ctx context.Context, id merchant.ID, version int) (ports.Gateway, pinned, error) {
	m, err := a.Merchants.Get(ctx, ports.MerchantQuery{ID: id})
	if err != nil {
		return nil, pinned{}, err
	}
	c, err := m.At(version)
	if err != nil {
		return nil, pinned{}, err
	}
	g, keys, err := a.unseal(ctx, m.Snapshot().Mall, c)
	return g, pinned{id, version, keys}, err
}

// pinned are the keys that a payment was made with.
type pinned struct {
	merchant merchant.ID
	version  int
	keys     ports.Keys
}

// withKeys makes a call about a payment with the keys that it was made with. Where the company refuses them, or
// knows nothing of what it is asked with them, the merchant may have replaced the secret of the same account, and
// the call is made once more with the newest. Either refusal says that nothing was done, so that may
// be a call that moves money; what the second one comes to counts, and may be in doubt.
func withKeys[T any](ctx context.Context, a Accounts, p pinned, call func(ports.Keys) (T, error)) (T, error) {
	got, err := call(p.keys)
	if !unrecognized(err) {
		return got, err
	}
	m, failed := a.Merchants.Get(ctx, ports.MerchantQuery{ID: p.merchant})
	if failed != nil {
		return got, failed
	}
	newest, gone := m.Newest(p.version)
	if gone != nil || newest.Version == p.version {
		return got, err
	}
	_, keys, failed := a.unseal(ctx, m.Snapshot().Mall, newest)
	if failed != nil {
		return got, failed
	}
	return call(keys)
}

// unrecognized reports that the company refuses the keys, or does not know what it is asked about with them.
func unrecognized(err error) bool {
	return fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.NotFound)
}

func (a Accounts) unseal(ctx context.Context, mall merchant.MallID, c merchant.Credentials) (ports.Gateway, ports.Keys, error) {
	g, err := a.Gateways.Gateway(c.Gateway)
	if err != nil {
		return nil, ports.Keys{}, err
	}
	secret, err := a.Keyring.Open(ctx, mall, c.Sealed)
	if err != nil {
		return nil, ports.Keys{}, fault.Wrap(err, "credentials version %d of mall %s", c.Version, mall)
	}
	return g, ports.Keys{Public: c.PublicKey, Secret: secret}, nil
}

// capability returns the company as one of the optional interfaces of ports, or Unsupported.
func capability[T any](g ports.Gateway) (T, error) {
	c, ok := g.(T)
	if !ok {
		return c, fault.Newf(fault.Unsupported, "not_offered", "the payment company %s does not offer this", g.Sheet().Name)
	}
	return c, nil
}
