package command

import (
	"context"
	"slices"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// eraseStride is how many merchants are read at once.
const eraseStride = 100

// SecretEraser forgets secrets that were retired and that nothing has to be settled with any more.
type SecretEraser struct {
	Merchants ports.Merchants
	Gateways  ports.Gateways
	Views     ports.Views
	Clock     ports.Clock
}

// Erase looks at what was retired before a time and returns how many secrets it erased. Of an unlinked mall
// they go as soon as nothing is open; of one that was linked anew when, besides, the company's own time for
// orders made with them is over, for until then the mall may want money back.
func (e SecretEraser) Erase(ctx context.Context, before time.Time) (int, error) {
	erased := 0
	for after := merchant.MallID(""); ; {
		page, err := e.Merchants.Unerased(ctx, before, after, eraseStride)
		if err != nil || len(page) == 0 {
			return erased, err
		}
		for _, m := range page {
			n, err := e.eraseOf(ctx, m, before)
			if err != nil {
				return erased, err
			}
			erased, after = erased+n, m.Snapshot().Mall
		}
	}
}

func (e SecretEraser) eraseOf(ctx context.Context, m *merchant.Merchant, before time.Time) (int, error) {
	mall := m.Snapshot().Mall
	open, err := e.Views.Unsettled(ctx, ports.UnsettledFilter{Mall: mall})
	if err != nil {
		return 0, err
	}
	over := slices.DeleteFunc(m.Retired(), func(c merchant.Credentials) bool {
		needed := slices.ContainsFunc(open, func(row ports.UnsettledRow) bool { return needs(row, c) })
		return needed || !c.RetiredAt.Before(before) || e.refundable(m, c)
	})
	if len(over) == 0 {
		return 0, nil
	}
	_, err = e.Merchants.Update(ctx, mall, func(m *merchant.Merchant) error {
		for _, c := range over {
			if err := m.Erase(c.Version, e.Clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	return len(over), err
}

// needs reports that the credentials are needed to settle a row. Before a surplus goes back, the payment that
// counts is asked about too, and that may be of any version.
func needs(row ports.UnsettledRow, c merchant.Credentials) bool {
	return row.Version == c.Version || row.State == payment.Paid.String()
}

// refundable reports that payments made with the credentials can be given back still, at a mall that goes on.
func (e SecretEraser) refundable(m *merchant.Merchant, c merchant.Credentials) bool {
	if _, err := m.Current(); err != nil {
		return false
	}
	g, err := e.Gateways.Gateway(c.Gateway)
	return err != nil || e.Clock.Now().Before(c.RetiredAt.Add(g.Sheet().OrderLifetime))
}
