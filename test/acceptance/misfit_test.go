package acceptance_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/control"
)

// TestAPaymentThatDoesNotFitItsOrderIsNeverTakenForPaid lets the company say "paid" about something else
// than what was asked for. The buyer has paid something, so nobody is told that he has not, either.
func TestAPaymentThatDoesNotFitItsOrderIsNeverTakenForPaid(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"less was paid":       {"paid_amount": "1.00"},
		"more was paid":       {"paid_amount": "30650.00"},
		"another amount":      {"amount": "1.00", "paid_amount": "1.00"},
		"another currency":    {"currency": "USD"},
		"another reference":   {"merchant_reference_no": "20220519-0000030"},
		"another order code":  {"reference_no": "pg-order-777"},
		"an amount of no sum": {"amount": "NaN", "paid_amount": "1e9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{})
			s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
			key := keyOf(t, s)
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			s.Company.AddFault(control.Fault{Path: "/v1/orders/" + code, Method: http.MethodGet, Body: lie(t, s, change)})

			back, err := s.Send(http.MethodGet, syncCallbackPath+"?key="+key, "", "")
			if err != nil || back.Status >= http.StatusInternalServerError {
				t.Fatalf("return: %d %s %v", back.Status, back.Body, err)
			}
			if to, err := url.Parse(back.Header.Get("Location")); err != nil || strings.Contains(to.RawQuery, "Success") {
				t.Errorf("the buyer goes to %s, %v", to, err)
			}
			status := s.Post(statusPath, `{"key":"`+key+`"}`)
			if status.Field("result_code") == "0000" || status.Field("payed_tf") == "T" || (status.Field("amount") != "0" && status.Field("amount") != "") {
				t.Errorf("status: %d %s", status.Status, status.Body)
			}
			if a := s.Post(webhookPath, letterFor(number).body(t)); a.Status != http.StatusOK {
				t.Errorf("webhook: %d %s", a.Status, a.Body)
			}
			if ledger := s.Command("payments", "show", number, "--json"); strings.Contains(ledger, `"order_paid"`) {
				t.Errorf("the ledger:\n%s", ledger)
			}
			if list := s.Command("notifications", "list"); strings.Contains(list, "notify") {
				t.Errorf("somebody is to be told:\n%s", list)
			}
		})
	}
}

// lie is the company's answer about the order with some of its fields changed.
func lie(t *testing.T, s *rig.System, change map[string]any) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.CompanyURL+"/v1/orders/"+code, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(company.DemoPublicKey, company.DemoSecretKey)
	response, err := s.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	var answer map[string]any
	if err != nil || json.Unmarshal(text, &answer) != nil || fmt.Sprint(answer["paid_amount"]) != "3065.00" {
		t.Fatalf("the company says %d %s, %v", response.StatusCode, text, err)
	}
	for name, value := range change {
		if _, has := answer[name]; !has {
			t.Fatalf("the company's answer has no %s: %s", name, text)
		}
		answer[name] = value
	}
	body, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
