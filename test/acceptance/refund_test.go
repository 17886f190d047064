package acceptance_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/mall"
)

const (
	cancelPath        = "/api/asynchronous-refund/cancel"
	syncCancelPath    = "/api/synchronous-refund/cancel"
	refundWebhookPath = cancelPath + "/webhook"
	refundCode        = "pg-refund-001"
)

// sold is a system with one order that was opened by the asynchronous way, paid, and told to its mall.
func sold(t *testing.T, s *rig.System, shop string) {
	t.Helper()
	c := rig.Checkout{Mall: shop, Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	if a := s.Post(checkoutPath, c.Body()); a.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", a.Status, a.Body)
	}
	orders := s.Company.OrdersByReference(number)
	if err := s.Company.Approve(orders[len(orders)-1].Code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told that "+number+" is paid", func() bool {
		o, known := s.Mall.Order(shop, number)
		return known && o.State == "paid"
	})
}

// TestTheCollectionsAsynchronousRefundRunsFromRequestToToldMall plays the verbatim cancel and the company's
// verbatim letter, on both databases.
func TestTheCollectionsAsynchronousRefundRunsFromRequestToToldMall(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})
			sold(t, s, "demomall")

			cancel := s.Post(cancelPath, verbatim(t, "async_cancel"))
			if cancel.Status != http.StatusOK || cancel.Field("result_code") != "0000" {
				t.Fatalf("cancel: %d %s", cancel.Status, cancel.Body)
			}
			again := s.Post(cancelPath, verbatim(t, "async_cancel"))
			if string(again.Body) != string(cancel.Body) || again.Status != cancel.Status {
				t.Errorf("again: %d %s", again.Status, again.Body)
			}
			if err := s.Company.DecideRefund(refundCode, true); err != nil {
				t.Fatal(err)
			}
			letter := s.Post(refundWebhookPath, verbatim(t, "refund_webhook"))
			if letter.Status != http.StatusOK || string(letter.Body) != `{"code":200,"message":"Success webhook"}` {
				t.Fatalf("letter: %d %s", letter.Status, letter.Body)
			}
			notice := toldOfRefund(t, s, "demomall")
			for name, want := range map[string]string{
				"request_type": "cancelnoty", "partner_id": "demomall:0:demo-app-public-key", "tid": code, "order_id": number, "paymethod": "etc",
				"currency": "PHP", "cancel_amount": "3065", "status": "P", "result_code": "0000", "hash_data": "RyWEJV/6NkhMoiAM1c4waPs9uFLJUMedCDJtMQQx06A=",
				"extra_data": `{"pgName":"pg-demo-app","LogKey":"PGPe03301537026222222202pppp0117e02gp606"}`,
			} {
				if notice.Fields[name] != want {
					t.Errorf("%s is %q, want %q", name, notice.Fields[name], want)
				}
			}
			companyGaveBack(t, s, "3065.00", 1)
		})
	}
}

// toldOfRefund waits until the mall was told about a refund of the collection's order, once.
func toldOfRefund(t *testing.T, s *rig.System, shop string) mall.Told {
	t.Helper()
	var notices []mall.Told
	s.Eventually(soon, "the mall is told about the refund", func() bool {
		notices = refundNotices(s, shop)
		return len(notices) > 0
	})
	if len(notices) != 1 || !notices[0].SignatureValid || notices[0].Result != "OK" {
		t.Fatalf("told %+v", notices)
	}
	return notices[0]
}

func refundNotices(s *rig.System, shop string) []mall.Told {
	o, _ := s.Mall.Order(shop, number)
	var notices []mall.Told
	for _, told := range o.Told {
		if told.Kind == "cancel" {
			notices = append(notices, told)
		}
	}
	return notices
}

// companyGaveBack checks what the company has done for the order.
func companyGaveBack(t *testing.T, s *rig.System, amount string, refunds int) {
	t.Helper()
	o, known := s.Company.Order(code)
	if !known || o.Refunded != amount {
		t.Errorf("the company has %+v, want %s given back", o, amount)
	}
	if got := s.Company.Refunds(code); len(got) != refunds {
		t.Errorf("the company has the refunds %+v, want %d", got, refunds)
	}
}

// TestTheCollectionsSynchronousRefundIsDoneWhenItIsAnswered plays the verbatim cancel of the other mall, which is
// told of it only when it asks again at the asynchronous route.
func TestTheCollectionsSynchronousRefundIsDoneWhenItIsAnswered(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})
			sold(t, s, "ectmtjpq001")
			for range 2 {
				cancel := s.Post(syncCancelPath, verbatim(t, "sync_cancel"))
				if cancel.Status != http.StatusOK || string(cancel.Body) != `{"result_code":"0000","result_message":"Success"}` {
					t.Fatalf("cancel: %d %s", cancel.Status, cancel.Body)
				}
			}
			companyGaveBack(t, s, "3065.00", 1)
			if notices := s.Command("notifications", "list", "--order", number); !strings.Contains(notices, "the mall was answered") {
				t.Errorf("the notice that would say the same is not taken back:\n%s", notices)
			}
			if again := s.Post(cancelPath, verbatim(t, "sync_cancel")); again.Field("result_code") != "0000" {
				t.Fatalf("again, where the mall is told: %d %s", again.Status, again.Body)
			}
			if notice := toldOfRefund(t, s, "ectmtjpq001"); notice.Fields["status"] != "P" {
				t.Errorf("told %+v", notice)
			}
		})
	}
}

// TestTheCompanyIsAskedBeforeARefundIsRefusedBecauseNothingIsKnownToBePaid cancels an order whose webhook is late.
func TestTheCompanyIsAskedBeforeARefundIsRefusedBecauseNothingIsKnownToBePaid(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(checkoutPath, verbatim(t, "async_checkout"))
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	if paid := s.Post(cancelPath, verbatim(t, "async_cancel")); paid.Field("result_code") != "0000" {
		t.Errorf("paid: %d %s", paid.Status, paid.Body)
	}
}

// TestACancelOfWhatIsNotPaidIsRefusedAndClosesItAtTheCompany cancels an order whose buyer is on the payment page.
func TestACancelOfWhatIsNotPaidIsRefusedAndClosesItAtTheCompany(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(checkoutPath, verbatim(t, "async_checkout"))
	for range 2 {
		unpaid := s.Post(cancelPath, verbatim(t, "async_cancel"))
		if unpaid.Status != http.StatusConflict || unpaid.Field("result_code") != "9999" || !strings.Contains(unpaid.Field("result_message"), "nothing was paid") {
			t.Errorf("unpaid: %d %s", unpaid.Status, unpaid.Body)
		}
	}
	if err := s.Company.Approve(code, true); err == nil {
		t.Error("the buyer can still pay")
	}
	if o, _ := s.Company.Order(code); o.Letter != "C" || o.Paid != "0.00" {
		t.Errorf("the company has %+v", o)
	}
	if list := s.Command("payments", "list", "--json"); !strings.Contains(list, `"cancelled"`) {
		t.Errorf("payments: %s", list)
	}
	if a := s.Post(checkoutPath, verbatim(t, "async_checkout")); a.Field("result_code") != "0000" || strings.HasSuffix(a.Field("payment_url"), code) {
		t.Errorf("opened again: %d %s", a.Status, a.Body)
	}
}

// TestALostRefundIsDoubtAndTheMallsRetryGetsTheTruth breaks the company's answer in every way that says
// nothing about what it did.
func TestALostRefundIsDoubtAndTheMallsRetryGetsTheTruth(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]control.Fault{
		"the line is cut after the work":  {Path: "/v1/orders/" + code + "/refunds", Drop: control.DropAfter},
		"the line is cut before the work": {Path: "/v1/orders/" + code + "/refunds", Drop: control.DropBefore},
		"it takes too long":               {Path: "/v1/orders/" + code + "/refunds", DelayMS: 4500, Times: 1},
		"it fails":                        {Path: "/v1/orders/" + code + "/refunds", Status: 500, Times: 1},
		"its answer is cut short":         {Path: "/v1/orders/" + code + "/refunds", Status: 200, Body: `{"code":200,"order_co`, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{})
			sold(t, s, "ectmtjpq001")
			s.Company.AddFault(trouble)
			doubt := s.Post(syncCancelPath, verbatim(t, "sync_cancel"))
			if doubt.Status != http.StatusBadGateway || !strings.Contains(doubt.Field("result_message"), "do not refund by other means") {
				t.Errorf("in doubt: %d %s", doubt.Status, doubt.Body)
			}
			s.Company.ClearFaults() // a client sends a POST again by itself where a key makes it safe, so a cut line is cut until now
			truth := s.Post(syncCancelPath, verbatim(t, "sync_cancel"))
			if truth.Field("result_code") != "0000" {
				t.Errorf("retry: %d %s", truth.Status, truth.Body)
			}
			companyGaveBack(t, s, "3065.00", 1)
		})
	}
}

// TestARefundThatTheMallGaveUpIsSettledAndTold cuts the answer and never asks again.
func TestARefundThatTheMallGaveUpIsSettledAndTold(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	sold(t, s, "ectmtjpq001")
	s.Company.AddFault(control.Fault{Path: "/v1/orders/" + code + "/refunds", Drop: control.DropAfter})
	if doubt := s.Post(syncCancelPath, verbatim(t, "sync_cancel")); doubt.Status != http.StatusBadGateway {
		t.Errorf("in doubt: %d %s", doubt.Status, doubt.Body)
	}
	s.Company.ClearFaults()
	if notice := toldOfRefund(t, s, "ectmtjpq001"); notice.Fields["status"] != "P" {
		t.Errorf("told %+v", notice)
	}
	companyGaveBack(t, s, "3065.00", 1)
}

func TestABusyCompanySurelyGaveNothingBack(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	sold(t, s, "ectmtjpq001")
	for _, status := range []int{429, 422} {
		s.Company.AddFault(control.Fault{Path: "/v1/orders/" + code + "/refunds", Status: status, Body: `{"code":0,"message":"no"}`, Times: 1})
		a := s.Post(syncCancelPath, verbatim(t, "sync_cancel"))
		if a.Field("result_code") != "9999" || !strings.Contains(a.Field("result_message"), "nothing was given back") {
			t.Errorf("%d: %d %s", status, a.Status, a.Body)
		}
	}
	companyGaveBack(t, s, "0.00", 0)
}

func TestAForeignRefundWebhookMovesNothing(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	sold(t, s, "demomall")
	s.Post(cancelPath, verbatim(t, "async_cancel"))
	for range 20 {
		if a := s.Post(refundWebhookPath, verbatim(t, "refund_webhook")); a.Status != http.StatusOK {
			t.Fatalf("letter: %d %s", a.Status, a.Body)
		}
	}
	for body, status := range map[string]int{
		`{}`: http.StatusBadRequest, `{"order_code":"pg-order-999","refund_code":"r","refund_status":"R"}`: http.StatusNotFound, `[`: http.StatusBadRequest,
	} {
		if a := s.Post(refundWebhookPath, body); a.Status != status {
			t.Errorf("%s: %d %s", body, a.Status, a.Body)
		}
	}
	if notices := refundNotices(s, "demomall"); len(notices) != 0 {
		t.Errorf("the mall was told %+v", notices)
	}
	if ledger := s.Command("payments", "show", number); strings.Contains(ledger, "refunded") {
		t.Errorf("the ledger says:\n%s", ledger)
	}
}

func TestTheLedgerTellsARefundFromRequestToToldMall(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	sold(t, s, "demomall")
	s.Post(cancelPath, verbatim(t, "async_cancel"))
	if err := s.Company.DecideRefund(refundCode, true); err != nil {
		t.Fatal(err)
	}
	toldOfRefund(t, s, "demomall")
	var rows []map[string]any
	s.Eventually(soon, "the ledger is complete", func() bool {
		rows = nil
		if err := json.Unmarshal([]byte(s.Command("payments", "show", number, "--json")), &rows); err != nil {
			t.Fatal(err)
		}
		return rows[len(rows)-1]["event"] == "refund_told"
	})
	var story []string
	for _, row := range rows {
		if row["refund"] != nil {
			story = append(story, strings.Join(strings.Fields(row["event"].(string)+" "+text(row["to"])+" by "+row["door"].(string)), " "))
		}
	}
	want := "refund_intended by cancel, refund_raised pending by cancel, refund_raised refunded by webhook, refund_told refunded by notification"
	if got := strings.Join(story, ", "); got != want {
		t.Errorf("the ledger says\n%s, want\n%s", got, want)
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
