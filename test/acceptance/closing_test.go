package acceptance_test

import (
	"net/http"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// TestAReservationThatACheckoutOvertakesIsClosedAtTheCompany lets a buyer agree, the mall sign a checkout of the same order,
// and the company and the app fail while the first page is closed: nobody pays there any more.
func TestAReservationThatACheckoutOvertakesIsClosedAtTheCompany(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := external(t, rig.Options{Postgres: postgres, Env: []string{"PAYBRIDGE_JOB_LEASE=1s"}})
			first, token := reserve(t, s, rig.Payload{Mall: "demomall", Order: reservedNumber})
			reviewed(t, get(t, s, reviewPath+"?token="+token))
			dataOf(t, s.Post(payPath, `{"token":"`+token+`"}`))

			s.Company.AddFault(control.Fault{Path: "/v1/orders/*/cancel", Method: http.MethodPost, Status: http.StatusInternalServerError, Times: 1})
			signed := s.Post(checkoutPath, rig.Checkout{Mall: "demomall", Order: reservedNumber, Amount: "1965.00", Currency: "PHP"}.Body())
			if signed.Field("result_code") != "0000" {
				t.Fatalf("checkout: %d %s", signed.Status, signed.Body)
			}
			if err := s.Crash(); err != nil {
				t.Fatal(err)
			}
			// A second try that fails, because the first was killed on its way, is followed by a wait of twenty seconds.
			s.Eventually(6*soon, "the first page is closed", func() bool {
				o, _ := s.Company.Order(first)
				return o.Letter == "C" && !o.PageOpen
			})
			if err := s.Company.Approve(first, false); err == nil {
				t.Error("a page that was closed took money")
			}
			orders := s.Company.Orders()
			if err := s.Company.Approve(orders[len(orders)-1].Code, true); err != nil {
				t.Fatal(err)
			}
			s.Eventually(soon, "the mall is told", func() bool {
				o, _ := s.Mall.Order("demomall", reservedNumber)
				return o.State == "paid"
			})
			if o, _ := s.Mall.Order("demomall", reservedNumber); len(o.Told) != 1 || o.Told[0].Fields["payed_tf"] != "T" {
				t.Errorf("told %+v", o.Told)
			}
			if totals := s.Company.Totals("PHP"); totals.Paid != "1965.00" || totals.Refunds != 0 {
				t.Errorf("at the company: %+v", totals)
			}
		})
	}
}
