package company_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paybridge/test/sandbox/company"
)

func TestTheSDKsPageLetsTheBuyerChooseAndLeadsToTheReview(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	created := b.ask(t, http.MethodPost, "/v1/orders", `{"reference_no":"20220513-0000079","amount":"1900.00","currency":"PHP","review_url":"https://app.example/review?token=x"}`)
	code := created.field("reference_no")
	proof := url.Values{"public_key": {created.field("public_key")}, "signature": {created.field("signature")}}
	if page := b.ask(t, http.MethodGet, "/checkout/"+code+"?"+proof.Encode(), ""); page.status != 200 || !strings.Contains(page.text, "8 Gorordo Avenue") {
		t.Errorf("got %d %s", page.status, page.text)
	}
	proof.Set("address", "1")
	proof.Set("preference", "1")
	if got := b.ask(t, http.MethodPost, "/checkout/"+code+"?"+proof.Encode(), ""); got.status != http.StatusBadRequest {
		t.Errorf("a choice in the address is one: %d", got.status)
	}
	if back := b.submit(t, "/checkout/"+code, proof).header.Get("Location"); back != "https://app.example/review?token=x" {
		t.Errorf("the buyer goes to %q", back)
	}
	seen := b.ask(t, http.MethodGet, "/v1/orders/"+code, "").text
	if !strings.Contains(seen, `"city":"Cebu City"`) || !strings.Contains(seen, `"preference":"express_delivery"`) || !strings.Contains(seen, `"payment_reference_no":"pg-pay-001"`) {
		t.Errorf("the merchant sees %s", seen)
	}
	b.ask(t, http.MethodPost, "/v1/orders/"+code+"/pay", `{"reference_no":"r","amount":"1965.00","redirect_url":"https://app.example/back"}`)
	if again := b.ask(t, http.MethodGet, "/checkout/"+code+"?"+proof.Encode(), "").header.Get("Location"); again != "/pay/"+code {
		t.Errorf("back to the choice leads to %q", again)
	}
}

func TestTheSDKsPageBelievesNobodyButTheMerchant(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	created := b.ask(t, http.MethodPost, "/v1/orders", `{"reference_no":"20220513-0000079","amount":"1900.00","currency":"PHP","review_url":"https://app.example/review?token=x"}`)
	code := created.field("reference_no")
	for name, proof := range map[string]url.Values{
		"nothing":                {},
		"another signature":      {"public_key": {company.DemoPublicKey}, "signature": {"00"}},
		"another account":        {"public_key": {"somebody"}, "signature": {created.field("signature")}},
		"no signature but a key": {"public_key": {company.DemoPublicKey}},
	} {
		if got := b.ask(t, http.MethodGet, "/checkout/"+code+"?"+proof.Encode(), ""); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.status)
		}
		proof.Set("address", "0")
		if got := b.submit(t, "/checkout/"+code, proof); got.status != http.StatusForbidden {
			t.Errorf("%s, choosing: %d", name, got.status)
		}
	}
	if got := b.ask(t, http.MethodGet, "/sdk/demo-pay.js", ""); got.status != 200 || !strings.Contains(got.header.Get("Content-Type"), "javascript") {
		t.Errorf("the SDK: %d %v", got.status, got.header)
	}
}

// submit sends a form as a browser does.
func (b *bench) submit(t *testing.T, path string, form url.Values) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(t, request)
}
