package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	httpapi "paybridge/adapters/http"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/session"
)

// kimsSession is a session of demomall, as the browser of its owner holds it.
const kimsSession = "0123456789abcdef0123456789abcdef0123456789abcdef0123"

const (
	changePath = "/admin/change"
	lookPath   = "/admin/look"
	ourOrigin  = "https://pay.example"
)

// resumed knows one session.
func resumed(_ context.Context, in command.ResumeSession) (session.Session, error) {
	if in.ID != kimsSession {
		return session.Session{}, session.ErrEnded
	}
	return session.Session{Operator: session.Operator{Mall: "demomall", UserID: "kim", Role: session.Owner, Language: session.English}}, nil
}

func setupAdmin(t *testing.T, changes ...func(*scene)) *served {
	t.Helper()
	return setup(t, append(changes, func(sc *scene) {
		sc.AdminOrigins = []string{"https://{mall_id}.cafe24.com", "https://{mall_id}.cafe24shop.com"}
		sc.prepare = append(sc.prepare, func(s *httpapi.Server) {
			s.AddAdminRoute(http.MethodGet, lookPath)
			s.AddAdminRoute(http.MethodPost, changePath)
		})
	})...)
}

// signedIn are the headers of a browser with a session; more come on top.
func signedIn(more ...string) []string {
	return append([]string{"Cookie", "__Host-paybridge-session=" + kimsSession}, more...)
}

func proof() string { return httpapi.ProofOf(kimsSession) }

func TestAnAdminDoorOpensToItsSession(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	for name, got := range map[string]answer{
		"a page":           s.send(http.MethodGet, lookPath+"?mall_id=demomall", "", signedIn()...),
		"a script":         s.send(http.MethodPost, changePath, `{"mall_id":"demomall"}`, signedIn("X-CSRF-Token", proof(), "Origin", ourOrigin, "Sec-Fetch-Site", "same-origin")...),
		"no browser":       s.send(http.MethodPost, changePath, "", signedIn("X-CSRF-Token", proof())...),
		"a form":           s.send(http.MethodPost, changePath, "mall_id=demomall&csrf_token="+proof(), signedIn("Content-Type", formType, "Origin", ourOrigin)...),
		"more cookies too": s.send(http.MethodGet, lookPath, "", "Cookie", "a=b; __Host-paybridge-session="+kimsSession+"; c=d"),
	} {
		if got.status != http.StatusOK || got.body != "demomall kim" {
			t.Errorf("%s: HTTP %d %s", name, got.status, got.body)
		}
	}
}

func TestAnAdminDoorStaysShut(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	carrying := func(more ...string) []string { return signedIn(append(more, "X-CSRF-Token", proof())...) }
	for name, c := range map[string]struct {
		method, target, body string
		headers              []string
		status               int
		code                 string
	}{
		"no session":           {http.MethodGet, lookPath, "", nil, http.StatusUnauthorized, "session_ended"},
		"unknown session":      {http.MethodGet, lookPath, "", []string{"Cookie", "__Host-paybridge-session=guessed"}, http.StatusUnauthorized, "session_ended"},
		"cookie without host":  {http.MethodGet, lookPath, "", []string{"Cookie", "paybridge-session=" + kimsSession}, http.StatusUnauthorized, "session_ended"},
		"session in the query": {http.MethodGet, lookPath + "?__Host-paybridge-session=" + kimsSession, "", nil, http.StatusUnauthorized, "session_ended"},
		"token, no session":    {http.MethodPost, changePath, "", []string{"X-CSRF-Token", proof()}, http.StatusUnauthorized, "session_ended"},

		"other mall, query": {http.MethodGet, lookPath + "?mall_id=othermall", "", signedIn(), http.StatusForbidden, "other_mall"},
		"other mall, twice": {http.MethodGet, lookPath + "?mall_id=demomall&mall_id=othermall", "", signedIn(), http.StatusForbidden, "other_mall"},
		"other mall, JSON":  {http.MethodPost, changePath, `{"mall_id":"othermall"}`, carrying(), http.StatusForbidden, "other_mall"},
		"other mall, form":  {http.MethodPost, changePath, "mall_id=othermall", carrying("Content-Type", formType), http.StatusForbidden, "other_mall"},

		"no token":             {http.MethodPost, changePath, "", signedIn(), http.StatusForbidden, "forged"},
		"wrong token":          {http.MethodPost, changePath, "", signedIn("X-CSRF-Token", proof()[1:]+"0"), http.StatusForbidden, "forged"},
		"token of another":     {http.MethodPost, changePath, "", signedIn("X-CSRF-Token", httpapi.ProofOf("another")), http.StatusForbidden, "forged"},
		"session as token":     {http.MethodPost, changePath, "", signedIn("X-CSRF-Token", kimsSession), http.StatusForbidden, "forged"},
		"token in the query":   {http.MethodPost, changePath + "?csrf_token=" + proof(), "", signedIn(), http.StatusForbidden, "forged"},
		"token as plain text":  {http.MethodPost, changePath, "csrf_token=" + proof(), signedIn("Content-Type", "text/plain"), http.StatusForbidden, "forged"},
		"foreign origin":       {http.MethodPost, changePath, "", carrying("Origin", "https://evil.example"), http.StatusForbidden, "forged"},
		"the mall's origin":    {http.MethodPost, changePath, "", carrying("Origin", "https://demomall.cafe24.com"), http.StatusForbidden, "forged"},
		"our name, other port": {http.MethodPost, changePath, "", carrying("Origin", ourOrigin+":8443"), http.StatusForbidden, "forged"},
		"our name, plain":      {http.MethodPost, changePath, "", carrying("Origin", "http://pay.example"), http.StatusForbidden, "forged"},
		"hidden origin":        {http.MethodPost, changePath, "", carrying("Origin", "null"), http.StatusForbidden, "forged"},
		"foreign site":         {http.MethodPost, changePath, "", carrying("Sec-Fetch-Site", "cross-site"), http.StatusForbidden, "forged"},
		"neighbour":            {http.MethodPost, changePath, "", carrying("Sec-Fetch-Site", "same-site"), http.StatusForbidden, "forged"},
	} {
		got := s.send(c.method, c.target, c.body, c.headers...)
		if got.status != c.status || !strings.Contains(got.body, `"code":"`+c.code+`"`) {
			t.Errorf("%s: HTTP %d %s, want %d %s", name, got.status, got.body, c.status, c.code)
		}
	}
}

func TestAStoreThatIsAwaySignsNobodyOut(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t, func(sc *scene) {
		sc.resume = func(context.Context, command.ResumeSession) (session.Session, error) {
			return session.Session{}, fault.New(fault.Unavailable, "database_down", "the database is not available, please try again")
		}
	})
	got := s.send(http.MethodGet, lookPath, "", signedIn("Accept", "text/html")...)
	if got.status != http.StatusServiceUnavailable || got.header.Get("Set-Cookie") != "" || !strings.Contains(got.body, "does not work right now") {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestPeopleAreToldOnAPageInsideTheMallsAdmin(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	for name, c := range map[string]struct {
		headers       []string
		says, framing string
	}{
		"no session": {[]string{"Accept", "text/html,*/*"}, "Open the app again from your mall&#39;s admin", "frame-ancestors https://*.cafe24.com https://*.cafe24shop.com"},
	} {
		got := s.send(http.MethodGet, lookPath, "", c.headers...)
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || !strings.Contains(got.body, c.says) || !strings.Contains(got.body, got.header.Get("X-Request-Id")) {
			t.Errorf("%s: %s %s", name, got.header.Get("Content-Type"), got.body)
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; "+c.framing) || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
			t.Errorf("%s: %s", name, policy)
		}
	}
}

func TestOnlyTheMallsOwnAdminMayFrameItsPages(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	got := s.send(http.MethodGet, lookPath, "", signedIn()...)
	want := "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors https://demomall.cafe24.com https://demomall.cafe24shop.com"
	if policy := got.header.Get("Content-Security-Policy"); policy != want {
		t.Errorf("got  %s\nwant %s", policy, want)
	}
	if policy := got.header.Get("Referrer-Policy"); policy != "same-origin" {
		t.Errorf("with %s browsers hide the origin of our own forms", policy)
	}
}

func TestASecretIsKeptForThisHostAndOutOfReachOfScripts(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t, func(sc *scene) {
		sc.prepare = append(sc.prepare, func(s *httpapi.Server) { s.Keep("/keep", "__Host-paybridge-session", "secret") })
	})
	want := "__Host-paybridge-session=secret; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
	if got := s.send(http.MethodGet, "/keep", "").header.Get("Set-Cookie"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
