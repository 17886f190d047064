package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

const (
	syncCallbackPath = "/api/synchronous-checkout/checkout/callback"
	statusPath       = "/api/synchronous-checkout/checkout/status"
	paidSum          = "W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs=" // vector V5
	unpaidSum        = "SNaVbESrDX8tHbMaMxBDTlw9WqU2/MDLd4xQn7ZIp94=" // vector V7
)

func (s *served) fetchesSeen() []command.ConfirmStatusAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetches
}

func paidStatus() query.Status {
	return query.Status{
		PaymentStatus: ports.PaymentStatus{
			Partner: "demomall:0:demo-app-public-key", OrderNo: "20220519-0000029", PayMethod: "etc", Currency: "PHP", Paid: true,
			Amount: "3065.00", Reference: "pg-order-001", ExtraData: []byte(`{"LogKey":"a"}`),
		},
		RefundAtOnce: true, FullRefund: true, PartialRefund: true,
	}
}

func TestAPaidStatusIsSignedWithTheReceivedAmount(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a := s.post(statusPath, jsonType, `{"key":"k-1"}`)
	const want = `{"partner_id":"demomall:0:demo-app-public-key","order_id":"20220519-0000029","currency":"PHP","paymethod":"etc",` +
		`"tid":"pg-order-001","amount":"3065.00","cancel_mode":"sync","all_cancel_tf":"T","part_cancel_tf":"T","escrow_tf":"F",` +
		`"payed_tf":"T","easy_pay":"F","hash_data":"` + paidSum + `","extra_data":{"LogKey":"a"},"result_code":"0000","result_message":"Success"}`
	if a.status != http.StatusOK || a.body != want {
		t.Errorf("got %d\n%s\nwant\n%s", a.status, a.body, want)
	}
	if len(s.asked) != 1 || s.asked[0].Key != "k-1" {
		t.Errorf("asked %+v", s.asked)
	}
}

func TestAStatusThatDoesNotSayPaidSignsNothingOfWorth(t *testing.T) {
	t.Parallel()
	unpaid := paidStatus()
	unpaid.Paid = false
	s := setup(t, func(sc *scene) { sc.status = answering[query.PaymentStatus](unpaid) })
	var got map[string]any
	if err := json.Unmarshal([]byte(s.post(statusPath, jsonType, `{"key":"k-1"}`).body), &got); err != nil {
		t.Fatal(err)
	}
	if got["amount"] != "0" || got["payed_tf"] != "F" || got["result_code"] != "1400" || got["hash_data"] != unpaidSum {
		t.Errorf("got %v", got)
	}
}

func TestOnlyAnAnswerThatIsNewsToTheMallIsNoted(t *testing.T) {
	t.Parallel()
	for _, news := range []bool{true, false} {
		paid := paidStatus()
		paid.Order, paid.News = "o-1", news
		s := setup(t, func(sc *scene) { sc.status = answering[query.PaymentStatus](paid) })
		s.post(statusPath, jsonType, `{"key":"k-1"}`)
		if seen := s.fetchesSeen(); (len(seen) == 1 && seen[0].Order == "o-1") != news || len(seen) > 1 {
			t.Errorf("news %t: noted %+v", news, seen)
		}
	}
}

func TestADatabaseThatHangsHoldsNoPaidAnswerBack(t *testing.T) {
	t.Parallel()
	paid := paidStatus()
	paid.News = true
	s := setup(t, func(sc *scene) {
		sc.Limits.Budget = time.Hour
		sc.status = answering[query.PaymentStatus](paid)
		sc.fetched = func(ctx context.Context, _ command.ConfirmStatusAnswer) (struct{}, error) {
			<-ctx.Done()
			return struct{}{}, fault.Of(ctx.Err())
		}
	})
	a := s.post(statusPath, jsonType, `{"key":"k-1"}`)
	if a.status != http.StatusOK || !strings.Contains(a.body, paidSum) {
		t.Errorf("got %d %s", a.status, a.body)
	}
}

func TestAStatusIsToldToTheMallsOwnAddressesOnlyWhereTheyAreKnown(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		malls  string
		from   string // as the trusted proxy says
		status int
	}{
		"nobody knows them":            {"", "203.0.113.7", http.StatusOK},
		"a mall":                       {"203.0.113.0/24", "203.0.113.7", http.StatusOK},
		"a mall, written as IPv6":      {"203.0.113.0/24", "::ffff:203.0.113.7", http.StatusOK},
		"a buyer":                      {"203.0.113.0/24", "198.51.100.7", http.StatusBadRequest},
		"a buyer who claims to be one": {"203.0.113.0/24", "203.0.113.7, 198.51.100.7", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, behindProxy(0), func(sc *scene) {
				if tc.malls != "" {
					sc.MallAddresses = []netip.Prefix{netip.MustParsePrefix(tc.malls)}
				}
			})
			a := s.send(http.MethodPost, statusPath, `{"key":"k-1"}`, "Content-Type", jsonType, "X-Forwarded-For", tc.from)
			if a.status != tc.status {
				t.Errorf("got %d %s", a.status, a.body)
			}
			if refused := tc.status != http.StatusOK; refused != (len(s.asked) == 0) || refused != strings.Contains(a.body, `"9999"`) || (refused && strings.Contains(a.body, "hash_data")) {
				t.Errorf("asked %+v, answered %s", s.asked, a.body)
			}
		})
	}
}

func TestAMalformedKeyIsRefusedAndAGuessableOneIsJustUnknown(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, body := range []string{`{}`, `{"key":null}`, `{"key":""}`, `{"key":7}`, `{"key":"a b"}`, `{"key":"` + strings.Repeat("k", 129) + `"}`, `[]`} {
		if a := s.post(statusPath, jsonType, body); a.status != http.StatusBadRequest || !strings.Contains(a.body, `"9999"`) {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	s.post(statusPath, jsonType, `{"key":"sync-checkout:20220519-0000029"}`)
	if len(s.asked) != 1 || s.asked[0].Number != "" {
		t.Errorf("a guessable key was taken for an order number: %+v", s.asked)
	}
}

func TestTheSandboxTakesTheCollectionsKeys(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.SampleCompat = true })
	s.post(statusPath, jsonType, `{"key":"sync-checkout:20220519-0000029"}`)
	if len(s.asked) != 1 || s.asked[0].Number != "20220519-0000029" || s.asked[0].Key != "" {
		t.Errorf("asked %+v", s.asked)
	}
	s.post(syncCallbackPath, jsonType, `{"reference_no":"20220519-0000029","order_code":"pg-order-001","key":"sync-checkout:20220519-0000029"}`)
	if len(s.returns) != 1 || s.returns[0].Reference != "20220519-0000029" || s.returns[0].Key != "" || s.returns[0].Code != "pg-order-001" {
		t.Errorf("returned %+v", s.returns)
	}
}

func TestAGuessableKeyBesideAnotherOrdersReferenceIsRefusedHoweverItIsSent(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.SampleCompat = true })
	form := url.Values{"key": {"sync-checkout:20220519-0000029"}, "reference_no": {"20220519-0000030"}}.Encode()
	for what, got := range map[string]answer{
		"a query":        s.send(http.MethodGet, syncCallbackPath+"?"+form, ""),
		"a posted query": s.post(syncCallbackPath+"?"+form, formType, ""),
		"a form":         s.post(syncCallbackPath, formType, form),
		"JSON":           s.post(syncCallbackPath, jsonType, `{"key":"sync-checkout:20220519-0000029","reference_no":"20220519-0000030"}`),
	} {
		if got.status != http.StatusConflict || !strings.Contains(got.body, "This payment was not found") {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	if len(s.returns) != 0 {
		t.Errorf("returned %+v", s.returns)
	}
}

func TestABuyerFromASynchronousCheckoutBringsTheKeyBackToTheMall(t *testing.T) {
	t.Parallel()
	back := paidReturn()
	back.Way, back.Key, back.ReturnURL = order.Sync, "strong-key", "https://demomall.cafe24shop.com/Pay/Recv/openpg/x.php?a=1"
	s := setup(t, func(sc *scene) { sc.approve = answering[approving](back) })
	a := s.send(http.MethodGet, syncCallbackPath+"?key=strong-key&order_code=pg-order-001&status=F", "")
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status != http.StatusSeeOther {
		t.Fatalf("got %d %v", a.status, err)
	}
	if q := to.Query(); q.Get("a") != "1" || q.Get("key") != "strong-key" || q.Get("result_code") != "0000" || q.Get("extra_data") != string(back.ExtraData) {
		t.Errorf("the buyer goes to %s", to)
	}
	if len(s.returns) != 1 || s.returns[0].Key != "strong-key" || s.returns[0].Code != "pg-order-001" {
		t.Errorf("returned %+v", s.returns)
	}
	if a := s.send(http.MethodGet, syncCallbackPath+"?order_code=pg-order-001", ""); a.status != http.StatusBadRequest {
		t.Errorf("without a key: %d", a.status)
	}
}
