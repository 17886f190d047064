package browser_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/go-rod/rod"

	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/mall/platform"
)

// The button of the payment company in the shop's pages stands in a tree of its own, where the names of the page's own
// elements are not looked for.
const buttonHost = "#appPaymentButtonBox > [data-paybridge]"

// inButton waits for a part of the payment button: "button" or "p", which tells what is wrong.
func (v *tab) inButton(part string) *rod.Element {
	v.t.Helper()
	host, err := v.page.Timeout(patience).Element(buttonHost)
	if err != nil {
		v.t.Fatalf("there is no payment button: %v\n%s", err, v.sight())
	}
	root, err := host.ShadowRoot()
	if err != nil {
		v.t.Fatal(err)
	}
	found, err := root.Element(part)
	if err != nil {
		v.t.Fatal(err)
	}
	return found.CancelTimeout().Timeout(patience)
}

// pressesButton presses the payment button twice, as people do when nothing happens at once.
func (v *tab) pressesButton() {
	v.t.Helper()
	button := v.inButton("button")
	if err := button.ScrollIntoView(); err != nil {
		v.t.Fatal(err)
	}
	if _, err := button.Eval(`() => { this.click(); this.click(); }`); err != nil {
		v.t.Fatal(err)
	}
}

// isTold waits until the payment button says this, and takes presses again.
func (v *tab) isTold(text string) {
	v.t.Helper()
	told := v.inButton("p")
	if err := told.Wait(rod.Eval(`text => this.textContent.includes(text)`, text)); err != nil {
		v.t.Fatalf("the button does not say %q: %v", text, err)
	}
	if name := v.inButton("button").MustText(); name != "Pay now" {
		v.t.Errorf("after %q the payment button says %q", text, name)
	}
}

// hasNoButton says that the page has no payment button once the script of the mall has done what it does there.
func (v *tab) hasNoButton() {
	v.t.Helper()
	if found, _, err := v.page.Has(buttonHost); err != nil || found {
		v.t.Errorf("there is a payment button (%v)", err)
	}
}

// remembersWarnings lets pages keep what is said in the console, for isWarned.
const remembersWarnings = `(() => {
	const warn = console.warn;
	window.warnings = [];
	console.warn = (...words) => { window.warnings.push(words.join(" ")); warn.apply(console, words); };
})()`

// warned opens a tab in which the script may say these things in the console, and must.
func (p *person) warned(texts ...string) *tab {
	p.t.Helper()
	v := p.tab()
	if _, err := v.page.EvalOnNewDocument(remembersWarnings); err != nil {
		p.t.Fatal(err)
	}
	for _, text := range texts {
		v.refusals = append(v.refusals, "warning: [paybridge] "+text)
	}
	return v
}

// isWarned waits until the script has said this in the console.
func (v *tab) isWarned(text string) {
	v.t.Helper()
	if err := v.page.Timeout(patience).Wait(rod.Eval(`text => window.warnings.includes("[paybridge] " + text)`, text)); err != nil {
		v.t.Fatalf("the script does not say %q: %v", text, err)
	}
}

// reserved is the one order at the mall, which was reserved by the button.
func (p *person) reserved() mall.Order {
	p.t.Helper()
	made := p.order()
	if made.Mode != "external" {
		p.t.Errorf("the order is %q", made.Mode)
	}
	return made
}

// basket fills the cart as in the collection's payload: two variants of one product.
func (v *tab) basket(base string) {
	v.t.Helper()
	for _, variant := range []string{"000C", "000A"} {
		v.visit(v.sandbox.MallURL() + base + "/products/buri-basket")
		v.chooses("#option", variant)
		v.press("Add to cart")
		v.arrives("Your cart")
	}
}

// chooses selects an option by its value.
func (v *tab) chooses(selector, value string) {
	v.t.Helper()
	field, err := v.page.Timeout(patience).Element(selector)
	if err == nil {
		_, err = field.Eval(`value => { this.value = value; this.dispatchEvent(new Event("change", {bubbles: true})) }`, value)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

func TestAPageWithoutAPlaceForTheButtonLoadsNothing(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/products/abaca-tote?box=none")
	v.arrives("Abaca Market Tote")
	loaded := rod.Eval(`() => performance.getEntriesByType("resource").some(r => r.name.includes("/external-checkout/script?"))`)
	if err := v.page.Timeout(patience).Wait(loaded); err != nil {
		t.Fatalf("the mall does not load the script: %v", err)
	}
	if names := v.page.MustEval(`() => performance.getEntriesByType("resource").map(r => r.name).join("\n")`).Str(); strings.Contains(names, "button-") || strings.Contains(names, "/data") {
		t.Errorf("it loads\n%s", names)
	}
	v.hasNoButton()
}

func TestABuyerIsToldWhatTheMallSaysAboutTheOrder(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.warned("precreateOrder failed: Please choose an option first.")
	v.visit(p.sandbox.MallURL() + "/m/products/buri-basket")
	v.arrives("Buri Market Basket")
	v.refusals = append(v.refusals, refusal(p.sandbox.MallURL()+"/m/exec/front/order/basket/", 422))
	v.pressesButton()
	v.isTold("Please choose an option first.")
	v.inspect("what the mall says")
	if orders := p.sandbox.Mall().Orders(); len(orders) != 0 {
		t.Errorf("the mall has %d orders", len(orders))
	}
}

func TestAFrontSDKThatIsBrokenLeavesThePageAsItIs(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	const absent, broken, unscoped = "there is no CAFE24API in this page", "broken", "getCustomerIDInfo has no scope: 403"
	v := p.warned(absent, broken, unscoped)
	for state, warning := range map[string]string{"absent": absent, "broken": broken} {
		v.visit(p.sandbox.MallURL() + "/products/abaca-tote?sdk=" + state)
		v.arrives("Abaca Market Tote")
		v.isWarned(warning)
		v.hasNoButton()
	}
	v.visit(p.sandbox.MallURL() + "/products/abaca-tote?sdk=noscope")
	v.pressesButton()
	v.isTold("The shop cannot take orders this way at the moment.")
	v.inspect("without a scope")
}

// eavesdropper keeps what the button tells the app, refuses it in the app's place, and can change what JSON is, as old libraries
// do.
const eavesdropper = `(() => {
	const ask = window.fetch;
	window.fetch = (address, options) => {
		if (!String(address).endsWith("/external-checkout/payload")) return ask(address, options);
		window.told = options.body;
		return Promise.resolve(new Response('{"mData":"not now","bResult":false}', {status: 400, headers: {"X-Request-Id": "r-1"}}));
	};
	window.spoil = () => { Array.prototype.toJSON = Object.prototype.toJSON = () => "spoilt"; Array.from = (list) => list; };
})()`

// payload is what the app is told about a reserved order.
type payload struct {
	Order []struct {
		Shop        int    `json:"shop_no"`
		Variant     string `json:"variant_code"`
		Price       string `json:"product_price"`
		OptionPrice string `json:"option_price"`
		Bundle      string `json:"product_bundle"`
		Prepaid     string `json:"prefaid_shipping_fee"`
		BasketNo    int    `json:"basket_product_no"`
	} `json:"order"`
	Mall         string `json:"mall_id"`
	Store        string `json:"store_id"`
	Member       string `json:"member_id"`
	Currency     string `json:"currency"`
	OrderID      string `json:"order_id"`
	NotifyURL    string `json:"return_notification_url"`
	ReturnBase   string `json:"return_url_base"`
	Guest        int    `json:"bGuest"`
	ResponseTime int64  `json:"response_time"`
	HMAC         string `json:"hmac"`
}

func TestTheAppIsToldWhatTheMallReserved(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	refused := "HTTP 400 of " + p.sandbox.AppURL() + "/api/external-checkout/payload: not now"
	v := p.warned(refused)
	if _, err := v.page.EvalOnNewDocument(eavesdropper); err != nil {
		t.Fatal(err)
	}
	v.basket("/m")
	v.reads("₱1,900")
	v.press("Log in")
	v.reads("You are mockbuyer")
	v.inButton("button")
	v.page.MustEval(`() => window.spoil()`)
	v.pressesButton()
	v.isTold("The payment could not be started, and nothing was charged. Please try again. (Reference: r-1)")
	made := p.reserved()
	var told payload
	if err := json.Unmarshal([]byte(v.page.MustEval(`() => window.told`).Str()), &told); err != nil {
		t.Fatal(err)
	}
	if len(told.Order) != 2 {
		t.Fatalf("the app is told %+v", told)
	}
	first, second := told.Order[0], told.Order[1]
	if first.Shop != 1 || first.Variant != "P000000W000C" || first.Price != "1000.00" || first.OptionPrice != "100.00" || second.OptionPrice != "-200.00" ||
		first.Bundle != "F" || first.Prepaid != "P" || first.BasketNo == second.BasketNo {
		t.Errorf("the rows are %+v", told.Order)
	}
	if told.HMAC == "" || told.ResponseTime == 0 {
		t.Errorf("the reservation is not proven: %+v", told)
	}
	told.Order, told.HMAC, told.ResponseTime = nil, "", 0
	want := payload{
		Mall: "demomall", Store: "Tindahan", Member: "mockbuyer", Currency: "PHP", OrderID: made.ID,
		NotifyURL:  "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCheckoutNoty.php",
		ReturnBase: p.sandbox.MallURL() + "/m",
	}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("the app is told %+v, want %+v", told, want)
	}
}

func TestTheButtonSpeaksTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.tab()
	if _, err := v.page.EvalOnNewDocument(`document.addEventListener("DOMContentLoaded", () => {
		document.documentElement.lang = new URLSearchParams(location.search).get("lang");
	})`); err != nil {
		t.Fatal(err)
	}
	for language, name := range map[string]string{
		"en-PH": "Pay now", "ko": "바로 결제하기", "ja_JP": "今すぐ支払う", "zh-TW": "立即付款", "vi": "Thanh toán ngay", "tl": "Pay now", "constructor": "Pay now",
	} {
		v.visit(p.sandbox.MallURL() + "/products/abaca-tote?lang=" + language)
		if says := v.inButton("button").MustText(); says != name {
			t.Errorf("in %s the button says %q, not %q", language, says, name)
		}
	}
}

func TestAShopThatTakesNoExternalCheckoutsShowsNoButton(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	door := p.sandbox.AppURL() + "/api/external-checkout/script"
	p.sandbox.Mall().Platform().PutScript("demomall", platform.ScriptTag{ShopNo: 2, Source: door, Pages: []string{"PRODUCT_DETAIL"}})
	question := door + "/data?mall_id=demomall&shop_no=2"
	refused := "HTTP 404 of " + question + ": this shop has no payment button"
	v := p.warned(refused)
	v.refusals = append(v.refusals, refusal(question, http.StatusNotFound))
	v.visit(p.sandbox.MallURL() + "/shop2/m/products/abaca-tote")
	v.arrives("Abaca Market Tote")
	v.reads("¥890")
	v.isWarned(refused)
	v.hasNoButton()
}
