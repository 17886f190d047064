package command

import (
	"context"
	"fmt"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Confirmation is what a person says who was told about open money.
type Confirmation string

// The confirmations.
const (
	Unconfirmed Confirmation = ""
	Drain       Confirmation = "drain"  // what is open is settled first, then the secret is erased
	Forget      Confirmation = "forget" // the secret is erased now: what is open is settled by hand
)

// UnlinkCredentials ends the use of a mall's keys.
type UnlinkCredentials struct {
	Mall    merchant.MallID
	Who     string // for the audit
	Confirm Confirmation
}

// Unlinked says what became of it.
type Unlinked struct {
	Done bool                 // false: a confirmation is needed
	Open []ports.UnsettledRow // what the company has not ended, and surpluses
}

// UnlinkCredentialsHandler switches all shops off and retires the credentials. What is open is settled with
// them; EraseSecrets forgets them afterwards.
type UnlinkCredentialsHandler struct {
	Switch SwitchShopHandler
	Views  ports.Views
}

// Handle unlinks. Open money needs a confirmation. When a shop cannot be switched off, those before it are off
// and everything else is as it was; unlinking again goes on there.
func (h UnlinkCredentialsHandler) Handle(ctx context.Context, in UnlinkCredentials) (Unlinked, error) {
	m, err := h.Switch.Merchants.Get(ctx, ports.MerchantQuery{Mall: in.Mall})
	if fault.Is(err, fault.NotFound) {
		return Unlinked{Done: true}, nil
	}
	if err != nil {
		return Unlinked{}, err
	}
	open, err := h.Views.Unsettled(ctx, ports.UnsettledFilter{Mall: in.Mall})
	if err != nil || (len(open) > 0 && in.Confirm == Unconfirmed) {
		return Unlinked{Open: open}, err
	}
	if _, err := m.Current(); err == nil {
		if err := h.switchOff(ctx, in, m.Snapshot().Shops); err != nil {
			return Unlinked{}, err
		}
	}
	return Unlinked{Done: true, Open: open}, h.retire(ctx, in, open)
}

func (h UnlinkCredentialsHandler) switchOff(ctx context.Context, in UnlinkCredentials, shops []merchant.Shop) error {
	for _, s := range shops {
		if !s.Enabled && s.Switching.Until.IsZero() {
			continue
		}
		if _, err := h.Switch.Handle(ctx, SwitchShop{Mall: in.Mall, Who: in.Who, Index: s.Index}); err != nil {
			return fault.Wrap(err, "shop %d", s.No)
		}
	}
	return nil
}

// retire does nothing when nothing is linked, except that it forgets what shall be forgotten.
func (h UnlinkCredentialsHandler) retire(ctx context.Context, in UnlinkCredentials, open []ports.UnsettledRow) error {
	now, changed := h.Switch.Clock.Now(), false
	_, err := h.Switch.Merchants.Update(ctx, in.Mall, func(m *merchant.Merchant) error {
		if _, err := m.Current(); err == nil {
			if err := m.Unlink(now); err != nil {
				return err
			}
			changed = true
		}
		if in.Confirm != Forget {
			return nil
		}
		for _, c := range m.Retired() {
			if err := m.Erase(c.Version, now); err != nil {
				return err
			}
			changed = true
		}
		return nil
	})
	if err != nil || !changed {
		return err
	}
	return h.Switch.Audit.Record(ctx, ports.AuditEntry{
		Mall: in.Mall, Who: in.Who, Deed: ports.CredentialsUnlinked, Detail: listed(in.Confirm, open), At: now,
	})
}

// mostListed is how many orders an audit entry names.
const mostListed = 20

func listed(how Confirmation, open []ports.UnsettledRow) string {
	if len(open) == 0 {
		return ""
	}
	var orders []string
	for _, row := range open[:min(len(open), mostListed)] {
		orders = append(orders, string(row.Order))
	}
	return fmt.Sprintf("%s, %d open: %s", how, len(open), strings.Join(orders, " "))
}
