package company_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"paybridge/test/sandbox/company"
)

func refundBody(amount string) string {
	return `{"reference_no":"refund-1","refund_amount":"` + amount + `","currency":"PHP"}`
}

func TestARefundWithoutWebhookIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	code := b.paidOrder(t)
	got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refundBody("65"))
	want := `{"code":200,"order_code":"pg-order-001","refund_code":"pg-refund-001","refund_status":"R","request_refund_amount":"65.00","refunded_amount":"65.00","currency":"PHP","message":"Payment refunded"}`
	if strings.TrimSpace(got.text) != want {
		t.Errorf("got  %s\nwant %s", got.text, want)
	}
	if order, _ := b.Order(code); order.Letter != "S" || order.Refunded != "65.00" {
		t.Errorf("order after a partial refund: %+v, want S with 65.00 refunded", order)
	}
	b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refundBody("3000.00"))
	if order, _ := b.Order(code); order.Letter != "R" || order.Refunded != "3065.00" {
		t.Errorf("order after the full refund: %+v, want R", order)
	}
	found := b.ask(t, http.MethodGet, "/v1/refunds/pg-refund-001", "")
	if found.field("merchant_reference_no") != "refund-1" || found.field("created_at") == "" {
		t.Errorf("refund asked for: %s, want its reference and time", found.text)
	}
	if list, _ := b.ask(t, http.MethodGet, "/v1/refunds?reference_no=refund-1", "").body["refunds"].([]any); len(list) != 2 {
		t.Errorf("%d refunds listed by reference, want 2", len(list))
	}
	if got := b.ask(t, http.MethodGet, "/v1/refunds/pg-refund-999", ""); got.status != 404 {
		t.Errorf("unknown refund: got %d, want 404", got.status)
	}
}

func TestRefundsNeverExceedWhatWasPaidCountingPendingOnes(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	app := newReceiver(t)
	code := b.paidOrder(t)
	async := strings.Replace(refundBody("3000.00"), "}", `,"webhook_url":"`+app.url+`"}`, 1)
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", async); got.field("refund_status") != "RP" || got.field("refunded_amount") != "0.00" {
		t.Fatalf("got %s, want a pending refund", got.text)
	}
	for _, amount := range []string{"65.01", "0", "-1", "1.001"} {
		if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refundBody(amount)); got.status != 422 {
			t.Errorf("refund of %s beside a pending one: got %d, want 422", amount, got.status)
		}
	}
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refundBody("65.00")); got.status != 200 {
		t.Errorf("refund of all that is left: got %d %s, want 200", got.status, got.text)
	}
	if err := b.DecideRefund("pg-refund-001", false); err != nil {
		t.Fatal(err)
	}
	if body := app.next(t); body["refund_status"] != "RX" || body["reference_no"] != "20220519-0000029" || body["refund_amount"] != "3000.00" {
		t.Errorf("webhook %v, want RX with the order's reference", body)
	}
	if got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refundBody("3000.00")); got.status != 200 {
		t.Errorf("refund after a rejected one: got %d %s, want 200", got.status, got.text)
	}
}

func TestARefundIsDecidedOnceAndUnacceptableRefundsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	app := newReceiver(t)
	code := b.paidOrder(t)
	path := "/v1/orders/" + code + "/refunds"
	b.ask(t, http.MethodPost, path, strings.Replace(refundBody("65.00"), "}", `,"webhook_url":"`+app.url+`"}`, 1))
	for _, want := range []int{200, 200} {
		if got := b.ask(t, http.MethodPost, "/_sandbox/refunds/pg-refund-001/complete", ""); got.status != want || got.field("refund_status") != "R" {
			t.Errorf("complete: got %d %s, want R", got.status, got.text)
		}
	}
	if got := b.ask(t, http.MethodPost, "/_sandbox/refunds/pg-refund-001/reject", ""); got.status != 422 {
		t.Errorf("reject after complete: got %d, want 422", got.status)
	}
	for body, status := range map[string]int{
		strings.Replace(refundBody("1.00"), "PHP", "USD", 1):                         422,
		strings.Replace(refundBody("1.00"), "}", `,"order_code":"pg-order-777"}`, 1): 422,
		strings.Replace(refundBody("1.00"), "refund-1", "", 1):                       400,
	} {
		if got := b.ask(t, http.MethodPost, path, body); got.status != status {
			t.Errorf("%s: got %d, want %d", body, got.status, status)
		}
	}
	b.ask(t, http.MethodPost, "/_sandbox/faults", `{"reject_refunds":1}`)
	if got := b.ask(t, http.MethodPost, path, refundBody("1.00")); got.field("refund_status") != "RX" || got.field("refunded_amount") != "0.00" {
		t.Errorf("refund with a rejection ordered: got %s, want RX", got.text)
	}
}

func TestAPendingRefundIsDoneByItselfAfterItsDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setupInProcess(t, company.Config{RefundDelay: 3 * time.Second})
		code := b.create(t, demoOrder)
		if err := b.Approve(code, false); err != nil {
			t.Fatal(err)
		}
		b.post(t, "/v1/orders/"+code+"/refunds", strings.Replace(refundBody("65.00"), "}", `,"webhook_url":"https://app.example/w"}`, 1))
		<-time.After(2 * time.Second)
		if order, _ := b.Order(code); order.Refunded != "0.00" {
			t.Errorf("refunded %s before the delay, want nothing", order.Refunded)
		}
		<-time.After(2 * time.Second)
		if order, _ := b.Order(code); order.Refunded != "65.00" {
			t.Errorf("refunded %s after the delay, want 65.00", order.Refunded)
		}
	})
}

func TestNoSequenceOfRefundsPaysBackMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	rapid.Check(t, func(r *rapid.T) {
		code := b.paidOrder(t)
		expected := int64(0)
		for _, cents := range rapid.SliceOfN(rapid.Int64Range(1, 306500), 1, 6).Draw(r, "refunds") {
			got := b.ask(t, http.MethodPost, "/v1/orders/"+code+"/refunds", refundBody(decimal(cents)))
			fits := expected+cents <= 306500
			if (got.status == 200) != fits {
				r.Fatalf("refund of %d after %d of 306500: answered %d", cents, expected, got.status)
			}
			if fits {
				expected += cents
			}
		}
		if order, _ := b.Order(code); order.Refunded != decimal(expected) {
			r.Fatalf("company says %s refunded, want %s", order.Refunded, decimal(expected))
		}
	})
}
