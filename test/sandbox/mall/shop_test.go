package mall_test

import (
	"encoding/json"
	"html"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paybridge/test/sandbox/mall"
)

const (
	asyncCheckout = "/api/asynchronous-checkout/checkout"
	syncCheckout  = "/api/synchronous-checkout/checkout"
	statusPath    = "/api/synchronous-checkout/checkout/status"
	paymentPage   = `{"result_code":"0000","result_message":"Success","payment_url":"http://pay.example/1"}`
)

func fixed() mall.Config {
	return mall.Config{Now: func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }}
}

const firstOrder = "20261122-0000001"

// buy clicks through the shop and pays one coffee and two jars in a mode.
func (b *bench) buy(t *testing.T, mode string) (location, page string) {
	t.Helper()
	for product, quantity := range map[string]string{"barako-coffee": "1", "calamansi-jam": "2"} {
		b.submit(t, "/cart", url.Values{"product": {product}, "quantity": {quantity}, "add": {"1"}})
	}
	return b.submit(t, "/checkout", url.Values{
		"mode": {mode}, "name": {"Maria Santos"}, "email": {"maria@example.com"}, "phone": {"1"}, "address": {"12 Mabini Street"}, "city": {"Manila"},
	})
}

func text(fields map[string]any, name string) string {
	value, _ := fields[name].(string)
	return value
}

func TestACheckoutSendsASignedRequestAndTheBuyerToThePaymentPage(t *testing.T) {
	t.Parallel()
	for mode, path := range map[string]string{"asynchronous": asyncCheckout, "synchronous": syncCheckout} {
		b := setup(t, fixed())
		b.app.answer(path, paymentPage)
		if location, _ := b.buy(t, mode); location != "http://pay.example/1" {
			t.Errorf("%s: the buyer is sent to %q, want the payment page", mode, location)
		}
		sent := b.app.last(t, path)
		for name, want := range map[string]string{
			"request_type": "request", "order_id": firstOrder, "amount": "1015.00", "currency": "PHP", "partner_id": partner, "shop_no": "1",
			"return_url":      b.url + "/Pay/Recv/openpg/PayReceiveRtnPage.php",
			"return_noty_url": "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php",
			"hash_data":       mall.Sign(key, "1015.00", "PHP", firstOrder, partner),
		} {
			if text(sent, name) != want {
				t.Errorf("%s: %s is %v, want %s", mode, name, sent[name], want)
			}
		}
		extra, _ := sent["extra_data"].(map[string]any)
		info, _ := sent["additional_payment_info"].(map[string]any)
		if text(extra, "orderId") != firstOrder || text(extra, "LogKey") == "" || info["shipping_fee"] != 65.0 || info["1"] == nil {
			t.Errorf("%s: extra_data %v, additional_payment_info %v", mode, extra, info)
		}
		if zip, given := sent["ship_zip"]; !given || zip != nil {
			t.Errorf("%s: ship_zip is %v, want null as Cafe24 sends it", mode, zip)
		}
		if cart := b.get(t, "/cart"); !strings.Contains(cart, "It is empty") {
			t.Errorf("%s: the cart is not empty after the order", mode)
		}
	}
}

func TestWhatTheAppRefusesIsShownAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.app.answer(asyncCheckout, `{"result_code":"9999","result_message":"shop is <disabled>","payment_url":""}`)
	if _, page := b.buy(t, "asynchronous"); !strings.Contains(page, "shop is &lt;disabled&gt;") || !strings.Contains(page, "Pay again") {
		t.Errorf("the page does not show the refusal: %s", page)
	}
	first := b.app.last(t, asyncCheckout)
	b.app.answer(asyncCheckout, paymentPage)
	if location, _ := b.submit(t, "/orders/"+firstOrder+"/pay", url.Values{"mode": {"asynchronous"}}); location != "http://pay.example/1" {
		t.Errorf("second try leads to %q, want the payment page", location)
	}
	second := b.app.last(t, asyncCheckout)
	before, _ := first["extra_data"].(map[string]any)
	after, _ := second["extra_data"].(map[string]any)
	if text(second, "order_id") != firstOrder || text(before, "LogKey") == text(after, "LogKey") {
		t.Error("the second try must be the same order with a new LogKey")
	}
}

func TestAnOrderOfTheShopIsPaidOnlyByAMessageThatFitsIt(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.app.answer(asyncCheckout, paymentPage)
	b.buy(t, "asynchronous")
	extra := b.app.last(t, asyncCheckout)["extra_data"]
	notice := func(changes map[string]any) map[string]any {
		fields := map[string]any{"order_id": firstOrder, "amount": "1015.00", "extra_data": extra}
		for name, value := range changes {
			fields[name] = value
		}
		return payment(fields)
	}
	if page := b.get(t, "/orders/"+firstOrder+"?result_code=0000"); !strings.Contains(page, "Waiting for the confirmation") {
		t.Error("before the notification the page does not say that it waits")
	}
	for name, changes := range map[string]map[string]any{
		"other amount": {"amount": "1015.01"}, "other currency": {"currency": "USD"}, "foreign extra_data": {"extra_data": map[string]any{"LogKey": "x"}},
	} {
		if got := b.tellJSON(t, noty, notice(changes)); got["result"] != "FAIL" {
			t.Errorf("%s: answered %v, want FAIL", name, got)
		}
	}
	if got := b.tellJSON(t, noty, notice(nil)); got["result"] != "OK" {
		t.Fatalf("fitting notification: answered %v, want OK", got)
	}
	page := html.UnescapeString(b.get(t, "/orders/"+firstOrder))
	for _, part := range []string{"your order is paid", "signature valid", "1015.00 + PHP + " + firstOrder, "extra_data is not what the mall sent"} {
		if !strings.Contains(page, part) {
			t.Errorf("the order's page lacks %q", part)
		}
	}
}

func TestASynchronousReturnAsksTheAppAndBelievesItsSignedAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, signedAmount, payed, code, want string }{
		{"paid", "1015.00", "T", "0000", "your order is paid"},
		{"not paid", "0", "F", "1400", "was not paid"},
		{"wrong signature", "1.00", "T", "0000", "hash_data is not the signature"},
	} {
		b := setup(t, fixed())
		b.app.answer(syncCheckout, paymentPage)
		b.buy(t, "synchronous")
		extra, err := json.Marshal(b.app.last(t, syncCheckout)["extra_data"])
		if err != nil {
			t.Fatal(err)
		}
		amount := map[string]string{"T": "1015.00", "F": "0"}[c.payed]
		b.app.answer(statusPath, `{"partner_id":"`+partner+`","order_id":"`+firstOrder+`","paymethod":"etc","tid":"pg-order-001","amount":"`+amount+
			`","currency":"PHP","cancel_mode":"sync","all_cancel_tf":"T","part_cancel_tf":"T","escrow_tf":"F","payed_tf":"`+c.payed+`","easy_pay":"F","hash_data":"`+
			mall.Sign(key, c.signedAmount, "PHP", firstOrder, partner, "pg-order-001")+`","extra_data":`+string(extra)+`,"result_code":"`+c.code+`","result_message":""}`)
		back := url.Values{"result_code": {"0000"}, "result_message": {"Success"}, "key": {"secret-key"}, "extra_data": {string(extra)}}
		page := b.get(t, "/Pay/Recv/openpg/PayReceiveRtnPage.php?"+back.Encode())
		if !strings.Contains(page, c.want) {
			t.Errorf("%s: the page lacks %q", c.name, c.want)
		}
		if asked := b.app.last(t, statusPath); text(asked, "key") != "secret-key" {
			t.Errorf("%s: asked with %v, want the key of the return", c.name, asked)
		}
	}
}

func TestAReturnWithNestedExtraDataFindsItsOrder(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.app.answer(asyncCheckout, paymentPage)
	b.buy(t, "asynchronous")
	page := b.get(t, "/Pay/Recv/openpg/PayReceiveRtnPage.php?result_code=0001&result_message=Failed&extra_data%5BorderId%5D="+firstOrder)
	if !strings.Contains(page, "The payment did not go through") {
		t.Error("a failed return does not say so")
	}
	if page := b.get(t, "/Pay/Recv/openpg/PayReceiveRtnPage.php?result_code=0000"); !strings.Contains(page, "names no order") {
		t.Error("a return without extra_data does not say that the order is unknown")
	}
}

// paidInTheShop buys and pays asynchronously.
func (b *bench) paidInTheShop(t *testing.T) {
	t.Helper()
	b.app.answer(asyncCheckout, paymentPage)
	b.buy(t, "asynchronous")
	b.tellJSON(t, noty, payment(map[string]any{
		"order_id": firstOrder, "amount": "1015.00", "extra_data": b.app.last(t, asyncCheckout)["extra_data"],
	}))
}

func TestASynchronousRefundIsDoneWithItsAnswerAndAnAsynchronousOneWithItsNotification(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.paidInTheShop(t)
	b.app.answer("/api/synchronous-refund/cancel", `{"result_code":"0000","result_message":"ok"}`)
	b.app.answer("/api/asynchronous-refund/cancel", `{"result_code":"0000","result_message":"accepted"}`)
	b.submit(t, "/orders/"+firstOrder+"/refund", url.Values{"amount": {"15.00"}, "mode": {"synchronous"}})
	sent := b.app.last(t, "/api/synchronous-refund/cancel")
	for name, want := range map[string]string{
		"amount": "1015", "cancel_amount": "15", "remain_amount": "1000", "tid": "pg-order-001", "cancel_type": "C",
		"cancel_noty_url": "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php",
		"hash_data":       mall.Sign(key, "15", "PHP", firstOrder, partner, "pg-order-001"),
	} {
		if text(sent, name) != want {
			t.Errorf("%s is %v, want %s", name, sent[name], want)
		}
	}
	if order, _ := b.Order("demomall", firstOrder); order.Refunded() != "15.00" {
		t.Errorf("refunded %s after a synchronous refund, want 15.00", order.Refunded())
	}
	b.submit(t, "/orders/"+firstOrder+"/refund", url.Values{"amount": {"1000.00"}, "mode": {"asynchronous"}})
	order, _ := b.Order("demomall", firstOrder)
	if order.Refunded() != "15.00" || order.CanRefund() {
		t.Errorf("refunded %s, left %s before the notification; want 15.00 and nothing left", order.Refunded(), order.Refundable())
	}
	extra := b.app.last(t, "/api/asynchronous-refund/cancel")["extra_data"]
	if got := b.tellJSON(t, cancel, cancellation(map[string]any{"order_id": firstOrder, "cancel_amount": "1000", "extra_data": extra})); got["result"] != "OK" {
		t.Fatalf("cancel notification answered %v, want OK", got)
	}
	if order, _ := b.Order("demomall", firstOrder); order.Standing() != "refunded" {
		t.Errorf("order is %s after both refunds, want refunded", order.Standing())
	}
}

func TestTheShopAsksForNoMoreThanIsLeftAndKeepsARefusalsReason(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.paidInTheShop(t)
	for amount, reason := range map[string]string{"1015.01": "is left to refund", "0": "needs an amount", "1.001": "needs an amount", "-1": "needs an amount"} {
		if _, page := b.submit(t, "/orders/"+firstOrder+"/refund", url.Values{"amount": {amount}, "mode": {"synchronous"}}); !strings.Contains(page, reason) {
			t.Errorf("refund of %s: the page lacks %q", amount, reason)
		}
	}
	b.app.answer("/api/synchronous-refund/cancel", `{"result_code":"9999","result_message":"being settled"}`)
	if _, page := b.submit(t, "/orders/"+firstOrder+"/refund", url.Values{"amount": {"15"}, "mode": {"synchronous"}}); !strings.Contains(page, "being settled") {
		t.Error("the page does not show why the refund was refused")
	}
	if order, _ := b.Order("demomall", firstOrder); order.Refunded() != "0.00" || order.Refundable() != "1015.00" {
		t.Errorf("after a refused refund: refunded %s, left %s", order.Refunded(), order.Refundable())
	}
}

func TestEveryPageOfTheShopOpens(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.submit(t, "/cart", url.Values{"product": {"abaca-tote"}, "quantity": {"2"}, "add": {"1"}})
	for path, want := range map[string]string{
		"/shop": "Capiz Shell Lamp", "/products/abaca-tote": "Add to cart", "/cart": "₱1,780", "/checkout": "Pay (synchronous)", "/orders": "Nothing was ordered",
		"/nowhere": "Page not found", "/products/none": "Product not found", "/orders/none": "Order not found", "/art/abaca-tote.svg": "<svg",
	} {
		page := b.get(t, path)
		if !strings.Contains(page, want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	if page := b.get(t, "/shop"); !strings.Contains(page, `lang="en"`) || !strings.Contains(page, "width=device-width") {
		t.Error("the start page lacks language or viewport")
	}
	if log := b.Requests(); len(log) != 0 {
		t.Errorf("the shop's own pages are logged: %+v", log)
	}
}

func TestOrdersSurviveARestartAndAResetForgetsThem(t *testing.T) {
	t.Parallel()
	config := mall.Config{StateFile: filepath.Join(t.TempDir(), "mall.json")}
	before := setup(t, config)
	before.tellJSON(t, noty, payment(nil))
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	after := setup(t, config)
	if order, exists := after.Order("demomall", "20220519-0000029"); !exists || order.State != "paid" || len(order.Told) != 1 {
		t.Errorf("after the restart: %+v, %v; want the paid order", order, exists)
	}
	after.Reset()
	if orders := after.Orders(); len(orders) != 0 {
		t.Errorf("after a reset: %+v, want no orders", orders)
	}
}
