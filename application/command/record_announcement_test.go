package command_test

import (
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// listener is a world that Cafe24 tells about its malls.
type listener struct {
	*entrance

	record command.RecordAnnouncementHandler
}

func newListener(t *testing.T) *listener {
	t.Helper()
	e := newEntrance(t)
	return &listener{entrance: e, record: command.RecordAnnouncementHandler{
		Announcements: e.store.Announcements(), Merchants: e.store.Merchants(), Tokens: e.store.Tokens(), Sessions: e.store.Sessions(),
		Audit: e.store.Audit(), IDs: &counter{}, Clock: e.clock,
	}}
}

func (l *listener) hears(in command.RecordAnnouncement) string {
	l.t.Helper()
	if in.Mall == "" {
		in.Mall = mallID
	}
	got, err := l.record.Handle(l.t.Context(), in)
	if err != nil {
		l.t.Fatal(err)
	}
	return got.Word
}

// installs gives the app tokens of a mall and leaves its owner signed in.
func (l *listener) installs(mall merchant.MallID) (session string) {
	l.t.Helper()
	state, browser := l.opens(mall, "")
	got, err := l.install.Handle(l.t.Context(), command.InstallApp{State: state, Browser: browser, Code: l.agrees(mall, state)})
	if err != nil {
		l.t.Fatal(err)
	}
	_, err = l.store.Tokens().Update(l.t.Context(), mall, func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{Access: []byte("a"), AccessUntil: l.clock.Now().Add(time.Hour), Refresh: []byte("r"), RefreshUntil: l.clock.Now().Add(24 * time.Hour)})
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return got.Secret
}

func (l *listener) hasAccess(mall merchant.MallID) bool {
	l.t.Helper()
	tokens, err := l.store.Tokens().Get(l.t.Context(), mall)
	if err != nil {
		l.t.Fatal(err)
	}
	_, err = tokens.Access(l.clock.Now())
	return err == nil
}

func (l *listener) takesPayments() bool {
	l.t.Helper()
	m, err := l.store.Merchants().Get(l.t.Context(), ports.MerchantQuery{Mall: mallID})
	if err != nil {
		l.t.Fatal(err)
	}
	shop, err := m.ShopOf(partner)
	if err != nil {
		l.t.Fatal(err)
	}
	return shop.Enabled
}

func TestAMallThatRemovesTheAppLosesEverythingButItsLedger(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	secret := l.installs(mallID)
	other := l.installs("othermall")
	if word := l.hears(command.RecordAnnouncement{News: command.AppRemoved, Event: "90077", Trace: "t1", At: l.clock.Now()}); word != "removed" {
		t.Errorf("heard: %s", word)
	}
	if l.hasAccess(mallID) || l.takesPayments() {
		t.Errorf("access %v, payments %v", l.hasAccess(mallID), l.takesPayments())
	}
	resume := command.ResumeSessionHandler{Sessions: l.store.Sessions(), Clock: l.clock}
	if _, err := resume.Handle(t.Context(), command.ResumeSession{ID: secret}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("its owner is still signed in: %v", err)
	}
	if _, err := resume.Handle(t.Context(), command.ResumeSession{ID: other}); err != nil || !l.hasAccess("othermall") {
		t.Errorf("another mall is concerned: %v", err)
	}
	m, err := l.store.Merchants().Get(t.Context(), ports.MerchantQuery{Partner: partner})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := m.At(1); err != nil || c.RetiredAt.IsZero() {
		t.Errorf("open money is settled with %+v, %v", c, err)
	}
	log, err := l.store.Audit().List(t.Context(), ports.AuditFilter{Mall: mallID})
	if err != nil || len(log) != 2 || log[0].Deed != ports.AppRemoved || log[0].Who != ports.SystemActor {
		t.Errorf("audit %+v, %v", log, err)
	}
}

func TestWhoeverIsSignedInGoesOnWithoutAnotherConsent(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	secret := l.installs(mallID)
	other := l.installs("othermall")
	launch := func(mall merchant.MallID, user, session string) bool {
		who := owner(mall)
		who.UserID = user
		got, err := l.launch.Handle(t.Context(), command.LaunchApp{Operator: who, Session: session})
		if err != nil || got.Mall != mall || (got.URL == "") != (got.Browser == "") {
			t.Fatalf("got %+v, %v", got, err)
		}
		return got.URL == ""
	}
	if !launch(mallID, "kim", secret) {
		t.Error("the same person is asked again")
	}
	for name, goesOn := range map[string]bool{
		"another person": launch(mallID, "lee", secret), "another mall's session": launch(mallID, "kim", other),
		"another mall": launch("othermall", "kim", secret), "no session": launch(mallID, "kim", ""), "a guessed one": launch(mallID, "kim", "guess"),
	} {
		if goesOn {
			t.Errorf("%s: goes on", name)
		}
	}
	l.less = true
	if launch(mallID, "kim", secret) {
		t.Error("a mall that gave less is never asked again")
	}
	l.less = false
	l.hears(command.RecordAnnouncement{News: command.AppRemoved, Event: "90077", Trace: "t1"})
	if launch(mallID, "kim", secret) {
		t.Error("a mall without the app is not asked")
	}
}

func TestARemovalDropsAccessThatNoMerchantHas(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	_, err := l.store.Tokens().Update(t.Context(), "halfmall", func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{Access: []byte("a"), AccessUntil: l.clock.Now().Add(time.Hour), Refresh: []byte("r"), RefreshUntil: l.clock.Now().Add(time.Hour)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if l.hears(command.RecordAnnouncement{News: command.AppRemoved, Mall: "halfmall", Event: "90077", Trace: "t1"}); l.hasAccess("halfmall") {
		t.Error("the access is still there")
	}
}

func TestAnAnnouncementIsDealtWithOnce(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	l.installs(mallID)
	removal := command.RecordAnnouncement{News: command.AppRemoved, Event: "90077", Trace: "t1"}
	l.hears(removal)
	l.installs(mallID)
	if word := l.hears(removal); word != "known" || !l.hasAccess(mallID) {
		t.Errorf("told again after the app was installed anew: %s, access %v", word, l.hasAccess(mallID))
	}
	removal.Trace = "t2"
	if l.hears(removal); l.hasAccess(mallID) {
		t.Error("the second removal was taken for the first one")
	}
}

func TestARemovalThatIsToldLateDoesNotEndTheNextInstallation(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	l.installs(mallID)
	removed := l.clock.Now()
	l.clock.Advance(30 * time.Minute)
	l.installs(mallID) // the access that we have seems to stand, so this looks like a visit
	log, err := l.store.Audit().List(t.Context(), ports.AuditFilter{Mall: mallID})
	if err != nil || len(log) != 2 || log[0].Deed != ports.AppOpened || log[1].Deed != ports.AppInstalled {
		t.Errorf("audit %+v, %v", log, err)
	}
	if word := l.hears(command.RecordAnnouncement{News: command.AppRemoved, Event: "90077", Trace: "t1", At: removed}); !l.hasAccess(mallID) || !l.takesPayments() {
		t.Errorf("heard: %s", word)
	}
}

func TestPausesEndAsTheyBegan(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	for i, step := range []struct {
		news  command.News
		takes bool
	}{
		{command.AppExpired, false}, {command.StoreClosed, false}, {command.AppRenewed, false}, {command.StoreReopened, true}, {command.AppExpired, false},
	} {
		l.hears(command.RecordAnnouncement{News: step.news, Event: "e", Trace: string(rune('a' + i))})
		if l.takesPayments() != step.takes {
			t.Errorf("step %d: takes payments %v, want %v", i, l.takesPayments(), step.takes)
		}
	}
	if l.installs(mallID); !l.takesPayments() {
		t.Error("who can open the app has a subscription that runs")
	}
}

func TestAPausedMallIsRefusedACheckout(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	l.hears(command.RecordAnnouncement{News: command.AppExpired, Event: "90078", Trace: "t1"})
	_, err := l.checkout.Handle(t.Context(), l.request())
	if !fault.Is(err, fault.Forbidden) || fault.Of(err).Code != "shop_disabled" {
		t.Errorf("got %v", err)
	}
}

func TestChangedShopsAreReadByATask(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	l.hears(command.RecordAnnouncement{News: command.ShopsChanged, Event: "90111", Trace: "t1"})
	jobs, err := l.store.Outbox().Claim(t.Context(), 10, 10, time.Minute)
	if err != nil || len(jobs) != 1 || jobs[0].Kind != task.RefreshShops || task.MallOf(jobs[0]) != mallID {
		t.Fatalf("jobs %+v, %v", jobs, err)
	}
	refresh := command.RefreshShopsHandler{MallShops: l.shops, Merchants: l.store.Merchants(), Clock: l.clock}
	for _, c := range []struct {
		err   error
		again bool
	}{
		{fault.New(fault.Unavailable, "cafe24_silent", ""), true},
		{fault.New(fault.RateLimited, "cafe24_busy", ""), true},
		{fault.New(fault.Forbidden, "missing_scope", ""), false},
		{fault.New(fault.Conflict, "not_installed", ""), false},
		{nil, false},
	} {
		l.shops.err = c.err
		v, err := refresh.Handle(t.Context(), jobs[0])
		if err != nil || v.Again.IsZero() == c.again || v.Dead {
			t.Errorf("%v: %+v, %v", c.err, v, err)
		}
	}
	m, err := l.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: mallID})
	if err != nil || len(m.Snapshot().Domains) != 2 || m.Snapshot().Shops[0].Name != "Tindahan" || !l.takesPayments() {
		t.Errorf("read %+v, %v", m.Snapshot(), err)
	}
}

func TestNewsOfStrangersAndNoNewsAreNoError(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	for _, in := range []command.RecordAnnouncement{
		{News: command.AppRemoved, Mall: "cafe24bestshop", Event: "90077", Trace: "t1"},
		{News: command.NoNews, Event: "90023", Trace: "t2"},
		{News: command.NoNews},
		{News: command.AppRemoved, Event: "90077"},
	} {
		l.hears(in)
	}
	if _, err := l.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: "cafe24bestshop"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a stranger became a merchant: %v", err)
	}
}
