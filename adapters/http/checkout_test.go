package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
)

// fixtureCommand is what the collection's checkout request means.
func fixtureCommand(t *testing.T) command.CreateCheckout {
	t.Helper()
	amount, err := money.Parse("3065.00", "PHP")
	if err != nil {
		t.Fatal(err)
	}
	return command.CreateCheckout{
		Shop: 1, Number: "20220519-0000029", Amount: amount,
		Request: order.Request{
			Way: order.Async, Partner: "demomall:0:demo-app-public-key", AmountText: "3065.00", PayMethod: "etc",
			ReturnURL: "https://mockmall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php",
			NotifyURL: "https://ectmtjpq001.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php",
			ExtraData: members(t)["extra_data"],
		},
	}
}

func TestTheCollectionsCheckoutIsAnsweredWithAPaymentPage(t *testing.T) {
	t.Parallel()
	s := setup(t)

	got := s.post(checkoutPath, jsonType, fixture(t, "checkout.json"))

	expected := `{"result_code":"0000","result_message":"Success","payment_url":"https://company.example/pay/pg-order-001?a=1\u0026b=2"}`
	if got.status != http.StatusOK || got.body != expected {
		t.Errorf("got %d %s, expected 200 %s", got.status, got.body, expected)
	}
	if seen := s.checkoutsSeen(); len(seen) != 1 || !reflect.DeepEqual(seen[0], fixtureCommand(t)) {
		t.Errorf("the application was told %+v, expected %+v", seen, fixtureCommand(t))
	}
}

func TestACheckoutMayComeAsAForm(t *testing.T) {
	t.Parallel()
	s := setup(t)

	got := s.post(checkoutPath, formType+"; charset=UTF-8", asForm(t, members(t)).Encode())

	if seen := s.checkoutsSeen(); got.status != http.StatusOK || len(seen) != 1 || !reflect.DeepEqual(seen[0], fixtureCommand(t)) {
		t.Errorf("got %d %s and the application was told %+v", got.status, got.body, seen)
	}
}

// asForm writes fields as Cafe24 would in a form: objects as JSON text, null left out.
func asForm(t *testing.T, fields map[string]json.RawMessage) url.Values {
	t.Helper()
	form := url.Values{}
	for name, raw := range fields {
		var text string
		switch err := json.Unmarshal(raw, &text); {
		case string(raw) == "null":
		case err == nil:
			form.Set(name, text)
		default:
			form.Set(name, string(raw))
		}
	}
	return form
}

func TestMoneyKeepsTheTextThatItCameIn(t *testing.T) {
	t.Parallel()
	for literal, text := range map[string]string{`"3065.00"`: "3065.00", `3065.00`: "3065.00", `"3065"`: "3065", `3065`: "3065", `3065.0`: "3065.0"} {
		s := setup(t, func(sc *scene) { sc.signatures = anySignature{} })
		fields := members(t)
		fields["amount"] = json.RawMessage(literal)

		got := s.post(checkoutPath, jsonType, object(t, fields))

		seen := s.checkoutsSeen()
		if got.status != http.StatusOK || len(seen) != 1 || seen[0].Request.AmountText != text || seen[0].Amount.Minor() != 306500 {
			t.Errorf("amount %s: got %d %s and the application was told %+v", literal, got.status, got.body, seen)
		}
	}
}

// anySignature takes every signature, for tests of what happens before and after.
type anySignature struct{}

func (anySignature) VerifyCheckout(_, _, _, _, _ string) error { return nil }

func (anySignature) VerifyCancel(_, _, _, _, _, _ string) error { return nil }

func (anySignature) SignPayment(amount, currency, orderID, partnerID, tid string) string {
	return "signed:" + amount + currency + orderID + partnerID + tid
}

func TestTheShopNumberMayComeAsANumber(t *testing.T) {
	t.Parallel()
	s := setup(t)
	fields := members(t)
	fields["shop_no"] = json.RawMessage(`12`)

	got := s.post(checkoutPath, jsonType, object(t, fields))

	if seen := s.checkoutsSeen(); got.status != http.StatusOK || len(seen) != 1 || seen[0].Shop != 12 {
		t.Errorf("got %d %s and the application was told %+v", got.status, got.body, seen)
	}
}

func TestExtraDataIsKeptByteForByte(t *testing.T) {
	t.Parallel()
	for sent, kept := range map[string]string{
		`{ "b" : 1.0e2, "a":"\/\u00e9é", "a":[ ] }`: `{ "b" : 1.0e2, "a":"\/\u00e9é", "a":[ ] }`,
		`{}`:   `{}`,
		`null`: `{}`,
		``:     `{}`, // left out
	} {
		s := setup(t)
		body := strings.TrimSuffix(object(t, without(members(t), "extra_data")), "}")
		if sent != "" {
			body += `,"extra_data":` + sent
		}

		got := s.post(checkoutPath, jsonType, body+"}")

		if seen := s.checkoutsSeen(); got.status != http.StatusOK || len(seen) != 1 || string(seen[0].Request.ExtraData) != kept {
			t.Errorf("extra_data %q: got %d %s and the application was told %+v", sent, got.status, got.body, seen)
		}
	}
}

func without(fields map[string]json.RawMessage, name string) map[string]json.RawMessage {
	delete(fields, name)
	return fields
}

func TestFieldsThatNobodyReadsMayBeAnything(t *testing.T) {
	t.Parallel()
	s := setup(t)
	fields := members(t)
	fields["buyer_phone"] = json.RawMessage(`[1, {"a": null}]`)
	fields["a field of next year"] = json.RawMessage(`true`)
	delete(fields, "additional_payment_info")

	got := s.post(checkoutPath, jsonType, object(t, fields))

	if got.status != http.StatusOK || len(s.checkoutsSeen()) != 1 {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestWhatMayBeACardNumberIsMaskedInThePayMethod(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for sent, kept := range map[string]string{
		"card 4111111111111111!":          "card ************1111!",
		"card 4111111111111112!":          "card 4111111111111112!", // wrong check digit
		"6304000000000000000":             "***************0000",    // 19 digits
		"41111111111111110000":            "41111111111111110000",   // 20 digits
		"30569309025904 5555555555554444": "**********5904 ************4444",
		"0000000000000":                   "0000000000000", // 13 digits
		"카드":                              "카드",
	} {
		fields := members(t)
		text, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		fields["paymethod"] = text
		got := s.post(checkoutPath, jsonType, object(t, fields))
		seen := s.checkoutsSeen()
		if got.status != http.StatusOK || seen[len(seen)-1].Request.PayMethod != kept {
			t.Errorf("paymethod %q: got %d %s and the application was told %+v", sent, got.status, got.body, seen[len(seen)-1])
		}
	}
}

func TestEveryKindOfFaultHasItsStatusAtCafe24sDoor(t *testing.T) {
	t.Parallel()
	for kind, status := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 400, fault.Unauthenticated: 400, fault.Declined: 409, fault.Forbidden: 400,
		fault.NotFound: 404, fault.Conflict: 409, fault.RateLimited: 429, fault.Unsupported: 409, fault.Indeterminate: 502,
		fault.Unavailable: 503,
	} {
		s := setup(t, failingCheckout(fault.New(kind, "some_code", "a sentence").Because(errors.New("the inner cause"))))

		got := s.post(checkoutPath, jsonType, fixture(t, "checkout.json"))

		expected := `{"result_code":"9999","result_message":"a sentence","payment_url":""}`
		if got.status != status || got.body != expected {
			t.Errorf("kind %d: got %d %s, expected %d %s", kind, got.status, got.body, status, expected)
		}
		later := got.header.Get("Retry-After") != ""
		if later != (status == 503 || status == 429) {
			t.Errorf("kind %d: Retry-After is %q", kind, got.header.Get("Retry-After"))
		}
	}
}

func failingCheckout(err error) func(*scene) {
	return func(sc *scene) {
		sc.checkout = func(context.Context, command.CreateCheckout) (command.PaymentPage, error) {
			return command.PaymentPage{}, err
		}
	}
}

func TestAForeignErrorIsLoggedAndNotShown(t *testing.T) {
	t.Parallel()
	s := setup(t, failingCheckout(errors.New("password=hunter2 refused by 10.0.0.7")))

	got := s.post(checkoutPath, jsonType, fixture(t, "checkout.json"))

	if got.status != http.StatusInternalServerError || strings.Contains(got.body, "hunter2") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	lines := s.logs.lines(t)
	if len(lines) != 1 || lines[0]["level"] != "ERROR" || !strings.Contains(lines[0]["error"].(string), "10.0.0.7") || lines[0]["request_id"] != got.header.Get("X-Request-Id") {
		t.Errorf("logged %v", lines)
	}
}
