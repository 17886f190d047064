package mall_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/mall/platform"
)

// clock is a clock that only tests move.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC).Add(time.Duration(c.seconds.Load()) * time.Second)
}

func (c *clock) advance(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

// cafe24 is a bench with a clock that asks for consent and tokens of one mall.
type cafe24 struct {
	*bench
	clock *clock
	app   string
}

func setupCafe24(t *testing.T) *cafe24 {
	t.Helper()
	moving := &clock{}
	b := setup(t, mall.Config{Now: moving.now})
	b.SetAppURL("http://pay.example") // The browser of the bench stops there.
	return &cafe24{bench: b, clock: moving, app: "http://pay.example"}
}

func (c *cafe24) authorizePath(changes url.Values) string {
	query := url.Values{
		"response_type": {"code"}, "client_id": {"mock_client_id"}, "redirect_uri": {c.app + "/auth/token"}, "scope": {platform.Scopes}, "state": {"s1"},
	}
	for name, values := range changes {
		query[name] = values
	}
	return "/malls/demomall/api/v2/oauth/authorize?" + query.Encode()
}

// consent follows the authorize address and returns the query with which the browser comes back.
func (c *cafe24) consent(t *testing.T, changes url.Values) url.Values {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+c.authorizePath(changes), nil)
	if err != nil {
		t.Fatal(err)
	}
	location, page := c.visit(t, request)
	return back(t, location, page)
}

func back(t *testing.T, location, page string) url.Values {
	t.Helper()
	target, err := url.Parse(location)
	if err != nil || !strings.HasPrefix(location, "http://pay.example/auth/token?") {
		t.Fatalf("the browser is sent to %q (%v), want the app; page: %.200s", location, err, page)
	}
	return target.Query()
}

// answered is an HTTP answer of the platform.
type answered struct {
	status int
	header http.Header
	fields map[string]any
}

func (a answered) text(name string) string { return text(a.fields, name) }

func (c *cafe24) do(t *testing.T, request *http.Request) answered {
	t.Helper()
	response, err := c.browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := answered{status: response.StatusCode, header: response.Header}
	if err := json.Unmarshal(body, &got.fields); err != nil {
		t.Fatalf("HTTP %d: answer %q is no JSON", got.status, body)
	}
	return got
}

// token sends a token request; secret is the client's.
func (c *cafe24) token(t *testing.T, secret string, form url.Values) answered {
	t.Helper()
	return c.oauth(t, "token", secret, form)
}

func (c *cafe24) oauth(t *testing.T, what, secret string, form url.Values) answered {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/malls/demomall/api/v2/oauth/"+what, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("mock_client_id", secret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(t, request)
}

func (c *cafe24) exchange(t *testing.T, code string) answered {
	t.Helper()
	return c.token(t, "mock_client_secret", url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {c.app + "/auth/token"}})
}

func (c *cafe24) refresh(t *testing.T, refreshToken string) answered {
	t.Helper()
	return c.token(t, "mock_client_secret", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}})
}

func TestTheConsentPageEndsInACodeOrARefusal(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	page := c.get(t, c.authorizePath(nil))
	for _, want := range []string{"demomall", "mall.read_order", `value="agree"`, `value="deny"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the consent page lacks %s", want)
		}
	}
	location, page := c.submit(t, c.authorizePath(nil), url.Values{"decision": {"agree"}})
	if agreed := back(t, location, page); agreed.Get("code") == "" || agreed.Get("state") != "s1" {
		t.Errorf("agreed: %v, want a code and the state", agreed)
	}
	location, page = c.submit(t, c.authorizePath(nil), url.Values{"decision": {"deny"}})
	if denied := back(t, location, page); denied.Get("error") != "access_denied" || denied.Get("state") != "s1" || denied.Get("trace_id") == "" || denied.Has("code") {
		t.Errorf("denied: %v, want access_denied with state and trace_id", denied)
	}
}

func TestAMerchantWhoseAnswerIsKnownSeesNoPage(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	c.Platform().SetConsent("demomall", platform.Deny)
	if got := c.consent(t, nil); got.Get("error") != "access_denied" {
		t.Errorf("denied: %v", got)
	}
	c.Platform().SetConsent("demomall", platform.Agree)
	for name, changes := range map[string]url.Values{
		"invalid_scope":             {"scope": {"mall.read_everything"}},
		"unsupported_response_type": {"response_type": {"token"}},
		"invalid_request":           {"response_type": {""}},
	} {
		if got := c.consent(t, changes); got.Get("error") != name || got.Get("state") != "s1" {
			t.Errorf("%v: %v, want the error %s", changes, got, name)
		}
	}
}

func TestOnlyTheRegisteredAddressGetsACode(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	c.Platform().SetConsent("demomall", platform.Agree)
	for _, changes := range []url.Values{{"redirect_uri": {"http://pay.example/other"}}, {"client_id": {"somebody"}}} {
		if page := c.get(t, c.authorizePath(changes)); !strings.Contains(page, "invalid_client") {
			t.Errorf("%v: %q, want a refusal without redirect", changes, page)
		}
	}
}

func TestACodeBecomesATokenOnce(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	c.Platform().SetConsent("demomall", platform.Agree)
	code := c.consent(t, nil).Get("code")
	got := c.exchange(t, code)
	if got.status != http.StatusOK {
		t.Fatalf("HTTP %d %v", got.status, got.fields)
	}
	for name, want := range map[string]string{
		"issued_at": "2026-11-22T19:00:00.000", "expires_at": "2026-11-22T21:00:00.000", "refresh_token_expires_at": "2026-12-06T19:00:00.000",
		"client_id": "mock_client_id", "mall_id": "demomall", "shop_no": "1", "token_type": "Bearer",
	} {
		if got.text(name) != want {
			t.Errorf("%s is %v, want %s", name, got.fields[name], want)
		}
	}
	if got.text("access_token") == "" || got.text("refresh_token") == "" || fmt.Sprint(got.fields["scopes"]) != "["+platform.Scopes+"]" {
		t.Errorf("answer %v lacks tokens or scopes", got.fields)
	}
	if again := c.exchange(t, code); again.status != http.StatusBadRequest || again.text("error") != "invalid_grant" {
		t.Errorf("the same code again: HTTP %d %v, want invalid_grant", again.status, again.fields)
	}
	if !c.Platform().Mall("demomall").Installed {
		t.Error("the app is not installed after its first token")
	}
}

func TestACodeLivesOneMinute(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	c.Platform().SetConsent("demomall", platform.Agree)
	code := c.consent(t, nil).Get("code")
	c.clock.advance(time.Minute)
	if got := c.exchange(t, code); got.text("error") != "invalid_grant" {
		t.Errorf("after a minute: HTTP %d %v", got.status, got.fields)
	}
}

func TestTokenRequestsAreRefusedByTheirFault(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	for name, one := range map[string]struct {
		secret string
		form   url.Values
		status int
		code   string
	}{
		"wrong secret":    {"wrong", url.Values{"grant_type": {"refresh_token"}}, http.StatusUnauthorized, "invalid_client"},
		"no grant type":   {"mock_client_secret", url.Values{}, http.StatusBadRequest, "invalid_request"},
		"other grant":     {"mock_client_secret", url.Values{"grant_type": {"password"}}, http.StatusBadRequest, "unsupported_grant_type"},
		"no code":         {"mock_client_secret", url.Values{"grant_type": {"authorization_code"}}, http.StatusBadRequest, "invalid_request"},
		"unknown refresh": {"mock_client_secret", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, http.StatusBadRequest, "invalid_grant"},
	} {
		if got := c.token(t, one.secret, one.form); got.status != one.status || got.text("error") != one.code || got.text("error_description") == "" {
			t.Errorf("%s: HTTP %d %v, want %d %s", name, got.status, got.fields, one.status, one.code)
		}
	}
}

func TestARefreshTokenIsDeadOnceItIsUsed(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	first := c.Platform().IssueToken("demomall", "mall.read_store")
	second := c.refresh(t, first.Refresh)
	if second.status != http.StatusOK || second.text("refresh_token") == first.Refresh || fmt.Sprint(second.fields["scopes"]) != "[mall.read_store]" {
		t.Fatalf("HTTP %d %v, want a new pair with the same scopes", second.status, second.fields)
	}
	if again := c.refresh(t, first.Refresh); again.status != http.StatusBadRequest || again.text("error") != "invalid_grant" {
		t.Errorf("used refresh token: HTTP %d %v", again.status, again.fields)
	}
	c.clock.advance(14 * 24 * time.Hour)
	if late := c.refresh(t, second.text("refresh_token")); late.text("error") != "invalid_grant" {
		t.Errorf("after 14 days: HTTP %d %v", late.status, late.fields)
	}
}

func TestTheSixteenthTokenRequestInTwoHoursIsTooMuch(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	refreshToken := c.Platform().IssueToken("demomall").Refresh
	for n := range 15 {
		got := c.refresh(t, refreshToken)
		if got.status != http.StatusOK {
			t.Fatalf("request %d: HTTP %d %v", n+1, got.status, got.fields)
		}
		refreshToken = got.text("refresh_token")
	}
	if got := c.refresh(t, refreshToken); got.status != http.StatusTooManyRequests {
		t.Errorf("request 16: HTTP %d", got.status)
	}
	c.clock.advance(2 * time.Hour)
	if got := c.refresh(t, refreshToken); got.status != http.StatusOK {
		t.Errorf("two hours later: HTTP %d %v", got.status, got.fields)
	}
}

func TestTokensEndWithTheAppAndWithRevocation(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	first := c.Platform().IssueToken("demomall")
	if got := c.oauth(t, "revoke", "mock_client_secret", url.Values{"token": {first.Access}, "token_hint": {"access_token"}}); got.status != http.StatusOK {
		t.Errorf("revoke: HTTP %d", got.status)
	}
	if got := c.refresh(t, first.Refresh); got.text("error") != "invalid_grant" {
		t.Errorf("revoked: HTTP %d %v", got.status, got.fields)
	}
	second := c.Platform().IssueToken("demomall")
	c.Platform().Uninstall("demomall")
	if got := c.refresh(t, second.Refresh); got.status != http.StatusForbidden {
		t.Errorf("uninstalled: HTTP %d %v", got.status, got.fields)
	}
	if state := c.Platform().Mall("demomall"); state.Installed || state.LiveTokens != 0 {
		t.Errorf("uninstalled: %+v", state)
	}
}

func TestTokensOutliveARestartButNotAReset(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mall.json")
	first, err := mall.New(mall.Config{StateFile: path})
	if err != nil {
		t.Fatal(err)
	}
	first.Platform().IssueToken("demomall")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := setup(t, mall.Config{StateFile: path})
	if state := second.Platform().Mall("demomall"); !state.Installed || state.LiveTokens != 1 {
		t.Errorf("after a restart: %+v", state)
	}
	second.submit(t, "/_sandbox/reset", nil)
	if state := second.Platform().Mall("demomall"); state.Installed || state.LiveTokens != 0 {
		t.Errorf("after a reset: %+v", state)
	}
}

func TestTheLaunchCarriesCafe24sSignature(t *testing.T) {
	t.Parallel()
	const example = "is_multi_shop=T&lang=ko_KR&mall_id=jhbaek02&nation=KR&shop_no=1&timestamp=1622513360&user_id=jhbaek02&user_name=jhbaek02&user_type=P"
	if got := platform.SignLaunch("zoQxSUptApmiFLRl2ChaxB", example); got != "8+hYywQW5fBMpfbTlA1puAMpM91N0FYtrpzHYrdodDM=" {
		t.Errorf("Cafe24's example signs as %s", got)
	}
	c := setupCafe24(t)
	_, raw, _ := strings.Cut(c.Platform().LaunchURL("demomall", platform.Launch{Lang: "ja_JP", UserID: "a b"}), "http://pay.example/?")
	signed, signature, _ := strings.Cut(raw, "&hmac=")
	want := "is_multi_shop=T&lang=ja_JP&mall_id=demomall&nation=PH&shop_no=1&timestamp=1795341600&user_id=a%20b&user_name=a%20b&user_type=P"
	if unescaped, err := url.QueryUnescape(signature); err != nil || signed != want || unescaped != platform.SignLaunch("mock_client_secret", signed) {
		t.Errorf("launch %s signed %s (%v), want %s", signed, signature, err, want)
	}
}
