package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"paybridge/application/command"
)

// FuzzCheckoutBody holds the reader of checkout bodies against an independent decoder: whatever is
// accepted must mean the same to both, and whatever is not must be refused by name.
func FuzzCheckoutBody(f *testing.F) {
	whole := fixture(f, "checkout.json")
	f.Add([]byte(whole), false)
	f.Add([]byte(whole[:200]), false)
	f.Add([]byte(`{"amount":3065.00,"amount":1}`), false)
	f.Add([]byte(`{"amount":"\u0000","extra_data":{"a":"\ud800"}}`), false)
	f.Add([]byte("request_type=request&amount=3065.00&extra_data=%7B%7D"), true)
	f.Add([]byte("amount=1;b=%zz&amount=%00"), true)
	s := setup(f, func(sc *scene) { sc.signatures = anySignature{} })
	f.Fuzz(func(t *testing.T, body []byte, form bool) {
		contentType := jsonType
		if form {
			contentType = formType
		}
		before := len(s.checkoutsSeen())
		got := s.sendFrom(t, http.MethodPost, checkoutPath, string(body), "Content-Type", contentType)
		s.logs.forget()
		seen := s.checkoutsSeen()[before:]
		switch {
		case got.status == http.StatusOK && len(seen) == 1:
			requireEqualMeaning(t, seen[0], decodeIndependently(t, body, form))
		case got.status == http.StatusBadRequest || got.status == http.StatusRequestEntityTooLarge:
			requireRefusal(t, s, got, got.status, ": ")
		default:
			t.Fatalf("got %d %s", got.status, got.body)
		}
	})
}

// decodeIndependently reads fields as text, by decoders that our reader does not use that way.
func decodeIndependently(t *testing.T, body []byte, form bool) map[string]string {
	t.Helper()
	texts := map[string]string{}
	if form {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			t.Fatalf("accepted, but %v", err)
		}
		for name := range values {
			texts[name] = values.Get(name)
		}
		return texts
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || d.More() {
		t.Fatalf("accepted, but %v", err)
	}
	for name, v := range object {
		switch v := v.(type) {
		case string:
			texts[name] = v
		case json.Number:
			texts[name] = v.String()
		case map[string]any:
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = string(raw)
		}
	}
	return texts
}

func requireEqualMeaning(t *testing.T, c command.CreateCheckout, texts map[string]string) {
	t.Helper()
	for name, kept := range map[string]string{
		"amount": c.Request.AmountText, "order_id": string(c.Number), "partner_id": string(c.Request.Partner),
		"currency": string(c.Amount.Currency()), "return_url": c.Request.ReturnURL, "return_noty_url": c.Request.NotifyURL,
	} {
		if texts[name] != kept {
			t.Errorf("%s was kept as %q, the other decoder reads %q", name, kept, texts[name])
		}
	}
	if !sameJSON(c.Request.ExtraData, []byte(texts["extra_data"])) {
		t.Errorf("extra_data was kept as %s, the other decoder reads %s", c.Request.ExtraData, texts["extra_data"])
	}
}

// sameJSON compares values; an absent one counts as an empty object.
func sameJSON(a, b []byte) bool {
	if len(b) == 0 || string(b) == "null" {
		b = []byte("{}")
	}
	normal := func(raw []byte) string {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			return "not JSON"
		}
		again, err := json.Marshal(v)
		if err != nil {
			return "not JSON"
		}
		return string(again)
	}
	return normal(a) == normal(b)
}
