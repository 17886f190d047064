package mall_test

import (
	"net/http"
	"strings"
	"testing"
)

func (c *cafe24) gateway(t *testing.T, method, access, rest, body string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.url+"/malls/demomall/api/v2/admin/paymentgateway"+rest, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+access)
	return c.do(t, request).status
}

func TestAPaymentGatewayIsMadeOnceChangedAndDeletedPerShop(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	access := c.Platform().IssueToken("demomall").Access
	const one = `{"shop_no":2,"request":{"partner_id":"p1","membership_fee_type":"FREE"}}`
	for _, step := range []struct {
		method, rest, body string
		status             int
	}{
		{http.MethodPut, "/mock_client_id", one, http.StatusNotFound},
		{http.MethodPost, "", `{"shop_no":2,"request":{"partner":"p1"}}`, http.StatusUnprocessableEntity},
		{http.MethodPost, "", `{"shop_no":2,"request":{}}`, http.StatusUnprocessableEntity},
		{http.MethodPost, "", `{"request":{"partner_id":"` + strings.Repeat("x", 51) + `"}}`, http.StatusUnprocessableEntity},
		{http.MethodPost, "", `{"shop_no":9,"request":{"partner_id":"p1"}}`, http.StatusUnprocessableEntity},
		{http.MethodPost, "", one, http.StatusOK},
		{http.MethodPost, "", one, http.StatusConflict},
		{http.MethodPut, "/mock_client_id", `{"shop_no":2,"request":{"partner_id":"p2"}}`, http.StatusOK},
	} {
		if got := c.gateway(t, step.method, access, step.rest, step.body); got != step.status {
			t.Errorf("%s %s %s: HTTP %d, want %d", step.method, step.rest, step.body, got, step.status)
		}
	}
	made := c.Platform().Mall("demomall").Gateways
	if len(made) != 1 || made[0].PartnerID != "p2" || made[0].MembershipFee != "FREE" || made[0].ShopNo != 2 {
		t.Errorf("gateways %+v", made)
	}
	for _, status := range []int{http.StatusOK, http.StatusNotFound} {
		if got := c.gateway(t, http.MethodDelete, access, "/mock_client_id?shop_no=2", ""); got != status {
			t.Errorf("delete: HTTP %d, want %d", got, status)
		}
	}
}

func TestTheTokensAreDeadBeforeTheAppHearsThatItIsRemoved(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	c.SetAppURL(c.appURL)
	c.Platform().IssueToken("demomall")
	c.bench.app.answer("/webhooks/cafe24", `{}`)
	if status, err := c.Platform().Remove(t.Context(), "demomall"); err != nil || status != http.StatusOK {
		t.Fatalf("HTTP %d, %v", status, err)
	}
	sent := c.bench.app.last(t, "/webhooks/cafe24")
	resource, _ := sent["resource"].(map[string]any)
	if sent["event_no"] != 90077.0 || text(resource, "mall_id") != "demomall" || c.Platform().Mall("demomall").Installed {
		t.Errorf("sent %v", sent)
	}
}
