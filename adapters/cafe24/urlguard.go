package cafe24

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

const maxURLLength = 2048

var (
	// The characters of RFC 3986. It has no place for what makes browsers and servers disagree about a
	// URL: backslashes, blanks, tabs, line ends, other control characters, letters beyond ASCII.
	urlText = regexp.MustCompile(`^[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]+$`)
	// Below /Pay/Recv/, in plain segments that do not begin with a dot: no dot segments, no empty ones,
	// and without the percent sign no disguised ones either.
	urlPath = regexp.MustCompile(`^/Pay/Recv(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)
)

// AcceptURL implements ports.Mall. An accepted URL comes back unchanged but for the spelling of its
// scheme and host. The fault tells what is wrong with "the URL"; callers that know the name of the
// field put it before the message.
func (m *Mall) AcceptURL(domains []string, raw string) (string, error) {
	return m.hosts.accept(domains, raw)
}

// upgraded accepts a URL, or its https twin: Cafe24 itself writes URLs of the external checkout with http.
func upgraded(raw string, accept func(string) (string, error)) (string, error) {
	accepted, err := accept(raw)
	if err == nil {
		return accepted, nil
	}
	u, parseErr := url.Parse(raw)
	if parseErr != nil || u.Scheme != "http" || (u.Port() != "" && u.Port() != "80") {
		return "", err
	}
	u.Scheme, u.Host = "https", strings.TrimSuffix(u.Host, ":80")
	return accept(u.String())
}

// pagesPath is where a shop of a mall begins: the first shop at the root, others below, phones apart.
var pagesPath = regexp.MustCompile(`^(?:/shop[1-9][0-9]{0,5})?(?:/m)?/?$`)

// AcceptWays implements ports.Storefront. Besides the mall's own hosts, those that the installation names
// one by one will do.
func (m *Mall) AcceptWays(mall merchant.MallID, domains []string, notify, pages string) (string, string, error) {
	own := append([]string{string(mall) + ".cafe24.com", string(mall) + ".cafe24shop.com"}, domains...)
	notify, err := m.hosts.acceptOwn(own, notify, urlPath)
	if err != nil {
		return "", "", named(err, "return_notification_url")
	}
	pages, err = m.hosts.acceptOwn(own, pages, pagesPath)
	return notify, strings.TrimSuffix(pages, "/"), named(err, "return_url_base")
}

// named says which field a refused URL was in.
func named(err error, field string) error {
	if err == nil {
		return nil
	}
	return fault.InvalidField(field, fault.Of(err).Message).Because(err)
}

// acceptOwn is accept for what must not be of another mall; http is upgraded.
func (h Hosts) acceptOwn(own []string, raw string, path *regexp.Regexp) (string, error) {
	single := Hosts{patterns: slices.DeleteFunc(slices.Clone(h.patterns), func(p hostPattern) bool { return p.wildcard })}
	return upgraded(raw, func(raw string) (string, error) { return single.acceptBelow(own, raw, path) })
}

// AcceptOwnURL implements ports.Mall.
func (m *Mall) AcceptOwnURL(mall merchant.MallID, hosts []string, raw string) (string, error) {
	accepted, err := m.hosts.accept(hosts, raw)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(accepted)
	if err != nil {
		return "", refusedURL(errors.New("is malformed"))
	}
	own := append([]string{string(mall) + ".cafe24.com", string(mall) + ".cafe24shop.com"}, hosts...)
	if !slices.Contains(own, u.Host) {
		return "", refusedURL(errors.New("must be one of this mall, not of another one"))
	}
	return accepted, nil
}

func (h Hosts) accept(domains []string, raw string) (string, error) {
	return h.acceptBelow(domains, raw, urlPath)
}

func (h Hosts) acceptBelow(domains []string, raw string, path *regexp.Regexp) (string, error) {
	u, err := parseStrictly(raw, path)
	if err != nil {
		return "", refusedURL(err)
	}
	s, err := siteOf(u)
	if err != nil {
		return "", refusedURL(err)
	}
	if !h.allows(s, domains) {
		return "", refusedURL(errors.New("must be an https URL of the mall"))
	}
	u.Host = s.authority(u.Port())
	return u.String(), nil
}

func refusedURL(reason error) error {
	return fault.New(fault.Invalid, "url_not_allowed", "the URL "+reason.Error())
}

// parseStrictly parses what has one meaning only. Reasons never quote the URL.
func parseStrictly(raw string, path *regexp.Regexp) (*url.URL, error) {
	if len(raw) > maxURLLength {
		return nil, errors.New("is too long")
	}
	if !urlText.MatchString(raw) {
		return nil, errors.New("is empty or has characters that a URL cannot have")
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("is malformed")
	case u.Opaque != "" || u.Host == "":
		return nil, errors.New("must begin with https:// and a host")
	case u.User != nil:
		return nil, errors.New("must not carry a user name")
	case !path.MatchString(u.EscapedPath()) && path == urlPath:
		return nil, errors.New("must lead to a page below /Pay/Recv/")
	case !path.MatchString(u.EscapedPath()), path == pagesPath && (u.RawQuery != "" || u.ForceQuery):
		return nil, errors.New("must be where the pages of a shop begin")
	}
	return u, nil
}

// authority spells the site with the port as it was given, or without one.
func (s site) authority(port string) string {
	switch {
	case port != "":
		return net.JoinHostPort(s.host, port)
	case strings.Contains(s.host, ":"):
		return "[" + s.host + "]"
	default:
		return s.host
	}
}
