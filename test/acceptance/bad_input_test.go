package acceptance_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"paybridge/test/rig"
)

// TestBadInputIsRefusedClearlyAndLosesNothing sends what must never be accepted to the running
// service: each time a 4xx in Cafe24's envelope that names the field, and nothing is stored.
func TestBadInputIsRefusedClearlyAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	var good map[string]any
	if err := json.Unmarshal([]byte(verbatim(t, "async_checkout")), &good); err != nil {
		t.Fatal(err)
	}
	partner := "demomall:0:demo-app-public-key"
	signed := func(amount, currency, partner string) string { return rig.Sign(amount + currency + number + partner) }
	for name, bad := range map[string]struct {
		change map[string]any
		says   string
	}{
		"three decimals":    {map[string]any{"amount": "100.000", "hash_data": signed("100.000", "PHP", partner)}, "amount"},
		"negative":          {map[string]any{"amount": "-1.00", "hash_data": signed("-1.00", "PHP", partner)}, "amount"},
		"zero":              {map[string]any{"amount": "0", "hash_data": signed("0", "PHP", partner)}, "amount"},
		"exponent":          {map[string]any{"amount": "1e3", "hash_data": signed("1e3", "PHP", partner)}, "amount"},
		"unknown currency":  {map[string]any{"currency": "ZZZ", "hash_data": signed("3065.00", "ZZZ", partner)}, "currency"},
		"not the shop's":    {map[string]any{"currency": "USD", "hash_data": signed("3065.00", "USD", partner)}, "currency"},
		"unknown partner":   {map[string]any{"partner_id": "nobody", "hash_data": signed("3065.00", "PHP", "nobody")}, "partner_id"},
		"disabled shop":     {map[string]any{"partner_id": "demomall:1:demo-app-public-key", "shop_no": "2", "currency": "JPY", "amount": "3065", "hash_data": signed("3065", "JPY", "demomall:1:demo-app-public-key")}, "switched off"},
		"another shop":      {map[string]any{"shop_no": "2"}, "shop_no"},
		"wrong signature":   {map[string]any{"hash_data": signed("1.00", "PHP", partner)}, "hash_data"},
		"missing signature": {map[string]any{"hash_data": nil}, "hash_data"},
		"odd order id":      {map[string]any{"order_id": "20220519-29"}, "order_id"},
		"a number":          {map[string]any{"order_id": 20220519}, "order_id"},
		"foreign host":      {map[string]any{"return_url": "https://evil.example/Pay/Recv/openpg/x.php"}, "return_url"},
		"look-alike host":   {map[string]any{"return_noty_url": "https://evilcafe24.com/Pay/Recv/openpg/x.php"}, "return_noty_url"},
		"plain http":        {map[string]any{"return_noty_url": "http://demomall.cafe24shop.com/Pay/Recv/openpg/x.php"}, "return_noty_url"},
		"a NUL":             {map[string]any{"paymethod": "e\x00tc"}, "paymethod"},
	} {
		body := maps.Clone(good)
		maps.Copy(body, bad.change)
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		refusedText(t, s, name, string(text), bad.says)
	}
	for name, text := range map[string]string{
		"no JSON": "{", "an array": "[]", "nothing": "", "bad UTF-8": "{\"order_id\":\"\xff\"}", "huge": `{"order_id":"` + strings.Repeat("1", 70_000) + `"}`,
	} {
		refusedText(t, s, name, text, "")
	}
	if orders := s.Company.Orders(); len(orders) != 0 {
		t.Errorf("the company heard of %d orders", len(orders))
	}
	if list := s.Command("payments", "list"); !strings.Contains(list, "no payments") {
		t.Errorf("something was stored:\n%s", list)
	}
}

func refusedText(t *testing.T, s *rig.System, name, body, says string) {
	t.Helper()
	a := s.Post(checkoutPath, body)
	if a.Status < http.StatusBadRequest || a.Status >= http.StatusInternalServerError || a.Field("result_code") != "9999" {
		t.Errorf("%s: %d %s", name, a.Status, a.Body)
	}
	if !strings.Contains(a.Field("result_message"), says) {
		t.Errorf("%s: the message does not name %q: %s", name, says, a.Body)
	}
	for _, secret := range []string{rig.ServiceKey, "PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM", "demo-app-secret-key"} {
		if strings.Contains(string(a.Body), secret) {
			t.Errorf("%s: the answer shows a secret or a signature: %s", name, a.Body)
		}
	}
}
