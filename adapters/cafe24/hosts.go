package cafe24

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// site is the part of a URL that decides whom it reaches. The host is lower case, without a trailing
// dot and without brackets; the port is the effective one.
type site struct{ scheme, host, port string }

// siteOf reads the site of an absolute http or https URL.
func siteOf(u *url.URL) (site, error) {
	defaultPort, ok := defaultPortOf(u.Scheme)
	if !ok {
		return site{}, errors.New("must begin with https://")
	}
	host, _, err := normalHost(u.Hostname())
	if err != nil {
		return site{}, err
	}
	port := u.Port()
	switch {
	case port == "" && strings.HasSuffix(u.Host, ":"), port != "" && !isPort(port):
		return site{}, errors.New("has a malformed port")
	case port == "":
		port = defaultPort
	}
	return site{scheme: u.Scheme, host: host, port: port}, nil
}

func defaultPortOf(scheme string) (string, bool) {
	switch scheme {
	case "https":
		return "443", true
	case "http":
		return "80", true
	default:
		return "", false
	}
}

func (s site) onDefaultPort() bool {
	port, ok := defaultPortOf(s.scheme)
	return ok && port == s.port
}

// isPort refuses leading zeros, so that ports can be compared as text.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == text
}

var (
	hostName = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	// Browsers take a host whose last label is a number for an IPv4 address, however it is written.
	numericEnd = regexp.MustCompile(`(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$`)
)

// normalHost returns the one spelling of a host, and whether it is an IP address. Names are ASCII:
// international ones come in punycode or not at all.
func normalHost(text string) (host string, address bool, err error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return ip.String(), true, nil
	}
	host = strings.TrimSuffix(strings.ToLower(text), ".")
	if len(host) > 253 || !hostName.MatchString(host) || numericEnd.MatchString(host) {
		return "", false, errors.New("has a malformed host")
	}
	return host, false, nil
}

// hostPattern names one host, or with a wildcard every host below one.
type hostPattern struct {
	wildcard bool
	host     string
	port     string // empty: the default port of the scheme
}

func parseHostPattern(text string) (hostPattern, error) {
	var p hostPattern
	name := text
	if host, port, err := net.SplitHostPort(text); err == nil {
		if !isPort(port) {
			return p, fmt.Errorf("%q: %q is no port", text, port)
		}
		name, p.port = host, port
	}
	name, p.wildcard = strings.CutPrefix(name, "*.")
	host, address, err := normalHost(name)
	switch {
	case err != nil:
		return p, fmt.Errorf("%q: must be a host such as shop.example.com, *.example.com or localhost:8001", text)
	case address && (p.wildcard || p.port == ""):
		return p, fmt.Errorf("%q: an address needs a port and takes no wildcard", text)
	case p.wildcard && !strings.Contains(host, "."):
		return p, fmt.Errorf("%q: a wildcard needs a domain of at least two labels", text)
	}
	p.host = host
	return p, nil
}

// covers compares on label borders: *.cafe24.com covers shop.cafe24.com, but neither cafe24.com
// itself nor evilcafe24.com.
func (p hostPattern) covers(s site) bool {
	if p.port != s.port && (p.port != "" || !s.onDefaultPort()) {
		return false
	}
	if p.wildcard {
		return strings.HasSuffix(s.host, "."+p.host)
	}
	return s.host == p.host
}

// Hosts is the installation's list of hosts that may be redirected to or notified. The zero value
// allows none.
type Hosts struct{ patterns []hostPattern }

// ParseHosts reads the entries of OUTBOUND_ALLOWED_HOSTS: exact hosts, "*.domain", and either of
// them with a port, which allows that port only but plain http too. The error names every bad entry.
func ParseHosts(entries []string) (Hosts, error) {
	var (
		h        Hosts
		problems []error
	)
	for _, entry := range entries {
		p, err := parseHostPattern(strings.TrimSpace(entry))
		h.patterns, problems = append(h.patterns, p), append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return Hosts{}, err
	}
	return h, nil
}

// allows reports whether the site is on the list or, by https on its default port, one of the mall's
// own domains.
func (h Hosts) allows(s site, domains []string) bool {
	listed := func(p hostPattern) bool { return p.covers(s) && (s.scheme == "https" || p.port != "") }
	if slices.ContainsFunc(h.patterns, listed) {
		return true
	}
	own := func(domain string) bool {
		host, address, err := normalHost(domain)
		return err == nil && !address && host == s.host
	}
	return s.scheme == "https" && s.onDefaultPort() && slices.ContainsFunc(domains, own)
}
