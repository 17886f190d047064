package acceptance_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// crowd is how many do the same thing at once.
const crowd = 100

// together lets a crowd do something at once and waits for all.
func together(do func(n int)) {
	var all sync.WaitGroup
	for n := range crowd {
		all.Go(func() { do(n) })
	}
	all.Wait()
}

// TestTheSameCheckoutAHundredTimesAtOnceIsOnePayment mixes both ways of asking, while the company loses
// its first answers and is slow with the next ones.
func TestTheSameCheckoutAHundredTimesAtOnceIsOnePayment(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})
			s.Company.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, Drop: control.DropAfter, Times: 2})
			s.Company.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, DelayMS: 300, Times: 2})
			c := order("20260108-0000001")
			together(func(n int) {
				body, path := c.Body(), checkoutPath
				if n%2 == 0 {
					path = syncCheckoutPath
				}
				a, err := s.Send(http.MethodPost, path, "application/json", body)
				switch page := a.Field("payment_url"); {
				case err != nil || a.Status == http.StatusInternalServerError:
					t.Errorf("%d %s %v", a.Status, a.Body, err)
				case a.Field("result_code") == "0000" && !strings.HasSuffix(page, code):
					t.Errorf("another page: %s", page)
				}
			})
			s.Eventually(soon, "the one page", func() bool { return strings.HasSuffix(s.Post(checkoutPath, c.Body()).Field("payment_url"), code) })
			if orders := s.Company.Orders(); len(orders) != 1 {
				t.Errorf("the company has %d orders", len(orders))
			}
			if n := strings.Count(s.Command("payments", "show", c.Order, "--json"), `"opened"`); n != 1 {
				t.Errorf("the ledger opens %d payments", n)
			}
		})
	}
}

// TestAHundredLettersBeforeTheCheckoutIsAnsweredHaveOneEffect holds the company's answer back while the
// buyer pays and the company reports, over and over.
func TestAHundredLettersBeforeTheCheckoutIsAnsweredHaveOneEffect(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})
			s.Company.AddFault(control.Fault{Path: "/v1/orders", Method: http.MethodPost, DelayMS: 2500, Times: 1})
			c := order("20260108-0000002")
			var asking sync.WaitGroup
			var opened rig.Answer
			asking.Go(func() { opened, _ = s.Send(http.MethodPost, checkoutPath, "application/json", c.Body()) })
			s.Eventually(soon, "the company has the order", func() bool { return len(s.Company.Orders()) == 1 })
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			letter, bare := letterFor(c.Order), letterFor(c.Order)
			bare.Status = "P"
			together(func(n int) {
				body := letter.body(t)
				if n%5 == 0 {
					body = bare.body(t)
				}
				if a, err := s.Send(http.MethodPost, webhookPath, "application/json", body); err != nil || a.Status != http.StatusOK {
					t.Errorf("%d %s %v", a.Status, a.Body, err)
				}
			})
			asking.Wait()
			if opened.Status >= http.StatusInternalServerError && opened.Status != http.StatusBadGateway {
				t.Errorf("the checkout: %d %s", opened.Status, opened.Body)
			}
			s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })
			s.Eventually(soon, "the notice is done", func() bool { return strings.Contains(s.Command("notifications", "list"), "done") })
			if o, _ := s.Mall.Order("demomall", c.Order); len(o.Told) != 1 {
				t.Errorf("the mall was told %d times", len(o.Told))
			}
			ledger := s.Command("payments", "show", c.Order, "--json")
			if strings.Count(ledger, `"order_paid"`) != 1 || strings.Count(ledger, `"opened"`) != 1 {
				t.Errorf("the ledger:\n%s", ledger)
			}
			if a := s.Post(checkoutPath, c.Body()); a.Status != http.StatusConflict {
				t.Errorf("the checkout again: %d %s", a.Status, a.Body)
			}
		})
	}
}

// TestAHundredReturnsLettersAndQuestionsAtOnceAreOnePayment lets the buyer come back from all his tabs, the company
// report, and the mall ask, all at once.
func TestAHundredReturnsLettersAndQuestionsAtOnceAreOnePayment(t *testing.T) {
	t.Parallel()
	for name, options := range views(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, options)
			s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
			key := keyOf(t, s)
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			letter := letterFor(number).body(t)
			together(func(n int) {
				var a rig.Answer
				var err error
				want := http.StatusOK
				switch n % 3 {
				case 0:
					want = http.StatusSeeOther
					a, err = s.Send(http.MethodGet, syncCallbackPath+"?key="+key, "", "")
				case 1:
					a, err = s.Send(http.MethodPost, webhookPath, "application/json", letter)
				case 2:
					a, err = s.Send(http.MethodPost, statusPath, "application/json", `{"key":"`+key+`"}`)
				}
				if err != nil || a.Status != want {
					t.Errorf("%d %s %v", a.Status, a.Body, err)
				}
			})
			if a := s.Post(statusPath, `{"key":"`+key+`"}`); a.Field("result_code") != "0000" || a.Field("hash_data") != paidSum {
				t.Errorf("status: %d %s", a.Status, a.Body)
			}
			ledger := s.Command("payments", "show", number, "--json")
			if strings.Count(ledger, `"order_paid"`) != 1 {
				t.Errorf("the ledger:\n%s", ledger)
			}
		})
	}
}

// TestAHundredQuestionsAtOnceAskTheCompanyAFewTimes lets the mall ask about an order that is not final,
// while the company takes its time.
func TestAHundredQuestionsAtOnceAskTheCompanyAFewTimes(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
	key := keyOf(t, s)
	s.Company.AddFault(control.Fault{Path: "/v1/orders/*", Method: http.MethodGet, DelayMS: 500})
	before := asked(s)
	together(func(int) {
		a, err := s.Send(http.MethodPost, statusPath, "application/json", `{"key":"`+key+`"}`)
		if err != nil || a.Field("result_code") != "1400" || a.Field("amount") != "0" {
			t.Errorf("%d %s %v", a.Status, a.Body, err)
		}
	})
	if n := asked(s) - before; n < 1 || n > 5 {
		t.Errorf("%d questions of the mall were %d questions to the company", crowd, n)
	}
}
