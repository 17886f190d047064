package acceptance_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"paybridge/test/rig"
)

// reserve sends a payload that is taken, and returns the company's code and the token of the buyer's link.
func reserve(t *testing.T, s *rig.System, p rig.Payload) (code, token string) {
	t.Helper()
	code, _ = dataOf(t, s.Post(payloadPath, p.Body()))["reference_no"].(string)
	return code, tokenOf(t, s, code)
}

// TestNothingWrongIsStoredWhateverIsChangedOnTheWay plays what a buyer, or somebody beside him, can do to an
// external checkout. In the end there is one payment of what the mall wants.
func TestNothingWrongIsStoredWhateverIsChangedOnTheWay(t *testing.T) {
	t.Parallel()
	s := external(t, rig.Options{})
	mine := rig.Payload{Mall: "demomall", Order: reservedNumber, Member: "mockbuyer"}
	code, token := reserve(t, s, mine)

	// A cheaper cart, proven as everybody can, is another reservation of the order: with another link.
	cheap := mine
	cheap.Price = "200.00"
	_, otherToken := reserve(t, s, cheap)
	if otherToken == token {
		t.Fatal("another cart has the same link")
	}
	dear := cheap
	dear.Currency = "USD"
	refusedAs(t, s.Post(payloadPath, dear.Body()), http.StatusBadRequest, "currency")

	// Other people's links, and none.
	for _, guess := range []string{"nobody-knows-this", reservedNumber, token[1:], strings.ToUpper(token) + "x"} {
		refusedAs(t, get(t, s, reviewPath+"?token="+guess), http.StatusNotFound, "no order to review")
		refusedAs(t, s.Post(payPath, `{"token":"`+guess+`"}`), http.StatusNotFound, "no order to review")
	}

	// A callback before anybody agreed, and twice afterwards.
	fail := "https://demomall.cafe24shop.com/api/shop/pg_fail?order_id=" + reservedNumber + "&sync_type=async"
	if early := get(t, s, agreedPath+"?reference_no="+reservedNumber); early.Status != http.StatusSeeOther || early.Header.Get("Location") != fail {
		t.Errorf("callback before pay: %d %q", early.Status, early.Header.Get("Location"))
	}
	get(t, s, reviewPath+"?token="+token)
	refusedAs(t, s.Post(payPath, `{"token":"`+token+`","total":"1.00"}`), http.StatusConflict, "the total was 1.00 and is 1965.00 now")
	dataOf(t, s.Post(payPath, `{"token":"`+token+`","total":"1965.00"}`))
	get(t, s, reviewPath+"?token="+otherToken)
	refusedAs(t, s.Post(payPath, `{"token":"`+otherToken+`"}`), http.StatusConflict, "another payment page of this order is open")
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if back := get(t, s, agreedPath+"?reference_no="+reservedNumber); back.Status != http.StatusSeeOther || !strings.Contains(back.Header.Get("Location"), "/api/shop/pgsuccess?") {
			t.Errorf("callback: %d %q", back.Status, back.Header.Get("Location"))
		}
	}
	refusedAs(t, s.Post(payloadPath, mine.Body()), http.StatusConflict, "already paid")
	toldOfReserved(t, s)
	if totals := s.Company.Totals("PHP"); totals.Paid != "1965.00" {
		t.Errorf("the company was paid %s", totals.Paid)
	}
}

// TestACallbackForOrdersOfTwoMallsIsNotGuessedAbout lets both malls of the sandbox reserve the same number.
func TestACallbackForOrdersOfTwoMallsIsNotGuessedAbout(t *testing.T) {
	t.Parallel()
	s := external(t, rig.Options{})
	reserve(t, s, rig.Payload{Mall: "demomall", Order: reservedNumber})
	code, _ := reserve(t, s, rig.Payload{Mall: "ectmtjpq001", Order: reservedNumber})
	if back := get(t, s, agreedPath+"?reference_no="+reservedNumber); back.Status != http.StatusConflict {
		t.Errorf("callback: %d %q", back.Status, back.Header.Get("Location"))
	}
	if back := get(t, s, agreedPath+"?order_code="+code); back.Status != http.StatusSeeOther || !strings.HasPrefix(back.Header.Get("Location"), "https://ectmtjpq001.cafe24shop.com/") {
		t.Errorf("callback by code: %d %q", back.Status, back.Header.Get("Location"))
	}
}

// TestASignedCheckoutIsNotKeptWaitingByAReservation reserves an order that the mall then signs a checkout for.
func TestASignedCheckoutIsNotKeptWaitingByAReservation(t *testing.T) {
	t.Parallel()
	s := external(t, rig.Options{})
	_, token := reserve(t, s, rig.Payload{Mall: "demomall", Order: reservedNumber})
	signed := s.Post(checkoutPath, rig.Checkout{Mall: "demomall", Order: reservedNumber, Amount: "1965.00", Currency: "PHP"}.Body())
	if signed.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", signed.Status, signed.Body)
	}
	get(t, s, reviewPath+"?token="+token)
	refusedAs(t, s.Post(payPath, `{"token":"`+token+`"}`), http.StatusConflict, "being paid in another way")
}

// TestAnExternalCheckoutIsRefundedLikeTheOthers cancels it as the mall does.
func TestAnExternalCheckoutIsRefundedLikeTheOthers(t *testing.T) {
	t.Parallel()
	s := external(t, rig.Options{})
	code, token := reserve(t, s, rig.Payload{Mall: "demomall", Order: reservedNumber})
	get(t, s, reviewPath+"?token="+token)
	dataOf(t, s.Post(payPath, `{"token":"`+token+`"}`))
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	toldOfReserved(t, s)
	cancel := rig.Cancel{Mall: "demomall", Order: reservedNumber, Code: code, Paid: 196_500, Amount: 196_500}
	if answer := s.Post("/api/asynchronous-refund/cancel", cancel.Body()); answer.Status != http.StatusOK || answer.Field("result_code") != "0000" {
		t.Fatalf("cancel: %d %s", answer.Status, answer.Body)
	}
	s.Eventually(soon, "the refund is under way at the company", func() bool { return len(s.Company.Refunds(code)) == 1 })
}

// TestWhoBuysIsFoundNowhereButBehindTheLink looks for the buyer and the member in everything that the service
// writes: logs, database, ledger, notices.
func TestWhoBuysIsFoundNowhereButBehindTheLink(t *testing.T) {
	t.Parallel()
	database := ""
	s := external(t, rig.Options{Env: []string{"PAYBRIDGE_LOG_LEVEL=debug"}, DatabaseURL: func(real string) string { database = real; return real }})
	const member = "canary-member-7"
	code, token := reserve(t, s, rig.Payload{Mall: "demomall", Order: reservedNumber, Member: member})
	review := get(t, s, reviewPath+"?token="+token)
	canaries := []string{"Maria Santos", "Mabini", "8123 4567", "Malate"}
	for _, canary := range canaries {
		if !bytes.Contains(review.Body, []byte(canary)) {
			t.Errorf("the review does not show %q", canary)
		}
	}
	refusedAs(t, s.Post(payPath, `{"token":"`+token+`","total":"1.00"}`), http.StatusConflict, "")
	dataOf(t, s.Post(payPath, `{"token":"`+token+`"}`))
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	toldOfReserved(t, s)
	ledger := s.Command("payments", "show", reservedNumber, "--json") + s.Command("notifications", "list", "--json")
	s.Kill()
	written := map[string][]byte{"the log": []byte(s.Log()), "the ledger": []byte(ledger)}
	path := strings.TrimPrefix(database, "sqlite:")
	for _, file := range []string{path, path + "-wal"} {
		content, err := os.ReadFile(file)
		if err == nil {
			written[file] = content
		}
	}
	if len(written[path]) == 0 {
		t.Fatal("the database was not read")
	}
	for where, content := range written {
		for _, canary := range append(canaries, member) {
			if bytes.Contains(content, []byte(canary)) || bytes.Contains(content, []byte(url.QueryEscape(canary))) {
				t.Errorf("%s holds %q", where, canary)
			}
		}
	}
	if bytes.Contains(written["the log"], []byte(token)) {
		t.Error("the log holds the token of the link")
	}
}

// TestWhatIsSealedOfAReservationIsSealedAnewWithTheOtherSecrets counts secrets by key.
func TestWhatIsSealedOfAReservationIsSealedAnewWithTheOtherSecrets(t *testing.T) {
	t.Parallel()
	s := external(t, rig.Options{})
	count := func() (n int) {
		var rows []struct {
			Secrets int `json:"secrets"`
		}
		text := s.Command("keys", "list", "--json")
		if err := json.Unmarshal([]byte(text), &rows); err != nil {
			t.Fatalf("keys list: %v\n%s", err, text)
		}
		for _, row := range rows {
			n += row.Secrets
		}
		return n
	}
	before := count()
	reserve(t, s, rig.Payload{Mall: "demomall", Order: reservedNumber})
	if after := count(); after != before+1 {
		t.Errorf("%d secrets, before the reservation %d", after, before)
	}
}
