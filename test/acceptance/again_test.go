package acceptance_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

func order(n string) rig.Checkout {
	return rig.Checkout{Mall: "demomall", Order: n, Amount: "3065.00", Currency: "PHP", LogKey: "first"}
}

// page asks for a checkout that must succeed and returns its payment page.
func page(t *testing.T, s *rig.System, c rig.Checkout) string {
	t.Helper()
	a := s.Post(checkoutPath, c.Body())
	if a.Status != http.StatusOK || a.Field("result_code") != "0000" || a.Field("payment_url") == "" {
		t.Fatalf("checkout: %d %s\n%s", a.Status, a.Body, s.Log())
	}
	return a.Field("payment_url")
}

// refused asks for a checkout that must be refused with this status.
func refused(t *testing.T, s *rig.System, c rig.Checkout, status int, says string) {
	t.Helper()
	a := s.Post(checkoutPath, c.Body())
	if a.Status != status || a.Field("result_code") != "9999" || a.Field("payment_url") != "" {
		t.Fatalf("checkout: %d %s, want %d", a.Status, a.Body, status)
	}
	if !strings.Contains(a.Field("result_message"), says) {
		t.Errorf("the message %q does not say %q", a.Field("result_message"), says)
	}
}

func TestTheSameCheckoutAgainIsTheSamePayment(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260101-0000001")
	first := page(t, s, c)
	c.LogKey = "another try of the mall"
	if again := page(t, s, c); again != first {
		t.Errorf("another page: %s, then %s", first, again)
	}
	if orders := s.Company.Orders(); len(orders) != 1 {
		t.Errorf("the company has %d orders", len(orders))
	}
}

func TestAnotherAmountIsRefusedWhileThePaymentIsOpen(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260101-0000002")
	page(t, s, c)
	c.Amount = "3066.00"
	refused(t, s, c, http.StatusConflict, "amount")
	if orders := s.Company.Orders(); len(orders) != 1 {
		t.Errorf("the company has %d orders", len(orders))
	}
}

func TestAPaidOrderIsNeverOpenedAgain(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260101-0000003")
	page(t, s, c)
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })
	refused(t, s, c, http.StatusConflict, "already paid")
	if orders := s.Company.Orders(); len(orders) != 1 {
		t.Errorf("the company has %d orders", len(orders))
	}
}

func TestASecondPaymentIsOpenedOnlyWhenTheFirstIsClosedAsConfirmedByAsking(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260101-0000004")
	first := page(t, s, c)
	if err := s.Company.Cancel(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the cancellation is known", func() bool { return strings.Contains(s.Command("payments", "list"), "cancelled") })
	second := page(t, s, c)
	if second == first {
		t.Fatalf("the closed page was handed out again: %s", second)
	}
	orders := s.Company.Orders()
	if len(orders) != 2 || orders[0].Reference == orders[1].Reference {
		t.Errorf("the company has %+v", orders)
	}
}

func TestALostAnswerIsInDoubtAndTheRetryGetsThePageOfTheOneOrder(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260101-0000005")
	s.Company.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, Drop: control.DropAfter, Times: 1})
	refused(t, s, c, http.StatusBadGateway, "settled")
	got := page(t, s, c)
	if !strings.HasSuffix(got, code) {
		t.Errorf("page %s", got)
	}
	if orders := s.Company.Orders(); len(orders) != 1 {
		t.Errorf("the company has %d orders", len(orders))
	}
}

func TestALostAnswerIsFoundByAskingEvenIfNobodyTriesAgain(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260101-0000006")
	s.Company.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, Drop: control.DropAfter, Times: 1})
	refused(t, s, c, http.StatusBadGateway, "settled")
	s.Eventually(soon, "the order is found by our reference", func() bool {
		return strings.Contains(s.Command("payments", "list"), code)
	})
}

func TestTwoMallsWithTheSameOrderNumberOnOneAccountNeverMeet(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	a, b := order("20260101-0000007"), order("20260101-0000007")
	b.Mall = "ectmtjpq001"
	if page(t, s, a) == page(t, s, b) {
		t.Fatal("two malls got one page")
	}
	if err := s.Company.Approve("pg-order-002", true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the second mall is told", func() bool { o, _ := s.Mall.Order("ectmtjpq001", b.Order); return o.State == "paid" })
	if o, _ := s.Mall.Order("demomall", a.Order); o.State == "paid" {
		t.Error("the first mall was told about the second one's payment")
	}
	refs := s.Company.Orders()
	if refs[0].Reference == refs[1].Reference {
		t.Errorf("one reference for two orders: %s", refs[0].Reference)
	}
}
