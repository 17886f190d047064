package merchant

import (
	"regexp"
	"slices"
	"time"
)

// Pause is why a whole mall takes no payments for a time, whatever the switches of its shops say. The
// switches stay as they are, so that everything is as before when the pause ends.
type Pause string

// The pauses of a mall; one ends without the other.
const (
	AppExpired  Pause = "app_expired"  // the mall's subscription of the app has run out
	StoreClosed Pause = "store_closed" // Cafe24 has closed the mall
)

// Pause begins a pause; a second one of the same kind changes nothing.
func (m *Merchant) Pause(why Pause) {
	if !slices.Contains(m.s.Pauses, why) {
		m.s.Pauses = append(slices.Clone(m.s.Pauses), why)
	}
}

// Resume ends a pause.
func (m *Merchant) Resume(why Pause) {
	m.s.Pauses = slices.DeleteFunc(slices.Clone(m.s.Pauses), func(p Pause) bool { return p == why })
}

// TakesPayments reports that a shop is enabled and its mall not paused.
func (m *Merchant) TakesPayments(s Shop) bool { return s.Enabled && len(m.s.Pauses) == 0 }

// Depart is the mall that removed the app: its shops are off, also those that somebody was switching, and
// the credentials are used for nothing new. Payments that were made are settled with them.
func (m *Merchant) Depart(now time.Time) {
	m.s.Shops, m.s.Credentials, m.s.Pauses = slices.Clone(m.s.Shops), slices.Clone(m.s.Credentials), nil
	for i := range m.s.Shops {
		m.s.Shops[i].Enabled, m.s.Shops[i].ExternalCheckout, m.s.Shops[i].Switching = false, false, Switching{}
	}
	for i := range m.s.Credentials {
		if m.s.Credentials[i].RetiredAt.IsZero() {
			m.s.Credentials[i].RetiredAt = now
		}
	}
}

var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// SeeDomains takes over the hosts that the mall tells, in place of those before. What is no host name is
// left out: browsers and notices are sent there.
func (m *Merchant) SeeDomains(hosts []string) {
	seen := slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return len(host) > 253 || !hostName.MatchString(host) })
	slices.Sort(seen)
	m.s.Domains = slices.Compact(seen)
}
