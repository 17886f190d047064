package merchant

import (
	"slices"
	"time"

	"paybridge/domain/fault"
)

// Unlink retires the current credentials, so that no payment is made with them any more. Payments that were
// made are settled with them until Erase. Conflict "shop_enabled" while a shop is enabled or may be at the
// mall, "not_linked" when there is nothing to unlink.
func (m *Merchant) Unlink(now time.Time) error {
	if _, err := m.Current(); err != nil {
		return err
	}
	if slices.ContainsFunc(m.s.Shops, func(s Shop) bool { return s.Enabled || !s.Switching.Until.IsZero() }) {
		return fault.New(fault.Conflict, "shop_enabled", "a shop was switched on meanwhile, please try again")
	}
	m.s.Credentials = slices.Clone(m.s.Credentials)
	for i := range m.s.Credentials {
		if m.s.Credentials[i].RetiredAt.IsZero() {
			m.s.Credentials[i].RetiredAt = now
		}
	}
	return nil
}

// Retired are the credentials that are used no more and whose secrets are still kept.
func (m *Merchant) Retired() []Credentials {
	return slices.DeleteFunc(slices.Clone(m.s.Credentials), func(c Credentials) bool { return c.RetiredAt.IsZero() || !c.ErasedAt.IsZero() })
}

// Erase forgets the secret of retired credentials for good. Conflict "credentials_current" for those in use.
func (m *Merchant) Erase(version int, now time.Time) error {
	i := slices.IndexFunc(m.s.Credentials, func(c Credentials) bool { return c.Version == version })
	switch {
	case i < 0:
		return fault.Newf(fault.NotFound, "credentials_gone", "there is no version %d of the credentials", version)
	case m.s.Credentials[i].RetiredAt.IsZero():
		return fault.Newf(fault.Conflict, "credentials_current", "version %d of the credentials is in use", version)
	case m.s.Credentials[i].ErasedAt.IsZero():
		m.s.Credentials = slices.Clone(m.s.Credentials)
		m.s.Credentials[i].Sealed, m.s.Credentials[i].ErasedAt = nil, now
	}
	return nil
}
