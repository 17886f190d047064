package acceptance_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/mall/platform"
)

// browser is a person's: it keeps cookies, and goes on only when it is told to.
type browser struct {
	t      *testing.T
	system *rig.System
	client *http.Client
}

// seen is what a browser shows.
type seen struct {
	status int
	to     string // where it is sent
	header http.Header
	text   string
}

func newBrowser(t *testing.T, system *rig.System) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, system: system, client: &http.Client{
		Jar: trusting{jar}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// trusting is a jar for which this machine is as good as TLS, as it is for Chromium.
type trusting struct{ http.CookieJar }

func (j trusting) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(secured(u), cookies)
}

func (j trusting) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(secured(u)) }

func secured(u *url.URL) *url.URL {
	as := *u
	as.Scheme = "https"
	return &as
}

func (b *browser) open(address string) seen { return b.send(http.MethodGet, address, "") }

// send makes a request; headers come as name and value in turn.
func (b *browser) send(method, address, body string, headers ...string) seen {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return seen{response.StatusCode, response.Header.Get("Location"), response.Header, string(text)}
}

// session is the id that the browser holds for the app.
func (b *browser) session() string {
	b.t.Helper()
	u, err := url.Parse(b.system.AppURL)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == sessionCookie {
			return c.Value
		}
	}
	return ""
}

const sessionCookie = "__Host-paybridge-session"

// comesBack opens the app in a mall whose owner agrees, and returns the address that the consent page sends
// the browser to.
func (b *browser) comesBack(mall string) string {
	b.t.Helper()
	return b.comesBackAs(mall, "")
}

// comesBackAs is comesBack for a person; an empty one is the owner.
func (b *browser) comesBackAs(mall, person string) string {
	b.t.Helper()
	b.system.Mall.Platform().SetConsent(mall, platform.Agree)
	consent := b.open(b.system.Mall.Platform().LaunchURL(mall, platform.Launch{UserID: person}))
	if consent.status != http.StatusSeeOther || !strings.HasPrefix(consent.to, b.system.MallURL+"/malls/"+mall+"/api/v2/oauth/authorize?") {
		b.t.Fatalf("the launch: HTTP %d to %q: %s", consent.status, consent.to, consent.text)
	}
	back := b.open(consent.to)
	if !strings.HasPrefix(back.to, b.system.AppURL+"/auth/token?") {
		b.t.Fatalf("the consent page: HTTP %d to %q: %s", back.status, back.to, back.text)
	}
	return back.to
}

// signIn installs the app in a mall and leaves its owner signed in.
func (b *browser) signIn(mall string) {
	b.t.Helper()
	got := b.open(b.comesBack(mall))
	if got.status != http.StatusSeeOther || got.to != b.system.AppURL+"/admin/display?mall_id="+mall {
		b.t.Fatalf("back from the consent page: HTTP %d to %q: %s\n%s", got.status, got.to, got.text, b.system.Log())
	}
}
