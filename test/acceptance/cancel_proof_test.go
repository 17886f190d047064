package acceptance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/database"
	"paybridge/adapters/keyring"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/rig"
)

// adminAPI plays the orders of the Admin API: a line has whatever status the test says.
type adminAPI struct {
	line  atomic.Value
	asked atomic.Int64
}

func (a *adminAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked.Add(1)
	if r.URL.Path != "/malls/demomall/api/v2/admin/orders/"+number || r.Header.Get("Authorization") != "Bearer access-of-demomall" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = fmt.Fprintf(w, `{"order":{"order_id":"%s","items":[{"order_status":"%s"}],"cancellation":[],"refunds":[]}}`, number, a.line.Load())
}

// grants stores the access to the mall's orders as an installation does.
func grants(t *testing.T, address, keyset string) {
	t.Helper()
	keys, err := keyring.OpenFile(keyset)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), address, database.Options{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	access, err := keys.Seal(t.Context(), "demomall", ports.NewSecret("access-of-demomall"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = database.NewTokens(db).Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{
			Access: access, AccessUntil: time.Now().Add(time.Hour), Refresh: access, RefreshUntil: time.Now().Add(24 * time.Hour),
			Scopes: []string{"mall.read_order"},
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// askedMall is a system whose Admin API is played by the test.
type askedMall struct {
	*rig.System

	api             *adminAPI
	address, keyset string
}

// mallToAsk starts it; the app has no access to the mall yet.
func mallToAsk(t *testing.T, env ...string) *askedMall {
	t.Helper()
	m := &askedMall{api: &adminAPI{}}
	m.api.line.Store("N10")
	server := httptest.NewServer(m.api)
	t.Cleanup(server.Close)
	keyset, keys := rig.KeysetFile(t)
	m.keyset = keyset
	m.System = rig.Start(t, rig.Options{
		Postgres: true, DatabaseURL: func(real string) string { m.address = real; return real },
		Env: slices.Concat(keys, []string{"CAFE24_API_BASE_URL=" + server.URL + "/malls/{mall_id}"}, env),
	})
	return m
}

// collides is a cancel whose amount is written as in the signed status answer, so that its signature is the one
// that a buyer can fetch. The order was paid in the synchronous way.
func (m *askedMall) collides(t *testing.T) string {
	t.Helper()
	checkout := rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	if a := m.Post(syncCheckoutPath, checkout.Body()); a.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", a.Status, a.Body)
	}
	if err := m.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	status := m.Post(statusPath, `{"key":"`+returnKey(t, m.System)+`"}`)
	cancel := rig.Cancel{Mall: "demomall", Order: number, Code: code, Paid: 306500, Amount: 306500, LogKey: "c"}.Body()
	if status.Field("result_code") != "0000" || !strings.Contains(cancel, status.Field("hash_data")) {
		t.Fatalf("the status %s has another signature than the cancel %s", status.Body, cancel)
	}
	return cancel
}

// alarms is how often an alarm was raised.
func alarms(t *testing.T, s *rig.System, what string) int {
	t.Helper()
	for line := range strings.Lines(s.Metrics()) {
		if strings.HasPrefix(line, "paybridge_alarms_total{") && strings.Contains(line, `what="`+what+`"`) {
			n, err := strconv.Atoi(strings.TrimSpace(line[strings.LastIndexByte(line, ' '):]))
			if err != nil {
				t.Fatal(line)
			}
			return n
		}
	}
	t.Fatalf("nobody counts the alarm %s", what)
	return 0
}

func TestACancelThatCollidesWithTheStatusAnswerNeedsTheMallsOwnWord(t *testing.T) {
	t.Parallel()
	m := mallToAsk(t)
	cancel := m.collides(t)
	refused := func(when string) {
		t.Helper()
		for _, path := range []string{syncCancelPath, cancelPath} {
			if a := m.Post(path, cancel); a.Status != http.StatusBadRequest || a.Field("result_code") != "9999" {
				t.Errorf("%s: %d %s", when, a.Status, a.Body)
			}
		}
		companyGaveBack(t, m.System, "0.00", 0)
	}
	refused("a mall without the app")
	if m.api.asked.Load() != 0 {
		t.Error("the mall was asked without access")
	}
	grants(t, m.address, m.keyset)
	refused("the mall cancels nothing")
	if n := alarms(t, m.System, "refund_unproven"); n != 4 {
		t.Errorf("%d alarms for 4 cancels that nobody vouched for", n)
	}
	m.api.line.Store("C34")
	if a := m.Post(syncCancelPath, cancel); a.Status != http.StatusOK || a.Field("result_code") != "0000" {
		t.Errorf("the mall is cancelling: %d %s", a.Status, a.Body)
	}
	companyGaveBack(t, m.System, "3065.00", 1)
	if m.api.asked.Load() != 3 {
		t.Errorf("the mall was asked %d times", m.api.asked.Load())
	}
}

// TestACollidingCancelIsTakenWhereItCannotBeABuyers lets the operator say how Cafe24's own is told apart.
func TestACollidingCancelIsTakenWhereItCannotBeABuyers(t *testing.T) {
	t.Parallel()
	for setting, taken := range map[string]bool{
		"CAFE24_SOURCE_RANGES=127.0.0.0/8":    true,
		"CAFE24_SOURCE_RANGES=203.0.113.0/24": false,
		"CAFE24_CANCEL_PROOF=signature":       true,
		"CAFE24_CANCEL_PROOF=second":          false,
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Env: []string{setting}})
			c := rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
			s.Post(syncCheckoutPath, c.Body())
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			a := s.Post(syncCancelPath, rig.Cancel{Mall: "demomall", Order: number, Code: code, Paid: 306500, Amount: 306500, LogKey: "c"}.Body())
			if got := a.Field("result_code") == "0000"; got != taken {
				t.Errorf("%d %s", a.Status, a.Body)
			}
			companyGaveBack(t, s, map[bool]string{true: "3065.00", false: "0.00"}[taken], map[bool]int{true: 1}[taken])
		})
	}
}

// TestACapturedPartialCancelGivesNothingBackThatTheMallDoesNotWant sends what somebody saw in a log again, with
// the rest that the ledger has by now: no signature covers it.
func TestACapturedPartialCancelGivesNothingBackThatTheMallDoesNotWant(t *testing.T) {
	t.Parallel()
	m := mallToAsk(t)
	sold(t, m.System, "demomall")
	captured := func(remain int64) string {
		return rig.Cancel{Mall: "demomall", Order: number, Code: code, Paid: 306500, Amount: 100000, Remain: remain, LogKey: "c"}.Body()
	}
	cancels := func(remain int64, path, result string) {
		t.Helper()
		if a := m.Post(path, captured(remain)); a.Field("result_code") != result {
			t.Errorf("with %d left: %d %s", remain, a.Status, a.Body)
		}
	}
	cancels(206500, syncCancelPath, "0000")
	cancels(206500, cancelPath, "0000") // the same again: the same refund
	cancels(6500, syncCancelPath, "9999")
	companyGaveBack(t, m.System, "1000.00", 1)

	cancels(106500, syncCancelPath, "0000") // equal items are given back like that, and nobody can be asked
	companyGaveBack(t, m.System, "2000.00", 2)
	if n := alarms(t, m.System, "refund_repeated"); n != 1 {
		t.Errorf("%d alarms for one refund that nobody could confirm", n)
	}
	if ledger := m.Command("payments", "show", number); !strings.Contains(ledger, "refund_repeated") {
		t.Errorf("the ledger does not say it:\n%s", ledger)
	}

	grants(t, m.address, m.keyset)
	for _, path := range []string{syncCancelPath, cancelPath} {
		cancels(6500, path, "9999")
	}
	companyGaveBack(t, m.System, "2000.00", 2)
	if n := alarms(t, m.System, "refund_unproven"); n != 2 {
		t.Errorf("%d alarms for two cancels that the mall denies", n)
	}
	m.api.line.Store("C34")
	cancels(6500, syncCancelPath, "0000")
	companyGaveBack(t, m.System, "3000.00", 3)
	if m.api.asked.Load() != 3 {
		t.Errorf("the mall was asked %d times", m.api.asked.Load())
	}
}

// TestARefundIsToldToTheMallsOwnHostOnly sends cancels whose notice would go to somebody else: no signature
// covers where to.
func TestARefundIsToldToTheMallsOwnHostOnly(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	sold(t, s, "demomall")
	honest := rig.Cancel{Mall: "demomall", Order: number, Code: code, Paid: 306500, Amount: 306500, LogKey: "c"}.Body()
	for _, other := range []string{
		"https://ectmtjpq001.cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php", "https://attacker.cafe24.com/Pay/Recv/openpg/x.php",
		"https://demomall.cafe24shop.com.example.org/Pay/Recv/openpg/x.php", "http://127.0.0.1:1/Pay/Recv/openpg/x.php",
	} {
		forged := strings.Replace(honest, "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php", other, 1)
		for _, path := range []string{syncCancelPath, cancelPath} {
			if a := s.Post(path, forged); a.Status != http.StatusBadRequest || !strings.Contains(a.Field("result_message"), "cancel_noty_url") {
				t.Errorf("%s: %d %s", other, a.Status, a.Body)
			}
		}
	}
	companyGaveBack(t, s, "0.00", 0)
	if a := s.Post(syncCancelPath, honest); a.Field("result_code") != "0000" {
		t.Errorf("the mall's own: %d %s", a.Status, a.Body)
	}
}

// TestAKeyAnswersOnlyWhileTheMallsLatestRequestIsSynchronous opens an order in both ways.
func TestAKeyAnswersOnlyWhileTheMallsLatestRequestIsSynchronous(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	s.Post(syncCheckoutPath, c.Body())
	key := `{"key":"` + keyOf(t, s) + `"}`
	if a := s.Post(statusPath, key); a.Field("result_code") != "1400" || a.Field("hash_data") != unpaidSum {
		t.Errorf("synchronous: %d %s", a.Status, a.Body)
	}
	page(t, s, c)
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", number); return o.State == "paid" })
	if a := s.Post(statusPath, key); a.Status != http.StatusNotFound || a.Field("hash_data") != "" {
		t.Errorf("asynchronous by now: %d %s", a.Status, a.Body)
	}
}

func TestAStatusIsToldToTheMallsOwnAddressesOnly(t *testing.T) {
	t.Parallel()
	for ranges, status := range map[string]int{"127.0.0.0/8": http.StatusOK, "203.0.113.0/24": http.StatusBadRequest} {
		t.Run(ranges, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Env: []string{"CAFE24_SOURCE_RANGES=" + ranges}})
			s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			a := s.Post(statusPath, `{"key":"`+keyOf(t, s)+`"}`)
			if a.Status != status || (a.Field("hash_data") != "") != (status == http.StatusOK) {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
}
