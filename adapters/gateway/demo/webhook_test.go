package demo_test

import (
	"crypto/sha1" //nolint:gosec // The company's scheme.
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"paybridge/adapters/gateway/demo"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// collected is the webhook of the starting collection, whose digest was computed by others.
const collected = `{"reference_id":"20220519-0000029","order_code":"pg-order-001","status":"S",
	"message":"Order created and waiting for payment.","amount":"3065.00","currency":"PHP","digest":"1072ffb231d2be50ec188711655a9e22ca085573"}`

func TestTheCollectionsWebhookIsReadAndProvesItsSender(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(500, ""))
	got, err := g.ReadLetter(nil, []byte(collected))
	want := ports.Letter{
		Reference: "20220519-0000029", Code: "pg-order-001", State: payment.Paid, Amount: pesos(t, "3065"),
		Digest: "1072ffb231d2be50ec188711655a9e22ca085573",
	}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := g.VerifyLetter(demoKeys(), nil, []byte(collected)); err != nil {
		t.Error(err)
	}
}

func TestADigestCoversTheReceivedTextAndNotTheAmount(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(500, ""))
	same := strings.Replace(collected, "3065.00", "3065", 1)
	wantFault(t, g.VerifyLetter(demoKeys(), nil, []byte(same)), fault.Unauthenticated, "bad_digest")
	resigned := strings.Replace(same, "1072ffb231d2be50ec188711655a9e22ca085573", digestOf("20220519-0000029", "pg-order-001", "S", "3065", "PHP", demoKeys().Secret.Reveal()), 1)
	if err := g.VerifyLetter(demoKeys(), nil, []byte(resigned)); err != nil {
		t.Error(err)
	}
}

func TestWithoutASecretNoDigestIsGood(t *testing.T) {
	t.Parallel()
	body := strings.Replace(collected, "1072ffb231d2be50ec188711655a9e22ca085573", digestOf("20220519-0000029", "pg-order-001", "S", "3065.00", "PHP", ""), 1)
	wantFault(t, facing(t, saying(500, "")).VerifyLetter(ports.Keys{Public: "p"}, nil, []byte(body)), fault.Unauthenticated, "bad_digest")
}

func TestALetterClaimsAState(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(500, ""))
	for letter, want := range map[string]payment.State{
		"P": payment.Pending, "A": payment.Authorized, "S": payment.Paid, "F": payment.Failed, "C": payment.Cancelled, "E": payment.Expired,
		"R": payment.Cancelled, // Paid would be taken for known, and nobody would ask where the money went.
	} {
		got, err := g.ReadLetter(nil, []byte(strings.Replace(collected, `"status":"S"`, `"status":"`+letter+`"`, 1)))
		if err != nil || got.State != want {
			t.Errorf("%s: %v, %v", letter, got.State, err)
		}
	}
}

func TestAWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(500, ""))
	for field, wrong := range map[string][]string{
		"reference_id": {``, `a:b`, `a b`, `a\u0000`, `주문`, strings.Repeat("x", 101)},
		"order_code":   {``, `a:b`, `../1`, `a/b`, strings.Repeat("x", 65)},
		"status":       {``, `X`, `s`, `SS`, `R:`},
		"amount":       {``, `3065.001`, `-1`, `1e3`, `3,065`, `1:00`},
		"currency":     {``, `php`, `XXX`, `PHP:`},
		"digest":       {``, `1072`, `1072FFB231D2BE50EC188711655A9E22CA085573`, strings.Repeat("g", 40)},
	} {
		for _, value := range wrong {
			body := regexp.MustCompile(`"`+field+`":"[^"]*"`).ReplaceAllLiteralString(collected, `"`+field+`":"`+value+`"`)
			_, err := g.ReadLetter(nil, []byte(body))
			if !fault.Is(err, fault.Invalid) || fault.Of(err).Field != field {
				t.Errorf("%s=%q: %v", field, value, err)
			}
		}
	}
}

func digestOf(texts ...string) string {
	return fmt.Sprintf("%x", sha1.Sum([]byte(strings.Join(texts, ":")))) //nolint:gosec // The company's scheme.
}

// FuzzLetter holds the reading of letters against an independent one: a map of texts, the grammar as
// one expression over the joined text, and the digest computed by another library call.
func FuzzLetter(f *testing.F) {
	f.Add("20220519-0000029", "pg-order-001", "S", "3065.00", "PHP", "demo-app-secret-key")
	f.Add("a:b", "c", "S", "1", "PHP", "s")
	f.Add("a", "b", "R", "0.10", "JPY", "")
	f.Add("a", "b", "P", "1000.00", "JPY", "a:b")
	grammar := regexp.MustCompile(`^[!-9;-~]{1,100}:[\w-]{1,64}:[PASFCER]:[0-9.]+:[A-Z]{3}$`)
	g, err := demo.New(demo.Config{BaseURL: "http://company.example"}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, reference, code, status, amount, currency, secret string) {
		digest := digestOf(reference, code, status, amount, currency, secret)
		body, err := json.Marshal(map[string]string{
			"reference_id": reference, "order_code": code, "status": status, "amount": amount, "currency": currency, "digest": digest,
		})
		if err != nil {
			t.Fatal(err)
		}
		expected, moneyErr := money.Parse(amount, money.Currency(currency))
		valid := moneyErr == nil && grammar.MatchString(strings.Join([]string{reference, code, status, amount, currency}, ":"))
		l, err := g.ReadLetter(nil, body)
		if valid != (err == nil) {
			t.Fatalf("%s: valid %v, but %v", body, valid, err)
		}
		keys := ports.Keys{Public: "p", Secret: ports.NewSecret(secret)}
		if proved := g.VerifyLetter(keys, nil, body) == nil; proved != (valid && secret != "") {
			t.Fatalf("%s with secret %q: proved %v", body, secret, proved)
		}
		if valid && (l.Reference != reference || l.Code != code || l.Amount != expected || l.Digest != digest) {
			t.Fatalf("%s was read as %+v", body, l)
		}
	})
}

func TestALetterAboutARefundNamesOrderAndRefund(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(200, `{}`))
	got, err := g.ReadRefundLetter(nil, []byte(`{"reference_no":"20220519-0000029","order_code":"pg-order-001","refund_code":"pg-refund-001","refund_status":"R","refund_amount":"3065","message":"Payment refunded"}`))
	if err != nil || got != (ports.RefundLetter{OrderCode: "pg-order-001", Code: "pg-refund-001"}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, body := range []string{
		"", "{}", "[]", "null", `{"order_code":1}`, `{"order_code":"a/b","refund_code":"r","refund_status":"R"}`,
		`{"order_code":"o","refund_code":"","refund_status":"R"}`, `{"order_code":"o","refund_code":"r","refund_status":"S"}`, `{"order_code":"o","refund_code":"r"}`,
	} {
		if _, err := g.ReadRefundLetter(nil, []byte(body)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
