package acceptance_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// TestTwoPaidPaymentsOfOneOrderCountOnceAndTheSurplusGoesBack lets the company refuse a first payment
// although it made the order, so that a second one is opened, and the buyer pay both.
func TestTwoPaidPaymentsOfOneOrderCountOnceAndTheSurplusGoesBack(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	c := order("20260105-0000001")
	s.Company.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, Status: http.StatusUnprocessableEntity, Work: true, Times: 1})
	refused(t, s, c, http.StatusConflict, "refused")
	page(t, s, c)
	if err := s.Company.Approve("pg-order-002", true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })

	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the surplus is given back", func() bool {
		first, _ := s.Company.Order(code)
		return first.Refunded == "3065.00"
	})
	s.Eventually(soon, "the refund is in the ledger", func() bool {
		ledger := s.Command("payments", "show", c.Order)
		return strings.Contains(ledger, "surplus_found") && strings.Contains(ledger, "refunded")
	})
	if second, _ := s.Company.Order("pg-order-002"); second.Refunded != "0.00" {
		t.Errorf("the payment that counts was refunded: %+v", second)
	}
	if totals := s.Company.Totals("PHP"); totals.Refunds != 1 || totals.Refunded != "3065.00" {
		t.Errorf("the company refunded %+v", totals)
	}
	if o, _ := s.Mall.Order("demomall", c.Order); o.TID != "pg-order-002" || len(o.Told) != 1 {
		t.Errorf("the mall knows %+v", o)
	}
}
