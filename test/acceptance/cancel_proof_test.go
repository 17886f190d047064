package acceptance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/database"
	"paybridge/adapters/keyring"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/rig"
)

// adminAPI plays the orders of the Admin API: a line has whatever status the test says.
type adminAPI struct {
	line  atomic.Value
	asked atomic.Int64
}

func (a *adminAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked.Add(1)
	if r.URL.Path != "/malls/demomall/api/v2/admin/orders/"+number || r.Header.Get("Authorization") != "Bearer access-of-demomall" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = fmt.Fprintf(w, `{"order":{"order_id":"%s","items":[{"order_status":"%s"}],"cancellation":[],"refunds":[]}}`, number, a.line.Load())
}

// grants stores the access to the mall's orders as an installation does.
func grants(t *testing.T, address, keyset string) {
	t.Helper()
	keys, err := keyring.OpenFile(keyset)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), address, database.Options{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	access, err := keys.Seal(t.Context(), "demomall", ports.NewSecret("access-of-demomall"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = database.NewTokens(db).Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{
			Access: access, AccessUntil: time.Now().Add(time.Hour), Refresh: access, RefreshUntil: time.Now().Add(24 * time.Hour),
			Scopes: []string{"mall.read_order"},
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestACancelThatCollidesWithTheStatusAnswerNeedsTheMallsOwnWord sends a cancel whose amount is written as
// in the signed status answer, so that its signature is the one that a buyer can fetch.
func TestACancelThatCollidesWithTheStatusAnswerNeedsTheMallsOwnWord(t *testing.T) {
	t.Parallel()
	api := &adminAPI{}
	api.line.Store("N10")
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	keyset, env := rig.KeysetFile(t)
	var address string
	s := rig.Start(t, rig.Options{
		Postgres: true, DatabaseURL: func(real string) string { address = real; return real },
		Env: append(env, "CAFE24_API_BASE_URL="+server.URL+"/malls/{mall_id}"),
	})
	checkout := rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	if a := s.Post(syncCheckoutPath, checkout.Body()); a.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", a.Status, a.Body)
	}
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	a := s.Post(statusPath, `{"key":"`+returnKey(t, s)+`"}`)
	var status struct {
		Hash string `json:"hash_data"`
	}
	if err := json.Unmarshal(a.Body, &status); err != nil || a.Field("result_code") != "0000" {
		t.Fatalf("status: %d %s", a.Status, a.Body)
	}
	cancel := strings.NewReplacer(
		"HASH", status.Hash, "NUMBER", number, "CODE", code,
	).Replace(`{"request_type":"cancel","partner_id":"demomall:0:demo-app-public-key","shop_no":"1","paymethod":"etc","tid":"CODE","order_id":"NUMBER",
		"escrow_tf":"F","currency":"PHP","amount":"3065.00","cancel_amount":"3065.00","remain_amount":"0","cancel_type":"C","cancel_reason":"r",
		"cancel_noty_url":"https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php","hash_data":"HASH","extra_data":"{}","tax_free_tf":"F"}`)

	refused := func(when string) {
		t.Helper()
		if a := s.Post(syncCancelPath, cancel); a.Field("result_code") != "9999" {
			t.Errorf("%s: %d %s", when, a.Status, a.Body)
		}
		companyGaveBack(t, s, "0.00", 0)
	}
	refused("a mall without the app")
	if api.asked.Load() != 0 {
		t.Error("the mall was asked without access")
	}
	grants(t, address, keyset)
	refused("the mall cancels nothing")
	api.line.Store("C34")
	if a := s.Post(syncCancelPath, cancel); a.Status != http.StatusOK || a.Field("result_code") != "0000" {
		t.Errorf("the mall is cancelling: %d %s", a.Status, a.Body)
	}
	companyGaveBack(t, s, "3065.00", 1)
	if api.asked.Load() != 2 {
		t.Errorf("the mall was asked %d times", api.asked.Load())
	}
}
