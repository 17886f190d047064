package acceptance_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

const (
	syncCheckoutPath = "/api/synchronous-checkout/checkout"
	syncCallbackPath = syncCheckoutPath + "/callback"
	statusPath       = syncCheckoutPath + "/status"
	unpaidSum        = "SNaVbESrDX8tHbMaMxBDTlw9WqU2/MDLd4xQn7ZIp94=" // signature of the amount 0, vector V7
)

// views are the three ways in which the read model can be kept.
func views(t *testing.T) map[string]rig.Options {
	t.Helper()
	redis := os.Getenv("TEST_REDIS_URL")
	if redis == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which brings its own Redis")
	}
	return map[string]rig.Options{
		"in the process": {},
		"in Redis":       {Postgres: true, Env: []string{"REDIS_URL=" + redis}},
		"nowhere":        {Postgres: true},
	}
}

// returnKey lets the buyer come back from the company and returns the key of the redirect.
func returnKey(t *testing.T, s *rig.System) string {
	t.Helper()
	o, _ := s.Company.Order(code)
	back := strings.TrimPrefix(callbackURL(t, s), s.AppURL) + "&order_code=" + o.Code + "&reference_no=" + url.QueryEscape(o.Reference)
	a, err := s.Send(http.MethodGet, back, "", "")
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.Status != http.StatusSeeOther || to.Query().Get("result_code") != "0000" {
		t.Fatalf("return: %d to %s %s", a.Status, to, a.Body)
	}
	return to.Query().Get("key")
}

// callbackURL is what the company was given, read from the create call that it received.
func callbackURL(t *testing.T, s *rig.System) string {
	t.Helper()
	for _, r := range s.Company.Requests() {
		if text, ok := r.Fields["callback_url"].(string); ok {
			return text
		}
	}
	t.Fatal("the company was given no callback URL")
	return ""
}

func TestAMallThatAsksIsAnsweredBeforeTheBuyerIsBack(t *testing.T) {
	t.Parallel()
	for name, options := range views(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, options)
			if a := s.Post(syncCheckoutPath, verbatim(t, "sync_checkout")); a.Field("result_code") != "0000" {
				t.Fatalf("checkout: %d %s", a.Status, a.Body)
			}
			key := keyOf(t, s)
			unpaid := s.Post(statusPath, `{"key":"`+key+`"}`)
			if unpaid.Field("result_code") != "1400" || unpaid.Field("amount") != "0" || unpaid.Field("hash_data") != unpaidSum || unpaid.Field("payed_tf") != "F" {
				t.Errorf("before paying: %d %s", unpaid.Status, unpaid.Body)
			}
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			if got := returnKey(t, s); got != key {
				t.Errorf("the mall gets the key %q, the company got %q", got, key)
			}
			for range 3 {
				paid := s.Post(statusPath, `{"key":"`+key+`"}`)
				if paid.Status != http.StatusOK || paid.Field("result_code") != "0000" || paid.Field("hash_data") != paidSum || paid.Field("amount") != "3065.00" {
					t.Errorf("after paying: %d %s", paid.Status, paid.Body)
				}
			}
			if list := s.Command("payments", "list", "--json"); !strings.Contains(list, `"paid"`) {
				t.Errorf("payments: %s", list)
			}
			s.Eventually(soon, "the ledger says that the mall fetched it", func() bool {
				return strings.Contains(s.Command("payments", "show", number), "status")
			})
		})
	}
}

// keyOf is the key in the callback URL that the company was given.
func keyOf(t *testing.T, s *rig.System) string {
	t.Helper()
	u, err := url.Parse(callbackURL(t, s))
	if err != nil || len(u.Query().Get("key")) < 32 || u.Path != syncCallbackPath {
		t.Fatalf("callback URL %s: %v", u, err)
	}
	return u.Query().Get("key")
}

func TestTheCollectionsSynchronousCheckoutWorksInTheSandboxAndIsRefusedElsewhere(t *testing.T) {
	t.Parallel()
	for compat, want := range map[string][2]int{"sample": {http.StatusSeeOther, http.StatusOK}, "strict": {http.StatusNotFound, http.StatusNotFound}} {
		t.Run(compat, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=" + compat}})
			s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			if a := s.Post(syncCallbackPath, verbatim(t, "sync_callback")); a.Status != want[0] {
				t.Errorf("callback: %d %s", a.Status, a.Body)
			}
			if a := s.Post(statusPath, verbatim(t, "sync_status")); a.Status != want[1] {
				t.Errorf("status: %d %s", a.Status, a.Body)
			}
		})
	}
}

func TestACompanyThatCannotBeAskedAtTheReturnLeavesTheAnswerToTheStatusQuestion(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	s.Company.AddFault(control.Fault{Path: "/v1/orders/*", Method: http.MethodGet, Status: http.StatusInternalServerError})
	key := returnKey(t, s)
	if a := s.Post(statusPath, `{"key":"`+key+`"}`); a.Status != http.StatusServiceUnavailable || a.Field("result_code") != "9999" {
		t.Errorf("while the company cannot be asked: %d %s", a.Status, a.Body)
	}
	s.Company.ClearFaults()
	if a := s.Post(statusPath, `{"key":"`+key+`"}`); a.Field("result_code") != "0000" {
		t.Errorf("afterwards: %d %s", a.Status, a.Body)
	}
}

func TestAReturnWithAForeignKeyCodeOrReferenceIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
	other := order("20260106-0000001")
	other.Mall = "ectmtjpq001"
	page(t, s, other)
	ledger := s.Command("payments", "show", number)
	key := keyOf(t, s)
	for path, wrong := range map[string][]url.Values{
		syncCallbackPath: {
			{"key": {strings.Repeat("0", 48)}},
			{"key": {"sync-checkout:" + number}},
			{"key": {key}, "order_code": {"pg-order-002"}},
			{"key": {key}, "reference_no": {other.Order}},
			{"key": {key}, "order_code": {code}, "reference_no": {other.Order}},
			{"order_code": {code}},
		},
		callbackPath: {
			{"payment": {"nobody"}},
			{"order_code": {code}, "reference_no": {other.Order}},
			{"order_code": {"pg-order-002"}, "reference_no": {number}},
			{"order_code": {"pg-order-003"}, "reference_no": {number}},
			{"key": {key}},
		},
	} {
		for _, brought := range wrong {
			refusesReturn(t, s, path, brought)
		}
	}
	if list := s.Command("payments", "list", "--json"); strings.Count(list, `"pending"`) != 2 {
		t.Errorf("payments: %s", list)
	}
	if after := s.Command("payments", "show", number); after != ledger {
		t.Errorf("before:\n%s\nafter:\n%s", ledger, after)
	}
}

// refusesReturn lets a buyer come back by every method and in every encoding; each time he must get a page
// that says that he must not pay again.
func refusesReturn(t *testing.T, s *rig.System, path string, brought url.Values) {
	t.Helper()
	object := make(map[string]string)
	for name := range brought {
		object[name] = brought.Get(name)
	}
	body, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][4]string{
		{http.MethodGet, path + "?" + brought.Encode()},
		{http.MethodPost, path + "?" + brought.Encode()},
		{http.MethodPost, path, "application/x-www-form-urlencoded", brought.Encode()},
		{http.MethodPost, path, "application/json", string(body)},
	} {
		a, err := s.Send(r[0], r[1], r[2], r[3])
		if err != nil || a.Status < 400 || a.Status >= 500 || a.Header.Get("Location") != "" || !strings.Contains(string(a.Body), "Please do not pay again") {
			t.Errorf("%v: %d %v %s", r, a.Status, err, a.Body)
		}
	}
}

func TestAPaidOrderIsNotOpenedAgainInTheOtherWay(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the payment is known as paid", func() bool { return strings.Contains(s.Command("payments", "list", "--json"), `"paid"`) })
	if a := s.Post(checkoutPath, verbatim(t, "async_checkout")); a.Status != http.StatusConflict || !strings.Contains(a.Field("result_message"), "already paid") {
		t.Errorf("asynchronous: %d %s", a.Status, a.Body)
	}
	if o, _ := s.Mall.Order("demomall", number); len(o.Told) != 0 {
		t.Errorf("a mall that asks was told within seconds: %+v", o.Told)
	}
}

func TestAnOrderPaidAsynchronouslyIsNotOpenedAgainByAMallThatAsks(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Post(checkoutPath, verbatim(t, "async_checkout"))
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	toldPaid(t, s)
	if a := s.Post(syncCheckoutPath, verbatim(t, "sync_checkout")); a.Status != http.StatusConflict || !strings.Contains(a.Field("result_message"), "already paid") {
		t.Errorf("synchronous: %d %s", a.Status, a.Body)
	}
	if orders := s.Company.Orders(); len(orders) != 1 {
		t.Errorf("the company has %d orders", len(orders))
	}
}
