package acceptance_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/mall/platform"
)

func TestAMallInstallsTheApp(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	b := newBrowser(t, system)
	for _, mall := range []string{"newmall", "demomall"} { // the second one was imported before
		b.signIn(mall)
		if state := system.Mall.Platform().Mall(mall); !state.Installed || state.TokenRequests != 1 {
			t.Errorf("%s at Cafe24: %+v", mall, state)
		}
	}
	list := system.Command("merchants", "list")
	if strings.Count(list, "newmall") == 0 || strings.Count(list, "demomall:0:demo-app-public-key") != 1 {
		t.Errorf("merchants:\n%s", list)
	}
	if got := system.Post("/api/asynchronous-checkout/checkout", rig.Checkout{Mall: "demomall", Order: "20261126-0000001", Amount: "10.00", Currency: "PHP"}.Body()); got.Field("result_code") != "0000" {
		t.Errorf("a checkout of the imported shop: %s", got.Body)
	}
}

func TestAMallThatGivesLessIsInstalledAllTheSame(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	system.Mall.Platform().Grant("newmall", "mall.read_store")
	newBrowser(t, system).signIn("newmall")
}

func TestASignInThatBeganElsewhereIsRefusedOnAPage(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=sample"}})
	attacker, victim := newBrowser(t, system), newBrowser(t, system)
	planted := attacker.comesBack("evilmall") // a good code and a good state, which the victim is made to open
	victim.comesBack("demomall")
	for name, address := range map[string]string{
		"the collection's state":    system.AppURL + "/auth/token?code=eGYz9akKBqYAN3rRqEuiRA&state=eyJtYWxsX2lkIjoiZGVtb21hbGwifQ==",
		"a state of somebody else":  planted,
		"an error with their state": strings.Replace(planted, "code=", "error=access_denied&x=", 1),
	} {
		got := victim.open(address)
		if got.status != http.StatusForbidden || !strings.Contains(got.text, "was not begun in this browser") || victim.session() != "" {
			t.Errorf("%s: HTTP %d %s, session %q", name, got.status, got.text, victim.session())
		}
	}
	if got := attacker.open(planted); got.status != http.StatusSeeOther {
		t.Errorf("the victim's visit used up the state: HTTP %d", got.status)
	}
}

func TestASignInWorksOnceAndAlwaysBeginsANewSession(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	b := newBrowser(t, system)
	u, err := url.Parse(system.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: sessionCookie, Value: "planted", Path: "/", Secure: true}}) //nolint:gosec // an attacker's
	back := b.comesBack("demomall")
	if got := b.open(back); got.status != http.StatusSeeOther {
		t.Fatalf("HTTP %d %s", got.status, got.text)
	}
	first := b.session()
	if first == "planted" || len(first) < 40 {
		t.Errorf("the session is %q", first)
	}
	if got := b.open(back); got.status != http.StatusForbidden || b.session() != first {
		t.Errorf("the same address again: HTTP %d, session %q", got.status, b.session())
	}
	again := b.comesBackAs("demomall", "lee")
	parsed, replayed := mustParse(t, again), mustParse(t, back)
	query := parsed.Query()
	query.Set("code", replayed.Query().Get("code"))
	parsed.RawQuery = query.Encode()
	if got := b.open(parsed.String()); got.status != http.StatusForbidden || b.session() != first {
		t.Errorf("an old code with a new state: HTTP %d %s", got.status, got.text)
	}
	if got := b.open(b.comesBackAs("demomall", "lee")); got.status != http.StatusSeeOther || b.session() == first {
		t.Errorf("another person came in with HTTP %d, session %q", got.status, b.session())
	}
	for _, secret := range []string{first, b.session(), replayed.Query().Get("code"), replayed.Query().Get("state")} {
		if strings.Contains(system.Log(), secret) {
			t.Error("a secret is in the log")
		}
	}
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWhoeverIsSignedInOpensTheAppAsOftenAsHeLikes(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	b := newBrowser(t, system)
	b.signIn("demomall")
	for range 20 {
		got := b.open(system.Mall.Platform().LaunchURL("demomall", platform.Launch{}))
		if got.status != http.StatusSeeOther || got.to != system.AppURL+"/admin/display?mall_id=demomall" {
			t.Fatalf("HTTP %d to %q: %s", got.status, got.to, got.text)
		}
	}
	if state := system.Mall.Platform().Mall("demomall"); state.TokenRequests != 1 {
		t.Errorf("%d token requests", state.TokenRequests)
	}
}

func TestManyOwnersInstallOneMallAtOnce(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{Postgres: true})
	const crowd = 8
	backs, browsers := make([]string, crowd), make([]*browser, crowd)
	for i := range crowd {
		browsers[i] = newBrowser(t, system)
		backs[i] = browsers[i].comesBack("newmall")
	}
	answers := make([][2]seen, crowd)
	var all sync.WaitGroup
	for i := range crowd {
		for twice := range 2 { // an impatient person clicks twice
			all.Go(func() { answers[i][twice] = browsers[i].open(backs[i]) })
		}
	}
	all.Wait()
	for i, got := range answers {
		if got[0].status+got[1].status != http.StatusSeeOther+http.StatusForbidden {
			t.Errorf("owner %d: HTTP %d and %d", i, got[0].status, got[1].status)
		}
	}
	if n := strings.Count(system.Command("merchants", "list", "--json"), `"mall_id": "newmall"`); n != 1 {
		t.Errorf("%d merchants of one mall", n)
	}
	if n := system.Mall.Platform().Mall("newmall").TokenRequests; n != crowd {
		t.Errorf("%d token requests for %d owners", n, crowd)
	}
}

func TestAnOwnerWhoSaysNoIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	b := newBrowser(t, system)
	launch := system.Mall.Platform().LaunchURL("newmall", platform.Launch{})
	system.Mall.Platform().SetConsent("newmall", platform.Deny)
	got := b.open(b.open(b.open(launch).to).to)
	if got.status != http.StatusForbidden || !strings.Contains(got.text, "main operator has to agree") || b.session() != "" {
		t.Errorf("HTTP %d %s", got.status, got.text)
	}
}

func TestASessionOutlivesARestart(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	b := newBrowser(t, system)
	b.signIn("demomall")
	if code := system.Stop(); code != 0 {
		t.Fatalf("exit %d", code)
	}
	system.StartApp()
	got := b.open(system.Mall.Platform().LaunchURL("demomall", platform.Launch{}))
	if got.to != system.AppURL+"/admin/display?mall_id=demomall" {
		t.Errorf("after a restart: HTTP %d to %q", got.status, got.to)
	}
	if got := b.open(system.AppURL + "/admin/display?mall_id=demomall"); got.status != http.StatusOK || !strings.Contains(got.text, "Tindahan") {
		t.Errorf("the settings: HTTP %d %s", got.status, got.text)
	}
	if got := b.open(system.AppURL + "/admin/display?mall_id=ectmtjpq001"); got.status != http.StatusForbidden {
		t.Errorf("the settings of another mall: HTTP %d", got.status)
	}
	if got := newBrowser(t, system).open(system.AppURL + "/admin/display?mall_id=demomall"); got.status != http.StatusUnauthorized {
		t.Errorf("the settings without a session: HTTP %d", got.status)
	}
}

func TestACafe24InTroubleLeavesNoHalfInstallation(t *testing.T) {
	t.Parallel()
	system := rig.Start(t, rig.Options{})
	b := newBrowser(t, system)
	path := "/malls/newmall/api/v2/oauth/token"
	for name, fault := range map[string]control.Fault{
		"500":       {Path: path, Status: 500, Times: 1},
		"429":       {Path: path, Status: 429, Times: 1},
		"no answer": {Path: path, Drop: "before", Times: 1},
		"no JSON":   {Path: path, Body: "<html>", Status: 200, Times: 1},
	} {
		back := b.comesBack("newmall")
		system.Mall.AddFault(fault)
		got := b.open(back)
		if (got.status != http.StatusServiceUnavailable && got.status != http.StatusTooManyRequests) || b.session() != "" || !strings.Contains(got.text, "<h1>") {
			t.Errorf("%s: HTTP %d %s", name, got.status, got.text)
		}
	}
	if strings.Contains(system.Command("merchants", "list"), "newmall") {
		t.Error("a merchant was made")
	}
	system.Mall.AddFault(control.Fault{Path: "/malls/newmall/api/v2/admin/shops", Status: 500, Times: 1})
	b.signIn("newmall") // its shops can be read later
}
