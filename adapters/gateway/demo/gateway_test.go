package demo_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/gateway/demo"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// The bytes are frozen: what was prepared by one release is sent again by the next, under a key that
// the company remembers together with them.
func TestTheBytesOfAnOpeningNeverChange(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(500, ""))
	for _, tc := range []struct {
		amount, webhook string
		currency        money.Currency
		want            string
	}{
		{
			"3065.00", "https://app.example/webhook/m-1", "PHP",
			`{"reference_no":"20220519-0000029","amount":"3065.00","currency":"PHP","callback_url":"https://app.example/cb?key=a&x=<1>","webhook_url":"https://app.example/webhook/m-1"}`,
		},
		{
			"3065.00", "", "JPY",
			`{"reference_no":"20220519-0000029","amount":"3065","currency":"JPY","callback_url":"https://app.example/cb?key=a&x=<1>"}`,
		},
		{
			"0.1", "", "USD",
			`{"reference_no":"20220519-0000029","amount":"0.10","currency":"USD","callback_url":"https://app.example/cb?key=a&x=<1>"}`,
		},
	} {
		amount, err := money.Parse(tc.amount, tc.currency)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.PrepareOpening(ports.Opening{
			Reference: "20220519-0000029", Amount: amount, CallbackURL: "https://app.example/cb?key=a&x=<1>", WebhookURL: tc.webhook,
		})
		if err != nil || string(got) != tc.want {
			t.Errorf("got %s, %v\nwant %s", got, err, tc.want)
		}
	}
}

// record keeps a request for inspection and answers with body.
func record(into *http.Request, content *string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		*into, *content = *r.Clone(r.Context()), string(text)
		saying(http.StatusOK, body)(w, r)
	}
}

func TestTheBytesOfARefundNeverChange(t *testing.T) {
	t.Parallel()
	var sent http.Request
	var body string
	g := facing(t, record(&sent, &body, `{"code":200,"order_code":"pg-order-001","refund_code":"pg-refund-001","refund_status":"RP","request_refund_amount":"10.00","currency":"PHP"}`))
	_, err := refundOf(t, g, "ref_1", ports.RefundOrder{
		Code: "pg-order-001", Reference: "20220519-0000029-rabc", Amount: pesos(t, "10"), WebhookURL: "https://app.example/r?a=1&b=2",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"reference_no":"20220519-0000029-rabc","order_code":"pg-order-001","refund_amount":"10.00","currency":"PHP","webhook_url":"https://app.example/r?a=1&b=2"}`
	if body != want || sent.Method != http.MethodPost || sent.URL.Path != "/v1/orders/pg-order-001/refunds" {
		t.Errorf("%s %s %s", sent.Method, sent.URL.Path, body)
	}
	user, password, _ := sent.BasicAuth()
	if user != demoKeys().Public || password != demoKeys().Secret.Reveal() || sent.Header.Get("Idempotency-Key") != "ref_1" ||
		sent.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers: %v", sent.Header)
	}
}

func TestAReferenceThatWouldBreakADigestIsRefused(t *testing.T) {
	t.Parallel()
	g := facing(t, saying(500, ""))
	for _, reference := range []string{"", "a:b", "a b", "a\n", "주문", strings.Repeat("x", 101)} {
		_, err := g.PrepareOpening(ports.Opening{Reference: reference, Amount: pesos(t, "1"), CallbackURL: "https://app.example/"})
		wantFault(t, err, fault.Invalid, "invalid_field")
	}
	_, err := g.PrepareOpening(ports.Opening{Reference: "r", Amount: pesos(t, "1")})
	wantFault(t, err, fault.Invalid, "invalid_field")
}

func TestBytesThatWereNeverPreparedHereAreNotSent(t *testing.T) {
	t.Parallel()
	var received atomic.Int64
	g := facing(t, func(http.ResponseWriter, *http.Request) { received.Add(1) })
	for _, prepared := range []string{"", "{", "{}", `{"amount":"1.001","currency":"PHP"}`, `{"amount":"1","currency":"XXX"}`} {
		_, err := g.Open(t.Context(), demoKeys(), "k", []byte(prepared))
		wantFault(t, err, fault.Internal, "broken_opening")
	}
	if received.Load() != 0 {
		t.Error("the company was called")
	}
}

func TestKeysAreCheckedWithoutTouchingAnyOrder(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	if err := h.gateway.CheckKeys(t.Context(), h.Keys()); err != nil {
		t.Errorf("good keys: %v", err)
	}
	if err := h.gateway.CheckKeys(t.Context(), h.Strangers()); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a stranger's keys: %v", err)
	}
	if err := h.elsewhere.CheckKeys(t.Context(), h.Keys()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestTheCompanysReasonIsLoggedUnlessItHoldsAKey(t *testing.T) {
	t.Parallel()
	k := demoKeys()
	for message, logged := range map[string]bool{
		`amount too high`:      true,
		`line\none\u0007`:      true,
		`you sent ` + k.Public: false,
		k.Secret.Reveal():      false,
		`no user ZGVtby1hcHAtcHVibGljLWtleTpkZW1vLWFwcC1zZWNyZXQta2V5`: false,
	} {
		g := facing(t, saying(422, `{"code":422,"message":"`+message+`"}`))
		_, err := g.Open(t.Context(), k, "k", []byte(`{"reference_no":"r","amount":"1","currency":"PHP"}`))
		wantFault(t, err, fault.Declined, "company_declined")
		if strings.Contains(err.Error(), "it says") != logged || strings.ContainsAny(err.Error(), "\n\a") {
			t.Errorf("%q is logged as %q", message, err)
		}
		if strings.Contains(fault.Of(err).Message, "amount too high") {
			t.Error("the reason is shown to the mall")
		}
	}
}

func TestWhoHasOtherKeysNeverGetsAnothersAnswer(t *testing.T) {
	t.Parallel()
	arrived, answer := make(chan struct{}, 100), make(chan struct{})
	g := facing(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-answer
		saying(200, view(`"order_status":"S","paid_amount":"3065.00"`))(w, r)
	})
	var callers sync.WaitGroup
	ask := func(k ports.Keys) {
		if a, err := g.InquireByCode(t.Context(), k, "pg-order-001"); err != nil || a.Code != "pg-order-001" {
			t.Errorf("got %+v, %v", a, err)
		}
	}
	callers.Go(func() { ask(demoKeys()) })
	<-arrived
	other := ports.Keys{Public: demoKeys().Public, Secret: ports.NewSecret("an older secret")}
	callers.Go(func() { ask(other) }) // Would wait for the answer if it shared the question.
	<-arrived
	close(answer)
	callers.Wait()
	if got := len(arrived); got != 0 {
		t.Errorf("%d more questions than needed", got)
	}
}

func TestAConfigurationWithoutAnAddressIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := demo.New(demo.Config{}, fakeclock.New(now)); !fault.Is(err, fault.Invalid) {
		t.Fatalf("got %v", err)
	}
}

func TestTheSheetIsTheCompanysPage(t *testing.T) {
	t.Parallel()
	s := facing(t, saying(500, "")).Sheet()
	if s.Name != "demo" || s.KeyLifetime != 24*time.Hour || s.SettleTime != 10*time.Minute || s.PageFresh != 10*time.Minute || !s.RefundAtOnce || !s.PartialRefund {
		t.Errorf("%+v", s)
	}
}
