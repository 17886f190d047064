package cafe24_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
)

const page = "/Pay/Recv/openpg/PayReceiveRtnPage.php"

func guard(t interface {
	Helper()
	Fatal(...any)
}, entries ...string,
) *cafe24.Mall {
	t.Helper()
	hosts, err := cafe24.ParseHosts(entries)
	if err != nil {
		t.Fatal(err)
	}
	m, err := cafe24.NewMall(cafe24.Config{Signer: newSigner(t), Hosts: hosts})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var (
	listed = []string{"*.cafe24.com", "pay.tindahan.example", "localhost:8001", "127.0.0.1:8001", "[::1]:8001", "*.mall.test:8443"}
	own    = []string{"www.Tindahan.example.", "10.0.0.7", "*.own.example", "xn--9d0b.example", "bad host"}
)

func TestURLsOfTheMallAreAccepted(t *testing.T) {
	t.Parallel()
	m := guard(t, listed...)
	for raw, want := range map[string]string{
		"https://demomall.cafe24.com" + page:                  "",
		"https://a.b.cafe24.com" + page:                       "",
		"https://demomall.cafe24.com:443" + page:              "",
		"https://demomall.cafe24.com/Pay/Recv/a":              "",
		"https://pay.tindahan.example" + page + "?a=b&c=%2e":  "",
		"https://www.tindahan.example" + page:                 "",
		"https://xn--9d0b.example" + page:                     "",
		"http://localhost:8001" + page:                        "",
		"https://localhost:8001" + page:                       "",
		"http://127.0.0.1:8001" + page:                        "",
		"http://[::1]:8001" + page:                            "",
		"http://shop.mall.test:8443" + page:                   "",
		"https://demomall.cafe24.com" + page + "?u=//x/../@y": "",
		"HTTPS://DemoMall.Cafe24.COM" + page:                  "https://demomall.cafe24.com" + page,
		"https://demomall.cafe24.com." + page:                 "https://demomall.cafe24.com" + page,
		"https://demomall.cafe24.com.:443" + page:             "https://demomall.cafe24.com:443" + page,
		"http://[0:0:0:0:0:0:0:1]:8001" + page:                "http://[::1]:8001" + page,
	} {
		if want == "" {
			want = raw
		}
		if got, err := m.AcceptURL(own, raw); err != nil || got != want {
			t.Errorf("AcceptURL(%s) = %q, %v; want %q", raw, got, err, want)
		}
	}
}

func TestEveryOtherURLIsRefused(t *testing.T) {
	t.Parallel()
	m := guard(t, listed...)
	const good = "https://demomall.cafe24.com"
	for _, raw := range []string{
		// Hosts that only look allowed.
		"https://cafe24.com" + page, "https://evilcafe24.com" + page, "https://demomall.cafe24.com.evil.example" + page,
		"https://.cafe24.com" + page, "https://a..cafe24.com" + page, "https://demomall.cafe24.com.." + page, "https://-a.cafe24.com" + page,
		"https://x.pay.tindahan.example" + page, "https://a.own.example" + page, "https://demo_mall.cafe24.com" + page,
		"https://d%65momall.cafe24.com" + page, "https://démo.cafe24.com" + page, "https://demomall.cafe24.com%00" + page,
		"https://evil.example%2f.cafe24.com" + page, "https://evil.example\\.cafe24.com" + page, "https://evil.example\\@demomall.cafe24.com" + page,
		// Addresses, in all the spellings that browsers know.
		"https://10.0.0.7" + page, "https://127.0.0.1" + page, "http://127.0.0.1:8002" + page, "http://127.1:8001" + page, "http://0x7f.1:8001" + page,
		"http://2130706433:8001" + page, "http://0177.0.0.1:8001" + page, "http://[::1]" + page, "http://[::ffff:127.0.0.1]:8001" + page, "http://[::1%25lo]:8001" + page,
		// Schemes and ports.
		"http://demomall.cafe24.com" + page, "ftp://demomall.cafe24.com" + page, "//demomall.cafe24.com" + page, "demomall.cafe24.com" + page, page,
		"javascript:alert(1)//cafe24.com" + page, "https:demomall.cafe24.com" + page, "https:/demomall.cafe24.com" + page, "https:///demomall.cafe24.com" + page,
		good + ":8443" + page, good + ":" + page, good + ":0443" + page, good + ":80" + page, good + ":99999" + page, "http://localhost" + page, "http://localhost:80" + page,
		"http://www.tindahan.example" + page, "https://www.tindahan.example:8443" + page,
		// User names, fragments, characters that no URL has.
		"https://user@demomall.cafe24.com" + page, "https://:@demomall.cafe24.com" + page, "https://@demomall.cafe24.com" + page, "https://a:b@c@demomall.cafe24.com" + page,
		good + page + "#x", good + page + "#", " " + good + page, good + page + " ", good + page + "\n", "\t" + good + page, "https://demo\tmall.cafe24.com" + page,
		good + page + "?a=b c", good + page + "?a=\"", good + page + "?a=<b>", good + page + "?한=1", good + page + "?\x00",
		// Paths.
		"", good, good + "/", good + "/Pay/Recv", good + "/Pay/Recv/", good + "/pay/recv/x", good + "/Pay/RecvX/a", good + "/a/Pay/Recv/b", good + "?/Pay/Recv/x",
		good + "/Pay/Recv/../x", good + "/Pay/Recv/a/..", good + "/Pay/Recv/./a", good + "/Pay/Recv/%2e%2e/a", good + "/Pay/Recv/%2E%2e/a", good + "/Pay/Recv/.%2e/a", good + "/Pay/Recv/%41",
		good + "/Pay/Recv/..%2fa", good + "/Pay/Recv/..%5ca", good + "/Pay/Recv/%252e%252e/a", good + "/Pay/Recv/..;/a", good + "/Pay/Recv/\\..\\a", good + "//Pay/Recv/a", good + "/Pay/Recv//a",
		good + page + "?" + strings.Repeat("a", 2048),
	} {
		got, err := m.AcceptURL(own, raw)
		if !fault.Is(err, fault.Invalid) || got != "" {
			t.Errorf("AcceptURL(%q) = %q, %v; want Invalid", raw, got, err)
		}
		if err != nil && len(raw) > 40 && strings.Contains(err.Error(), raw) {
			t.Errorf("the fault echoes the URL: %v", err)
		}
	}
}

func TestWaysOfAReservedOrderAreOfItsOwnMallAndHTTPIsUpgraded(t *testing.T) {
	t.Parallel()
	m := guard(t, listed...)
	const pages = "https://demomall.cafe24.com"
	for raw, want := range map[string]string{
		"http://demomall.cafe24.com" + page + "?a=1": "https://demomall.cafe24.com" + page + "?a=1",
		"http://demomall.cafe24shop.com:80" + page:   "https://demomall.cafe24shop.com" + page,
		"http://www.tindahan.example" + page:         "https://www.tindahan.example" + page,
		"https://demomall.cafe24.com" + page:         "https://demomall.cafe24.com" + page,
		"http://localhost:8001" + page:               "http://localhost:8001" + page,
		"https://othermall.cafe24.com" + page:        "", // allowed for signed checkouts
		"http://demomall.cafe24.com:8080" + page:     "",
		"http://demomall.cafe24.com:443" + page:      "",
		"http://elsewhere.example" + page:            "",
		"http://u@demomall.cafe24.com" + page:        "",
		"http://demomall.cafe24.com/\\" + page:       "",
		"ftp://demomall.cafe24.com" + page:           "",
	} {
		got, _, err := m.AcceptWays("demomall", own, raw, pages)
		if got != want || (want == "") != (fault.Is(err, fault.Invalid) && strings.HasPrefix(fault.Of(err).Message, "return_notification_url")) {
			t.Errorf("%s became %q, %v; want %q", raw, got, err, want)
		}
	}
	for raw, want := range map[string]string{
		"http://demomall.cafe24shop.com":           "https://demomall.cafe24shop.com",
		"https://demomall.cafe24.com/":             "https://demomall.cafe24.com",
		"https://demomall.cafe24.com/shop12/m":     "https://demomall.cafe24.com/shop12/m",
		"https://demomall.cafe24.com/m/":           "https://demomall.cafe24.com/m",
		"http://localhost:8001/shop2":              "http://localhost:8001/shop2",
		"https://othermall.cafe24.com":             "",
		"https://demomall.cafe24.com/shop0":        "",
		"https://demomall.cafe24.com/order/x":      "",
		"https://demomall.cafe24.com?to=x":         "",
		"https://demomall.cafe24.com#x":            "",
		"https://demomall.cafe24.com.evil.example": "",
		"https://demomall.cafe24.com/../m":         "",
		"javascript:alert(1)":                      "",
		"":                                         "",
	} {
		_, got, err := m.AcceptWays("demomall", own, pages+page, raw)
		if got != want || (want == "") != (fault.Is(err, fault.Invalid) && strings.HasPrefix(fault.Of(err).Message, "return_url_base")) {
			t.Errorf("%s became %q, %v; want %q", raw, got, err, want)
		}
	}
}

func TestNobodyIsAllowedByAnEmptyList(t *testing.T) {
	t.Parallel()
	if got, err := guard(t).AcceptURL(nil, "https://demomall.cafe24.com"+page); err == nil {
		t.Errorf("%q was accepted", got)
	}
}

func TestEveryBadHostIsNamed(t *testing.T) {
	t.Parallel()
	bad := []string{"", "*", "*.com", "*.*.cafe24.com", "a.*.com", "https://cafe24.com", "cafe24.com/x", "10.0.0.1", "*.10.0.0.1:80", "a:0", "a:099", "a:b", "a:70000", "mall_x.com", "1.2", "한글.com", "::1", "[fe80::1%eth0]:80"}
	_, err := cafe24.ParseHosts(append([]string{"good.example", "*.good.example", "localhost:1", "10.0.0.1:1", "[::1]:1", " blank.example "}, bad...))
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(bad) {
		t.Fatalf("%d problems for %d bad hosts: %v", len(lines), len(bad), err)
	}
	for i, entry := range bad {
		if !strings.HasPrefix(lines[i], `"`+entry+`": `) {
			t.Errorf("%q is described by %s", entry, lines[i])
		}
	}
}

// browserSite reads a URL roughly as browsers do, which forgive more than net/url: tabs and line ends
// vanish, outer blanks too, backslashes are slashes, any number of slashes may follow the scheme, and
// what stands before the last @ is a user name.
func browserSite(raw string) (scheme, host, port, path string) {
	raw = strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(raw)
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	scheme, rest, _ := strings.Cut(raw, ":")
	rest = strings.TrimLeft(rest, "/")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, path := rest[:end], rest[end:]
	authority = authority[strings.LastIndex(authority, "@")+1:]
	if i := strings.LastIndex(authority, ":"); i > strings.LastIndex(authority, "]") {
		authority, port = authority[:i], authority[i+1:]
	}
	path, _, _ = strings.Cut(path, "?")
	return strings.ToLower(scheme), strings.TrimSuffix(strings.ToLower(authority), "."), port, path
}

var allowedSites = regexp.MustCompile(`^(https://(([a-z0-9-]+\.)+cafe24\.com|pay\.tindahan\.example|www\.tindahan\.example|xn--9d0b\.example):443|` +
	`https?://(localhost:8001|127\.0\.0\.1:8001|\[::1\]:8001|([a-z0-9-]+\.)+mall\.test:8443))$`)

func siteText(scheme, host, port string) string {
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[scheme]
	}
	return scheme + "://" + host + ":" + port
}

func FuzzAcceptURL(f *testing.F) {
	for _, seed := range []string{
		"https://demomall.cafe24.com" + page, "http://localhost:8001" + page + "?a=1", "https://a@b.cafe24.com" + page, "http://[::1]:8001" + page,
		"https://evil.example\\.cafe24.com" + page, "https://demomall.cafe24.com/Pay/Recv/%2e%2e/x", "https:\t//x.cafe24.com/Pay/Recv/a?b#c", "http://0x7f.1:8001" + page,
	} {
		f.Add(seed)
	}
	m := guard(f, listed...)
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := m.AcceptURL(own, raw)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || got != "" {
				t.Fatalf("%q: %q, %v", raw, got, err)
			}
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q became %q: %v", raw, got, err)
		}
		if again, err := m.AcceptURL(own, got); err != nil || again != got {
			t.Fatalf("%q is not stable: %q, %v", got, again, err)
		}
		host := u.Hostname()
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		if site := siteText(u.Scheme, host, u.Port()); !allowedSites.MatchString(site) {
			t.Fatalf("%q leads to %s", raw, site)
		}
		scheme, host, port, path := browserSite(got)
		if site := siteText(scheme, host, port); !allowedSites.MatchString(site) {
			t.Fatalf("%q leads a browser to %s", raw, site)
		}
		if decoded, err := url.PathUnescape(path); err != nil || !strings.HasPrefix(decoded, "/Pay/Recv/") || strings.Contains(decoded, "/.") {
			t.Fatalf("%q leads to path %q", raw, path)
		}
	})
}
