package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"paybridge/adapters/cafe24"
)

// judge finds what cannot work, and what only a sandbox may ask for.
func (l *loader) judge(r raw, c Config) {
	l.oneOf("PAYBRIDGE_ENV", r.Env, "production", "sandbox")
	l.oneOf("CAFE24_NOTIFICATION_ENCODING", r.Encoding, "json", "form")
	l.oneOf("CAFE24_COMPAT", r.Compat, "strict", "sample")
	l.oneOf("CAFE24_CANCEL_PROOF", r.CancelProof, "second", "signature")
	l.oneOf("CAFE24_REMAIN_CHECK", r.RemainCheck, "strict", "limit")
	l.publicURL(c)
	l.address("PAYBRIDGE_ADDR", c.Addr)
	l.address("PAYBRIDGE_OPS_ADDR", c.OpsAddr)
	l.scheme("DATABASE_URL", c.DatabaseURL, "sqlite", "postgres", "postgresql")
	if c.RedisURL != "" {
		l.scheme("REDIS_URL", c.RedisURL, "redis", "rediss")
	}
	if c.DemoBaseURL != "" {
		l.scheme("GATEWAY_DEMO_BASE_URL", c.DemoBaseURL, "http", "https")
	}
	if !strings.Contains(c.Cafe24.APIBaseURL, "{mall_id}") {
		l.problem("CAFE24_API_BASE_URL must contain {mall_id}")
	}
	l.clientIDs("CAFE24_CLIENT_ID", c.Cafe24.ClientID)
	l.clientIDs("CAFE24_EXTRA_CLIENT_IDS", c.Cafe24.ExtraClientIDs...)
	l.origins(c)
	l.ranges("CAFE24_SOURCE_RANGES", c.Cafe24.SourceRanges)
	l.ranges("PAYBRIDGE_TRUSTED_PROXIES", c.TrustedProxies)
	if !c.Sandbox {
		l.relaxations(c)
	}
}

func (l *loader) oneOf(name, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		l.problem("%s must be %s", name, strings.Join(allowed, " or "))
	}
}

func (l *loader) publicURL(c Config) {
	u, err := url.Parse(c.PublicURL)
	switch {
	case c.PublicURL == "":
		l.problem("PAYBRIDGE_PUBLIC_URL is missing: the https address under which the mall and the companies reach this service")
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		l.problem("PAYBRIDGE_PUBLIC_URL must be an address such as https://pay.example.com")
	case u.Scheme != "https" && (!c.Sandbox || u.Scheme != "http"):
		l.problem("PAYBRIDGE_PUBLIC_URL must be https")
	}
}

func (l *loader) address(name, value string) {
	if _, _, err := net.SplitHostPort(value); err != nil {
		l.problem("%s must be host:port or :port", name)
	}
}

func (l *loader) scheme(name, value string, allowed ...string) {
	scheme, rest, _ := strings.Cut(value, ":")
	if !slices.Contains(allowed, scheme) || rest == "" {
		l.problem("%s must start with %s:", name, strings.Join(allowed, ": or "))
	}
}

// clientIDs are part of a text that is signed without delimiters.
func (l *loader) clientIDs(name string, ids ...string) {
	for _, id := range ids {
		if id == "" {
			continue
		}
		if err := cafe24.CheckClientID(id); err != nil {
			l.problem("%s: %s", name, err)
		}
	}
}

// originText is a scheme and a host, perhaps with the mall in its name; nothing in it can end a policy of
// the browser and begin another.
var originText = regexp.MustCompile(`^(https?)://([a-z0-9.-]|\{mall_id\})+(:[0-9]{1,5})?$`)

// origins checks who may show the admin pages in a frame.
func (l *loader) origins(c Config) {
	for _, origin := range c.Cafe24.AdminOrigins {
		if !originText.MatchString(origin) || (!c.Sandbox && !strings.HasPrefix(origin, "https://")) {
			l.problem("CAFE24_ADMIN_ORIGINS: %q is no origin such as https://{mall_id}.cafe24.com", origin)
		}
	}
}

func (l *loader) ranges(name string, values []string) {
	for _, v := range values {
		if _, err := netip.ParsePrefix(v); err != nil {
			if _, err := netip.ParseAddr(v); err != nil {
				l.problem("%s: %q is no address range such as 203.0.113.0/24", name, v)
			}
		}
	}
}

// relaxations refuses in production what would weaken it.
func (l *loader) relaxations(c Config) {
	if c.Cafe24.SampleCompat {
		l.problem("CAFE24_COMPAT=sample is only for PAYBRIDGE_ENV=sandbox")
	}
	if c.Outbound.AllowPrivate {
		l.problem("OUTBOUND_ALLOW_PRIVATE is only for PAYBRIDGE_ENV=sandbox")
	}
	if c.Outbound.Routes != "" {
		l.problem("OUTBOUND_ROUTES is only for PAYBRIDGE_ENV=sandbox")
	}
	for _, host := range c.Outbound.AllowedHosts {
		if strings.Contains(host, ":") {
			l.problem("OUTBOUND_ALLOWED_HOSTS: %q has a port, which is only for PAYBRIDGE_ENV=sandbox", host)
		}
	}
	if !strings.HasPrefix(c.Cafe24.APIBaseURL, "https://") {
		l.problem("CAFE24_API_BASE_URL must be https outside the sandbox: the client secret is sent there")
	}
	if strings.HasPrefix(c.DemoBaseURL, "http:") {
		l.problem("GATEWAY_DEMO_BASE_URL must be https outside the sandbox")
	}
}
