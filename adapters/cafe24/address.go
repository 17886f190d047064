package cafe24

import (
	"net/netip"
	"slices"
)

var (
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last four bytes are an IPv4 address
	sixTo4  = netip.MustParsePrefix("2002::/16")    // RFC 3056: the four bytes after the prefix are one
	unicast = netip.MustParsePrefix("2000::/3")     // all of IPv6 that was ever given out
)

// reserved is what IANA keeps out of the public internet within IPv4 and within unicast. Loopback,
// unique local, link-local and multicast of IPv6 lie outside unicast.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carrier-grade NAT
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("168.63.129.16/32"), // public by number, but the host agent inside Azure
	netip.MustParsePrefix("169.254.0.0/16"),   // link-local: cloud metadata
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("224.0.0.0/4"), // multicast
	netip.MustParsePrefix("240.0.0.0/4"), // future use and broadcast
	netip.MustParsePrefix("2001::/23"),   // protocol assignments, Teredo tunnels among them
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("3fff::/20"), // documentation
}

// isPublic reports whether an address belongs to the public internet. IPv6 addresses that carry an
// IPv4 address, to which a translator or tunnel would deliver, are judged by that one.
func isPublic(a netip.Addr) bool {
	a = carried(a.Unmap().WithZone(""))
	if a.Is6() && !unicast.Contains(a) {
		return false
	}
	return !slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(a) })
}

// carried returns the IPv4 address inside a, or a itself.
func carried(a netip.Addr) netip.Addr {
	bytes := a.As16()
	switch {
	case nat64.Contains(a):
		return netip.AddrFrom4([4]byte(bytes[12:16]))
	case sixTo4.Contains(a):
		return netip.AddrFrom4([4]byte(bytes[2:6]))
	default:
		return a
	}
}
