package cafe24_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/cafe24"
	"paybridge/adapters/memory"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/contract"
	"paybridge/test/fakeclock"
	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/mall"
	simulated "paybridge/test/sandbox/mall/platform"
)

const allScopes = "mall.read_application mall.write_application mall.read_store mall.write_store mall.read_order mall.write_order"

// adminWorld is an API and the simulated mall that gave it full access.
type adminWorld struct {
	t      *testing.T
	clock  *fakeclock.Clock
	mall   *mall.Mall
	server *httptest.Server
	api    *cafe24.API
}

func setupAdmin(t *testing.T) *adminWorld {
	t.Helper()
	keys, err := memory.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	w := &adminWorld{t: t, clock: fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))}
	store := memory.New(task.React, w.clock, memory.Options{})
	w.mall, err = mall.New(mall.Config{Now: w.clock.Now, AppURL: "https://pay.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.mall)
	t.Cleanup(func() {
		w.server.Close()
		if err := w.mall.Close(); err != nil {
			t.Error(err)
		}
	})
	w.api, err = cafe24.NewAPI(cafe24.APIConfig{
		BaseURL: w.server.URL + "/malls/{mall_id}", Version: "2026-03-01", ClientID: "mock_client_id", ClientSecret: ports.NewSecret("mock_client_secret"),
		RedirectURI: "https://pay.example.com/auth/token", Scopes: strings.Fields(allScopes), Mall: cafe24.Config{AllowPrivate: true},
	}, store.Tokens(), keys, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	w.platform().SetConsent("demomall", simulated.Agree)
	if _, err := w.api.Install(t.Context(), "demomall", (&apiWorld{api: w.api}).consent(t, "s1").Get("code")); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *adminWorld) platform() *simulated.Platform { return w.mall.Platform() }

func (w *adminWorld) Admin() contract.MallAdmin { return w.api }

func (w *adminWorld) Meet(trouble contract.MallAdminTrouble) {
	switch trouble {
	case contract.MallAdminAway:
		w.server.Close()
	case contract.MallAdminBusy:
		w.platform().BlockCalls("demomall", time.Minute)
	case contract.MallAdminFails:
		w.fault(control.Fault{Path: "/malls/*/api/v2/admin/", Status: http.StatusInternalServerError})
	case contract.MallAdminLoses:
		w.fault(control.Fault{Path: "/malls/*/api/v2/admin/", Drop: control.DropAfter})
	case contract.MallAdminGone:
		w.platform().Uninstall("demomall")
	case contract.MallAdminUnapproved:
		w.fault(control.Fault{Path: "/malls/*/api/v2/admin/paymentgateway", Status: http.StatusForbidden})
		w.fault(control.Fault{Path: "/malls/*/api/v2/admin/paymentgateway/*", Status: http.StatusForbidden})
	case contract.MallAdminRefuses:
		w.fault(control.Fault{Path: "/malls/*/api/v2/admin/", Status: http.StatusUnprocessableEntity})
	case contract.MallAdminForgets:
		w.platform().ExpireAccess("demomall")
	default:
		w.control(http.MethodDelete, nil)
	}
}

func (w *adminWorld) fault(f control.Fault) { w.control(http.MethodPost, f) }

func (w *adminWorld) control(method string, body any) {
	w.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+"/_sandbox/faults", bytes.NewReader(text))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode >= 300 {
		w.t.Fatalf("fault: %v, %v", answer, err)
	}
	_ = answer.Body.Close()
}

func (w *adminWorld) Offered(shop int) merchant.PartnerID {
	for _, g := range w.platform().Mall("demomall").Gateways {
		if g.ShopNo == shop {
			return merchant.PartnerID(g.PartnerID)
		}
	}
	return ""
}

func (w *adminWorld) Scripts(shop int) []ports.Script {
	var list []ports.Script
	for _, s := range w.platform().Mall("demomall").Scripts {
		if s.ShopNo == shop && s.ClientID == "mock_client_id" {
			list = append(list, ports.Script{URL: s.Source, Integrity: s.Integrity})
		}
	}
	return list
}

func (w *adminWorld) Stray(shop int, script ports.Script) {
	w.platform().PutScript("demomall", simulated.ScriptTag{ShopNo: shop, Source: script.URL, Pages: []string{"all"}})
}

func TestTheAdminAPIKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.MallAdministration(t, func(t *testing.T) contract.MallAdminHarness { return setupAdmin(t) })
}

func TestScriptsOfOtherAppsStay(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t)
	w.platform().PutScript("demomall", simulated.ScriptTag{ShopNo: 1, ClientID: "another", Source: "https://other.example.com/s.js", Pages: []string{"all"}})
	script := ports.Script{URL: "https://pay.example.com/button.js"}
	if err := w.api.PutScript(t.Context(), "demomall", 1, script); err != nil {
		t.Fatal(err)
	}
	if err := w.api.RemoveScript(t.Context(), "demomall", 1); err != nil {
		t.Fatal(err)
	}
	if left := w.platform().Mall("demomall").Scripts; len(left) != 1 || left[0].ClientID != "another" {
		t.Errorf("left %+v", left)
	}
}

func TestAFullBucketIsNotCalledBeforeItHasRoom(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t)
	script := ports.Script{URL: "https://pay.example.com/button.js"}
	for range 9 { // a list and a create, then lists
		if err := w.api.PutScript(t.Context(), "demomall", 1, script); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- w.api.PutScript(t.Context(), "demomall", 1, script) }()
	if err := w.clock.AwaitWaiters(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(time.Second)
	if err := <-done; err != nil {
		t.Errorf("not waited for the bucket: %v", err)
	}
	if _, err := w.api.Shops(t.Context(), "demomall"); err != nil {
		t.Errorf("the bucket of the shops is another one: %v", err)
	}
}

func TestABlockedMallIsLeftAloneUntilTheBlockIsOver(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t)
	w.platform().BlockCalls("demomall", time.Minute)
	for range 3 { // a call that arrived would make the block longer
		_, err := w.api.Shops(t.Context(), "demomall")
		wantCode(t, err, fault.RateLimited, "cafe24_busy")
	}
	w.clock.Advance(61 * time.Second)
	if _, err := w.api.Shops(t.Context(), "demomall"); err != nil {
		t.Errorf("after the block: %v", err)
	}
}

func TestARefusalOfAGatewayThatDoesNotExistIsToldAsItIs(t *testing.T) {
	t.Parallel()
	w := setupAdmin(t)
	err := w.api.Offer(t.Context(), "demomall", 1, merchant.PartnerID(strings.Repeat("x", 51)))
	wantCode(t, err, fault.Declined, "cafe24_refused")
}

func TestAMissingScopeIsNamedWithoutACall(t *testing.T) {
	t.Parallel()
	w, there := setupMall(t)
	there.SetConsent("demomall", simulated.Agree)
	if _, err := w.api.Install(t.Context(), "demomall", w.consent(t, "s1").Get("code")); err != nil {
		t.Fatal(err)
	}
	wantCode(t, w.api.Withdraw(t.Context(), "demomall", 1), fault.Forbidden, "missing_scope")
}
