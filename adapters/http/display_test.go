package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
)

const displayPath = "/admin/display"

// overview knows two shops of whatever mall is asked about.
func overview(_ context.Context, q query.MerchantSettings) (query.Settings, error) {
	return query.Settings{
		Mall: q.Mall, Access: query.Access{State: query.AccessRevoked}, Keys: &query.LinkedKeys{Gateway: "demo", PublicKey: "pk_demo"}, Paused: []merchant.Pause{merchant.AppExpired},
		Shops: []query.ShopSetting{{No: 1, Name: "Tindahan <b>", Currency: "PHP", Enabled: true}, {Index: 1, No: 2, Name: "Mise", Currency: "JPY"}},
	}, nil
}

func TestTheSettingsShowHowTheMallOfTheSessionStands(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	got := s.send(http.MethodGet, displayPath+"?mall_id=demomall", "", signedIn("Accept", page)...)
	if got.status != http.StatusOK {
		t.Fatalf("HTTP %d %s", got.status, got.body)
	}
	for _, text := range []string{
		`<html lang="en">`, "demomall · kim", "Tindahan &lt;b&gt;", "<td>PHP</td><td>on</td>", "<td>JPY</td><td>off</td>",
		"gives the app no access", "subscription of the app has run out",
	} {
		if !strings.Contains(got.body, text) {
			t.Errorf("the page does not say %q:\n%s", text, got.body)
		}
	}
	if strings.Contains(got.body, "No payment company") || strings.Contains(got.body, "<b>") {
		t.Errorf("the page says too much:\n%s", got.body)
	}
	policy := got.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || !strings.HasSuffix(policy, "frame-ancestors https://demomall.cafe24.com https://demomall.cafe24shop.com") {
		t.Errorf("policy %s", policy)
	}
}

func TestTheSettingsAreReadInTheLanguageOfTheSession(t *testing.T) {
	t.Parallel()
	for l, says := range map[session.Language]string{session.English: "Payments of your mall", session.Korean: "쇼핑몰 결제", session.Japanese: "ショップの決済"} {
		s := setupAdmin(t, func(sc *scene) {
			sc.resume = func(context.Context, command.ResumeSession) (session.Session, error) {
				return session.Session{Operator: session.Operator{Mall: "demomall", UserID: "kim", UserName: "Kim", Language: l}}, nil
			}
		})
		got := s.send(http.MethodGet, displayPath, "", signedIn("Accept", page)...)
		if !strings.Contains(got.body, `<html lang="`+string(l)+`">`) || !strings.Contains(got.body, says) || !strings.Contains(got.body, "demomall · Kim") {
			t.Errorf("%s: %s", l, got.body)
		}
	}
}

func TestAScriptReadsHowTheMallStands(t *testing.T) {
	t.Parallel()
	got := setupAdmin(t).send(http.MethodGet, displayPath, "", signedIn()...)
	want := `{"mall_id":"demomall","linked":true,"access":false,"paused":["app_expired"],"shops":[` +
		`{"shop_index":0,"shop_no":1,"shop_name":"Tindahan \u003cb\u003e","currency_code":"PHP","enabled":true,"external_checkout":false},` +
		`{"shop_index":1,"shop_no":2,"shop_name":"Mise","currency_code":"JPY","enabled":false,"external_checkout":false}]}`
	if got.status != http.StatusOK || got.body != want {
		t.Errorf("HTTP %d\n got %s\nwant %s", got.status, got.body, want)
	}
}
