package acceptance_test

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"paybridge/test/rig"
	"paybridge/test/sandbox/mall/platform"
)

// What the collection asks for the payment button, word for word.
const (
	scriptPath = "/api/external-checkout/script"
	dataQuery  = "/data?mall_id=demomall&shop_no=1"
	hmacQuery  = "/hmac?mall_id=demomall&request_time=1657003037&client_key=iSCr50CoPxDpsmTLgede0A&member_id=mockuser"
)

// scriptDoor asks one of the doors of the payment button.
func scriptDoor(t *testing.T, s *rig.System, path string) rig.Answer {
	t.Helper()
	a, err := s.Send(http.MethodGet, scriptPath+path, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTheButtonsRequestsOfTheCollectionAreAnswered(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=sample"}})
	if a := scriptDoor(t, s, ""); a.Status != http.StatusOK || a.Header.Get("Content-Type") != "application/javascript" {
		t.Errorf("script: %d %v", a.Status, a.Header)
	}
	const data = `{"mData":{"public_key":"demo-app-public-key","shop_name":"Tindahan","shop_currency":"PHP"},"bResult":true}`
	if a := scriptDoor(t, s, dataQuery); a.Status != http.StatusOK || string(a.Body) != data {
		t.Errorf("script data: %d %s", a.Status, a.Body)
	}
	if a := scriptDoor(t, s, hmacQuery); a.Status != http.StatusOK || string(a.Body) != `{"hmac_key":"EjHa28d0J6JGF/c71jMd+dOl6cjaNE0a305TKH+OZ1s="}` { // vector V8
		t.Errorf("hmac: %d %s", a.Status, a.Body)
	}
}

func TestAReservationIsSignedNowAndNotForTimesGoneBy(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	if a := scriptDoor(t, s, hmacQuery); a.Status != http.StatusBadRequest || a.Field("hmac_key") != "" {
		t.Errorf("a reservation of 2022: %d %s", a.Status, a.Body)
	}
	now := fmt.Sprint(time.Now().Unix())
	want := rig.Sign("demomall" + now + "mock_client_id" + "mockuser")
	if a := scriptDoor(t, s, "/hmac?mall_id=demomall&request_time="+now+"&client_key=mock_client_id&member_id=mockuser"); a.Field("hmac_key") != want {
		t.Errorf("a reservation of now: %d %s", a.Status, a.Body)
	}
}

// The door signs with the key of payments and refunds, and anybody may ask it.
func TestNobodyHasAPaymentOrARefundSignedByTheButton(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=sample"}}) // where every time is good
	for name, parts := range map[string][4]string{
		"a payment request":  {"3065.00PHP", "20220519-0000029", "demomall:0:", "demo-app-public-key"},
		"a refund":           {"3065PHP", "20220519-0000029", "demomall:0:demo-app-public-key", "pg-order-001"},
		"a refund, cut anew": {"3065PHP20220519", "-0000029demomall:0:", "demo-app-public-key", "pg-order-001"},
		"a notice":           {"3065.00PHP", "20220519-0000029", "demomall:0:demo-app-public-key", "pg-order-001"},
		"behind a mall":      {"demomall", "1657003037", "iSCr50CoPxDpsmTLgede0A", "3065.00PHP20220519-0000029demomall:0:demo-app-public-key"},
	} {
		query := url.Values{"mall_id": {parts[0]}, "request_time": {parts[1]}, "client_key": {parts[2]}, "member_id": {parts[3]}}
		if a := scriptDoor(t, s, "/hmac?"+query.Encode()); a.Status < 400 || a.Status >= 500 || strings.Contains(string(a.Body), "hmac_key") {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

func TestTheScriptIsTheSameAfterARestart(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	loader := scriptDoor(t, s, "").Body
	if code := s.Stop(); code != 0 {
		t.Fatalf("the app ended with %d", code)
	}
	s.StartApp()
	if again := scriptDoor(t, s, "").Body; string(again) != string(loader) {
		t.Errorf("it was\n%s\nand is\n%s", loader, again)
	}
	file := regexp.MustCompile(`/button-[0-9a-f]+\.js`).FindString(string(loader))
	sum := sha512.Sum384(scriptDoor(t, s, file).Body)
	if !strings.Contains(string(loader), "sha384-"+base64.StdEncoding.EncodeToString(sum[:])) {
		t.Errorf("the loader does not pin %s:\n%s", file, loader)
	}
}

func TestAShopLoadsTheButtonOfTheReleaseThatRuns(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Quiet: true})
	s.Install("demomall")
	of := s.Mall.Platform()
	of.PutScript("demomall", platform.ScriptTag{
		ShopNo: 1, Source: s.AppURL + scriptPath, Pages: []string{"PRODUCT_DETAIL", "ORDER_BASKET"}, Integrity: "sha384-" + strings.Repeat("A", 64),
	})
	s.StartApp()
	sum := sha512.Sum384(scriptDoor(t, s, "").Body)
	want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
	s.Eventually(20*time.Second, "the mall pins the loader that is served", func() bool {
		tags := of.Mall("demomall").Scripts
		return len(tags) == 1 && tags[0].Integrity == want && tags[0].Source == s.AppURL+scriptPath
	})
}
