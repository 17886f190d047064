package memory_test

import (
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

var (
	_ ports.Opener       = (*memory.Company)(nil)
	_ ports.Inquirer     = (*memory.Company)(nil)
	_ ports.Refunder     = (*memory.Company)(nil)
	_ ports.LetterReader = (*memory.Company)(nil)
	_ ports.Gateways     = memory.Gateways{}

	ours   = ports.Keys{Public: "ours", Secret: ports.NewSecret("our secret")}
	theirs = ports.Keys{Public: "theirs", Secret: ports.NewSecret("their secret")}
)

func setup(t *testing.T) (*memory.Company, *fakeclock.Clock) {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	return memory.NewCompany(clock), clock
}

func pesos(t *testing.T, text string) money.Money {
	t.Helper()
	m, err := money.Parse(text, "PHP")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func prepare(t *testing.T, c *memory.Company, reference string) []byte {
	t.Helper()
	body, err := c.PrepareOpening(ports.Opening{Reference: reference, Amount: pesos(t, "100.00"), CallbackURL: "https://app.example/back"})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func paid(t *testing.T, c *memory.Company) string {
	t.Helper()
	a, err := c.Open(t.Context(), ours, "key", prepare(t, c, "order-1"))
	if err != nil || !c.Settle(a.Code, payment.Paid) {
		t.Fatalf("open and pay: %+v, %v", a, err)
	}
	return a.Code
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want kind %d", err, kind)
	}
}

func TestTheCompanyWorksAnIdempotencyKeyOnce(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	first, err := c.Open(t.Context(), ours, "key", prepare(t, c, "order-1"))
	if err != nil || first.State != payment.Pending || first.PageURL == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := c.Open(t.Context(), ours, "key", prepare(t, c, "order-1"))
	if err != nil || again != first {
		t.Errorf("got %+v, %v, want %+v", again, err, first)
	}
	_, err = c.Open(t.Context(), ours, "key", prepare(t, c, "order-2"))
	wantKind(t, err, fault.Indeterminate)
	other, err := c.Open(t.Context(), theirs, "key", prepare(t, c, "order-1"))
	if err != nil || other.Code == first.Code {
		t.Errorf("another account got %+v, %v", other, err)
	}
}

func TestTheCompanyTellsAnAccountAboutItsOwnOrdersOnly(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	code := paid(t, c)
	got, err := c.InquireByCode(t.Context(), ours, code)
	if err != nil || got.State != payment.Paid || got.Paid != pesos(t, "100.00") {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = c.InquireByCode(t.Context(), theirs, code)
	wantKind(t, err, fault.NotFound)
	for keys, want := range map[string]int{"ours": 1, "theirs": 0} {
		found, err := c.InquireByReference(t.Context(), ports.Keys{Public: keys}, "order-1")
		if err != nil || len(found) != want {
			t.Errorf("%s: %+v, %v", keys, found, err)
		}
	}
}

func TestALostAnswerLeavesTheWorkDoneAndALostRequestDoesNot(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		trouble memory.Trouble
		kind    fault.Kind
		orders  int
	}{
		{memory.NotSent, fault.Unavailable, 0},
		{memory.Declines, fault.Declined, 0},
		{memory.KeysRefused, fault.Unauthenticated, 0},
		{memory.Vanishes, fault.Indeterminate, 0},
		{memory.AnswerLost, fault.Indeterminate, 1},
	} {
		c, _ := setup(t)
		c.Next(memory.OpenCall, tc.trouble)
		a, err := c.Open(t.Context(), ours, "key", prepare(t, c, "order-1"))
		wantKind(t, err, tc.kind)
		if len(c.Opened()) != tc.orders || a != (payment.Answer{}) {
			t.Errorf("trouble %d: %d orders, answer %+v", tc.trouble, len(c.Opened()), a)
		}
		if a, err := c.Open(t.Context(), ours, "key", prepare(t, c, "order-1")); err != nil || a.Code != "O-001" {
			t.Errorf("after trouble %d: %+v, %v", tc.trouble, a, err)
		}
		if c.Calls(memory.OpenCall) != 2 {
			t.Errorf("%d calls counted", c.Calls(memory.OpenCall))
		}
	}
}

func TestSomethingCanHappenBeforeAnAnswerArrives(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	happened := 0
	c.Meanwhile(memory.OpenCall, func() {
		happened++
		c.Settle("O-001", payment.Paid)
	})
	a, err := c.Open(t.Context(), ours, "key", prepare(t, c, "order-1"))
	if err != nil || a.State != payment.Pending || happened != 1 {
		t.Errorf("%+v, %v, happened %d times", a, err, happened)
	}
	if got := c.Opened()[0].State; got != payment.Paid {
		t.Errorf("the order is %s", got)
	}
}

func TestALaggingListDoesNotShowYoungOrders(t *testing.T) {
	t.Parallel()
	c, clock := setup(t)
	c.Lag(time.Minute)
	paid(t, c)
	for _, want := range []int{0, 1} {
		found, err := c.InquireByReference(t.Context(), ours, "order-1")
		if err != nil || len(found) != want {
			t.Errorf("%+v, %v; want %d", found, err, want)
		}
		clock.Advance(time.Minute)
	}
}

// refunded prepares and sends a refund.
func refunded(t *testing.T, c *memory.Company, k ports.Keys, key string, o ports.RefundOrder) (refund.Answer, error) {
	t.Helper()
	prepared, err := c.PrepareRefund(o)
	if err != nil {
		t.Fatal(err)
	}
	return c.Refund(t.Context(), k, key, prepared)
}

func TestTheCompanyNeverGivesBackMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	code := paid(t, c)
	first, err := refunded(t, c, ours, "k1", ports.RefundOrder{Code: code, Reference: "r1", Amount: pesos(t, "60.00")})
	if err != nil || first.State != refund.Refunded {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := refunded(t, c, ours, "k1", ports.RefundOrder{Code: code, Reference: "r1", Amount: pesos(t, "60.00")})
	if err != nil || again != first {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	slow, err := refunded(t, c, ours, "k2", ports.RefundOrder{Code: code, Reference: "r2", Amount: pesos(t, "30.00"), WebhookURL: "https://app.example"})
	if err != nil || slow.State != refund.Pending {
		t.Errorf("with a webhook: %+v, %v", slow, err)
	}
	_, err = refunded(t, c, ours, "k3", ports.RefundOrder{Code: code, Reference: "r3", Amount: pesos(t, "10.01")})
	wantKind(t, err, fault.Declined)
	_, err = refunded(t, c, theirs, "k4", ports.RefundOrder{Code: code, Reference: "r4", Amount: pesos(t, "1.00")})
	wantKind(t, err, fault.NotFound)

	if !c.CompleteRefund(slow.Code, refund.Refunded) || c.CompleteRefund(slow.Code, refund.Rejected) {
		t.Error("a pending refund ends once")
	}
	if err := c.RefundOutside(code, pesos(t, "10.00")); err != nil {
		t.Fatal(err)
	}
	if got := c.Opened()[0].Refunded; got != pesos(t, "100.00") || len(c.Refunds()) != 2 {
		t.Errorf("%v went back in %+v", got, c.Refunds())
	}
	known, err := c.InquireRefunds(t.Context(), ours, "r2")
	if err != nil || len(known) != 1 || known[0].State != refund.Refunded {
		t.Errorf("%+v, %v", known, err)
	}
}

func TestALetterIsProvenByTheMerchantsKeys(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	code := paid(t, c)
	body, err := c.Letter(ours, code)
	if err != nil {
		t.Fatal(err)
	}
	l, err := c.ReadLetter(nil, body)
	if err != nil || l.Code != code || l.Reference != "order-1" || l.State != payment.Paid || l.Amount != pesos(t, "100.00") {
		t.Errorf("%+v, %v", l, err)
	}
	if err := c.VerifyLetter(ours, nil, body); err != nil {
		t.Error(err)
	}
	wantKind(t, c.VerifyLetter(theirs, nil, body), fault.Unauthenticated)
	for _, bad := range []string{"", "{}", `{"code":"O-001","state":"rich"}`, `{"code":"O-001","state":"paid","currency":"???"}`} {
		_, err := c.ReadLetter(nil, []byte(bad))
		wantKind(t, err, fault.Invalid)
	}
}

func TestOnlyKnownCompaniesAndCurrenciesAreOffered(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	if g, err := (memory.Gateways{"memory": c}).Gateway("memory"); err != nil || g != ports.Gateway(c) {
		t.Errorf("%v, %v", g, err)
	}
	_, err := memory.Gateways{}.Gateway("memory")
	wantKind(t, err, fault.Unsupported)
	dong, err := money.Parse("1000", "VND")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.PrepareOpening(ports.Opening{Reference: "order-1", Amount: dong})
	wantKind(t, err, fault.Unsupported)
	_, err = c.PrepareOpening(ports.Opening{Reference: "order-1", Amount: money.Zero("PHP")})
	wantKind(t, err, fault.Invalid)
}
