package acceptance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/mall"
)

// buyer is a buyer with a script: he knows the protocol, sees his own address bar, and asks the service
// and the mall whatever he likes. He does not know the service key.
type buyer struct {
	system *rig.System
	order  mall.Order
	key    string
	seen   []map[string]any // every status answer that he got
}

// shops lets him order something in the mall's own shop, and the mall ask for the checkout.
func shops(t *testing.T, s *rig.System) *buyer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: s.Client.CheckRedirect}
	submit(t, browser, s.MallURL+"/cart", url.Values{"product": {"barako-coffee"}, "quantity": {"2"}, "add": {"1"}})
	submit(t, browser, s.MallURL+"/checkout", url.Values{"mode": {"synchronous"}, "name": {"B"}, "email": {"b@example.com"}, "phone": {"1"}, "address": {"1"}, "city": {"C"}})
	orders := s.Mall.Orders()
	if len(orders) != 1 || len(orders[0].LogKeys) != 1 {
		t.Fatalf("the shop has the orders %+v", orders)
	}
	b := &buyer{system: s, order: orders[0]}
	checkout := rig.Checkout{Mall: b.order.Mall, Order: b.order.ID, Amount: b.order.Amount, Currency: b.order.Currency, LogKey: b.order.LogKeys[0]}
	if a := s.Post(syncCheckoutPath, checkout.Body()); a.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", a.Status, a.Body)
	}
	return b
}

func submit(t *testing.T, browser *http.Client, target string, form url.Values) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
}

// asks asks for the status by the key of his address bar, and keeps the answer.
func (b *buyer) asks(t *testing.T, result string) {
	t.Helper()
	a := b.system.Post(statusPath, `{"key":"`+b.key+`"}`)
	var answer map[string]any
	if err := json.Unmarshal(a.Body, &answer); err != nil || a.Field("result_code") != result {
		t.Fatalf("status: %d %s", a.Status, a.Body)
	}
	b.seen = append(b.seen, answer)
}

// wholeText is the amount as the mall may write it in a cancel.
func (b *buyer) wholeText() string { return strings.TrimSuffix(b.order.Amount, ".00") }

// claimsPaid posts every signature that he has to the mall, as a notice that says paid, and returns how
// often the mall believed it.
func (b *buyer) claimsPaid(t *testing.T) (believed int) {
	t.Helper()
	for _, answer := range b.seen {
		for _, amount := range []string{"0", "0.00", b.order.Amount, b.wholeText()} {
			notice := maps.Clone(answer)
			notice["request_type"], notice["easypay"] = "payment", "F"
			notice["amount"], notice["payed_tf"], notice["result_code"], notice["result_message"] = amount, "T", "0000", "Success"
			if b.tellsMall(t, notice) == "OK" {
				believed++
			}
		}
	}
	return believed
}

// tellsMall posts to where the mall takes payment notices, and returns its result.
func (b *buyer) tellsMall(t *testing.T, notice map[string]any) string {
	t.Helper()
	body, err := json.Marshal(notice)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.system.MallURL+noticePath, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = b.order.Mall + ".cafe24shop.com"
	request.Header.Set("Content-Type", "application/json")
	response, err := b.system.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var verdict struct{ Result string }
	text, err := io.ReadAll(response.Body)
	if err != nil || json.Unmarshal(text, &verdict) != nil || verdict.Result == "" {
		t.Fatalf("the mall says %s, %v", text, err)
	}
	return verdict.Result
}

// cancels posts every signature that he has to both cancel routes, and returns how often it was taken.
func (b *buyer) cancels(t *testing.T) (taken int) {
	t.Helper()
	for _, answer := range b.seen {
		for _, amount := range []string{"0", b.order.Amount, b.wholeText()} {
			for _, remain := range []string{"0", b.order.Amount} {
				body, err := json.Marshal(map[string]any{
					"request_type": "cancel", "partner_id": answer["partner_id"], "shop_no": "1", "paymethod": answer["paymethod"], "tid": answer["tid"],
					"order_id": answer["order_id"], "escrow_tf": "F", "currency": answer["currency"], "amount": b.order.Amount, "cancel_amount": amount,
					"remain_amount": remain, "cancel_type": "C", "cancel_reason": "mine", "hash_data": answer["hash_data"], "tax_free_tf": "F",
					"cancel_noty_url": "https://" + b.order.Mall + ".cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php", "extra_data": fmt.Sprint(answer["extra_data"]),
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, way := range []string{"synchronous", "asynchronous"} {
					if a := b.system.Post("/api/"+way+"-refund/cancel", string(body)); a.Status == http.StatusOK || a.Field("result_code") == "0000" {
						taken++
					}
				}
			}
		}
	}
	return taken
}

func TestABuyerMovesNothingWithTheSignaturesThatHeCanFetch(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	b := shops(t, s)
	b.key = returnKey(t, s) // back without having paid: pending
	b.asks(t, "1400")
	if believed := b.claimsPaid(t); believed != 0 {
		t.Errorf("the mall believed %d notices about an order that is not paid", believed)
	}
	if o, _ := s.Mall.Order(b.order.Mall, b.order.ID); o.State == "paid" {
		t.Errorf("the mall shows %+v", o)
	}
	if taken := b.cancels(t); taken != 0 {
		t.Errorf("%d cancels of an unpaid order were taken", taken)
	}

	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	if again := returnKey(t, s); again != b.key {
		t.Errorf("two keys of one order: %q and %q", b.key, again)
	}
	b.asks(t, "0000")
	if b.claimsPaid(t) == 0 {
		t.Error("the mall does not even believe the truth: the script proves nothing")
	}
	if taken := b.cancels(t); taken != 0 {
		t.Errorf("%d cancels were taken", taken)
	}
	o, known := s.Company.Order(code)
	if !known || o.Paid != b.order.Amount || o.Refunded != "0.00" {
		t.Errorf("the company has %+v", o)
	}
	b.asks(t, "0000")
}
