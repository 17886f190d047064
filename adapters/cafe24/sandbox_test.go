package cafe24_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/sandbox/mall"
	simulated "paybridge/test/sandbox/mall/platform"
)

// setupMall is a world whose Cafe24 is the simulated one, which knows nothing of this package.
func setupMall(t *testing.T) (*apiWorld, *simulated.Platform) {
	t.Helper()
	w := setupAPI(t)
	m, err := mall.New(mall.Config{Now: w.clock.Now, AppURL: "https://pay.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(m)
	t.Cleanup(func() {
		server.Close()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	w.api, err = cafe24.NewAPI(cafe24.APIConfig{
		BaseURL: server.URL + "/malls/{mall_id}", Version: "2026-03-01", ClientID: "mock_client_id", ClientSecret: ports.NewSecret("mock_client_secret"),
		RedirectURI: "https://pay.example.com/auth/token", Scopes: []string{"mall.read_store", "mall.read_order"},
		Mall: cafe24.Config{AllowPrivate: true},
	}, w.store.Tokens(), w.keys, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	return w, m.Platform()
}

// consent follows the owner of the mall and returns the query with which the browser comes back.
func (w *apiWorld) consent(t *testing.T, state string) url.Values {
	t.Helper()
	address, err := w.api.ConsentURL("demomall", state)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	back, err := answer.Location()
	if err != nil || back.Host != "pay.example.com" || back.Path != "/auth/token" || back.Query().Get("state") != state {
		t.Fatalf("HTTP %d, the browser goes to %v, %v", answer.StatusCode, back, err)
	}
	return back.Query()
}

func TestAMallIsInstalledRenewedRemovedAndInstalledAgain(t *testing.T) {
	t.Parallel()
	w, there := setupMall(t)
	there.SetConsent("demomall", simulated.Deny)
	if got := w.consent(t, "s0").Get("error"); got != "access_denied" {
		t.Errorf("an owner who refuses says %q", got)
	}
	there.SetConsent("demomall", simulated.Agree)
	there.Grant("demomall", "mall.read_store")
	tokens, err := w.api.Install(t.Context(), "demomall", w.consent(t, "s1").Get("code"))
	if err != nil || !tokens.Has("mall.read_store") || tokens.Has("mall.read_order") {
		t.Fatalf("granted %v, %v", tokens, err)
	}
	if end := w.stored(t).Grant.AccessUntil; !end.Equal(w.clock.Now().Add(2 * time.Hour)) {
		t.Errorf("the access ends at %v", end)
	}

	there.Grant("demomall")
	code := w.consent(t, "s2").Get("code")
	if tokens, err = w.api.Install(t.Context(), "demomall", code); err != nil || !tokens.Has("mall.read_order") {
		t.Fatalf("granted %v, %v", tokens, err)
	}
	_, err = w.api.Install(t.Context(), "demomall", code)
	wantCode(t, err, fault.Forbidden, "grant_refused")

	first := w.stored(t).Grant
	w.clock.Advance(3 * time.Hour)
	w.api.Vouch(t.Context(), asked)
	if s := w.stored(t); s.Grant.AccessUntil.Equal(first.AccessUntil) || !s.RevokedAt.IsZero() {
		t.Errorf("not renewed: %+v", s)
	}
	there.Uninstall("demomall")
	w.api.Vouch(t.Context(), asked)
	if w.stored(t).RevokedAt.IsZero() {
		t.Error("the removal was not noticed")
	}
	there.SetConsent("demomall", simulated.Agree)
	if _, err = w.api.Install(t.Context(), "demomall", w.consent(t, "s3").Get("code")); err != nil || !w.stored(t).RevokedAt.IsZero() {
		t.Errorf("not installed again: %v", err)
	}
}
