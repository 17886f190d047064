package demo_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// view is the company's answer about order pg-order-001 with further fields; later fields of a name
// win over earlier ones.
func view(fields string) string {
	return `{"code":200,"reference_no":"pg-order-001","merchant_reference_no":"ref-1","payment_reference_no":null,` +
		`"order_status":"P","amount":"3065.00","currency":"PHP",` + strings.TrimSuffix(fields, ",") + `}`
}

const openPage = `"redirect_uri":"https://company.example/pay/1",`

func TestLettersBecomeStatesAndAnOpenPageSoftensTheEnd(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		letter       string
		closed, open payment.State
	}{
		{"P", payment.Pending, payment.Pending},
		{"A", payment.Authorized, payment.Authorized},
		{"S", payment.Paid, payment.Paid},
		{"R", payment.Paid, payment.Paid},
		{"E", payment.Expired, payment.Pending},
		{"C", payment.Cancelled, payment.Pending},
		{"F", payment.Failed, payment.Pending},
	} {
		for page, want := range map[string]payment.State{"": tc.closed, openPage: tc.open, `"redirect_uri":null,`: tc.closed} {
			g := facing(t, saying(200, view(page+`"order_status":"`+tc.letter+`"`)))
			a, err := g.InquireByCode(t.Context(), demoKeys(), "pg-order-001")
			if err != nil || a.State != want || (a.PageURL != "") != (page == openPage) {
				t.Errorf("%s with page %q: %v %q, %v; want %v", tc.letter, page, a.State, a.PageURL, err, want)
			}
		}
	}
}

func TestAmountsThatAreNotToldAreNothing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ fields, paid, refunded string }{
		{`"x":1`, "0", "0"},
		{`"paid_amount":"","refunded_amount":null`, "0", "0"},
		{`"order_status":"S","paid_amount":"3065.00","refunded_amount":"65"`, "3065", "65"},
		{`"order_status":"R","paid_amount":"3065.00","refunded_amount":"65"`, "3065", "3065"},
		{`"order_status":"R","paid_amount":"3065.00"`, "3065", "3065"},
		{`"order_status":"R","paid_amount":"3065.00","refunded_amount":"4000"`, "3065", "4000"},
		{`"order_status":"S","paid_amount":"3000.00"`, "3000", "0"},
	} {
		a, err := facing(t, saying(200, view(tc.fields))).InquireByCode(t.Context(), demoKeys(), "pg-order-001")
		if err != nil || a.Amount != pesos(t, "3065") || a.Paid != pesos(t, tc.paid) || a.Refunded != pesos(t, tc.refunded) {
			t.Errorf("%s: %+v, %v", tc.fields, a, err)
		}
	}
}

func TestAPageIsFreshUntilItExpiresAndForTenMinutesAtMost(t *testing.T) {
	t.Parallel()
	for fields, want := range map[string]time.Time{
		openPage + `"expires_at":"2026-11-22T10:05:00Z"`:      now.Add(5 * time.Minute),
		openPage + `"expires_at":"2026-11-22T19:05:00+09:00"`: now.Add(5 * time.Minute),
		openPage + `"expires_at":"2026-11-22T10:30:00Z"`:      now.Add(10 * time.Minute),
		openPage + `"expires_at":"2026-11-22T09:00:00Z"`:      now.Add(-time.Hour),
		openPage:                               now.Add(10 * time.Minute),
		`"expires_at":"2026-11-22T10:05:00Z"`:  {},
		`"redirect_uri":"javascript:alert(1)"`: {},
	} {
		a, err := facing(t, saying(200, view(fields))).InquireByCode(t.Context(), demoKeys(), "pg-order-001")
		if err != nil || !a.FreshUntil.Equal(want) || a.AskedAt != now {
			t.Errorf("%s: fresh until %v, asked %v, %v; want %v", fields, a.FreshUntil, a.AskedAt, err, want)
		}
	}
}

func TestANewOrderIsPendingWhateverItsLetter(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"P", "S", "F", "E"} {
		g := facing(t, saying(200, `{"code":200,"reference_no":"pg-order-001","redirect_uri":"https://company.example/pay/1","order_status":"`+letter+`"}`))
		a, err := g.Open(t.Context(), demoKeys(), "k", []byte(`{"reference_no":"ref-1","amount":"3065.00","currency":"PHP"}`))
		want := payment.Answer{
			Code: "pg-order-001", Reference: "ref-1", State: payment.Pending, Amount: pesos(t, "3065"), Paid: pesos(t, "0"), Refunded: pesos(t, "0"),
			PageURL: "https://company.example/pay/1", FreshUntil: now.Add(10 * time.Minute), AskedAt: now,
		}
		if err != nil || a != want {
			t.Errorf("%s: %+v, %v", letter, a, err)
		}
	}
}

func TestANewOrderWithoutAUsablePageHasNone(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", "javascript:alert(1)", "/pay/1", "//company.example", "data:text/html,x", "ht tp://x"} {
		g := facing(t, saying(200, `{"code":200,"reference_no":"pg-order-001","redirect_uri":"`+page+`","order_status":"P"}`))
		a, err := g.Open(t.Context(), demoKeys(), "k", []byte(`{"reference_no":"ref-1","amount":"3065.00","currency":"PHP"}`))
		if err != nil || a.Code != "pg-order-001" || a.PageURL != "" || !a.FreshUntil.IsZero() {
			t.Errorf("%q: %+v, %v", page, a, err)
		}
	}
}

func TestAnAnswerAboutAnOrderThatCannotBeReadIsDoubt(t *testing.T) {
	t.Parallel()
	for _, fields := range []string{
		`"reference_no":""`, `"reference_no":"../1"`, `"reference_no":7`, `"merchant_reference_no":""`, `"merchant_reference_no":"a:b"`,
		`"order_status":""`, `"order_status":"X"`, `"order_status":"s"`, `"order_status":"PAID"`,
		`"amount":""`, `"amount":3065.00`, `"amount":"3065.001"`, `"amount":"-1"`, `"amount":"1e3"`,
		`"currency":""`, `"currency":"php"`, `"currency":"XXX"`,
		`"paid_amount":"x"`, `"refunded_amount":"x"`, `"paid_amount":0`,
		`"created_at":"yesterday"`, `"expires_at":"1700000000"`, openPage + `"expires_at":"soon"`,
	} {
		_, err := facing(t, saying(200, view(fields))).InquireByCode(t.Context(), demoKeys(), "pg-order-001")
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
		_, err = facing(t, saying(200, `{"code":200,"orders":[`+view(fields)+`]}`)).InquireByReference(t.Context(), demoKeys(), "ref-1")
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
	}
}

func TestAnAnswerToAnotherQuestionIsDoubt(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", "null", "[]", "{}", "<html>", view(`"code":201`), view(`"code":"200"`), view(`"reference_no":"pg-order-002"`),
	} {
		_, err := facing(t, saying(200, body)).InquireByCode(t.Context(), demoKeys(), "pg-order-001")
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
	}
}

func TestAListThatAnswersAnotherQuestionIsDoubt(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"code":200}`, `{"code":200,"orders":null}`, `{"code":404,"orders":[]}`, `{"code":200,"orders":[` + view(`"merchant_reference_no":"ref-2"`) + `]}`} {
		_, err := facing(t, saying(200, body)).InquireByReference(t.Context(), demoKeys(), "ref-1")
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
	}
}

const refundView = `"refund_code":"pg-refund-001","order_code":"pg-order-001","merchant_reference_no":"ref-1","request_refund_amount":"10.00","currency":"PHP",`

func TestLettersOfARefundBecomeStates(t *testing.T) {
	t.Parallel()
	for letter, want := range map[string]refund.State{"RP": refund.Pending, "R": refund.Refunded, "RX": refund.Rejected} {
		g := facing(t, saying(200, `{"code":200,"refunds":[{`+refundView+`"refund_status":"`+letter+`","message":"Payment\u0000 refunded"}]}`))
		got, err := g.InquireRefunds(t.Context(), demoKeys(), "ref-1")
		wanted := refund.Answer{Code: "pg-refund-001", Reference: "ref-1", State: want, Amount: pesos(t, "10"), Message: "Payment refunded", AskedAt: now}
		if err != nil || len(got) != 1 || got[0] != wanted {
			t.Errorf("%s: %+v, %v", letter, got, err)
		}
	}
}

func TestAnAnswerAboutARefundThatCannotBeReadIsDoubt(t *testing.T) {
	t.Parallel()
	for _, fields := range []string{
		`"refund_status":""`, `"refund_status":"S"`, `"refund_status":"R","refund_code":""`, `"refund_status":"R","refund_code":"a/b"`,
		`"refund_status":"R","request_refund_amount":""`, `"refund_status":"R","currency":"XXX"`,
	} {
		_, err := refundOf(t, facing(t, saying(200, `{"code":200,`+refundView+fields+`}`)), "k", ports.RefundOrder{Code: "pg-order-001", Reference: "ref-1", Amount: pesos(t, "10")})
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
		_, err = facing(t, saying(200, `{"code":200,"refunds":[{`+refundView+fields+`}]}`)).InquireRefunds(t.Context(), demoKeys(), "ref-1")
		wantFault(t, err, fault.Indeterminate, "company_unreadable")
	}
	other := `{"code":200,` + refundView + `"refund_status":"R","order_code":"pg-order-002"}`
	_, err := refundOf(t, facing(t, saying(200, other)), "k", ports.RefundOrder{Code: "pg-order-001", Reference: "ref-1", Amount: pesos(t, "10")})
	wantFault(t, err, fault.Indeterminate, "company_unreadable")
	_, err = facing(t, saying(200, `{"code":200,"refunds":[{`+refundView+`"refund_status":"R"}]}`)).InquireRefunds(t.Context(), demoKeys(), "ref-2")
	wantFault(t, err, fault.Indeterminate, "company_unreadable")
}
