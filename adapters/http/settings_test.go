package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// settings is a scene whose commands keep what they are told and answer as ordered.
type settings struct {
	linked   command.LinkCredentials
	unlinked command.UnlinkCredentials
	toggled  command.SwitchShop
	open     []ports.UnsettledRow
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
}

func TestAFormInABrowserGoesBackToTheSettings(t *testing.T) {
	t.Parallel()
	k := &settings{}
	s := setupAdmin(t, k.edit)
	body := "action=disable&shop_index=2&external_checkout=true&csrf_token=" + proof()
	got := s.send(http.MethodPost, "/admin/shop/toggle", body, signedIn("Content-Type", formType, "Origin", ourOrigin, "Accept", "text/html")...)
	if got.status != http.StatusSeeOther || !strings.HasSuffix(got.header.Get("Location"), "/admin/display?mall_id=demomall") {
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
