package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/session"
	"paybridge/ports"
)

const displayPath = "/admin/display"

// bold is a name that would be seen if it was not escaped.
const bold = `<b onclick="x">`

// panelShown is a mall in trouble, whatever mall is asked about, with names that are no HTML.
func panelShown(_ context.Context, q query.Panel) (query.PanelView, error) {
	at := startClock().Now().Add(-5 * time.Minute)
	v := query.PanelView{
		Settings: query.Settings{
			Mall: q.Mall, Access: query.Access{State: query.AccessRevoked, Token: at, Until: at},
			Keys:   &query.LinkedKeys{Gateway: "demo", PublicKey: "pk_demo" + bold, SecretEnd: "cdef", LinkedAt: at},
			Paused: []merchant.Pause{merchant.AppExpired},
			Shops: []query.ShopSetting{
				{No: 1, Name: "Tindahan " + bold, Currency: "PHP", Enabled: true, Supported: true, ExternalCheckout: true},
				{Index: 1, No: 2, Name: "Mise", Currency: "JPY", Supported: true},
				{Index: 2, No: 3, Name: "Torn", Currency: "KRW", Supported: true, Interrupted: true},
				{Index: 3, No: 4, Name: "Far", Currency: "XAU"},
			},
			Health: query.Health{
				Pulse: ports.Pulse{LastCheckout: at, Waiting: 4, Dead: 1}, Company: query.Silent,
				Findings: []query.Finding{query.FindingRevoked, query.FindingExpired, query.FindingDead},
			},
		},
		Dead:  []ports.NoticeRow{{ID: 7, Order: "20260101-0000001", Kind: "notify_paid", Try: 17, LastTry: at, LastWord: "refused: " + bold}},
		Audit: []ports.AuditEntry{{Who: bold, Deed: ports.ShopEnabled, Detail: bold, At: at}, {Who: ports.SystemActor, Deed: ports.AppRemoved, At: at}},
		Payments: []ports.PaymentRow{
			{Order: "20260101-0000001", Shop: 1, Attempt: 1, State: "paid", Amount: "3065.00", Currency: "PHP", Counted: true, Told: "nothing", CreatedAt: at},
			{Order: "20260101-0000001", Shop: 1, Attempt: 2, State: "paid", Amount: "3065.00", Currency: "PHP", Told: "nothing", CreatedAt: at},
		},
	}
	if q.Number == "20260101-0000001" {
		v.Ledger = []ports.LedgerRow{
			{Event: "raised", Attempt: 1, From: "pending", To: "paid", Door: "webhook", At: at},
			{Event: "refund_intended", Refund: "r-1", RefundNo: 1, Amount: "65.00", Currency: "PHP", Door: "cancel", Note: bold, At: at},
		}
		v.Refunds = []query.PanelRefund{{No: 1, Amount: "65.00", Currency: "PHP", State: "intended"}}
	}
	return v, nil
}

func TestThePanelShowsEverythingOfTheMallOfTheSession(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	got := s.send(http.MethodGet, displayPath+"?mall_id=demomall", "", signedIn("Accept", page)...)
	if got.status != http.StatusOK {
		t.Fatalf("HTTP %d %s", got.status, got.body)
	}
	for _, text := range []string{
		`<html lang="en">`, "<bdi>demomall</bdi> · <bdi>kim</bdi>", "has withdrawn the app&#39;s access", "subscription of the app has run out", `class="note bad" id="state"`,
		"ends in cdef", "Tindahan &lt;b", `<span class="chip">JPY</span> <span class="chip ">off</span>`, "A change was interrupted", "does not take this currency", "5 min ago", "does not answer",
		`name="id" value="7"`, "<dd>4</dd>", "Paid twice", "3065.00 PHP", "Shop turned on", "automatic", `name="csrf_token" value="` + proof() + `"`,
	} {
		if !strings.Contains(got.body, text) {
			t.Errorf("the page does not say %q:\n%s", text, got.body)
		}
	}
	if strings.Contains(got.body, "<b onclick") || strings.Contains(got.body, "<script") || strings.Contains(got.body, "ZgotmplZ") {
		t.Errorf("a name became HTML:\n%s", got.body)
	}
	policy := got.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || !strings.HasSuffix(policy, "form-action 'self'; frame-ancestors https://demomall.cafe24.com https://demomall.cafe24shop.com") {
		t.Errorf("policy %s", policy)
	}
}

func TestAnOrderIsLookedUpWithItsLedgerAndRefunds(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	got := s.send(http.MethodGet, displayPath+"?order=20260101-0000001", "", signedIn("Accept", page)...)
	for _, text := range []string{"State changed", "waiting for the buyer → paid", "Refund begun", "Refund 1", "65.00 PHP"} {
		if !strings.Contains(got.body, text) {
			t.Errorf("the page does not say %q:\n%s", text, got.body)
		}
	}
	if strings.Contains(got.body, "<b onclick") {
		t.Error("a note became HTML")
	}
	if asked := s.panels[len(s.panels)-1]; asked != (query.Panel{Mall: "demomall", Number: order.Number("20260101-0000001")}) {
		t.Errorf("asked %+v", asked)
	}
	for _, sought := range []string{"20260101-0000009", "%3Cb%20onclick", "%00", strings.Repeat("%E3%83%A1", 40)} {
		got := s.send(http.MethodGet, displayPath+"?order="+sought, "", signedIn("Accept", page)...)
		if got.status != http.StatusOK || !strings.Contains(got.body, "There is no payment of order") || strings.Contains(got.body, "<b onclick") || strings.Contains(got.body, "3065.00") || !utf8.ValidString(got.body) {
			t.Errorf("%s: HTTP %d %s", sought, got.status, got.body)
		}
	}
}

func TestThePanelSpeaksTheLanguageOfTheSession(t *testing.T) {
	t.Parallel()
	for l, says := range map[session.Language]string{session.English: "Payments of your mall", session.Korean: "쇼핑몰 결제", session.Japanese: "ショップの決済"} {
		s := setupAdmin(t, func(sc *scene) {
			sc.resume = func(context.Context, command.ResumeSession) (session.Session, error) {
				return session.Session{Operator: session.Operator{Mall: "demomall", UserID: "kim", UserName: "Kim", Language: l}}, nil
			}
		})
		got := s.send(http.MethodGet, displayPath+"?order=20260101-0000001&done=linked", "", signedIn("Accept", page)...)
		if !strings.Contains(got.body, `<html lang="`+string(l)+`">`) || !strings.Contains(got.body, says) || !strings.Contains(got.body, "<bdi>Kim</bdi>") || strings.Contains(got.body, "%!") {
			t.Errorf("%s: %s", l, got.body)
		}
	}
}

func TestAMallWithNothingIsToldWhatToDoFirst(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t, func(sc *scene) {
		sc.panel = func(_ context.Context, q query.Panel) (query.PanelView, error) {
			return query.PanelView{Settings: query.Settings{Mall: q.Mall, Untold: fault.Of(fault.New(fault.Unavailable, "down", "x")), Health: query.Health{Findings: []query.Finding{query.FindingNotLinked}}}}, nil
		}
	})
	got := s.send(http.MethodGet, displayPath, "", signedIn("Accept", page)...)
	for _, text := range []string{"Enter the company&#39;s keys below", "has not told about its shops yet", "Every notification reached the mall", "There are no payments yet", "Nobody has changed anything yet", "never", `name="secret_key" type="password"`} {
		if !strings.Contains(got.body, text) {
			t.Errorf("the page does not say %q:\n%s", text, got.body)
		}
	}
}

func TestADatabaseThatIsAwayIsSaidOnAPage(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t, func(sc *scene) {
		sc.panel = func(context.Context, query.Panel) (query.PanelView, error) {
			return query.PanelView{}, fault.New(fault.Unavailable, "database_down", "x")
		}
	})
	got := s.send(http.MethodGet, displayPath, "", signedIn("Accept", page)...)
	if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "does not work right now") {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestOnlyAPhraseOfOursIsSaidInTheAddress(t *testing.T) {
	t.Parallel()
	got := setupAdmin(t).send(http.MethodGet, displayPath+"?done=%3Cb%3Ehacked&problem=hacked&reference=%3Cb%3Ehacked", "", signedIn("Accept", page)...)
	if got.status != http.StatusOK || strings.Contains(got.body, "hacked") {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}

func TestAScriptReadsHowTheMallStands(t *testing.T) {
	t.Parallel()
	got := setupAdmin(t, func(sc *scene) {
		sc.panel = func(ctx context.Context, q query.Panel) (query.PanelView, error) {
			v, _ := panelShown(ctx, q)
			v.Shops = v.Shops[1:2]
			return v, nil
		}
	}).send(http.MethodGet, displayPath, "", signedIn()...)
	want := `{"mall_id":"demomall","linked":true,"access":false,"paused":["app_expired"],"shops":[` +
		`{"shop_index":1,"shop_no":2,"shop_name":"Mise","currency_code":"JPY","enabled":false,"external_checkout":false}]}`
	if got.status != http.StatusOK || got.body != want {
		t.Errorf("HTTP %d\n got %s\nwant %s", got.status, got.body, want)
	}
}
