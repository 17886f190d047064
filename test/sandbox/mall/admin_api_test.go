package mall_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// admin calls the Admin API of demomall.
func (c *cafe24) admin(t *testing.T, access, path string) answered {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/malls/demomall/api/v2/admin/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+access)
	request.Header.Set("X-Cafe24-Api-Version", "2026-03-01")
	return c.do(t, request)
}

// errorCode is the code in the Admin API's error body.
func (a answered) errorCode() int {
	object, _ := a.fields["error"].(map[string]any)
	code, _ := object["code"].(float64)
	return int(code)
}

func TestTheAdminAPIAsksForATokenItsScopeAndAnInstalledApp(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	token := c.Platform().IssueToken("demomall", "mall.read_store")
	want := func(what string, got answered, status int) {
		t.Helper()
		if got.status != status || (status != http.StatusOK && got.errorCode() != status) {
			t.Errorf("%s: HTTP %d %v, want %d", what, got.status, got.fields, status)
		}
	}
	want("with scope", c.admin(t, token.Access, "shops"), http.StatusOK)
	want("one shop", c.admin(t, token.Access, "shops/2"), http.StatusOK)
	want("no such shop", c.admin(t, token.Access, "shops/9"), http.StatusNotFound)
	want("without scope", c.admin(t, token.Access, "orders/"+firstOrder), http.StatusForbidden)
	want("unknown token", c.admin(t, "x", "shops"), http.StatusUnauthorized)
	c.clock.advance(2 * time.Hour)
	want("expired token", c.admin(t, token.Access, "shops"), http.StatusUnauthorized)
	c.Platform().Uninstall("demomall")
	want("uninstalled", c.admin(t, token.Access, "shops"), http.StatusForbidden)
}

func TestTheBucketHoldsFortyCallsAndDrainsTwoASecond(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	token := c.Platform().IssueToken("demomall")
	for n := range 40 {
		if got := c.admin(t, token.Access, "shops"); got.status != http.StatusOK {
			t.Fatalf("call %d: HTTP %d", n+1, got.status)
		}
	}
	if got := c.admin(t, token.Access, "shops"); got.status != http.StatusTooManyRequests || got.header.Get("X-Api-Call-Limit") != "40/40" {
		t.Errorf("call 41: HTTP %d, %s", got.status, got.header.Get("X-Api-Call-Limit"))
	}
	c.clock.advance(time.Second)
	if got := c.admin(t, token.Access, "shops"); got.status != http.StatusOK || got.header.Get("X-Api-Call-Limit") != "39/40" {
		t.Errorf("a second later: HTTP %d, %s", got.status, got.header.Get("X-Api-Call-Limit"))
	}
}

func TestABlockSaysHowLongItLasts(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	token := c.Platform().IssueToken("demomall")
	c.Platform().BlockCalls("demomall", 10*time.Second)
	if got := c.admin(t, token.Access, "shops"); got.status != http.StatusTooManyRequests || got.header.Get("X-Cafe24-Call-Remain") != "11" {
		t.Errorf("blocked: HTTP %d %v", got.status, got.header)
	}
	c.clock.advance(11 * time.Second)
	if got := c.admin(t, token.Access, "shops"); got.status != http.StatusOK {
		t.Errorf("after the block: HTTP %d", got.status)
	}
}

// orderView is an order of the Admin API, as far as a cancel's proof needs it.
type orderView struct {
	Order struct {
		Paid     string `json:"paid"`
		Canceled string `json:"canceled"`
		Items    []struct {
			Status string `json:"order_status"`
		} `json:"items"`
		Cancellation []struct{ Status string } `json:"cancellation"`
		Refunds      []struct{ Status string } `json:"refunds"`
	} `json:"order"`
}

func (c *cafe24) order(t *testing.T, access string) orderView {
	t.Helper()
	got := c.admin(t, access, "orders/20220519-0000029?embed=items,cancellation,refunds")
	if got.status != http.StatusOK {
		t.Fatalf("HTTP %d %v", got.status, got.fields)
	}
	text, err := json.Marshal(got.fields)
	if err != nil {
		t.Fatal(err)
	}
	var view orderView
	if err := json.Unmarshal(text, &view); err != nil {
		t.Fatal(err)
	}
	return view
}

func TestAnOrderShowsARefundFromItsBeginningToItsEnd(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	access := c.Platform().IssueToken("demomall").Access
	c.tellJSON(t, noty, payment(nil))
	view := c.order(t, access).Order
	if view.Paid != "T" || view.Canceled != "F" || len(view.Items) != 1 || view.Items[0].Status != "N10" || len(view.Refunds) != 0 {
		t.Errorf("paid: %+v", view)
	}
	if err := c.BeginRefund("demomall", "20220519-0000029"); err != nil {
		t.Fatal(err)
	}
	view = c.order(t, access).Order
	if view.Items[0].Status != "C34" || view.Cancellation[0].Status != "canceling" || view.Refunds[0].Status != "F" {
		t.Errorf("being cancelled: %+v", view)
	}
	c.tellJSON(t, cancel, cancellation(nil))
	view = c.order(t, access).Order
	if view.Canceled != "T" || view.Items[0].Status != "C40" || view.Cancellation[0].Status != "canceled" || view.Refunds[0].Status != "T" {
		t.Errorf("refunded: %+v", view)
	}
}

func TestAPartOfAnOrderIsRefundedByASignedRequestToTheApp(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	access := c.Platform().IssueToken("demomall").Access
	c.tellJSON(t, noty, payment(nil))
	c.SetAppURL(c.appURL)
	c.bench.app.answer("/api/synchronous-refund/cancel", `{"result_code":"0000","result_message":"Success"}`)
	if err := c.Refund(t.Context(), "demomall", "20220519-0000029", "65", "synchronous"); err != nil {
		t.Fatal(err)
	}
	if sent := c.bench.app.last(t, "/api/synchronous-refund/cancel"); text(sent, "cancel_amount") != "65" || text(sent, "remain_amount") != "3000" {
		t.Errorf("sent %v", sent)
	}
	if view := c.order(t, access).Order; view.Canceled != "M" || view.Refunds[0].Status != "T" {
		t.Errorf("refunded in part: %+v", view)
	}
}
