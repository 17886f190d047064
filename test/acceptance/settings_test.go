package acceptance_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paybridge/domain/session"
	"paybridge/test/rig"
)

func TestAMallIsLinkedEnabledAndUnlinkedWithoutItsSecretShowing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := rig.Start(t, rig.Options{Env: []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "paybridge.db"), "PAYBRIDGE_LOG_LEVEL=debug"}})
	b := newBrowser(t, s)
	b.signIn("newmall")
	var pages strings.Builder
	does := func(path, body string, status int) {
		t.Helper()
		got := b.send(http.MethodPost, s.AppURL+"/admin/"+path, body, "Content-Type", "application/json", "X-CSRF-Token", session.ProofOf(b.session()))
		pages.WriteString(got.text)
		if got.status != status {
			t.Errorf("%s %s: HTTP %d %s, want %d", path, body, got.status, got.text, status)
		}
	}
	const keys, enable = `{"mall_id":"newmall","public_key":"demo-app-public-key","secret_key":"demo-app-secret-key"}`, `{"mall_id":"newmall","action":"enable","shop_index":0}`
	does("shop/toggle", enable, http.StatusBadRequest)
	does("link", strings.Replace(keys, "-secret-key", "-wrong-key", 1), http.StatusUnauthorized)
	does("link", keys, http.StatusOK)
	does("shop/toggle", enable, http.StatusOK)
	if made := s.Mall.Platform().Mall("newmall").Gateways; len(made) != 1 || made[0].PartnerID != "newmall:0:demo-app-public-key" || made[0].ShopNo != 1 {
		t.Errorf("at the mall: %+v", made)
	}
	checkout := func(order string) string {
		return s.Post("/api/asynchronous-checkout/checkout", rig.Checkout{Mall: "newmall", Order: order, Amount: "10.00", Currency: "PHP"}.Body()).Field("result_code")
	}
	if got := checkout("20261126-0000001"); got != "0000" {
		t.Errorf("a checkout of the enabled shop: %s", got)
	}
	does("unlink", `{"mall_id":"newmall"}`, http.StatusConflict)
	does("unlink", `{"mall_id":"newmall","confirm":"drain"}`, http.StatusOK)
	does("shop/toggle", enable, http.StatusBadRequest)
	if left := s.Mall.Platform().Mall("newmall").Gateways; len(left) != 0 || checkout("20261126-0000002") == "0000" {
		t.Errorf("after unlinking the mall has %+v", left)
	}
	places := map[string]string{"answers": pages.String(), "log": s.Log(), "metrics": s.Metrics()}
	for _, name := range []string{"paybridge.db", "paybridge.db-wal"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		places[name] = string(content)
	}
	for place, text := range places {
		if strings.Contains(text, "demo-app-secret-key") {
			t.Errorf("the secret is in the %s", place)
		}
	}
}
