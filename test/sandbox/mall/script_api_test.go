package mall_test

import (
	"net/http"
	"strings"
	"testing"

	simulated "paybridge/test/sandbox/mall/platform"
)

func (c *cafe24) script(t *testing.T, method, access, rest, body string) answered {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.url+"/malls/demomall/api/v2/admin/scripttags"+rest, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+access)
	return c.do(t, request)
}

const goodScript = `{"shop_no":2,"request":{"src":"https://pay.example.com/s.js","display_location":["ORDER_BASKET"]}}`

func TestAScriptTagIsMadeListedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	access := c.Platform().IssueToken("demomall").Access
	made, _ := c.script(t, http.MethodPost, access, "", goodScript).fields["scripttag"].(map[string]any)
	no := text(made, "script_no")
	if len(no) != 16 || text(made, "client_id") != "mock_client_id" {
		t.Fatalf("made %v", made)
	}
	sum := "sha384-" + strings.Repeat("A", 64)
	if got := c.script(t, http.MethodPut, access, "/"+no, `{"shop_no":2,"request":{"integrity":"`+sum+`"}}`); got.status != http.StatusOK {
		t.Errorf("change: HTTP %d %v", got.status, got.fields)
	}
	if kept := c.Platform().Mall("demomall").Scripts; len(kept) != 1 || kept[0].Integrity != sum || kept[0].Source != "https://pay.example.com/s.js" {
		t.Errorf("kept %+v", kept)
	}
	for rest, want := range map[string]float64{"/count?shop_no=2": 1, "/count?shop_no=1": 0, "/count?shop_no=2&src=x": 0} {
		if got := c.script(t, http.MethodGet, access, rest, "").fields["count"]; got != want {
			t.Errorf("%s: %v", rest, got)
		}
	}
	for _, step := range []struct {
		rest   string
		status int
	}{{"?shop_no=1", http.StatusNotFound}, {"?shop_no=2", http.StatusOK}, {"?shop_no=2", http.StatusNotFound}} {
		if got := c.script(t, http.MethodDelete, access, "/"+no+step.rest, ""); got.status != step.status {
			t.Errorf("delete %s: HTTP %d", step.rest, got.status)
		}
	}
}

func TestAWrongScriptTagIsRefused(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	access := c.Platform().IssueToken("demomall").Access
	for _, change := range [][2]string{
		{`https://pay.example.com/s.js`, `/s.js`},
		{`["ORDER_BASKET"]`, `[]`},
		{`["ORDER_BASKET"]`, `["order basket"]`},
		{`"src"`, `"integrity":"md5-x","src"`},
		{`"src"`, `"source":"x","src"`},
		{`"shop_no":2`, `"shop_no":9`},
	} {
		if got := c.script(t, http.MethodPost, access, "", strings.Replace(goodScript, change[0], change[1], 1)); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: HTTP %d", change[1], got.status)
		}
	}
}

func TestTheBucketOfTheScriptTagsHoldsTen(t *testing.T) {
	t.Parallel()
	c := setupCafe24(t)
	access := c.Platform().IssueToken("demomall").Access
	c.Platform().PutScript("demomall", simulated.ScriptTag{ShopNo: 1, Source: "https://old.example.com/s.js", Pages: []string{"all"}})
	for n := range 10 {
		if got := c.script(t, http.MethodGet, access, "", ""); got.status != http.StatusOK {
			t.Fatalf("call %d: HTTP %d", n+1, got.status)
		}
	}
	if got := c.script(t, http.MethodGet, access, "", ""); got.status != http.StatusTooManyRequests || got.header.Get("X-Api-Call-Limit") != "10/10" {
		t.Errorf("call 11: HTTP %d, %s", got.status, got.header.Get("X-Api-Call-Limit"))
	}
}
