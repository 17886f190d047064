package company_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paybridge/test/sandbox/company"
)

func (b *bench) press(t *testing.T, code, choice string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/pay/"+code+"/"+choice, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, request)
}

func TestEveryChoiceSendsTheBuyerBackWithTheStateAddedToTheCallbackURL(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	for choice, letter := range map[string]string{"approve": "S", "decline": "F", "cancel": "C", "later": "P"} {
		code := b.order(t, strings.Replace(demoOrder, "callback?m=1", "callback?key=a%2Bb&z#top", 1))
		got := b.press(t, code, choice)
		target, err := url.Parse(got.header.Get("Location"))
		if err != nil || got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d %v, want 303", choice, got.status, err)
		}
		if !strings.HasPrefix(target.RawQuery, "key=a%2Bb&z&") || target.Fragment != "top" || target.Host != "app.example" {
			t.Errorf("%s: return address %s does not keep the callback URL as it was", choice, target)
		}
		query := target.Query()
		want := company.Digest("20220519-0000029", code, letter, "3065.00", "PHP", company.DemoSecretKey)
		if query.Get("status") != letter || query.Get("order_code") != code || query.Get("digest") != want || query.Get("message") == "" {
			t.Errorf("%s: return query %v, want status %s and its digest", choice, query, letter)
		}
	}
}

func TestThePageOffersChoicesUntilTheOrderIsOver(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	code := b.order(t, demoOrder)
	page := func() string { return b.ask(t, http.MethodGet, "/pay/"+code, "").text }
	for _, label := range []string{">Approve<", ">Decline<", ">Cancel<", ">Pay later<", "3065.00", `lang="en"`, "width=device-width"} {
		if !strings.Contains(page(), label) {
			t.Errorf("the page lacks %s", label)
		}
	}
	b.press(t, code, "decline")
	if text := page(); !strings.Contains(text, "was declined") || !strings.Contains(text, ">Approve<") {
		t.Error("after a decline the page does not offer another try")
	}
	b.press(t, code, "approve")
	if text := page(); strings.Contains(text, ">Approve<") || !strings.Contains(text, "Thank you") || !strings.Contains(text, "Back to the shop") {
		t.Error("after the payment the page does not show the result")
	}
	if got := b.press(t, code, "cancel"); got.header.Get("Location") != "/pay/"+code {
		t.Errorf("cancel of a paid order leads to %s, want the page as it is now", got.header.Get("Location"))
	}
	if got := b.ask(t, http.MethodGet, "/pay/pg-order-999", ""); got.status != 404 || !strings.Contains(got.text, "no such order") {
		t.Errorf("unknown order: got %d, want a friendly 404", got.status)
	}
	if home := b.ask(t, http.MethodGet, "/", ""); !strings.Contains(home.text, code) {
		t.Error("the company's list does not show the order")
	}
}

func TestAnExternalOrderIsReviewedFirstAndThenPaidWithTheReviewedAmount(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	created := b.ask(t, http.MethodPost, "/v1/orders", `{"reference_no":"20220513-0000079","amount":"1900.00","currency":"PHP","review_url":"https://app.example/review?token=x"}`)
	code := created.field("reference_no")
	if created.field("public_key") != company.DemoPublicKey || created.field("signature") == "" {
		t.Errorf("created %s, want signature and public_key", created.text)
	}
	if page := b.ask(t, http.MethodGet, "/pay/"+code, "").text; !strings.Contains(page, "https://app.example/review?token=x") || strings.Contains(page, ">Approve<") {
		t.Error("the page does not lead to the review first")
	}
	if err := b.Approve(code, false); err == nil {
		t.Error("the order was paid before the pay call")
	}
	path := "/v1/orders/" + code + "/pay"
	if got := b.ask(t, http.MethodPost, path, `{"reference_no":"r","payment_reference_no":"wrong","amount":"1965.00","redirect_url":"https://app.example/back"}`); got.status != 422 {
		t.Errorf("pay with a wrong payment reference: got %d, want 422", got.status)
	}
	got := b.ask(t, http.MethodPost, path, `{"reference_no":"r","amount":"1965.00","redirect_url":"https://app.example/back"}`)
	if got.status != 200 || got.field("payment_reference_no") != "pg-pay-001" || !strings.HasSuffix(got.field("redirect_url"), "/pay/"+code) {
		t.Fatalf("pay: got %d %s", got.status, got.text)
	}
	if back := b.press(t, code, "approve").header.Get("Location"); !strings.HasPrefix(back, "https://app.example/back?") {
		t.Errorf("the buyer returns to %s, want the pay call's address", back)
	}
	if order, _ := b.Order(code); order.Paid != "1965.00" {
		t.Errorf("paid %s, want the reviewed amount 1965.00", order.Paid)
	}
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+b.order(t, demoOrder)+"/pay", `{"reference_no":"r","amount":"1.00","redirect_url":"https://app.example/back"}`); got.status != 422 {
		t.Errorf("pay call for an ordinary order: got %d, want 422", got.status)
	}
}
