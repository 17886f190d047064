package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/cafe24"
	httpapi "paybridge/adapters/http"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/session"
	"paybridge/ports"
	"paybridge/test/sandbox/mall/platform"
)

const (
	clientSecret  = "mock_client_secret"
	browserSecret = "fedcba9876543210fedcba9876543210fedcba9876543210fedc"
	page          = "text/html,application/xhtml+xml"
)

func seal(t testing.TB) *cafe24.LaunchSeal {
	t.Helper()
	seal, err := cafe24.NewLaunchSeal(ports.NewSecret(clientSecret))
	if err != nil {
		t.Fatal(err)
	}
	return seal
}

func launched(_ context.Context, in command.LaunchApp) (command.Consent, error) {
	return command.Consent{URL: "https://" + string(in.Mall) + ".cafe24api.com/api/v2/oauth/authorize?state=s", Browser: browserSecret}, nil
}

func installed(context.Context, command.InstallApp) (command.Installed, error) {
	return command.Installed{Session: session.Session{Operator: session.Operator{Mall: "demomall"}}, Secret: kimsSession}, nil
}

// query is a launch of demomall's owner at a time, with changes, in Cafe24's order and not signed.
func (s *served) query(changes ...string) string {
	text := fmt.Sprintf("is_multi_shop=T&lang=ko_KR&mall_id=demomall&nation=KR&shop_no=1&timestamp=%d&user_id=kim&user_name=Kim%%20Min%%2Bsu&user_type=P", s.clock.Now().Unix())
	for i := 0; i+1 < len(changes); i += 2 {
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	return text
}

func signLaunch(query string) string {
	return "/?" + query + "&hmac=" + url.QueryEscape(platform.SignLaunch(clientSecret, query))
}

func TestALaunchLeadsToTheMallsOwnConsentPage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.send(http.MethodGet, signLaunch(s.query()), "", "Accept", page)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "https://demomall.cafe24api.com/api/v2/oauth/authorize?state=s" {
		t.Fatalf("HTTP %d to %s: %s", got.status, got.header.Get("Location"), got.body)
	}
	if want := "__Host-paybridge-launch=" + browserSecret + "; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"; got.header.Get("Set-Cookie") != want {
		t.Errorf("kept %s", got.header.Get("Set-Cookie"))
	}
	want := command.LaunchApp{Operator: session.Operator{Mall: "demomall", UserID: "kim", UserName: "Kim Min+su", Role: session.Owner, Language: session.Korean}}
	if len(s.launches) != 1 || s.launches[0] != want {
		t.Errorf("launched %+v, want %+v", s.launches, want)
	}
	if policy := got.header.Get("Referrer-Policy"); policy != "no-referrer" {
		t.Errorf("with %s the launch is told to the next page", policy)
	}
}

func TestABrowserKeepsItsSecretOverTwoLaunches(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.send(http.MethodGet, signLaunch(s.query()), "", "Cookie", "__Host-paybridge-launch="+browserSecret)
	s.send(http.MethodGet, signLaunch(s.query()), "", "Cookie", "__Host-paybridge-launch=short")
	if len(s.launches) != 2 || s.launches[0].Browser != browserSecret || s.launches[1].Browser != "" {
		t.Errorf("launched %+v", s.launches)
	}
}

func TestALaunchOfWhoeverIsSignedInLeadsOnAtOnce(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.launch = func(_ context.Context, in command.LaunchApp) (command.Consent, error) {
			return command.Consent{Mall: in.Mall}, nil
		}
	})
	got := s.send(http.MethodGet, signLaunch(s.query()), "", "Cookie", "__Host-paybridge-session="+kimsSession)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "https://pay.example/admin/display?mall_id=demomall" || got.header.Get("Set-Cookie") != "" {
		t.Errorf("HTTP %d to %s, kept %q", got.status, got.header.Get("Location"), got.header.Get("Set-Cookie"))
	}
	if len(s.launches) != 1 || s.launches[0].Session != kimsSession {
		t.Errorf("launched %+v", s.launches)
	}
}

func TestALaunchThatIsNotCafe24sIsRefused(t *testing.T) {
	t.Parallel()
	strict, sample := setup(t), setup(t, func(sc *scene) { sc.SampleCompat = true })
	old := strings.NewReplacer("timestamp="+fmt.Sprint(strict.clock.Now().Unix()), "timestamp="+fmt.Sprint(strict.clock.Now().Add(-61*time.Minute).Unix()))
	ahead := strings.NewReplacer("timestamp="+fmt.Sprint(strict.clock.Now().Unix()), "timestamp="+fmt.Sprint(strict.clock.Now().Add(61*time.Minute).Unix()))
	good := signLaunch(strict.query())
	for name, c := range map[string]struct {
		target         string
		strict, sample int
	}{
		"the collection's":  {"/?mall_id=demomall&user_id=demomall_user&user_type=A&nation=ja", 401, 303},
		"wrong signature":   {good + "x", 401, 401},
		"another mall":      {strings.Replace(good, "demomall", "othermall", 1), 401, 401},
		"something behind":  {good + "&mall_id=othermall", 401, 401},
		"too old":           {signLaunch(old.Replace(strict.query())), 401, 401},
		"from the future":   {signLaunch(ahead.Replace(strict.query())), 401, 401},
		"no time":           {signLaunch("mall_id=demomall&user_id=kim&user_type=P"), 400, 400},
		"a supplier":        {signLaunch(strict.query("user_type=P", "user_type=S")), 403, 403},
		"nobody":            {signLaunch(strict.query("user_type=P", "user_type=X")), 400, 400},
		"no user":           {signLaunch(strict.query("user_id=kim&", "")), 400, 400},
		"a host":            {signLaunch(strict.query("mall_id=demomall", "mall_id=evil.example%2F")), 400, 400},
		"an upper-case one": {signLaunch(strict.query("mall_id=demomall", "mall_id=DEMOMALL")), 400, 400},
		"two malls":         {signLaunch(strict.query("mall_id=demomall", "mall_id=demomall&mall_id=othermall")), 400, 400},
		"a host, unsigned":  {"/?mall_id=evil.example%2F&user_id=kim&user_type=P", 401, 400},
		"nothing":           {"/", 401, 400},
	} {
		for kind, at := range map[*served]int{strict: c.strict, sample: c.sample} {
			got := kind.send(http.MethodGet, c.target, "", "Accept", page)
			if got.status != at || (at != 303 && (got.header.Get("Location") != "" || got.header.Get("Set-Cookie") != "" || !strings.Contains(got.body, "<h1>"))) {
				t.Errorf("%s: HTTP %d, want %d: %s", name, got.status, at, got.body)
			}
		}
	}
}

func TestTheLanguageIsTheLaunchs(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.SampleCompat = true })
	for query, want := range map[string]session.Language{"lang=ja_JP&nation=KR": session.Japanese, "nation=ja": session.Japanese, "lang=zh_CN": session.English, "": session.English} {
		s.send(http.MethodGet, "/?mall_id=demomall&user_id=kim&user_type=P&"+query, "")
		if got := s.launches[len(s.launches)-1].Language; got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestWhoComesBackFromTheConsentPageGetsANewSession(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.send(http.MethodGet, "/auth/token?code=abc-123&state=s1", "", "Cookie", "__Host-paybridge-session=planted; __Host-paybridge-launch="+browserSecret)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "https://pay.example/admin/display?mall_id=demomall" {
		t.Fatalf("HTTP %d to %s: %s", got.status, got.header.Get("Location"), got.body)
	}
	if want := "__Host-paybridge-session=" + kimsSession + "; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"; got.header.Get("Set-Cookie") != want {
		t.Errorf("kept %s", got.header.Get("Set-Cookie"))
	}
	if want := (command.InstallApp{State: "s1", Browser: browserSecret, Code: "abc-123"}); len(s.consents) != 1 || s.consents[0] != want {
		t.Errorf("installed %+v, want %+v", s.consents, want)
	}
}

func TestARefusalOfTheMallIsPassedOnAndNeverACode(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for query, want := range map[string]string{
		"error=access_denied&state=s1&trace_id=t": "access_denied", "error=access_denied&code=abc&state=s1": "access_denied", "error=%3Cb%3E&state=s1": "unreadable",
	} {
		s.send(http.MethodGet, "/auth/token?"+query, "")
		if got := s.consents[len(s.consents)-1]; got.Refusal != want || got.Code != "" || got.State != "s1" {
			t.Errorf("%s: %+v", query, got)
		}
	}
	if got := s.send(http.MethodGet, "/auth/token?state=s1", ""); got.status != http.StatusBadRequest {
		t.Errorf("neither code nor error: HTTP %d", got.status)
	}
}

func TestAFailedSignInIsExplainedAndLeavesNoSession(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		says   string
	}{
		{fault.New(fault.Forbidden, "unknown_state", "this sign-in was not begun in this browser"), 403, "This sign-in was not begun in this browser"},
		{fault.New(fault.Unavailable, "cafe24_silent", "Cafe24 did not answer in time"), 503, "Something that is needed does not answer."},
		{fault.New(fault.RateLimited, "token_budget", "please wait an hour"), 429, "wait"},
		{fault.New(fault.Internal, "x", "secret detail"), 500, "The fault is ours"},
	} {
		s := setup(t, func(sc *scene) {
			sc.AdminOrigins = []string{"https://{mall_id}.cafe24.com"}
			sc.install = func(context.Context, command.InstallApp) (command.Installed, error) {
				return command.Installed{}, c.err
			}
		})
		got := s.send(http.MethodGet, "/auth/token?code=the-code&state=s1", "", "Accept", page)
		if got.status != c.status || !strings.Contains(got.body, c.says) || got.header.Get("Set-Cookie") != "" || got.header.Get("Location") != "" {
			t.Errorf("HTTP %d %s, want %d %s", got.status, got.body, c.status, c.says)
		}
		if strings.Contains(got.body, "the-code") || strings.Contains(s.logs.String(), "the-code") || strings.Contains(got.body, "secret detail") {
			t.Error("the code is shown")
		}
		if !strings.HasSuffix(got.header.Get("Content-Security-Policy"), "frame-ancestors https://*.cafe24.com") {
			t.Errorf("in the mall's admin nobody sees it: %s", got.header.Get("Content-Security-Policy"))
		}
	}
}

var _ httpapi.LaunchSeals = (*cafe24.LaunchSeal)(nil)
