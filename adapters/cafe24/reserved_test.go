package cafe24_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
	simulated "paybridge/test/sandbox/mall/platform"
)

const notifyReserved = "http://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCheckoutNoty.php"

func exactly(t *testing.T, text string, c money.Currency) money.Money {
	t.Helper()
	m, err := money.ParseSigned(text, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestAReservedOrderIsCheckedAsTheCollectionSignsIt uses the value of the starting collection (protocol
// vector V4): quotes are part of what is signed, slashes are not escaped, and a whole total has no decimals.
func TestAReservedOrderIsCheckedAsTheCollectionSignsIt(t *testing.T) {
	t.Parallel()
	orders, err := cafe24.NewReservedOrders([]string{"another", "mock_client_id"})
	if err != nil {
		t.Fatal(err)
	}
	const mac = "iv2yYE6P7YEW1z1A18Z8yPrFfmq6TFPCJ3Nxu/vIefA="
	total := exactly(t, "1900.00", "PHP")
	if err := orders.Check(total, "20220513-0000079", "1652409113", notifyReserved, mac); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"total": orders.Check(exactly(t, "1901.00", "PHP"), "20220513-0000079", "1652409113", notifyReserved, mac),
		"order": orders.Check(total, "20220513-0000078", "1652409113", notifyReserved, mac),
		"time":  orders.Check(total, "20220513-0000079", "1652409114", notifyReserved, mac),
		"url":   orders.Check(total, "20220513-0000079", "1652409113", notifyReserved+"?", mac),
		"hmac":  orders.Check(total, "20220513-0000079", "1652409113", notifyReserved, "x"),
	} {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	if _, err := cafe24.NewReservedOrders([]string{""}); err == nil {
		t.Error("without a client id anything would be signed")
	}
}

// TestATotalMayBeWrittenInAnyWayThatItCouldBe signs totals as PHP could write them.
func TestATotalMayBeWrittenInAnyWayThatItCouldBe(t *testing.T) {
	t.Parallel()
	orders, err := cafe24.NewReservedOrders([]string{"mock_client_id"})
	if err != nil {
		t.Fatal(err)
	}
	sign := func(total, url string) string {
		mac := hmac.New(sha256.New, []byte("mock_client_id20220513-0000079"))
		mac.Write([]byte(`"` + total + "20220513-00000791652409113" + url + `"`))
		return base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	for _, c := range []struct {
		total    string
		currency money.Currency
		written  []string
		not      []string
	}{
		{"1900.50", "PHP", []string{"1900.5", "1900.50", "1900"}, []string{"1901", "1900.500", "19005"}},
		{"0.05", "USD", []string{"0.05", "0"}, []string{"0.5", "5", ""}},
		{"1900", "JPY", []string{"1900", "1900.00"}, []string{"19", "1900.0"}},
		{"1.250", "KWD", []string{"1.25", "1.250", "1"}, []string{"1.2"}},
	} {
		total := exactly(t, c.total, c.currency)
		for _, text := range c.written {
			if err := orders.Check(total, "20220513-0000079", "1652409113", notifyReserved, sign(text, notifyReserved)); err != nil {
				t.Errorf("%s %s as %q: %v", c.total, c.currency, text, err)
			}
		}
		for _, text := range c.not {
			if orders.Check(total, "20220513-0000079", "1652409113", notifyReserved, sign(text, notifyReserved)) == nil {
				t.Errorf("%s %s as %q is taken", c.total, c.currency, text)
			}
		}
	}
}

// collected is the cart of the starting collection.
func collected(t *testing.T) cart.Cart {
	t.Helper()
	line := cart.Line{Product: 22, Variant: "P000000W000C", Option: "000C", Quantity: 1, Price: exactly(t, "1000.00", "PHP"), OptionPrice: exactly(t, "100.00", "PHP"), Prepaid: true}
	other := line
	other.Variant, other.Option, other.OptionPrice = "P000000W000A", "000A", exactly(t, "-200.00", "PHP")
	return cart.Cart{Lines: []cart.Line{line, other}, Member: "mockbuyer", Shipping: "A"}
}

func TestTheMallCalculatesWhatACartCosts(t *testing.T) {
	t.Parallel()
	w, platform := setupMall(t)
	manila := ports.Address{Line1: "12 Mabini Street", City: "Manila", State: "Metro Manila", PostalCode: "1004", CountryCode: "PH"}
	calculate := func() (ports.Calculation, error) {
		return w.api.Calculate(t.Context(), "demomall", 1, collected(t), manila, "PHP")
	}
	if _, err := calculate(); fault.Of(err).Code != "not_installed" {
		t.Fatalf("without access: %v", err)
	}
	w.granted(t, platform.IssueToken("demomall"))
	got, err := calculate()
	want := ports.Calculation{
		Total: exactly(t, "1965", "PHP"), TotalText: "1965.00", Items: exactly(t, "1900", "PHP"), Shipping: exactly(t, "65", "PHP"),
		Discount: exactly(t, "0", "PHP"), Rebate: exactly(t, "0", "PHP"),
	}
	if err != nil || got != want {
		t.Errorf("calculated %+v, %v; want %+v", got, err, want)
	}
	platform.SetTariff("demomall", simulated.Tariff{ShippingFee: "80.50", ShippingDiscount: "30.25", Discount: "100.00", Prices: map[int]string{22: "2000.00"}})
	if got, err = calculate(); err != nil || got.TotalText != "3850.25" || got.Rebate != exactly(t, "30.25", "PHP") || got.Discount != exactly(t, "100", "PHP") {
		t.Errorf("by the mall's own prices %+v, %v", got, err)
	}
	platform.SetTariff("demomall", simulated.Tariff{Discount: "1965.00"})
	if got, err = calculate(); fault.Of(err).Code != "no_total" {
		t.Errorf("for nothing: %+v %v", got, err)
	}
	platform.Uninstall("demomall")
	if _, err = calculate(); fault.Of(err).Code != "access_revoked" && fault.Of(err).Code != "cafe24_unauthenticated" {
		t.Errorf("after the app was removed: %v", err)
	}
}

// granted stores a pair of tokens as an installation does.
func (w *apiWorld) granted(t *testing.T, issued simulated.Token) {
	t.Helper()
	seal := func(text string) []byte {
		sealed, err := w.keys.Seal(t.Context(), "demomall", ports.NewSecret(text))
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	_, err := w.store.Tokens().Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{
			Access: seal(issued.Access), AccessUntil: issued.AccessExpires, Refresh: seal(issued.Refresh), RefreshUntil: issued.RefreshEnds, Scopes: issued.Scopes,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
