package mall_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/mall/platform"
)

// reserved is what the front SDK gets.
type reserved struct {
	Rows         []map[string]any `json:"rows"`
	OrderID      string           `json:"order_id"`
	NotifyURL    string           `json:"return_noty_url"`
	ResponseTime int64            `json:"response_time"`
	HMAC         string           `json:"hmac"`
	Error        struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// reservation is what the page sends, signed by the app for the member.
func reservation(at time.Time) url.Values {
	seconds := strconv.FormatInt(at.Unix(), 10)
	return url.Values{
		"mall_id": {"demomall"}, "request_time": {seconds}, "app_key": {"mock_client_id"}, "member_id": {"mockbuyer"}, "delv_type": {"A"},
		"hmac": {mall.Sign(key, "demomall", seconds, "mock_client_id", "mockbuyer")},
	}
}

func (b *bench) reserve(t *testing.T, path string, fields url.Values) (got reserved) {
	t.Helper()
	_, text := b.submit(t, path+"/exec/front/order/reserve/", fields)
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%q is no JSON", text)
	}
	return got
}

// fill logs the member in and fills the cart as in the payload of the collection.
func (b *bench) fill(t *testing.T) {
	t.Helper()
	b.submit(t, "/login", url.Values{"in": {"yes"}})
	for _, option := range []string{"000C", "000A"} {
		b.submit(t, "/cart", url.Values{"product": {"buri-basket"}, "option": {option}, "quantity": {"1"}, "add": {"1"}})
	}
}

func TestACartIsReservedAsInTheCollection(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	b := setup(t, mall.Config{Now: func() time.Time { return now }})
	b.fill(t)
	got := b.reserve(t, "", reservation(now))
	if got.OrderID != "20261103-0000001" || got.ResponseTime != now.Unix() || len(got.Rows) != 2 {
		t.Fatalf("reserved %+v", got)
	}
	text := `"1900` + got.OrderID + strconv.FormatInt(got.ResponseTime, 10) + `https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCheckoutNoty.php"`
	if got.HMAC != mall.Sign("mock_client_id"+got.OrderID, text) {
		t.Errorf("the hmac is not of %s", text)
	}
	for i, want := range []map[string]any{
		{"item_code": "P000000W000C", "product_price": "1000.00", "opt_price": "100.00", "opt_id": "000C", "product_no": 22.0},
		{"item_code": "P000000W000A", "product_price": "1000.00", "opt_price": "-200.00", "opt_id": "000A", "product_no": 22.0},
	} {
		for name, value := range want {
			if got.Rows[i][name] != value {
				t.Errorf("row %d: %s is %v, want %v", i, name, got.Rows[i][name], value)
			}
		}
	}
	if order, _ := b.Order("demomall", got.OrderID); order.Mode != "external" || order.Amount != "1965.00" || order.PartnerID != partner {
		t.Errorf("the mall remembers %+v", order)
	}
}

func TestAnotherShopReservesInItsOwnCurrency(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	b.fill(t)
	got := b.reserve(t, "/shop2/m", reservation(time.Now()))
	if len(got.Rows) != 2 || got.Rows[0]["shop_no"] != 2.0 {
		t.Errorf("reserved %+v", got)
	}
	if order, _ := b.Order("demomall", got.OrderID); order.Currency != "JPY" || order.PartnerID != "demomall:1:demo-app-public-key" {
		t.Errorf("the mall remembers %+v", order)
	}
}

func TestAReservationNeedsTheAppsSignatureTheBuyerAndSomethingToBuy(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, change := range map[string]func(*bench, url.Values){
		"another signature": func(_ *bench, f url.Values) { f.Set("hmac", "AA==") },
		"another buyer":     func(_ *bench, f url.Values) { f.Set("member_id", "somebody") },
		"another mall":      func(_ *bench, f url.Values) { f.Set("mall_id", "othermall") },
		"long ago":          func(_ *bench, f url.Values) { f.Set("request_time", "1657003037") },
		"somebody who left": func(b *bench, _ url.Values) { b.submit(t, "/login", url.Values{}) },
		"an empty cart": func(b *bench, _ url.Values) {
			for _, option := range []string{"000C", "000A"} {
				b.submit(t, "/cart", url.Values{"product": {"buri-basket"}, "option": {option}, "quantity": {"0"}})
			}
		},
	} {
		b := setup(t, mall.Config{Now: func() time.Time { return now }})
		b.fill(t)
		fields := reservation(now)
		change(b, fields)
		if got := b.reserve(t, "", fields); got.Error.Code != 422 || got.Error.Message == "" {
			t.Errorf("%s: %+v", name, got)
		}
		if len(b.Orders()) != 0 {
			t.Errorf("%s: an order was made", name)
		}
	}
}

func TestAProductPageReservesItsOwnLine(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	b.fill(t)
	_, text := b.submit(t, "/exec/front/order/basket/", url.Values{"product": {"abaca-tote"}, "quantity": {"2"}})
	var line struct {
		Number int `json:"basket_prd_no"`
	}
	if err := json.Unmarshal([]byte(text), &line); err != nil || line.Number == 0 {
		t.Fatalf("the basket answers %s", text)
	}
	fields := reservation(time.Now())
	fields.Set("basket_prd_no", strconv.Itoa(line.Number))
	if got := b.reserve(t, "", fields); len(got.Rows) != 1 || got.Rows[0]["quantity"] != 2.0 {
		t.Errorf("reserved %+v", got)
	}
	if _, text = b.submit(t, "/exec/front/order/basket/", url.Values{"product": {"buri-basket"}, "quantity": {"1"}}); !strings.Contains(text, "choose an option") {
		t.Errorf("without an option the basket answers %s", text)
	}
}

func TestThePagesCarryTheAppsScriptAsItIsRegistered(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	b.fill(t)
	if page := b.get(t, "/products/buri-basket"); strings.Contains(page, "external-checkout/script") || !strings.Contains(page, `content="PRODUCT_DETAIL"`) {
		t.Error("a script is loaded that the app does not serve, or the page has no role")
	}
	b.Platform().PutScript("demomall", platform.ScriptTag{ShopNo: 1, Source: "https://pay.example.com/s.js", Pages: []string{"ORDER_BASKET"}})
	if page := b.get(t, "/m/cart"); !strings.Contains(page, `https://pay.example.com/s.js?vs=`) || !strings.Contains(page, `id="appPaymentButtonBox"`) {
		t.Error("the basket page does not load the registered script")
	}
	if page := b.get(t, "/products/buri-basket"); strings.Contains(page, "pay.example.com") {
		t.Error("a page loads a script that is not for it")
	}
	if page := b.get(t, "/cart?box=none&sdk=absent"); strings.Contains(page, `id="appPaymentButtonBox"`) || strings.Contains(page, "cafe24api.js") {
		t.Error("the page has what its address says it has not")
	}
	if page := b.get(t, "/shop9/cart"); !strings.Contains(page, "Page not found") {
		t.Error("there is a ninth shop")
	}
}
