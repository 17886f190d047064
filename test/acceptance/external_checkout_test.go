package acceptance_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/mall"
)

const (
	externalPath = "/api/external-checkout"
	payloadPath  = externalPath + "/payload"
	reviewPath   = externalPath + "/order/review"
	payPath      = externalPath + "/order/pay"
	agreedPath   = externalPath + "/order/callback"

	// What the starting collection's bodies of the external checkout speak of.
	reservedNumber = "20220513-0000079"
)

// pageAnswer is how scripts in a mall's page are answered.
type pageAnswer struct {
	Data   json.RawMessage `json:"mData"`
	Result bool            `json:"bResult"`
}

// dataOf reads the object in a good answer.
func dataOf(t *testing.T, a rig.Answer) map[string]any {
	t.Helper()
	var got pageAnswer
	var object map[string]any
	if err := json.Unmarshal(a.Body, &got); err != nil || a.Status != http.StatusOK || !got.Result || json.Unmarshal(got.Data, &object) != nil {
		t.Fatalf("answer: %d %s (%v)", a.Status, a.Body, err)
	}
	return object
}

// refusedAs checks an answer that says no, in the shape that scripts get.
func refusedAs(t *testing.T, a rig.Answer, status int, word string) {
	t.Helper()
	var got struct {
		Data   string `json:"mData"`
		Result bool   `json:"bResult"`
	}
	if err := json.Unmarshal(a.Body, &got); err != nil || a.Status != status || got.Result || !strings.Contains(got.Data, word) {
		t.Errorf("answer: %d %s (%v), want %d with %q", a.Status, a.Body, err, status, word)
	}
}

// external starts a system whose two malls are installed.
func external(t *testing.T, o rig.Options) *rig.System {
	t.Helper()
	o.Quiet = true
	s := rig.Start(t, o)
	s.Install("demomall", "ectmtjpq001")
	s.StartApp()
	return s
}

func get(t *testing.T, s *rig.System, path string) rig.Answer {
	t.Helper()
	a, err := s.Send(http.MethodGet, path, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestTheCollectionsExternalCheckoutRunsFromPayloadToToldMall plays the verbatim requests where the sandbox
// takes the guessable names of the collection, with the buyer's approval in between, on both databases.
func TestTheCollectionsExternalCheckoutRunsFromPayloadToToldMall(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := external(t, rig.Options{Postgres: database == "postgres", Env: []string{"CAFE24_COMPAT=sample"}})

			button := dataOf(t, s.Post(payloadPath, verbatim(t, "external_payload")))
			if button["reference_no"] != code || button["signature"] == "" || button["public_key"] != "demo-app-public-key" {
				t.Fatalf("the script gets %v", button)
			}
			refusedAs(t, get(t, s, reviewPath+"?mall_id=ectmtjpq001&order_id="+reservedNumber), http.StatusNotFound, "no order to review")
			reviewed(t, get(t, s, reviewPath+"?mall_id=demomall&order_id="+reservedNumber))

			paid := dataOf(t, s.Post(payPath, verbatim(t, "external_pay")))
			if page, _ := paid["redirect_url"].(string); !strings.HasPrefix(page, s.CompanyURL) {
				t.Fatalf("the buyer is sent to %v", paid)
			}
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			back := get(t, s, agreedPath+"?reference_no="+reservedNumber)
			if want := "https://demomall.cafe24shop.com/api/shop/pgsuccess?order_id=" + reservedNumber + "&sync_type=async"; back.Status != http.StatusSeeOther || back.Header.Get("Location") != want {
				t.Errorf("return: %d to %q, want %q", back.Status, back.Header.Get("Location"), want)
			}
			toldOfReserved(t, s)
		})
	}
}

// reviewed checks the review of the collection's order: two lines, and shipping as the mall calculates it.
func reviewed(t *testing.T, a rig.Answer) {
	t.Helper()
	var got struct {
		Number   string `json:"order_no"`
		Products []struct {
			Total string `json:"total"`
		} `json:"order_products"`
		Address struct {
			Name string `json:"name"`
		} `json:"address_info"`
		Order struct {
			Total    string `json:"total_amount"`
			Shipping string `json:"total_shipping_fee"`
			Items    string `json:"total_item"`
			Currency string `json:"currency"`
		} `json:"order_info"`
	}
	if err := json.Unmarshal(a.Body, &got); err != nil || a.Status != http.StatusOK {
		t.Fatalf("review: %d %s %v", a.Status, a.Body, err)
	}
	if got.Number != reservedNumber || len(got.Products) != 2 || got.Products[0].Total != "1100.00" || got.Products[1].Total != "800.00" ||
		got.Order.Items != "1900.00" || got.Order.Shipping != "65.00" || got.Order.Total != "1965.00" || got.Order.Currency != "PHP" || got.Address.Name != "Maria Santos" {
		t.Errorf("review: %s", a.Body)
	}
	if a.Header.Get("Referrer-Policy") != "no-referrer" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", a.Header)
	}
}

// toldOfReserved waits until the mall was told of the reserved order, once and rightly.
func toldOfReserved(t *testing.T, s *rig.System) {
	t.Helper()
	var o mall.Order
	s.Eventually(soon, "the mall is told", func() bool {
		o, _ = s.Mall.Order("demomall", reservedNumber)
		return len(o.Told) > 0
	})
	n := o.Told[0]
	if len(o.Told) != 1 || n.Kind != "checkout" || n.Result != "OK" || !n.SignatureValid || n.Fields["amount"] != "1965.00" || n.Fields["payed_tf"] != "T" ||
		n.Fields["partner_id"] != "demomall:0:demo-app-public-key" || n.Fields["tid"] != code || n.Fields["currency"] != "PHP" {
		t.Errorf("told %d times: %+v", len(o.Told), n)
	}
}

// tokenOf reads the token of the buyer's link from what the company was told.
func tokenOf(t *testing.T, s *rig.System, code string) string {
	t.Helper()
	o, _ := s.Company.Order(code)
	link, err := url.Parse(o.ReviewURL)
	if err != nil || link.Query().Get("token") == "" {
		t.Fatalf("review url %v: %v", link, err)
	}
	return link.Query().Get("token")
}

// TestAStrictInstallationTakesTokensAndNothingThatCanBeGuessed plays the same requests outside the sandbox's
// relaxations, and then the buyer's way with the token of the link.
func TestAStrictInstallationTakesTokensAndNothingThatCanBeGuessed(t *testing.T) {
	t.Parallel()
	s := external(t, rig.Options{})
	first := s.Post(payloadPath, verbatim(t, "external_payload"))
	dataOf(t, first)
	if again := s.Post(payloadPath, verbatim(t, "external_payload")); string(again.Body) != string(first.Body) {
		t.Errorf("the same again: %s, before %s", again.Body, first.Body)
	}
	refusedAs(t, get(t, s, reviewPath+"?mall_id=demomall&order_id="+reservedNumber), http.StatusBadRequest, "token")
	refusedAs(t, s.Post(payPath, verbatim(t, "external_pay")), http.StatusBadRequest, "token")

	token := tokenOf(t, s, code)
	refusedAs(t, s.Post(payPath, `{"token":"`+token+`"}`), http.StatusConflict, "review the order")
	reviewed(t, get(t, s, reviewPath+"?token="+token))
	for range 3 {
		paid := dataOf(t, s.Post(payPath, `{"token":"`+token+`"}`))
		if paid["redirect_url"] != s.CompanyURL+"/pay/"+code {
			t.Errorf("the buyer is sent to %v", paid)
		}
	}
	if got := s.Company.Orders(); len(got) != 1 || got[0].Amount != "1965.00" {
		t.Errorf("the company has %+v", got)
	}
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	toldOfReserved(t, s)
	if paid := dataOf(t, s.Post(payPath, `{"token":"`+token+`"}`)); !strings.Contains(paid["redirect_url"].(string), agreedPath) {
		t.Errorf("who has paid is sent to %v", paid)
	}
}

// TestAMallThatNobodyOpenedTheAppInCannotReview asks for a review without the access that an installation gives.
func TestAMallThatNobodyOpenedTheAppInCannotReview(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=sample"}})
	dataOf(t, s.Post(payloadPath, verbatim(t, "external_payload")))
	for _, a := range []rig.Answer{get(t, s, reviewPath+"?mall_id=demomall&order_id="+reservedNumber), s.Post(payPath, verbatim(t, "external_pay"))} {
		refusedAs(t, a, http.StatusServiceUnavailable, "the merchant must open the app once")
	}
}
