package outside_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"paybridge/test/load/outside"
	"paybridge/test/sandbox/company"
)

const wanted = `{"reference_no":"20261103-0000001","amount":"3065.00","currency":"PHP","callback_url":"http://localhost/callback",` +
	`"webhook_url":"http://localhost/webhook"}`

// What only this company leaves out: fields that the app does not need.
var leftOut = []string{"payment_reference_no", "payment_status", "preference", "shipping_address"}

func TestTheQuickCompanyAnswersLikeTheSimulatedOne(t *testing.T) {
	t.Parallel()
	world := open(t)
	simulated, err := company.New(company.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(simulated)
	t.Cleanup(func() { server.Close(); _ = simulated.Close() })

	quick, real := call(t, http.MethodPost, world.CompanyURL+"/v1/orders", wanted), call(t, http.MethodPost, server.URL+"/v1/orders", wanted)
	compare(t, "the created order", quick, real)
	quickCode, realCode := quick["reference_no"].(string), real["reference_no"].(string)
	show := func() (map[string]any, map[string]any) {
		return call(t, http.MethodGet, world.CompanyURL+"/v1/orders/"+quickCode, ""), call(t, http.MethodGet, server.URL+"/v1/orders/"+realCode, "")
	}
	quick, real = show()
	compare(t, "the pending order", quick, real)
	if err := simulated.Approve(realCode, false); err != nil {
		t.Fatal(err)
	}
	paid := outside.Order{Reference: "20261103-0000001", Code: quickCode, CallbackURL: "http://localhost/callback", WebhookURL: "http://localhost/webhook"}
	if all := world.Company.PayAll(); !slices.Equal(all, []outside.Order{paid}) {
		t.Errorf("paid: %v", all)
	}
	quick, real = show()
	compare(t, "the paid order", quick, real)
}

// compare checks that the two companies tell the same fields, with the same values but for names,
// addresses and times.
func compare(t *testing.T, what string, quick, real map[string]any) {
	t.Helper()
	for _, field := range leftOut {
		delete(real, field)
	}
	if a, b := slices.Sorted(maps.Keys(quick)), slices.Sorted(maps.Keys(real)); !slices.Equal(a, b) {
		t.Errorf("%s has the fields %v, the simulated company's has %v", what, a, b)
	}
	for _, field := range []string{"code", "order_status", "merchant_reference_no", "amount", "currency", "paid_amount", "refunded_amount"} {
		if quick[field] != real[field] {
			t.Errorf("%s of %s is %v, the simulated company says %v", field, what, quick[field], real[field])
		}
	}
}

func TestTheCompanySaysHowLongItWorked(t *testing.T) {
	t.Parallel()
	world := open(t)
	if took := world.Company.OrderTook("20261103-0000001"); took != 0 {
		t.Errorf("an order that nobody made took %s", took)
	}
	answer := call(t, http.MethodPost, world.CompanyURL+"/v1/orders", wanted)
	if answer["reference_no"] != outside.Code("20261103-0000001") {
		t.Errorf("the code is %v", answer["reference_no"])
	}
	if took := world.Company.OrderTook("20261103-0000001"); took <= 0 {
		t.Errorf("the order took %s", took)
	}
	if took := world.Company.ShowingTook("20261103-0000001"); took != 0 {
		t.Errorf("a question that nobody asked took %s", took)
	}
	call(t, http.MethodGet, world.CompanyURL+"/v1/orders/"+outside.Code("20261103-0000001"), "")
	if took := world.Company.ShowingTook("20261103-0000001"); took <= 0 {
		t.Errorf("the question took %s", took)
	}
}

func TestTheMallTakesAndCountsEveryNotification(t *testing.T) {
	t.Parallel()
	world := open(t)
	answer := call(t, http.MethodPost, world.MallURL+"/Pay/Recv/openpg/PayReceiveNoty.php", `{}`)
	if answer["result"] != "OK" || world.Mall.Told() != 1 {
		t.Errorf("answer %v after %d notifications", answer, world.Mall.Told())
	}
}

func open(t *testing.T) *outside.World {
	t.Helper()
	world, err := outside.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := world.Close(); err != nil {
			t.Error(err)
		}
	})
	return world
}

func call(t *testing.T, method, url, body string) map[string]any {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(company.DemoPublicKey, company.DemoSecretKey)
	request.Header.Set("Idempotency-Key", "key")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s %v", method, url, response.StatusCode, content, err)
	}
	var fields map[string]any
	if err := json.Unmarshal(content, &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}
