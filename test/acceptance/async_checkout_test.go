package acceptance_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"paybridge/test/rig"
	"paybridge/test/sandbox/mall"
)

const (
	checkoutPath = "/api/asynchronous-checkout/checkout"
	callbackPath = checkoutPath + "/callback"
	webhookPath  = checkoutPath + "/webhook"

	// What the starting collection's bodies speak of.
	number  = "20220519-0000029"
	code    = "pg-order-001"
	paidSum = "W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs=" // signature of the paid notice, vector V5
)

// soon is how long a job may take on a busy machine; usually it is milliseconds.
const soon = time.Minute

func verbatim(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestTheCollectionsAsynchronousCheckoutRunsFromRequestToToldMall plays the three verbatim requests
// with the buyer's approval in between, on both databases.
func TestTheCollectionsAsynchronousCheckoutRunsFromRequestToToldMall(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})

			checkout := s.Post(checkoutPath, verbatim(t, "async_checkout"))
			if checkout.Status != http.StatusOK || checkout.Field("result_code") != "0000" {
				t.Fatalf("checkout: %d %s", checkout.Status, checkout.Body)
			}
			if page := checkout.Field("payment_url"); !strings.HasPrefix(page, s.CompanyURL) || path.Base(page) != code {
				t.Fatalf("payment_url: %q", page)
			}
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}

			back := s.Post(callbackPath, verbatim(t, "async_callback"))
			goesBack(t, back, "https://mockmall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php", "0000")

			webhook := s.Post(webhookPath, verbatim(t, "async_webhook"))
			if webhook.Status != http.StatusOK || webhook.Field("message") != "Success webhook" {
				t.Fatalf("webhook: %d %s", webhook.Status, webhook.Body)
			}
			toldPaid(t, s)
		})
	}
}

// goesBack checks the buyer's redirect: where to, with which result, with the request's extra data.
func goesBack(t *testing.T, a rig.Answer, to, result string) {
	t.Helper()
	location, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.Status != http.StatusSeeOther {
		t.Fatalf("return: %d %s %v", a.Status, a.Body, err)
	}
	query := location.Query()
	location.RawQuery = ""
	if location.String() != to || query.Get("result_code") != result || query.Get("result_message") == "" {
		t.Errorf("the buyer goes to %s with %v", location, query)
	}
	var extra map[string]string
	if err := json.Unmarshal([]byte(query.Get("extra_data")), &extra); err != nil || extra["LogKey"] != "PGPy051917134394802320q941c03955e4qt9415" {
		t.Errorf("extra_data: %q %v", query.Get("extra_data"), err)
	}
}

// toldPaid waits until the mall was told, and checks the notice field by field.
func toldPaid(t *testing.T, s *rig.System) {
	t.Helper()
	var o mall.Order
	s.Eventually(soon, "the mall is told", func() bool {
		o, _ = s.Mall.Order("ectmtjpq001", number)
		return len(o.Told) > 0
	})
	notice := o.Told[0]
	if !notice.SignatureValid || notice.Result != "OK" || len(o.Told) != 1 {
		t.Fatalf("told %d times, first %+v", len(o.Told), notice)
	}
	for name, want := range map[string]string{
		"request_type": "payment", "partner_id": "demomall:0:demo-app-public-key", "paymethod": "etc", "tid": code,
		"amount": "3065.00", "order_id": number, "currency": "PHP", "payed_tf": "T", "result_code": "0000", "hash_data": paidSum,
	} {
		if notice.Fields[name] != want {
			t.Errorf("%s is %q, want %q", name, notice.Fields[name], want)
		}
	}
	if !strings.Contains(notice.Fields["extra_data"], "PGPy051917134394802350q052c25850tq12501e") {
		t.Errorf("extra_data is %q", notice.Fields["extra_data"])
	}
}

func TestTheBuyersReturnWorksInEveryFormTheBrowserMaySendIt(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(checkoutPath, verbatim(t, "async_checkout"))
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	fields := url.Values{"reference_no": {number}, "order_code": {code}, "status": {"F"}}.Encode()
	for _, send := range []struct{ method, path, contentType, body string }{
		{http.MethodGet, callbackPath + "?" + fields, "", ""},
		{http.MethodPost, callbackPath, "application/x-www-form-urlencoded", fields},
		{http.MethodPost, callbackPath + "?" + fields, "", ""},
		{http.MethodPost, callbackPath, "application/json", verbatim(t, "async_callback")},
	} {
		a, err := s.Send(send.method, send.path, send.contentType, send.body)
		if err != nil {
			t.Fatal(err)
		}
		goesBack(t, a, "https://mockmall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php", "0000")
	}
}

func TestAClaimedSuccessIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(checkoutPath, verbatim(t, "async_checkout"))
	if a := s.Post(webhookPath, verbatim(t, "async_webhook")); a.Status != http.StatusOK {
		t.Fatalf("a correctly signed letter: %d %s", a.Status, a.Body)
	}
	s.Eventually(soon, "the company is asked because of the letter", func() bool {
		return strings.Contains(s.Command("payments", "list"), "pending") && asked(s) > 0
	})
	if o, _ := s.Mall.Order("ectmtjpq001", number); len(o.Told) != 0 {
		t.Fatalf("the mall was told on the word of a letter: %+v", o.Told)
	}
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	toldPaid(t, s)
}

// asked counts the questions about the order that the company got.
func asked(s *rig.System) int {
	n := 0
	for _, r := range s.Company.Requests() {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, code) {
			n++
		}
	}
	return n
}
