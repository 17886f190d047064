package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// settings is a scene whose commands keep what they are told and answer as ordered.
type settings struct {
	linked   command.LinkCredentials
	unlinked command.UnlinkCredentials
	toggled  command.SwitchShop
	open     []ports.UnsettledRow
	replayed command.ReplayNotification
	spoken   command.ChangeLanguage
	err      error
}

func (k *settings) edit(sc *scene) {
	sc.link = func(_ context.Context, in command.LinkCredentials) (merchant.Credentials, error) {
		k.linked = in
		return merchant.Credentials{}, k.err
	}
	sc.unlink = func(_ context.Context, in command.UnlinkCredentials) (command.Unlinked, error) {
		k.unlinked = in
		return command.Unlinked{Done: len(k.open) == 0 || in.Confirm != "", Open: k.open}, k.err
	}
	sc.toggle = func(_ context.Context, in command.SwitchShop) (merchant.Shop, error) {
		k.toggled = in
		return merchant.Shop{}, k.err
	}
	sc.replay = func(_ context.Context, in command.ReplayNotification) (ports.NoticeRow, error) {
		k.replayed = in
		return ports.NoticeRow{}, k.err
	}
	sc.speak = func(_ context.Context, in command.ChangeLanguage) (session.Session, error) {
		k.spoken = in
		return in.Session, k.err
	}
}

func TestTheCollectionsBodiesChangeTheMallOfTheSession(t *testing.T) {
	t.Parallel()
	k := &settings{}
	s := setupAdmin(t, k.edit)
	said := signedIn("X-CSRF-Token", proof(), "Origin", ourOrigin)
	for _, c := range []struct{ path, body, answer string }{
		{"/admin/link", `{"mall_id":"demomall","public_key":"demo-app-public-key","secret_key":"demo-app-secret-key"}`, "Success Linking"},
		{"/admin/unlink", `{"mall_id":"demomall"}`, "Success Unlinking"},
		{"/admin/shop/toggle", `{"mall_id":"demomall","action":"enable","shop_index":0}`, "Success"},
		{"/admin/notifications/replay", `{"mall_id":"demomall","id":7}`, "Success"},
		{"/admin/language", `{"mall_id":"demomall","lang":"ko"}`, "Success"},
	} {
		if got := s.send(http.MethodPost, c.path, c.body, said...); got.status != http.StatusOK || got.body != `{"message":"`+c.answer+`"}` {
			t.Errorf("%s: HTTP %d %s", c.path, got.status, got.body)
		}
		other := strings.Replace(c.body, "demomall", "othermall", 1)
		if got := s.send(http.MethodPost, c.path, other, said...); got.status != http.StatusForbidden {
			t.Errorf("%s for another mall: HTTP %d %s", c.path, got.status, got.body)
		}
	}
	if k.linked.Mall != "demomall" || k.linked.Who != "kim" || k.linked.SecretKey.Reveal() != "demo-app-secret-key" || k.linked.Gateway == "" {
		t.Errorf("linked %+v", k.linked)
	}
	if k.unlinked.Mall != "demomall" || k.unlinked.Confirm != "" || !k.toggled.To || k.toggled.Index != 0 || k.toggled.External != nil {
		t.Errorf("unlinked %+v, toggled %+v", k.unlinked, k.toggled)
	}
	if k.replayed != (command.ReplayNotification{ID: 7, Mall: "demomall", By: "kim"}) || k.spoken.Language != session.Korean || k.spoken.Session.UserID != "kim" {
		t.Errorf("replayed %+v, spoken %+v", k.replayed, k.spoken)
	}
}

func TestAFormInABrowserGoesBackToTheSettings(t *testing.T) {
	t.Parallel()
	k := &settings{}
	s := setupAdmin(t, k.edit)
	body := "action=disable&shop_index=2&external_checkout=true&csrf_token=" + proof()
	got := s.send(http.MethodPost, "/admin/shop/toggle", body, signedIn("Content-Type", formType, "Origin", ourOrigin, "Accept", "text/html")...)
	if got.status != http.StatusSeeOther || !strings.HasSuffix(got.header.Get("Location"), "/admin/display?mall_id=demomall&done=switched") {
		t.Errorf("HTTP %d %v", got.status, got.header)
	}
	if k.toggled.To || k.toggled.Index != 2 || k.toggled.External == nil || !*k.toggled.External {
		t.Errorf("toggled %+v", k.toggled)
	}
}

func TestOpenMoneyIsListedBeforeKeysGo(t *testing.T) {
	t.Parallel()
	k := &settings{open: []ports.UnsettledRow{{Order: "20220519-0000029", State: "pending"}}}
	s := setupAdmin(t, k.edit)
	said := signedIn("X-CSRF-Token", proof())
	got := s.send(http.MethodPost, "/admin/unlink", `{}`, said...)
	if got.status != http.StatusConflict || !strings.Contains(got.body, `"open":[{"order_id":"20220519-0000029","refund":false,"state":"pending","doubtful":false}]`) {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
	if got := s.send(http.MethodPost, "/admin/unlink", `{"confirm":"drain"}`, said...); got.status != http.StatusOK || k.unlinked.Confirm != command.Drain {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestWrongSettingsAreNamedAndRefusalsTold(t *testing.T) {
	t.Parallel()
	k := &settings{}
	s := setupAdmin(t, k.edit)
	said := signedIn("X-CSRF-Token", proof())
	for body, path := range map[string]string{
		`{"public_key":"","secret_key":"s"}`:       "/admin/link",
		`{"public_key":"p"}`:                       "/admin/link",
		`{"confirm":"yes"}`:                        "/admin/unlink",
		`{"action":"toggle","shop_index":0}`:       "/admin/shop/toggle",
		`{"action":"enable","shop_index":"first"}`: "/admin/shop/toggle",
		`{"action":"enable"}`:                      "/admin/shop/toggle",
		`{"id":"first"}`:                           "/admin/notifications/replay",
		`{}`:                                       "/admin/notifications/replay",
		`{"lang":"fr"}`:                            "/admin/language",
	} {
		if got := s.send(http.MethodPost, path, body, said...); got.status != http.StatusBadRequest {
			t.Errorf("%s %s: HTTP %d %s", path, body, got.status, got.body)
		}
	}
	k.err = fault.New(fault.Unauthenticated, "keys_refused", "Invalid credentials")
	got := s.send(http.MethodPost, "/admin/link", `{"public_key":"p","secret_key":"canary-secret"}`, said...)
	if got.status != http.StatusUnauthorized || strings.Contains(got.body, "canary-secret") {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestAFormThatCannotBeCarriedOutLeadsBackAndIsExplained(t *testing.T) {
	t.Parallel()
	form := signedIn("Content-Type", formType, "Origin", ourOrigin, "Accept", page)
	for name, c := range map[string]struct {
		path, body string
		err        error
		says       string
	}{
		"refused keys":   {"/admin/link", "public_key=p&secret_key=canary-secret", fault.New(fault.Unauthenticated, "keys_refused", "x"), "refuses these keys"},
		"no company":     {"/admin/link", "public_key=p&secret_key=canary-secret", fault.New(fault.Unavailable, "company_silent", "x"), "did not answer"},
		"an empty form":  {"/admin/link", "public_key=&secret_key=canary-secret", nil, "missing or malformed"},
		"a slow mall":    {"/admin/shop/toggle", "action=enable&shop_index=0", fault.New(fault.Indeterminate, "mall_silent", "x"), "did not answer"},
		"a busy mall":    {"/admin/shop/toggle", "action=enable&shop_index=0", fault.New(fault.RateLimited, "bucket", "x"), "wait a minute"},
		"a defect":       {"/admin/notifications/replay", "id=1", fault.New(fault.Internal, "broken", "x"), "could not be done"},
		"another mall's": {"/admin/notifications/replay", "id=1", fault.New(fault.NotFound, "no_such_notice", "x"), "no such notification"},
	} {
		k := &settings{err: c.err}
		s := setupAdmin(t, k.edit)
		got := s.send(http.MethodPost, c.path, c.body+"&csrf_token="+proof(), form...)
		back := got.header.Get("Location")
		if got.status != http.StatusSeeOther || !strings.HasPrefix(back, "/admin/display?mall_id=demomall&problem=") || strings.Contains(back, "canary") {
			t.Errorf("%s: HTTP %d %s", name, got.status, back)
			continue
		}
		if shown := s.send(http.MethodGet, back, "", form...); !strings.Contains(shown.body, `role="alert"`) || !strings.Contains(shown.body, c.says) || !strings.Contains(shown.body, "<code>"+got.header.Get("X-Request-Id")+"</code>") {
			t.Errorf("%s: HTTP %d %s", name, shown.status, shown.body)
		}
	}
}

func TestOpenMoneyAsksAPersonOnThePage(t *testing.T) {
	t.Parallel()
	k := &settings{open: []ports.UnsettledRow{{Order: "20220519-0000029", State: "pending"}}}
	s := setupAdmin(t, k.edit)
	form := signedIn("Content-Type", formType, "Origin", ourOrigin, "Accept", page)
	got := s.send(http.MethodPost, "/admin/unlink", "csrf_token="+proof(), form...)
	shown := s.send(http.MethodGet, got.header.Get("Location"), "", form...)
	for _, text := range []string{"<details open>", `name="confirm" value="drain" checked`, `name="confirm" value="forget"`, "Choose what shall become"} {
		if !strings.Contains(shown.body, text) {
			t.Errorf("the page does not say %q: %s", text, shown.body)
		}
	}
	if got := s.send(http.MethodPost, "/admin/unlink", "confirm=drain&csrf_token="+proof(), form...); !strings.HasSuffix(got.header.Get("Location"), "&done=unlinked") || k.unlinked.Confirm != command.Drain {
		t.Errorf("HTTP %d %v", got.status, got.header)
	}
}
