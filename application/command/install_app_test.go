package command_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// consents is a Cafe24 whose malls agree: a code is good once, at its mall.
type consents struct {
	mu    sync.Mutex
	codes map[string]merchant.MallID
	less  bool   // the malls gave less than they were asked for
	cut   func() // is called while the code is exchanged
}

func (*consents) ConsentURL(mall merchant.MallID, state string) (string, error) {
	return "https://" + string(mall) + ".cafe24api.com/authorize?state=" + state, nil
}

func (c *consents) Complete(t *merchant.Tokens) bool { return t.Standing() && !c.less }

func (c *consents) Install(_ context.Context, mall merchant.MallID, code string) (*merchant.Tokens, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut != nil {
		c.cut()
	}
	if c.codes[code] != mall {
		return nil, fault.New(fault.Forbidden, "grant_refused", "the code is not good")
	}
	delete(c.codes, code)
	return merchant.NewTokens(mall), nil
}

// toldShops is a mall that tells about its shops, or cannot.
type toldShops struct {
	err   error
	calls int
	list  []ports.MallShop
}

func (s *toldShops) Shops(context.Context, merchant.MallID) ([]ports.MallShop, error) {
	s.calls++
	if s.list == nil {
		s.list = []ports.MallShop{{No: 1, Name: "Tindahan", Currency: "PHP", Active: true, Domains: []string{"newmall.cafe24.com", "shop.example.com"}}}
	}
	return s.list, s.err
}

// entrance is the way into the admin pages of a world.
type entrance struct {
	*world
	*consents

	shops   *toldShops
	launch  command.LaunchAppHandler
	install command.InstallAppHandler
}

func newEntrance(t *testing.T) *entrance {
	t.Helper()
	w := newWorld(t)
	e := &entrance{world: w, consents: &consents{codes: map[string]merchant.MallID{}}, shops: &toldShops{}}
	ids := &counter{}
	e.launch = command.LaunchAppHandler{
		Sessions: command.ResumeSessionHandler{Sessions: w.store.Sessions(), Clock: w.clock}, Tokens: w.store.Tokens(), Launches: w.store.Launches(), Installation: e.consents, IDs: ids, Clock: w.clock,
	}
	e.install = command.InstallAppHandler{
		Launches: w.store.Launches(), Installation: e.consents, Tokens: w.store.Tokens(), Merchants: w.store.Merchants(), Sessions: w.store.Sessions(), Audit: w.store.Audit(),
		Shops: command.RefreshShopsHandler{MallShops: e.shops, Merchants: w.store.Merchants(), Clock: w.clock}, IDs: ids, Clock: w.clock,
	}
	return e
}

func owner(mall merchant.MallID) session.Operator {
	return session.Operator{Mall: mall, UserID: "kim", UserName: "Kim", Role: session.Owner, Language: session.Korean}
}

// opens launches the app and returns the state that the consent page hands back, and the browser's secret.
func (e *entrance) opens(mall merchant.MallID, browser string) (state, held string) {
	e.t.Helper()
	got, err := e.launch.Handle(e.t.Context(), command.LaunchApp{Operator: owner(mall), Browser: browser})
	if err != nil {
		e.t.Fatal(err)
	}
	_, state, _ = strings.Cut(got.URL, "state=")
	return state, got.Browser
}

// agrees makes a code of a mall.
func (e *entrance) agrees(mall merchant.MallID, code string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.codes[code] = mall
	return code
}

func (e *entrance) refused(what string, err error, code string) {
	e.t.Helper()
	if !fault.Is(err, fault.Forbidden) || fault.Of(err).Code != code {
		e.t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestAnOwnerComesInOverTheConsentPage(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	state, browser := e.opens("newmall", "")
	got, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: e.agrees("newmall", "c1")})
	if err != nil || got.Mall != "newmall" || got.UserID != "kim" {
		t.Fatalf("got %+v, %v", got, err)
	}
	resume := command.ResumeSessionHandler{Sessions: e.store.Sessions(), Clock: e.clock}
	if s, err := resume.Handle(t.Context(), command.ResumeSession{ID: got.Secret}); err != nil || s.Operator != owner("newmall") {
		t.Errorf("session %+v, %v", s, err)
	}
	if m, err := e.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: "newmall"}); err != nil || len(m.Snapshot().Shops) != 1 || m.Snapshot().Shops[0].Enabled {
		t.Errorf("merchant %+v, %v", m, err)
	}
	log, err := e.store.Audit().List(t.Context(), ports.AuditFilter{Mall: "newmall"})
	if err != nil || len(log) != 1 || log[0].Who != "kim" || log[0].Deed != ports.AppInstalled {
		t.Errorf("audit %+v, %v", log, err)
	}
}

func TestAnInstallationKeepsWhatAMerchantHas(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	before, err := e.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: mallID})
	if err != nil {
		t.Fatal(err)
	}
	state, browser := e.opens(mallID, "")
	if _, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: e.agrees(mallID, "c1")}); err != nil {
		t.Fatal(err)
	}
	after, err := e.store.Merchants().Get(t.Context(), ports.MerchantQuery{Partner: partner})
	if err != nil || after.Snapshot().ID != before.Snapshot().ID || len(after.Snapshot().Credentials) != 1 || len(after.Snapshot().Shops) != len(before.Snapshot().Shops) {
		t.Errorf("%+v became %+v, %v", before.Snapshot(), after, err)
	}
}

func TestAMallThatDoesNotShowItsShopsIsInstalledAllTheSame(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	e.shops.err = fault.New(fault.Forbidden, "missing_scope", "the mall did not grant mall.read_store")
	state, browser := e.opens("newmall", "")
	if _, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: e.agrees("newmall", "c1")}); err != nil {
		t.Error(err)
	}
}

func TestAStateOpensNothingForAnotherBrowser(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	state, browser := e.opens(mallID, "")
	_, other := e.opens("othermall", "")
	code := e.agrees(mallID, "c1")
	for name, in := range map[string]command.InstallApp{
		"another browser": {State: state, Browser: other, Code: code},
		"no browser":      {State: state, Code: code},
		"predictable":     {State: "eyJtYWxsX2lkIjoiZGVtb21hbGwifQ==", Browser: browser, Code: code},
		"fingerprint":     {State: string(session.FingerprintOf(state)), Browser: browser, Code: code},
		"no state":        {Browser: browser, Code: code},
	} {
		_, err := e.install.Handle(t.Context(), in)
		e.refused(name, err, "unknown_state")
	}
	if _, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: code}); err != nil {
		t.Errorf("the attempts used the state up: %v", err)
	}
}

func TestAStateServesOnceAndForTenMinutes(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	state, browser := e.opens(mallID, "")
	_, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: "wrong"})
	e.refused("a code that is not good", err, "grant_refused")
	in := command.InstallApp{State: state, Browser: browser, Code: e.agrees(mallID, "c1")}
	_, err = e.install.Handle(t.Context(), in)
	e.refused("the same state again", err, "unknown_state")

	in.State, in.Browser = e.opens(mallID, browser)
	e.clock.Advance(10 * time.Minute)
	_, err = e.install.Handle(t.Context(), in)
	e.refused("after ten minutes", err, "unknown_state")
}

func TestACodeOfOneMallOpensNoOther(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	state, browser := e.opens("othermall", "")
	_, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: e.agrees(mallID, "c1")})
	e.refused("a code of demomall", err, "grant_refused")
	if _, err := e.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: "othermall"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a merchant was made: %v", err)
	}
}

func TestARefusedConsentSaysWhatToDoAndEndsTheLaunch(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	for refusal, code := range map[string]string{"access_denied": "consent_refused", "invalid_scope": "consent_scopes", "server_error": "consent_failed"} {
		state, browser := e.opens(mallID, "")
		_, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Refusal: refusal})
		e.refused(refusal, err, code)
		_, err = e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: e.agrees(mallID, "c1")})
		e.refused("afterwards", err, "unknown_state")
	}
	state, _ := e.opens(mallID, "")
	_, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: "another", Refusal: "access_denied"})
	e.refused("a refusal in another browser", err, "unknown_state")
}

func TestABrowserThatGoesAwayStopsNoInstallation(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	ctx, cancel := context.WithCancel(t.Context())
	e.cut = cancel
	state, browser := e.opens("newmall", "")
	if _, err := e.install.Handle(ctx, command.InstallApp{State: state, Browser: browser, Code: e.agrees("newmall", "c1")}); err != nil {
		t.Errorf("half an installation: %v", err)
	}
}

func TestEveryStateAndSessionIsAnother(t *testing.T) {
	t.Parallel()
	e := newEntrance(t)
	seen := map[string]bool{}
	for range 5 {
		state, browser := e.opens(mallID, "")
		got, err := e.install.Handle(t.Context(), command.InstallApp{State: state, Browser: browser, Code: e.agrees(mallID, state)})
		if err != nil || seen[state] || seen[browser] || seen[got.Secret] {
			t.Fatalf("again %s %s %s, %v", state, browser, got.Secret, err)
		}
		seen[state], seen[browser], seen[got.Secret] = true, true, true
	}
}
