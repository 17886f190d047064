package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/test/sandbox/mall/platform"
)

// What the collection's two lines and the delivery come to.
const reservedTotal = "1965.00"

// atWallet looks at the page where the company's browser SDK takes the buyer.
func (v *tab) atWallet() {
	v.t.Helper()
	v.arrives("Log in to Demo Pay")
	v.reads("Send it to", "8 Gorordo Avenue")
}

// reviews looks at the app's review page and agrees to what is due there.
func (v *tab) reviews(due string) {
	v.t.Helper()
	v.arrives("Review your order")
	v.reads("Deliver to", "Maria Santos")
	v.press("Pay PHP\u00a0" + due) // the currency stays with its amount
}

// hasPaid looks at the mall's page after a payment of an order that the button reserved, and at what everybody holds.
func (v *tab) hasPaid(shown, due string) {
	v.t.Helper()
	v.arrives("You pay")
	v.reads(due, "PHP")
	v.press("Approve")
	v.arrives("Thank you, your order is paid")
	v.reads(shown+" PHP", "signature valid", "External checkout notification")
	v.settled()
	made := v.reserved()
	paid := 0
	for _, told := range made.Told {
		if told.Kind != "checkout" || !told.SignatureValid || told.Result != "OK" {
			v.t.Errorf("the mall heard %+v", told)
		}
		if told.Fields["payed_tf"] == "T" {
			paid++
		}
	}
	if paid != 1 || made.State != "paid" {
		v.t.Errorf("the mall was told %d times, and the order is %s", paid, made.State)
	}
	v.holds("S", shown)
}

func TestAMemberPaysFromTheBasketPage(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"at a desk": desktop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := enter(t, width)
			v := p.tab()
			v.basket("")
			v.reads("₱1,900")
			v.press("Log in")
			v.reads("You are mockbuyer")
			v.pressesButton()
			v.atWallet()
			v.press("Continue")
			v.reviews("1,965.00")
			v.hasPaid(reservedTotal, reservedTotal)
			if made := p.reserved(); len(made.Lines) != 2 || made.Amount != reservedTotal {
				t.Errorf("the mall's order is %+v", made)
			}
		})
	}
}

func TestAGuestPaysFromAProductPageOfThePhoneSkin(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/m/products/abaca-tote")
	v.arrives("Abaca Market Tote")
	v.fills("Quantity", "2")
	v.pressesButton()
	v.atWallet()
	v.press("Continue")
	v.reviews("1,845.00")
	v.hasPaid(total, total)
	if at := v.address(); !strings.HasPrefix(at, p.sandbox.MallURL()+"/m/orders/"+p.reserved().ID) {
		t.Errorf("the buyer ended at %s", at)
	}
}

func TestABuyerWhoComesBackToTheShopCanPayAfterAll(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	v := p.open(p.sandbox.MallURL() + "/products/abaca-tote")
	v.pressesButton()
	v.atWallet()
	v.back()
	v.arrives("Abaca Market Tote")
	if name := v.inButton("button").MustText(); name != "Pay now" {
		t.Errorf("the payment button says %q", name)
	}
	v.pressesButton()
	v.atWallet()
	v.press("Continue")
	v.reviews("955.00")
	v.arrives("You pay")
}

// meddler changes what the button tells the app.
func meddler(change string) string {
	return `(() => {
		const ask = window.fetch;
		const bytes = (text) => new TextEncoder().encode(text);
		window.prove = async (payload) => { // its key is known to everybody
			const total = payload.order.reduce((sum, row) => sum + (Number(row.product_price) + Number(row.option_price)) * row.quantity, 0);
			const text = JSON.stringify(total + payload.order_id + payload.response_time + payload.return_notification_url);
			const key = await crypto.subtle.importKey("raw", bytes("mock_client_id" + payload.order_id), {name: "HMAC", hash: "SHA-256"}, false, ["sign"]);
			payload.hmac = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(text)))));
		};
		window.fetch = async (address, options) => {
			if (!String(address).endsWith("/external-checkout/payload")) return ask(address, options);
			const payload = JSON.parse(options.body);
			` + change + `;
			return ask(address, {...options, body: JSON.stringify(payload)});
		};
	})()`
}

const forOnePeso = `for (const row of payload.order) row.product_price = "1.00"`

func TestWhatIsChangedInThePageDoesNotPass(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	door := p.sandbox.AppURL() + "/api/external-checkout/payload"
	for name, tc := range map[string]struct{ change, refusal string }{
		"the price":    {forOnePeso, "hmac: is not that of this order"},
		"the currency": {`payload.currency = "JPY"`, "currency: is not the currency of the shop"},
		"the order":    {`payload.order_id = "20220513-0000079"`, "hmac: is not that of this order"},
		"where to":     {`payload.return_url_base = "https://evil.example"`, "return_url_base: the URL must be an https URL of the mall"},
		"whom to tell": {
			`payload.return_notification_url = "https://evil.example/Pay/Recv/noty.php"; await prove(payload)`,
			"return_notification_url: the URL must be an https URL of the mall",
		},
	} {
		v := p.warned("HTTP 400 of " + door + ": " + tc.refusal)
		v.refusals = append(v.refusals, refusal(door, http.StatusBadRequest))
		if _, err := v.page.EvalOnNewDocument(meddler(tc.change)); err != nil {
			t.Fatal(err)
		}
		v.visit(p.sandbox.MallURL() + "/products/abaca-tote")
		v.pressesButton()
		v.isTold("The payment could not be started, and nothing was charged.")
		if held := p.sandbox.Company().Orders(); len(held) != 0 {
			t.Errorf("%s: the company holds %+v", name, held)
		}
	}
}

func TestAPriceThatIsChangedAndProvenIsTheMallsAllTheSame(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	p.sandbox.Mall().Platform().SetTariff("demomall", platform.Tariff{Prices: map[int]string{18: "890.00"}})
	v := p.tab()
	if _, err := v.page.EvalOnNewDocument(meddler(forOnePeso + "; await prove(payload)")); err != nil {
		t.Fatal(err)
	}
	v.visit(p.sandbox.MallURL() + "/products/abaca-tote")
	v.pressesButton()
	v.atWallet()
	v.press("Continue")
	v.reviews("955.00")
	v.hasPaid("955.00", "955.00")
}
