package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/refund"
)

const (
	syncCancelPath = "/api/synchronous-refund/cancel"
	cancelHash     = "RyWEJV/6NkhMoiAM1c4waPs9uFLJUMedCDJtMQQx06A="
)

func (s *served) cancelsSeen() []command.RefundPayment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cancels
}

func (s *served) confirmedSeen() []command.ConfirmRefundAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.confirmed
}

func (s *served) hintsSeen() []command.RecordRefundResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hints
}

// cancelMembers are the fields of the collection's cancel request.
func cancelMembers(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(fixture(t, "cancel.json")), &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

// requireCancelRefusal checks a refusal in the envelope of cancel requests, which has no page.
func requireCancelRefusal(t *testing.T, s *served, got answer, status int, words string) {
	t.Helper()
	var e map[string]string
	if err := json.Unmarshal([]byte(got.body), &e); err != nil || len(e) != 2 || e["result_code"] != "9999" || got.status != status {
		t.Errorf("got %d %s, want %d and 9999", got.status, got.body, status)
	}
	if !strings.Contains(e["result_message"], words) {
		t.Errorf("%q does not say %q", e["result_message"], words)
	}
	if strings.Contains(got.body, cancelHash) || strings.Contains(s.logs.String(), cancelHash) {
		t.Errorf("the signature is repeated in %s or in the log", got.body)
	}
}

func TestTheCollectionsCancelIsTakenAtBothRoutes(t *testing.T) {
	t.Parallel()
	for path, waits := range map[string]bool{cancelPath: false, syncCancelPath: true} {
		s := setup(t)
		got := s.post(path, jsonType, fixture(t, "cancel.json"))
		if got.status != http.StatusOK || got.body != `{"result_code":"0000","result_message":"Success"}` {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
		seen := s.cancelsSeen()
		if len(seen) != 1 {
			t.Fatalf("the application was told %+v", seen)
		}
		in := seen[0]
		want := refund.Request{
			Sync: waits, Partner: "demomall:0:demo-app-public-key", AmountText: "3065", PayMethod: "etc",
			NotifyURL: "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php",
			ExtraData: `"{\"pgName\":\"pg-demo-app\",\"LogKey\":\"PGPe03301537026222222202pppp0117e02gp606\"}"`,
		}
		if in.Cancel.Request != want || in.Shop != 1 || in.Number != order.Number("20220519-0000029") || in.Vouched || in.Cancel.Code != "pg-order-001" {
			t.Errorf("%s: the application was told %+v", path, in)
		}
		if in.Cancel.Amount.String() != "3065.00" || in.Cancel.Total.String() != "3065.00" || in.Cancel.Remain.String() != "0.00" || in.Cancel.Amount.Currency() != "PHP" {
			t.Errorf("%s: the amounts are %+v", path, in.Cancel)
		}
	}
}

func TestACancelMayComeAsAForm(t *testing.T) {
	t.Parallel()
	s := setup(t)
	form := url.Values{}
	for name, raw := range cancelMembers(t) {
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			t.Fatal(err)
		}
		form.Set(name, text)
	}
	got := s.post(cancelPath, formType, form.Encode())
	if seen := s.cancelsSeen(); got.status != http.StatusOK || len(seen) != 1 || !strings.HasPrefix(seen[0].Cancel.Request.ExtraData, `"{\"pgName\"`) {
		t.Errorf("got %d %s, and the application was told %+v", got.status, got.body, seen)
	}
}

func TestEveryFieldOfACancelIsRefusedByItsName(t *testing.T) {
	t.Parallel()
	for what, raw := range map[string]string{
		"missing": "", "null": `null`, "a list": `["a"]`, "an object": `{"a":"b"}`, "true": `true`, "an empty text": `""`,
		"a negative number": `-1`, "a number with an exponent": `1e3`, "a huge text": `"` + strings.Repeat("9", 5000) + `"`, "a text with NUL": `"a\u0000b"`,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := setup(t)
			for _, name := range []string{
				"request_type", "partner_id", "shop_no", "order_id", "tid", "currency", "amount", "cancel_amount", "remain_amount", "paymethod",
				"cancel_noty_url", "hash_data",
			} {
				fields := cancelMembers(t)
				fields[name] = json.RawMessage(raw)
				if raw == "" {
					delete(fields, name)
				}
				requireCancelRefusal(t, s, s.post(cancelPath, jsonType, object(t, fields)), http.StatusBadRequest, name)
			}
			if seen := s.cancelsSeen(); len(seen) != 0 {
				t.Errorf("the application was told %+v", seen)
			}
		})
	}
}

func TestEachOfTheThreeAmountsIsHeldToItsCurrency(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.signatures = anySignature{} })
	for _, name := range []string{"amount", "cancel_amount", "remain_amount"} {
		for _, text := range []string{"100.000", "10.001", "+1", "1,000", "1e2", ".5", "01"} {
			fields := cancelMembers(t)
			fields[name] = json.RawMessage(`"` + text + `"`)
			requireCancelRefusal(t, s, s.post(cancelPath, jsonType, object(t, fields)), http.StatusBadRequest, name+":")
		}
	}
}

func TestAWrongSignatureOfACancelIsRefused(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, name := range []string{"cancel_amount", "currency", "order_id", "partner_id", "tid"} {
		fields := cancelMembers(t)
		fields[name] = json.RawMessage(map[string]string{
			"cancel_amount": `"3064"`, "currency": `"USD"`, "order_id": `"20220519-0000030"`, "partner_id": `"othermall:0:key"`, "tid": `"pg-order-002"`,
		}[name])
		requireCancelRefusal(t, s, s.post(cancelPath, jsonType, object(t, fields)), http.StatusBadRequest, "hash_data")
	}
	if seen := s.cancelsSeen(); len(seen) != 0 {
		t.Errorf("the application was told %+v", seen)
	}
}

func TestACancelFromCafe24sOwnAddressesIsVouchedFor(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.MallAddresses = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	s.post(cancelPath, jsonType, fixture(t, "cancel.json"))
	if seen := s.cancelsSeen(); len(seen) != 1 || !seen[0].Vouched {
		t.Errorf("%+v", seen)
	}
}

func TestARefundThatIsNotDoneIsAnsweredWithItsReason(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		refused error
		status  int
	}{
		"rejected":     {fault.New(fault.Declined, "refund_rejected", "the company rejected it"), http.StatusConflict},
		"not executed": {fault.New(fault.Unavailable, "refund_not_executed", "please try again"), http.StatusServiceUnavailable},
		"in doubt":     {fault.New(fault.Indeterminate, "refund_being_settled", "do not refund by other means"), http.StatusBadGateway},
		"unproven":     {fault.New(fault.Forbidden, "cancel_unproven", "nothing was given back"), http.StatusBadRequest},
	} {
		s := setup(t, func(sc *scene) {
			sc.refund = func(context.Context, command.RefundPayment) (command.RefundAnswer, error) {
				return command.RefundAnswer{Refund: "r-1", State: refund.Rejected, Refused: tc.refused}, nil
			}
		})
		got := s.post(syncCancelPath, jsonType, fixture(t, "cancel.json"))
		requireCancelRefusal(t, s, got, tc.status, fault.Of(tc.refused).Message)
		if t.Failed() {
			t.Errorf("%s", name)
		}
	}
}

func TestAnAcceptedRefundSaysThatItIsAccepted(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.refund = func(context.Context, command.RefundPayment) (command.RefundAnswer, error) {
			return command.RefundAnswer{Refund: "r-1", State: refund.Pending}, nil
		}
	})
	got := s.post(cancelPath, jsonType, fixture(t, "cancel.json"))
	if got.body != `{"result_code":"0000","result_message":"Accepted"}` || len(s.confirmedSeen()) != 0 {
		t.Errorf("got %s, and confirmed %+v", got.body, s.confirmedSeen())
	}
}

func TestOnlyAnAnswerThatCanArriveTakesTheNoticeBack(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer    command.RefundAnswer
		confirmed bool
	}{
		"done":         {command.RefundAnswer{Refund: "r-1", State: refund.Refunded, Final: true}, true},
		"rejected":     {command.RefundAnswer{Refund: "r-1", State: refund.Rejected, Final: true, Refused: fault.New(fault.Declined, "x", "x")}, true},
		"done, late":   {command.RefundAnswer{Refund: "r-1", State: refund.Refunded, Final: true, Late: true}, false},
		"accepted":     {command.RefundAnswer{Refund: "r-1", State: refund.Refunded}, false},
		"in doubt":     {command.RefundAnswer{Refund: "r-1", State: refund.Sent, Refused: fault.New(fault.Indeterminate, "x", "x")}, false},
		"being worked": {command.RefundAnswer{Refund: "r-1", State: refund.Pending}, false},
	} {
		s := setup(t, func(sc *scene) {
			sc.refund = func(context.Context, command.RefundPayment) (command.RefundAnswer, error) { return tc.answer, nil }
		})
		s.post(syncCancelPath, jsonType, fixture(t, "cancel.json"))
		if got := len(s.confirmedSeen()) == 1; got != tc.confirmed {
			t.Errorf("%s: confirmed %+v", name, s.confirmedSeen())
		}
	}
}

func TestAMallThatHungUpIsNotTakenForAnswered(t *testing.T) {
	t.Parallel()
	for path, body := range map[string]string{syncCancelPath: fixture(t, "cancel.json"), statusPath: `{"key":"k-1"}`} {
		working, gone, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
		s := setup(t, func(sc *scene) {
			sc.refund = func(context.Context, command.RefundPayment) (command.RefundAnswer, error) {
				close(working)
				<-gone
				return command.RefundAnswer{Refund: "r-1", State: refund.Refunded, Final: true}, nil
			}
			sc.status = func(context.Context, query.PaymentStatus) (query.Status, error) {
				close(working)
				<-gone
				paid := paidStatus()
				paid.News = true
				return paid, nil
			}
			sc.listen = func(ln net.Listener) net.Listener { return closing{ln, done} }
		})
		conn, err := net.Dial("tcp", s.addr) //nolint:noctx // closed below
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body); err != nil {
			t.Fatal(err)
		}
		<-working
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		close(gone)
		<-done
		if len(s.confirmedSeen())+len(s.fetchesSeen()) != 0 {
			t.Errorf("%s: confirmed %+v %+v", path, s.confirmedSeen(), s.fetchesSeen())
		}
	}
}

// closing tells when the server has closed its side of the one connection.
type closing struct {
	net.Listener
	done chan struct{}
}

func (c closing) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &closingConn{conn.(*net.TCPConn), sync.OnceFunc(func() { close(c.done) })}, nil
}

// closingConn may be closed twice: the server closes what is idle when it ends, too.
type closingConn struct {
	*net.TCPConn
	done func()
}

func (c *closingConn) Close() error {
	defer c.done()
	return c.TCPConn.Close()
}

func TestACompanysLetterAboutARefundIsHandedOnAsItCame(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for path, want := range map[string]string{refundWebhookPath: "demo ", refundWebhookPath + "/stripe/m-1": "stripe m-1"} {
		got := s.post(path, jsonType, fixture(t, "refund_webhook.json"))
		if got.status != http.StatusOK || got.body != `{"code":200,"message":"Success webhook"}` {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
		seen := s.hintsSeen()
		if last := seen[len(seen)-1]; last.Gateway+" "+string(last.Merchant) != want || string(last.Body) != fixture(t, "refund_webhook.json") {
			t.Errorf("%s: the application was told %+v", path, last)
		}
	}
}

func TestALetterAboutARefundIsRefusedInTheCompanysShape(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.letter = func(context.Context, command.RecordRefundResult) (command.Received, error) {
			return command.Received{}, fault.New(fault.NotFound, "unknown_payment", "no payment is known by this reference")
		}
	})
	got := s.post(refundWebhookPath, jsonType, "{}")
	if got.status != http.StatusNotFound || got.body != `{"code":404,"message":"no payment is known by this reference"}` {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
