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

// open returns the company and the keys of one version of a merchant's credentials.
func (a Accounts) open(ctx context.Context, id merchant.ID, version int) (ports.Gateway, ports.Keys, error) {
	m, err := a.Merchants.Get(ctx, ports.MerchantQuery{ID: id})
	if err != nil {
		return nil, ports.Keys{}, err
	}
	c, err := m.At(version)
	if err != nil {
		return nil, ports.Keys{}, err
	}
	return a.unseal(ctx, m.Snapshot().Mall, c)
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
