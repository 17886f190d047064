package httpapi_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/cart"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

const (
	payloadPath = "/api/external-checkout/payload"
	reviewPath  = "/api/external-checkout/order/review"
	payPath     = "/api/external-checkout/order/pay"
	agreedPath  = "/api/external-checkout/order/callback"
)

// pesos is an amount in PHP, negative ones too.
func pesos(text string) money.Money {
	m, err := money.ParseSigned(text, "PHP")
	if err != nil {
		panic(err) // the test's own text
	}
	return m
}

// review is what a buyer sees: two lines of one product and shipping.
func review() command.Review {
	line := cart.Line{Product: 22, Variant: "P000000W000C", Option: "000C", Quantity: 1, Price: pesos("1000"), OptionPrice: pesos("100"), Prepaid: true, Name: "Basic Product (Custom Variant)", OptionText: "サイズ=S"}
	other := line
	other.Variant, other.Option, other.OptionPrice, other.OptionText = "P000000W000A", "000A", pesos("-200"), "カラー=Black"
	return command.Review{
		Mall: "demomall", Number: "20220513-0000079", Token: "token-1", ReturnURL: "https://demomall.cafe24shop.com",
		Cart:  cart.Cart{Lines: []cart.Line{line, other}, Member: "mockbuyer", Shipping: "B"},
		Buyer: ports.Buyer{Address: ports.Address{Name: "Maria Santos", Line1: "12 Mabini Street", City: "Manila", PostalCode: "1004", Country: "Philippines", Phone: "+63 2 8123 4567"}, Preference: "standard_delivery"},
		Price: ports.Calculation{Total: pesos("1965"), TotalText: "1965.00", Items: pesos("1900"), Shipping: pesos("65"), Discount: pesos("0"), Rebate: pesos("0")},
		Total: pesos("1965"),
	}
}

func collected(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile("../../test/acceptance/testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestTheCollectionsPayloadIsReadExactly(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.post(payloadPath, jsonType, collected(t, "external_payload"))
	if got.status != http.StatusOK || got.body != `{"mData":{"reference_no":"pg-order-001"},"bResult":true}` || got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("answer: %d %s %v", got.status, got.body, got.header)
	}
	in := s.reserved[0]
	want := command.ReserveOrder{
		Mall: "demomall", Shop: 1, Number: "20220513-0000079", Currency: "PHP", Intent: in.Intent, Cart: review().Cart,
		NotifyURL: "http://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCheckoutNoty.php", ReturnURL: "http://demomall.cafe24shop.com",
	}
	if total, err := in.Cart.Total(); err != nil || total != pesos("1900") || len(in.Intent) != 43 {
		t.Errorf("total %v %v, intent %q", total, err, in.Intent)
	}
	for i := range want.Cart.Lines {
		if in.Cart.Lines[i] != want.Cart.Lines[i] {
			t.Errorf("line %d: %+v", i, in.Cart.Lines[i])
		}
	}
	in.Cart.Lines, want.Cart.Lines = nil, nil
	if in.Mall != want.Mall || in.Number != want.Number || in.Shop != want.Shop || in.NotifyURL != want.NotifyURL || in.ReturnURL != want.ReturnURL ||
		in.Cart.Member != want.Cart.Member || in.Cart.Shipping != want.Cart.Shipping {
		t.Errorf("read %+v", in)
	}
}

func TestAPayloadIsTheSameHoweverItIsSpacedAndAnotherOneWhateverDiffers(t *testing.T) {
	t.Parallel()
	s := setup(t)
	body := collected(t, "external_payload")
	for _, sent := range []string{body, strings.ReplaceAll(strings.ReplaceAll(body, "\n", ""), "\t", ""), strings.Replace(body, `"mockbuyer"`, `"another"`, 1)} {
		if got := s.post(payloadPath, jsonType, sent); got.status != http.StatusOK {
			t.Fatalf("answer: %d %s", got.status, got.body)
		}
	}
	if s.reserved[0].Intent != s.reserved[1].Intent || s.reserved[0].Intent == s.reserved[2].Intent {
		t.Errorf("intents: %s %s %s", s.reserved[0].Intent, s.reserved[1].Intent, s.reserved[2].Intent)
	}
}

func TestAPayloadThatWasChangedOnItsWayIsRefused(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for name, change := range map[string][2]string{
		"hmac":                    {`"product_price": "1000.00"`, `"product_price": "1.00"`},
		"option_price":            {`"option_price": "100.00"`, `"option_price": "-1000.01"`},
		"quantity":                {`"quantity": 1`, `"quantity": 0`},
		"shop_no":                 {`"shop_no": 1`, `"shop_no": 2`},
		"mall_id":                 {`"demomall",`, `"demo.mall",`},
		"currency":                {`"PHP"`, `"php"`},
		"order_id":                {`"20220513-0000079"`, `"20220513-79"`},
		"order":                   {`"order": [`, `"ordr": [`},
		"return_notification_url": {`"return_notification_url"`, `"return_url"`},
		"product_no":              {`"product_no": 22`, `"product_no": -22`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.sendFrom(t, http.MethodPost, payloadPath, strings.Replace(collected(t, "external_payload"), change[0], change[1], 1), "Content-Type", jsonType)
			if got.status != http.StatusBadRequest || !strings.Contains(got.body, name) || !strings.Contains(got.body, `"bResult":false`) {
				t.Errorf("answer: %d %s", got.status, got.body)
			}
		})
	}
}

func TestAPageAsksWhetherItMaySendJSONBeforeItDoes(t *testing.T) {
	t.Parallel()
	got := setup(t).send(http.MethodOptions, payloadPath, "", "Origin", "https://demomall.cafe24.com", "Access-Control-Request-Method", "POST")
	if got.status != http.StatusNoContent || got.header.Get("Access-Control-Allow-Headers") != "Content-Type" || got.header.Get("Access-Control-Allow-Methods") != "POST" {
		t.Errorf("answer: %d %v", got.status, got.header)
	}
}

func TestAReviewNeedsItsTokenUnlessTheSandboxIsAskedByNames(t *testing.T) {
	t.Parallel()
	names := "?mall_id=demomall&order_id=20220513-0000079"
	strict, sample := setup(t), setup(t, func(sc *scene) { sc.SampleCompat = true })
	if got := strict.send(http.MethodGet, reviewPath+names, ""); got.status != http.StatusBadRequest {
		t.Errorf("by names: %d %s", got.status, got.body)
	}
	if got := sample.send(http.MethodGet, reviewPath+names, ""); got.status != http.StatusOK || sample.reviews[0].Mall != "demomall" {
		t.Errorf("by names in the sandbox: %d %s %+v", got.status, got.body, sample.reviews)
	}
	got := strict.send(http.MethodGet, reviewPath+"?token=token-1&mall_id=other", "")
	if got.status != http.StatusOK || !strings.Contains(got.body, `"total_amount":"1965.00"`) || strict.reviews[0] != (command.ReviewOrder{Named: command.Named{ReservationQuery: ports.ReservationQuery{Token: "token-1"}}}) {
		t.Errorf("by token: %d %s %+v", got.status, got.body, strict.reviews)
	}
}

func TestAFormIsSentOnToTheCompanyAndAScriptIsToldWhereTo(t *testing.T) {
	t.Parallel()
	s := setup(t)
	form := s.post(payPath, formType, "token=token-1&total=1965.00")
	if form.status != http.StatusSeeOther || form.header.Get("Location") != "https://company.example/pay/pg-order-001?a=1&b=2" || s.pays[0].Seen != "1965.00" {
		t.Errorf("form: %d %v %+v", form.status, form.header, s.pays)
	}
	script := s.post(payPath, jsonType, `{"token":"token-1"}`)
	if script.status != http.StatusOK || !strings.Contains(script.body, `"redirect_url":"https://company.example/pay/pg-order-001?a=1\u0026b=2"},"bResult":true}`) {
		t.Errorf("script: %d %s", script.status, script.body)
	}
}

func TestABuyerWhoAgreedGoesToTheShopsPageForWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outcome payment.State
		agreed  bool
		page    string
	}{
		"paid":                  {payment.Paid, true, "pgsuccess"},
		"on its way":            {payment.Authorized, true, "pgsuccess"},
		"not known yet":         {payment.Pending, true, "pgsuccess"},
		"nobody agreed":         {payment.Pending, false, "pg_fail"},
		"declined for good":     {payment.Failed, true, "pg_fail"},
		"its time is over":      {payment.Expired, true, "pg_fail"},
		"cancelled":             {payment.Cancelled, true, "pg_fail"},
		"the company never had": {payment.Refused, false, "pg_fail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, func(sc *scene) {
				sc.approve = func(_ context.Context, _ command.ApprovePayment) (command.BuyerReturn, error) {
					return command.BuyerReturn{Way: order.External, Outcome: c.outcome, Agreed: c.agreed, ReturnURL: "https://demomall.cafe24shop.com/shop2/m", Number: "20220513-0000079"}, nil
				}
			})
			got := s.send(http.MethodGet, agreedPath+"?reference_no=20220513-0000079", "")
			if want := "https://demomall.cafe24shop.com/shop2/m/api/shop/" + c.page + "?order_id=20220513-0000079&sync_type=async"; got.status != http.StatusSeeOther || got.header.Get("Location") != want {
				t.Errorf("goes to %d %q, want %q", got.status, got.header.Get("Location"), want)
			}
			if in := s.returns[0]; in.Number != "20220513-0000079" || in.Reference != "" {
				t.Errorf("asked for %+v", in)
			}
		})
	}
}
