package httpapi

import (
	"bytes"
	"hash/maphash"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// window is how long a rate is counted before it begins anew.
const window = time.Minute

// visitLimit refuses an address that comes more often than buyers do.
func (s *Server) visitLimit() fiber.Handler {
	visits := newRate(s.config.Limits.BuyerRate, s.needs.Clock)
	return func(c *fiber.Ctx) error {
		if !visits.allows(s.client(c)) {
			return tooMany()
		}
		return c.Next()
	}
}

// failureLimit tells an address that keeps sending wrong signatures or keys to stop. A right signature
// always passes: otherwise a stranger behind the same proxy could lock Cafe24 out.
func (s *Server) failureLimit() fiber.Handler {
	failures := newRate(s.config.Limits.FailureRate, s.needs.Clock)
	return func(c *fiber.Ctx) error {
		err := c.Next()
		unproven := fault.Is(err, fault.Unauthenticated) || (err != nil && fault.Of(err).Code == "wrong_key")
		if unproven && !failures.allows(s.client(c)) {
			return tooMany()
		}
		return err
	}
}

func tooMany() error {
	return fault.New(fault.RateLimited, "too_many", "too many requests from this address, please try again in a minute")
}

// client is the address that a request came from: the connection's, or what the nearest proxies
// that we trust say, read from the right, because everything further left is the client's claim.
func (s *Server) client(c *fiber.Ctx) netip.Addr {
	peer, err := netip.ParseAddrPort(c.Context().RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	address := peer.Addr().Unmap()
	lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)
	hops := strings.Split(string(bytes.Join(lines, []byte(","))), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(address); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop.Unmap()
	}
	return address
}

func (s *Server) trusts(a netip.Addr) bool { return within(a, s.config.TrustedProxies) }

// mallsOnly refuses who does not call from Cafe24's own addresses, where those are known. It stands
// before a door that no signature protects.
func (s *Server) mallsOnly(c *fiber.Ctx) error {
	if len(s.config.MallAddresses) > 0 && !within(s.client(c), s.config.MallAddresses) {
		return fault.New(fault.Forbidden, "foreign_address", "this question is answered to the mall's own addresses only")
	}
	return c.Next()
}

func within(a netip.Addr, ranges []netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Contains(a) })
}

// rate counts by address within a window. Addresses share a fixed number of counters: many of them
// cost no memory, and with a random seed nobody can aim at the counter of somebody else.
type rate struct {
	most  uint32
	clock ports.Clock
	seed  maphash.Seed

	mu     sync.Mutex
	begun  time.Time
	counts [1 << 14]uint32
}

func newRate(most int, clock ports.Clock) *rate {
	return &rate{most: uint32(min(max(most, 0), 1<<30)), clock: clock, seed: maphash.MakeSeed()}
}

// allows counts one and reports whether the address is still within its rate.
func (r *rate) allows(a netip.Addr) bool {
	slot := maphash.Comparable(r.seed, neighbourhood(a)) % uint64(len(r.counts))
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.begun) >= window {
		r.begun = now
		clear(r.counts[:])
	}
	if r.counts[slot] >= r.most {
		return false
	}
	r.counts[slot]++
	return true
}

// neighbourhood is what one subscriber has: an address, or the last 64 bits of an IPv6 one.
func neighbourhood(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	network, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a
	}
	return network.Addr()
}
