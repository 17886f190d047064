package mall_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"paybridge/test/sandbox/mall"
)

func TestSignaturesAreThoseOfTheStartingCollection(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		values []string
		want   string
	}{
		{"payment request", []string{"3065.00", "PHP", "20220519-0000029", partner}, "PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM="},
		{"cancel", []string{"3065", "PHP", "20220519-0000029", partner, "pg-order-001"}, "RyWEJV/6NkhMoiAM1c4waPs9uFLJUMedCDJtMQQx06A="},
		{"payment notification", []string{"3065.00", "PHP", "20220519-0000029", partner, "pg-order-001"}, "W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs="},
		{"unpaid notification", []string{"0", "PHP", "20220519-0000029", partner, "pg-order-001"}, "SNaVbESrDX8tHbMaMxBDTlw9WqU2/MDLd4xQn7ZIp94="},
	}
	for _, c := range cases {
		if got := mall.Sign(key, c.values...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestANotificationIsBelievedOnlyWithTheSignatureOfItsOwnValues(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, result, state string
		changes             map[string]any
	}{
		{"signed as documented", "OK", "paid", map[string]any{"hash_data": "W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs="}},
		{"signed with the company's order code in place of the order id", "FAIL", "", map[string]any{"hash_data": "a+VBSg9fpz1eY0331qT4mAxUi6/3gYbKOpOmuBHaE+Y="}},
		{"signed with an empty key", "FAIL", "", map[string]any{"hash_data": "XYVKz9LhoN9f7HamKngxII2uwgM0Py8GzxPWnQOuUUg="}},
		{"unpaid", "OK", "unpaid", map[string]any{"amount": "0", "payed_tf": "F", "result_code": "9999", "hash_data": "SNaVbESrDX8tHbMaMxBDTlw9WqU2/MDLd4xQn7ZIp94="}},
		{"another amount under the same signature", "FAIL", "", map[string]any{"amount": "3065", "hash_data": "W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs="}},
		{"no signature", "FAIL", "", map[string]any{"hash_data": ""}},
	}
	for _, c := range cases {
		b := setup(t, mall.Config{})
		if got := b.tellJSON(t, noty, payment(c.changes)); got["result"] != c.result {
			t.Errorf("%s: answered %v, want %s", c.name, got, c.result)
		}
		if order, _ := b.Order("demomall", "20220519-0000029"); order.State != c.state {
			t.Errorf("%s: order is %q, want %q", c.name, order.State, c.state)
		}
		log := b.Requests()
		if len(log) != 1 || log[0].SignatureValid == nil || *log[0].SignatureValid != (c.result == "OK") {
			t.Errorf("%s: logged as %+v, want signature_valid %v", c.name, log, c.result == "OK")
		}
	}
}

func TestAFormIsReadLikeJSONWhateverTheContentTypeSays(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	form := url.Values{}
	for name, value := range payment(map[string]any{"extra_data": nil}) {
		text, _ := value.(string)
		form.Set(name, text)
	}
	asText := url.Values{"extra_data": {`{"LogKey":"k"}`}}
	nested := url.Values{"extra_data[LogKey]": {"k"}}
	for contentType, extra := range map[string]url.Values{
		"application/x-www-form-urlencoded": asText, "application/json charset-utf-8": asText, "application/x-www-form-urlencoded; charset=utf-8": nested,
	} {
		if got := b.tell(t, "demomall.cafe24shop.com", noty, contentType, form.Encode()+"&"+extra.Encode()); got["result"] != "OK" {
			t.Errorf("form as %s: answered %v, want OK", contentType, got)
		}
	}
	for _, body := range []string{"", "{", "[]", "%zz"} {
		if got := b.tell(t, "demomall.cafe24shop.com", noty, "application/json", body); got["result"] != "FAIL" || got["message"] == "" {
			t.Errorf("body %q: answered %v, want FAIL with a reason", body, got)
		}
	}
}

func TestTheMallIsTheHostThatWasCalled(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	body, err := json.Marshal(payment(nil))
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"demomall.cafe24shop.com": "demomall", "ectmtjpq001.cafe24.com:443": "ectmtjpq001", "localhost:8001": "demomall",
	} {
		b.Reset()
		b.tell(t, host, noty, "application/json", string(body))
		if _, exists := b.Order(want, "20220519-0000029"); !exists {
			t.Errorf("host %s: the order is not in %s: %+v", host, want, b.Orders())
		}
	}
}

func TestAMessageThatDoesNotMakeSenseIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	for name, changes := range map[string]map[string]any{
		"field missing":            {"paymethod": nil},
		"empty field":              {"easypay": ""},
		"paid without tid":         {"tid": ""},
		"flag neither T nor F":     {"escrow_tf": "N"},
		"paid with a failure code": {"result_code": "9999"},
		"unpaid with success code": {"payed_tf": "F", "amount": "0"},
		"wrong kind":               {"request_type": "cancelnoty"},
	} {
		if got := b.tellJSON(t, noty, payment(changes)); got["result"] != "FAIL" || got["message"] == "" {
			t.Errorf("%s: answered %v, want FAIL with a reason", name, got)
		}
	}
	if got := b.Counts(); got.Received != 7 || got.Valid != 7 || got.Accepted != 0 {
		t.Errorf("counts %+v, want 7 received, 7 valid, 0 accepted", got)
	}
	if orders := b.Orders(); len(orders) != 0 {
		t.Errorf("refused messages left orders: %+v", orders)
	}
}

func TestTheSameNotificationAgainIsFineAndAnotherPaymentIsNot(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	for range 3 {
		if got := b.tellJSON(t, noty, payment(nil)); got["result"] != "OK" {
			t.Fatalf("answered %v, want OK", got)
		}
	}
	if got := b.tellJSON(t, noty, payment(map[string]any{"tid": "pg-order-002"})); got["result"] != "FAIL" {
		t.Errorf("second payment: answered %v, want FAIL", got)
	}
	if got := b.tellJSON(t, noty, payment(map[string]any{"partner_id": "other"})); got["result"] != "FAIL" {
		t.Errorf("other partner: answered %v, want FAIL", got)
	}
	order, _ := b.Order("demomall", "20220519-0000029")
	if order.State != "paid" || order.TID != "pg-order-001" || len(order.Told) != 5 {
		t.Errorf("order %+v, want paid by the first tid and 5 messages", order)
	}
}

func TestRefundsAreCountedOnceAndNeverAboveTheAmount(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	b.tellJSON(t, noty, payment(nil))
	part := func(logKey, amount, status string) map[string]any {
		code := map[string]string{"P": "0000", "F": "9999"}[status]
		return cancellation(map[string]any{"cancel_amount": amount, "status": status, "result_code": code, "extra_data": `{"LogKey":"` + logKey + `"}`})
	}
	steps := []struct{ logKey, amount, status, result, refunded string }{
		{"a", "65", "P", "OK", "65.00"},
		{"a", "65", "P", "OK", "65.00"},
		{"b", "65", "P", "OK", "130.00"},
		{"c", "3000", "P", "FAIL", "130.00"},
		{"d", "100", "F", "OK", "130.00"},
		{"a", "65", "F", "FAIL", "130.00"},
		{"e", "2935.00", "P", "OK", "3065.00"},
	}
	for i, step := range steps {
		if got := b.tellJSON(t, cancel, part(step.logKey, step.amount, step.status)); got["result"] != step.result {
			t.Errorf("step %d: answered %v, want %s", i+1, got, step.result)
		}
		if order, _ := b.Order("demomall", "20220519-0000029"); order.Refunded() != step.refunded {
			t.Errorf("step %d: refunded %s, want %s", i+1, order.Refunded(), step.refunded)
		}
	}
	if order, _ := b.Order("demomall", "20220519-0000029"); order.Standing() != "refunded" {
		t.Errorf("order is %s, want refunded", order.Standing())
	}
}
