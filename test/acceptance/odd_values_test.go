package acceptance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"paybridge/test/rig"
)

// oddValues is what no field of a request should hold, as JSON. Some of it breaks databases, some of it
// parsers, some of it only those who did not think of it.
var oddValues = []string{
	`null`, `0`, `-1`, `1.5`, `1e309`, `99999999999999999999`, `true`, `[]`, `["x"]`, `{}`, `{"a":{"b":[null,"\u0000"]}}`, `""`, `" "`, `"\u0000"`,
	`"a\u0000b"`, `"\ud800"`, `"\udfff\ud800"`, `"𝔘😀"`, "\"\xff\xfe\"", `"-1"`, `"0.001"`, `"99999999999999999999"`, `"99999999-9999999"`, `"'; DROP TABLE orders; --"`,
	`"%s%n%00"`, `"../../etc/passwd"`, `"https://[::1"`, `"https://demomall.cafe24shop.com:99999/Pay/Recv/openpg/x.php"`, `"javascript:alert(1)"`, `"\r\nX-Injected: 1"`,
}

// door is a route that takes JSON, with a good body and how a body of it is signed.
type door struct {
	path, body string
	sign       func(t *testing.T, fields map[string]json.RawMessage)
}

// signs sets a signature over the texts of these fields. A value that is no text has none, and the old
// signature stays.
func signs(names ...string) func(*testing.T, map[string]json.RawMessage) {
	return func(t *testing.T, fields map[string]json.RawMessage) {
		t.Helper()
		var message strings.Builder
		for _, name := range names {
			message.WriteString(textOf(fields[name]))
		}
		fields["hash_data"] = quoted(t, rig.Sign(message.String()))
	}
}

func signsLetter(t *testing.T, fields map[string]json.RawMessage) {
	t.Helper()
	l := letterFor(textOf(fields["reference_id"]))
	l.Code, l.Status, l.Amount, l.Currency = textOf(fields["order_code"]), textOf(fields["status"]), textOf(fields["amount"]), textOf(fields["currency"])
	var signed map[string]json.RawMessage
	if err := json.Unmarshal([]byte(l.body(t)), &signed); err != nil {
		t.Fatal(err)
	}
	fields["digest"] = signed["digest"]
}

func textOf(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // what is no text has none
	return s
}

func quoted(t *testing.T, s string) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestNoValueOfAnyFieldIsAServerError puts every odd value into every field of every request, one at a
// time and rightly signed, and sends it to the running service on a real database.
func TestNoValueOfAnyFieldIsAServerError(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true, Env: []string{"CAFE24_COMPAT=sample"}})
	page(t, s, rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"})
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	checkout, cancel := signs("amount", "currency", "order_id", "partner_id"), signs("cancel_amount", "currency", "order_id", "partner_id", "tid")
	unsigned := func(*testing.T, map[string]json.RawMessage) {}
	for _, d := range []door{
		{checkoutPath, verbatim(t, "async_checkout"), checkout},
		{syncCheckoutPath, verbatim(t, "sync_checkout"), checkout},
		{callbackPath, verbatim(t, "async_callback"), unsigned},
		{syncCallbackPath, verbatim(t, "sync_callback"), unsigned},
		{statusPath, verbatim(t, "sync_status"), unsigned},
		{webhookPath, verbatim(t, "async_webhook"), signsLetter},
		{"/api/asynchronous-refund/cancel", verbatim(t, "async_cancel"), cancel},
		{"/api/synchronous-refund/cancel", verbatim(t, "async_cancel"), cancel},
		{"/api/asynchronous-refund/cancel/webhook", verbatim(t, "refund_webhook"), unsigned},
	} {
		d.tryAll(t, s)
	}
	page(t, s, order("20260107-0000001"))
}

// tryAll sends every variant as JSON, and those that can be one as a form.
func (d door) tryAll(t *testing.T, s *rig.System) {
	t.Helper()
	var good map[string]json.RawMessage
	if err := json.Unmarshal([]byte(d.body), &good); err != nil {
		t.Fatal(err)
	}
	answers := make(map[int]int)
	for _, name := range slices.Sorted(maps.Keys(good)) {
		for _, value := range oddValues {
			fields := maps.Clone(good)
			fields[name] = json.RawMessage(value)
			if name != "hash_data" && name != "digest" {
				d.sign(t, fields)
			}
			var members []string
			form := url.Values{}
			for member, raw := range fields {
				members = append(members, fmt.Sprintf("%q:%s", member, raw))
				form.Set(member, textOf(raw))
			}
			answers[d.mustNotBreak(t, s, "application/json", "{"+strings.Join(members, ",")+"}", name+"="+value)]++
			if strings.HasPrefix(value, `"`) {
				answers[d.mustNotBreak(t, s, "application/x-www-form-urlencoded", form.Encode(), name+"="+value)]++
			}
		}
	}
	t.Logf("%s: how often which status: %v", d.path, answers)
	if answers[http.StatusTooManyRequests] > 0 {
		t.Errorf("%s: the rate limit hid what else would have been answered", d.path)
	}
}

func (d door) mustNotBreak(t *testing.T, s *rig.System, contentType, body, what string) (status int) {
	t.Helper()
	a, err := s.Send(http.MethodPost, d.path, contentType, body)
	if err != nil || a.Status == http.StatusInternalServerError || a.Header.Get("X-Injected") != "" {
		t.Errorf("%s as %s with %s: %d %v %s", d.path, contentType, what, a.Status, err, a.Body)
	}
	return a.Status
}
