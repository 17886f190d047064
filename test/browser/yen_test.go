package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/domain/session"
	"paybridge/test/sandbox/mall/platform"
)

// switchesOn lets the owner of demomall take payments by the button in another shop, as the settings page does.
func (p *person) switchesOn(index string) {
	p.t.Helper()
	cafe24 := p.sandbox.Mall().Platform()
	cafe24.SetConsent("demomall", platform.Agree)
	v := p.open(cafe24.LaunchURL("demomall", platform.Launch{}))
	v.arrives("Payments of your mall")
	cookies, err := p.window.GetCookies()
	if err != nil {
		p.t.Fatal(err)
	}
	body := strings.NewReader(`{"action":"enable","shop_index":` + index + `,"external_checkout":true}`)
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.sandbox.AppURL()+"/admin/shop/toggle", body)
	if err != nil {
		p.t.Fatal(err)
	}
	for header, value := range map[string]string{"Content-Type": "application/json", "Origin": p.sandbox.AppURL()} {
		r.Header.Set(header, value)
	}
	for _, c := range cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value}) //nolint:gosec // the browser's own cookie, sent back
		if strings.Contains(c.Name, "session") {
			r.Header.Set("X-CSRF-Token", session.ProofOf(c.Value))
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		p.t.Fatalf("the shop is switched on: HTTP %d", answer.StatusCode)
	}
}

// A yen has no hundredth: nowhere on the way is one shown, calculated or sent.
func TestABuyerOfAShopInYenPaysByTheButton(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	p.switchesOn("1")
	v := p.tab()
	v.visit(p.sandbox.MallURL() + "/shop2/m/products/abaca-tote")
	v.fills("Quantity", "2")
	v.pressesButton()
	v.atWallet()
	v.press("Continue")
	v.arrives("Review your order")
	v.reads("¥1,780", "¥65", "¥1,845")
	if text := v.sight(); strings.Contains(text, ",845.00") {
		t.Errorf("the review shows parts of a yen: %s", text)
	}
	v.press("Pay ¥1,845")
	v.arrives("You pay")
	v.press("Approve")
	v.arrives("Thank you, your order is paid")
	v.settled()
	made := p.reserved()
	if made.State != "paid" || made.Currency != "JPY" || made.PartnerID != "demomall:1:demo-app-public-key" {
		t.Errorf("the mall's order is %+v", made)
	}
	last := made.Told[len(made.Told)-1]
	if !last.SignatureValid || last.Result != "OK" || last.Fields["payed_tf"] != "T" || last.Fields["currency"] != "JPY" {
		t.Errorf("the mall was told %+v", last)
	}
	if totals := p.sandbox.Company().Totals("JPY"); totals.Paid != "1845" {
		t.Errorf("the company was paid %s", totals.Paid)
	}
	if at := v.address(); !strings.HasPrefix(at, p.sandbox.MallURL()+"/shop2/m/orders/"+made.ID) {
		t.Errorf("the buyer ended at %s", at)
	}
}
