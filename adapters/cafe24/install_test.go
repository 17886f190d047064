package cafe24_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
)

// serveCode exchanges a code, which is good once.
func (p *platform) serveCode(w http.ResponseWriter, r *http.Request) {
	p.codes = append(p.codes, r.FormValue("code"))
	switch {
	case p.token != 0:
		answer(w, p.token, p.tokenBody)
	case r.FormValue("code") != "good" || slices.Contains(p.codes[:len(p.codes)-1], "good") || r.FormValue("redirect_uri") != "https://pay.example.com/auth/token":
		answer(w, http.StatusBadRequest, `{"error":"invalid_grant","error_description":"the code is unknown"}`)
	default:
		answer(w, http.StatusOK, fmt.Sprintf(`{"access_token":"access-%d","expires_at":"2026-11-22T20:30:00.000","refresh_token":"refresh-%d",
			"refresh_token_expires_at":"2026-12-06T19:00:00.000","mall_id":"demomall","scopes":["mall.read_order"],"shop_no":"1"}`, p.serial, p.serial))
	}
	if p.cut != nil {
		p.cut()
	}
}

func (w *apiWorld) stored(t *testing.T) merchant.TokensSnapshot {
	t.Helper()
	tokens, err := w.store.Tokens().Get(t.Context(), "demomall")
	if err != nil {
		t.Fatal(err)
	}
	return tokens.Snapshot()
}

func wantCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Kind != kind || fault.Of(err).Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestTheOwnerIsAskedForAllScopesAtTheMallItself(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	text, err := w.api.ConsentURL("demomall", "random & state")
	if err != nil {
		t.Fatal(err)
	}
	got, err := url.Parse(text)
	if err != nil || got.Scheme+"://"+got.Host != w.server.URL || got.Path != "/malls/demomall/api/v2/oauth/authorize" {
		t.Fatalf("%s, %v", text, err)
	}
	want := url.Values{
		"response_type": {"code"}, "client_id": {"mock_client_id"}, "redirect_uri": {"https://pay.example.com/auth/token"},
		"scope": {"mall.read_store mall.read_order"}, "state": {"random & state"},
	}
	if got.Query().Encode() != want.Encode() {
		t.Errorf("got %v, want %v", got.Query(), want)
	}
}

func TestNothingButANameOfAMallBecomesAHost(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	for _, mall := range []merchant.MallID{"", "evil.example/", "a@b", "demo.mall", "DEMO", "a b"} {
		if got, err := w.api.ConsentURL(mall, "s"); err == nil {
			t.Errorf("%q: the browser goes to %s", mall, got)
		}
		if _, err := w.api.Install(t.Context(), mall, "good"); err == nil {
			t.Errorf("%q was installed", mall)
		}
	}
	_, err := w.api.ConsentURL("demomall", "")
	wantCode(t, err, fault.Internal, "missing_state")
	_, err = w.api.Install(t.Context(), "demomall", "")
	wantCode(t, err, fault.Invalid, "missing_code")
	if len(w.codes) != 0 {
		t.Errorf("Cafe24 was asked about %q", w.codes)
	}
}

func TestWhatACodeGaveIsKeptSealedAndUsed(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	tokens, err := w.api.Install(t.Context(), "demomall", "good")
	if err != nil {
		t.Fatal(err)
	}
	if !tokens.Has("mall.read_order") || tokens.Has("mall.read_store") {
		t.Errorf("granted %v", tokens.Snapshot().Grant.Scopes)
	}
	s := w.stored(t)
	if string(s.Grant.Access) == "access-0" || string(s.Grant.Refresh) == "refresh-0" {
		t.Error("tokens are stored in the clear")
	}
	if at := time.Date(2026, 11, 22, 11, 30, 0, 0, time.UTC); !s.Grant.AccessUntil.Equal(at) {
		t.Errorf("the access ends at %v, want %v: Cafe24's times are Korean", s.Grant.AccessUntil, at)
	}
	if len(s.Requests) != 1 {
		t.Errorf("%d token requests are remembered", len(s.Requests))
	}
	w.vouches(t, order.Disproven)
	w.calls(t, 0, 1)
}

func TestAMallIsCompleteWithEveryScopeAndNotWithout(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	complete := func() bool {
		tokens, err := w.store.Tokens().Get(t.Context(), "demomall")
		return err == nil && w.api.Complete(tokens)
	}
	if complete() {
		t.Error("nothing was granted")
	}
	w.install(t, "mall.read_order")
	if complete() {
		t.Error("a scope is missing")
	}
	if w.install(t, "mall.read_order", "mall.read_store", "mall.read_more"); !complete() {
		t.Error("everything was granted")
	}
	w.refuse, w.times = http.StatusForbidden, 1
	if w.vouches(t, order.Unprovable); complete() {
		t.Error("the access was withdrawn")
	}
}

func TestACodeThatIsNotGoodLeavesTheInstallationAsItWas(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	if _, err := w.api.Install(t.Context(), "demomall", "good"); err != nil {
		t.Fatal(err)
	}
	before := w.stored(t).Grant
	for _, code := range []string{"good", "unknown"} { // the first one was used
		_, err := w.api.Install(t.Context(), "demomall", code)
		wantCode(t, err, fault.Forbidden, "grant_refused")
	}
	if got := w.stored(t); string(got.Grant.Access) != string(before.Access) || !got.RevokedAt.IsZero() || len(got.Requests) != 3 {
		t.Errorf("stored %+v", got)
	}
	w.vouches(t, order.Disproven)
}

func TestWhatCafe24AnswersToACodeHasAName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		kind   fault.Kind
		code   string
	}{
		{http.StatusForbidden, `{"error":"access_denied"}`, fault.Forbidden, "grant_refused"},
		{http.StatusUnauthorized, `{"error":"invalid_client"}`, fault.Unavailable, "client_refused"},
		{http.StatusBadRequest, `{"error":"invalid_request"}`, fault.Declined, "cafe24_refused"},
		{http.StatusTooManyRequests, `slow down`, fault.RateLimited, "cafe24_busy"},
		{http.StatusServiceUnavailable, `<html>`, fault.Unavailable, "cafe24_failing"},
		{http.StatusFound, ``, fault.Unavailable, "cafe24_failing"},
		{http.StatusOK, `<html>`, fault.Unavailable, "cafe24_unclear"},
		{http.StatusOK, `{"access_token":"a"}`, fault.Unavailable, "cafe24_unclear"},
		{http.StatusOK, `{"access_token":"a","refresh_token":"r","mall_id":"othermall"}`, fault.Forbidden, "other_mall"},
	} {
		w := setupAPI(t)
		w.token, w.tokenBody = c.status, c.body
		_, err := w.api.Install(t.Context(), "demomall", "good")
		wantCode(t, err, c.kind, c.code)
		if got := w.stored(t); len(got.Grant.Access) != 0 {
			t.Errorf("HTTP %d %s: half stored", c.status, c.body)
		}
	}
	w := setupAPI(t)
	w.server.Close()
	_, err := w.api.Install(t.Context(), "demomall", "good")
	wantCode(t, err, fault.Unavailable, "cafe24_silent")
}

func TestACodeThatWasSentIsFinishedWithoutTheBrowser(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.cut = cancel
	if _, err := w.api.Install(ctx, "demomall", "good"); err != nil {
		t.Errorf("the installation was lost: %v", err)
	}
	w.vouches(t, order.Disproven)
}

func TestInstallationsShareTheBudgetOfTokenRequests(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	for range 15 {
		_, err := w.api.Install(t.Context(), "demomall", "unknown")
		wantCode(t, err, fault.Forbidden, "grant_refused")
	}
	_, err := w.api.Install(t.Context(), "demomall", "good")
	wantCode(t, err, fault.RateLimited, "token_budget")
	if len(w.codes) != 15 {
		t.Errorf("Cafe24 was asked %d times", len(w.codes))
	}
}

func TestAnInstallationGivesAccessToAMallThatHadWithdrawnIt(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.refuse, w.times = http.StatusForbidden, 1
	w.vouches(t, order.Unprovable)
	w.vouches(t, order.Unprovable)
	if _, err := w.api.Install(t.Context(), "demomall", "good"); err != nil {
		t.Fatal(err)
	}
	w.vouches(t, order.Disproven)
}
