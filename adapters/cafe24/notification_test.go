package cafe24_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/contract"
)

// notice is one with everything that encoders like to change: blanks, key order, escapes, numbers.
func notice(paid bool) ports.PaymentNotice {
	n := contract.PaidNotice()
	n.Message = `완료 "ok" <b>&</b>`
	n.ExtraData = json.RawMessage(`{ "pgName": "demo",  "orderId":"20220519-0000029", "a":1.50, "LogKey":"\u003c\/" }`)
	if !paid {
		n.Paid, n.Amount, n.FullRefund, n.Message = false, "0", false, "Failed"
	}
	return n
}

func form(c *cafe24.Config) { c.Encoding = cafe24.Form }

func TestNoticesHaveTheRecordedWireForm(t *testing.T) {
	t.Parallel()
	for file, tc := range map[string]struct {
		notice ports.PaymentNotice
		change func(*cafe24.Config)
	}{
		"paid.json":   {notice(true), nil},
		"paid.form":   {notice(true), form},
		"unpaid.json": {notice(false), nil},
		"unpaid.form": {notice(false), form},
	} {
		want, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := newMall(t, tc.change).ComposePaymentNotice(tc.notice)
		if err != nil || string(got) != strings.TrimSuffix(string(want), "\n") {
			t.Errorf("%s:\n got %s, %v\nwant %s", file, got, err, want)
		}
	}
}

func TestExtraDataIsEchoedByteForByte(t *testing.T) {
	t.Parallel()
	n := notice(true)
	body, err := newMall(t, nil).ComposePaymentNotice(n)
	if err != nil || !strings.Contains(string(body), `"extra_data":`+string(n.ExtraData)+`,"result_code"`) {
		t.Errorf("JSON: %s, %v", body, err)
	}
	body, err = newMall(t, form).ComposePaymentNotice(n)
	if err != nil {
		t.Fatal(err)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil || values.Get("extra_data") != string(n.ExtraData) {
		t.Errorf("form: %s, %v", body, err)
	}
	n.ExtraData = nil
	if body, err = newMall(t, nil).ComposePaymentNotice(n); err != nil || strings.Contains(string(body), "extra_data") {
		t.Errorf("extra data that never came: %s, %v", body, err)
	}
}

func TestBothEncodingsSayTheSame(t *testing.T) {
	t.Parallel()
	asJSON, asForm := newMall(t, nil), newMall(t, form)
	rapid.Check(t, func(t *rapid.T) {
		n := notice(true)
		n.Message, n.PayMethod = rapid.String().Draw(t, "message"), rapid.String().Draw(t, "method")
		n.PartialRefund = rapid.Bool().Draw(t, "partial")
		jsonBody, err := asJSON.ComposePaymentNotice(n)
		if err != nil {
			t.Fatal(err)
		}
		formBody, err := asForm.ComposePaymentNotice(n)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(jsonBody, &object); err != nil {
			t.Fatal(err)
		}
		values, err := url.ParseQuery(string(formBody))
		if err != nil || len(values) != len(object) {
			t.Fatalf("%d fields as JSON, %d as form, %v", len(object), len(values), err)
		}
		for name, value := range object {
			if text, isText := value.(string); isText && text != values.Get(name) {
				t.Fatalf("%s is %q as JSON and %q as form", name, text, values.Get(name))
			}
		}
	})
}

func TestNoticesThatWouldBeAnotherMessageAreNotSigned(t *testing.T) {
	t.Parallel()
	m := newMall(t, nil)
	for name, spoil := range map[string]func(*ports.PaymentNotice){
		"an unpaid notice that signs the amount": func(n *ports.PaymentNotice) { n.Paid = false },
		"an unpaid notice of 0.00":               func(n *ports.PaymentNotice) { n.Paid, n.Amount = false, "0.00" },
		"a paid notice of nothing":               func(n *ports.PaymentNotice) { n.Amount = "0" },
		"an amount with a sign":                  func(n *ports.PaymentNotice) { n.Amount = "+1" },
		"no company reference":                   func(n *ports.PaymentNotice) { n.Reference = "" },
		"a reference with a blank":               func(n *ports.PaymentNotice) { n.Reference = "a b" },
		"a malformed order number":               func(n *ports.PaymentNotice) { n.OrderNo = "1" },
		"a malformed partner id":                 func(n *ports.PaymentNotice) { n.Partner = "" },
		"a malformed currency":                   func(n *ports.PaymentNotice) { n.Currency = "php" },
		"extra data that is no JSON":             func(n *ports.PaymentNotice) { n.ExtraData = json.RawMessage(`{"a":`) },
		"extra data that closes the object":      func(n *ports.PaymentNotice) { n.ExtraData = json.RawMessage(`1,"payed_tf":"T"`) },
	} {
		n := notice(true)
		spoil(&n)
		if body, err := m.ComposePaymentNotice(n); !fault.Is(err, fault.Internal) || body != nil {
			t.Errorf("%s: %s, %v", name, body, err)
		}
	}
}
