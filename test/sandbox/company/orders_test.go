package company_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"paybridge/test/sandbox/company"
)

func TestACreatedOrderIsPendingAndCarriesTheFirstCodeAndAPage(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{PublicURL: "http://localhost:8002/"})
	created := b.ask(t, http.MethodPost, "/v1/orders", demoOrder)
	want := `{"code":200,"reference_no":"pg-order-001","redirect_uri":"http://localhost:8002/pay/pg-order-001","order_status":"P"}`
	if strings.TrimSpace(created.text) != want {
		t.Errorf("created %s\nwant    %s", created.text, want)
	}
	got := b.ask(t, http.MethodGet, "/v1/orders/pg-order-001", "")
	for name, want := range map[string]string{
		"reference_no": "pg-order-001", "merchant_reference_no": "20220519-0000029", "order_status": "P", "amount": "3065.00", "currency": "PHP",
		"paid_amount": "0.00", "refunded_amount": "0.00", "redirect_uri": "http://localhost:8002/pay/pg-order-001",
	} {
		if got.field(name) != want {
			t.Errorf("%s is %q, want %q", name, got.field(name), want)
		}
	}
	if got.body["payment_reference_no"] != nil {
		t.Errorf("payment_reference_no is %v before any payment, want null", got.body["payment_reference_no"])
	}
}

func TestCodesGrowPast999(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	last := ""
	for range 1001 {
		last = b.order(t, demoOrder)
	}
	if last != "pg-order-1001" {
		t.Errorf("order 1001 is %s, want pg-order-1001", last)
	}
}

func TestCredentialsAreCheckedFirstAndTheValidationOrderTellsThem(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{Accounts: []company.Account{{PublicKey: "other", SecretKey: "hush"}}})
	code := b.order(t, demoOrder)
	cases := []struct {
		name, public, secret, code string
		status                     int
	}{
		{"right keys", company.DemoPublicKey, company.DemoSecretKey, "VALIDATION-ORDER", 404},
		{"wrong secret", company.DemoPublicKey, "wrong", "VALIDATION-ORDER", 401},
		{"empty secret", company.DemoPublicKey, "", "VALIDATION-ORDER", 401},
		{"unknown public key", "nobody", "", "VALIDATION-ORDER", 401},
		{"order of another account", "other", "hush", code, 404},
	}
	for _, c := range cases {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/v1/orders/"+c.code, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth(c.public, c.secret)
		got := do(t, request)
		if got.status != c.status || got.body["code"] != float64(c.status) {
			t.Errorf("%s: got %d %s, want %d", c.name, got.status, got.text, c.status)
		}
	}
}

func TestAnUnacceptableOrderIsRefusedAndNotCreated(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	cases := map[string]int{
		strings.Replace(demoOrder, `"3065.00"`, `"3065.001"`, 1):                              422,
		strings.Replace(demoOrder, `"3065.00"`, `"0.00"`, 1):                                  422,
		strings.Replace(demoOrder, `"3065.00"`, `"-1"`, 1):                                    422,
		strings.Replace(demoOrder, `"3065.00"`, `"1e3"`, 1):                                   422,
		strings.Replace(demoOrder, `"3065.00"`, `".5"`, 1):                                    422,
		strings.Replace(demoOrder, `"3065.00"`, `"5."`, 1):                                    422,
		strings.Replace(demoOrder, `"3065.00"`, `" 5"`, 1):                                    422,
		strings.Replace(demoOrder, `"3065.00"`, `"99999999999999999999"`, 1):                  422,
		strings.Replace(demoOrder, `"3065.00","currency":"PHP"`, `"1.0","currency":"JPY"`, 1): 422,
		strings.Replace(demoOrder, "PHP", "KRW", 1):                                           422,
		strings.Replace(demoOrder, `"3065.00"`, `3065.00`, 1):                                 400,
		strings.Replace(demoOrder, "https://app.example", "javascript:alert(1)//", 1):         400,
		`{"amount":"1.00","currency":"PHP","callback_url":"https://app.example"}`:             400,
		`{"reference_no":"1","amount":"1.00","currency":"PHP"}`:                               400,
		`not json`: 400,
	}
	for body, status := range cases {
		if got := b.ask(t, http.MethodPost, "/v1/orders", body); got.status != status || got.field("message") == "" {
			t.Errorf("%s: got %d %s, want %d with a message", body, got.status, got.text, status)
		}
	}
	if got := b.Totals("PHP").Orders; got != 0 {
		t.Errorf("%d orders exist, want none", got)
	}
}

func TestAmountsAreExactInEveryCurrency(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	for in, want := range map[string]string{
		"3065 PHP": "3065.00", "3065.5 PHP": "3065.50", "0.01 USD": "0.01", "0.1 USD": "0.10", "1000 JPY": "1000", "9999999999999.99 USD": "9999999999999.99",
	} {
		amount, currency, _ := strings.Cut(in, " ")
		code := b.order(t, `{"reference_no":"r","amount":"`+amount+`","currency":"`+currency+`","callback_url":"https://app.example"}`)
		if got := b.ask(t, http.MethodGet, "/v1/orders/"+code, ""); got.field("amount") != want {
			t.Errorf("%s came back as %s, want %s", in, got.field("amount"), want)
		}
	}
}

func TestListsLagBehindButTheOrderItselfDoesNot(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	b.SetListLag(time.Hour)
	code := b.order(t, demoOrder)
	count := func(query string) int {
		list, _ := b.ask(t, http.MethodGet, "/v1/orders?"+query, "").body["orders"].([]any)
		return len(list)
	}
	if got := count("reference_no=20220519-0000029"); got != 0 {
		t.Errorf("%d orders listed inside the lag, want 0", got)
	}
	if got := b.ask(t, http.MethodGet, "/v1/orders/"+code, ""); got.status != 200 {
		t.Errorf("order itself answered %d, want 200", got.status)
	}
	b.ClearFaults()
	b.order(t, demoOrder)
	if got := count("reference_no=20220519-0000029"); got != 2 {
		t.Errorf("%d orders listed after the lag, want both with this reference", got)
	}
	if got := count("reference_no=other"); got != 0 {
		t.Errorf("%d orders listed for another reference, want 0", got)
	}
	if got := count("created_from=" + time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)); got != 2 {
		t.Errorf("%d orders listed since a minute ago, want 2", got)
	}
	if got := count("created_from=" + time.Now().Add(time.Minute).UTC().Format(time.RFC3339)); got != 0 {
		t.Errorf("%d orders listed from the future, want 0", got)
	}
	if got := b.ask(t, http.MethodGet, "/v1/orders", ""); got.status != 400 {
		t.Errorf("list without a question answered %d, want 400", got.status)
	}
}
