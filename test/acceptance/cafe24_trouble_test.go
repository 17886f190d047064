package acceptance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/domain/session"
	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// owner is the owner of newmall, signed in, with linked keys.
type owner struct {
	*browser

	system *rig.System
}

func settled(t *testing.T, s *rig.System) *owner {
	t.Helper()
	o := &owner{browser: newBrowser(t, s), system: s}
	o.signIn("newmall")
	if got := o.does("link", `{"public_key":"demo-app-public-key","secret_key":"demo-app-secret-key"}`); got.status != http.StatusOK {
		t.Fatalf("link: HTTP %d %s", got.status, got.text)
	}
	return o
}

// does sends what a script of the settings would send.
func (o *owner) does(door, body string) seen {
	o.t.Helper()
	return o.send(http.MethodPost, o.system.AppURL+"/admin/"+door, body,
		"Content-Type", "application/json", "Accept", "application/json", "X-CSRF-Token", session.ProofOf(o.session()))
}

// looks opens the settings, for a person and for a script.
func (o *owner) looks() (page seen, told string) {
	o.t.Helper()
	address := o.system.AppURL + "/admin/display"
	return o.open(address), o.send(http.MethodGet, address, "", "Accept", "application/json").text
}

// shopSetting is what a script reads about a shop.
type shopSetting struct {
	Name    string `json:"shop_name"`
	Enabled bool   `json:"enabled"`
}

func (o *owner) shops() []shopSetting {
	o.t.Helper()
	var told struct {
		Shops []shopSetting `json:"shops"`
	}
	if _, text := o.looks(); json.Unmarshal([]byte(text), &told) != nil {
		o.t.Fatalf("the settings: %s", text)
	}
	return told.Shops
}

// TestTheSettingsOpenWhateverBecomesOfCafe24 opens the page while Cafe24 is down, slow or odd: it appears with what is remembered,
// and what a person does meanwhile is done wholly or not at all.
func TestTheSettingsOpenWhateverBecomesOfCafe24(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	o := settled(t, s)
	_, before := o.looks()
	if !strings.Contains(before, "Tindahan Vietnam") {
		t.Fatalf("the settings: %s", before)
	}
	const slow = 6 * time.Second
	for name, fault := range map[string]control.Fault{
		"down":         {Status: http.StatusBadGateway},
		"cut":          {Drop: control.DropBefore},
		"slow":         {DelayMS: slow.Milliseconds()},
		"busy":         {Status: http.StatusTooManyRequests},
		"odd":          {Status: http.StatusOK, Body: "<html>maintenance</html>"},
		"unauthorized": {Status: http.StatusUnauthorized},
		"forbidden":    {Status: http.StatusForbidden, Body: `{"error":{"code":403,"message":"insufficient_scope","more_info":{}}}`},
	} {
		fault.Path = "/malls/newmall/api/v2/admin/"
		s.Mall.AddFault(fault)
		began := time.Now()
		page := o.open(s.AppURL + "/admin/display")
		if took := time.Since(began); page.status != http.StatusOK || took >= slow {
			t.Errorf("%s: HTTP %d after %s", name, page.status, took)
		}
		if !strings.Contains(page.text, "Tindahan Vietnam") {
			t.Errorf("%s: the shops that are remembered are missing: %s", name, page.text)
		}
		if said := sentence.FindString(page.text); !strings.Contains(said, "Cafe24 does not answer, so shops cannot be switched right now.") {
			t.Errorf("%s: the page does not say so: %q", name, said)
		}
		if got := o.does("shop/toggle", `{"action":"enable","shop_index":0}`); got.status < http.StatusBadRequest {
			t.Errorf("%s: a shop is enabled that the mall knows nothing of: HTTP %d %s", name, got.status, got.text)
		}
		s.Mall.ClearFaults()
		if _, after := o.looks(); after != before || len(s.Mall.Platform().Mall("newmall").Gateways) != 0 {
			t.Errorf("%s: something is half stored: %s, at the mall %+v", name, after, s.Mall.Platform().Mall("newmall").Gateways)
		}
	}
	if got := o.does("shop/toggle", `{"action":"enable","shop_index":0}`); got.status != http.StatusOK || !o.shops()[0].Enabled {
		t.Errorf("once Cafe24 is back a shop cannot be enabled: HTTP %d %s", got.status, got.text)
	}
}

// sentence is what the page says first about how the mall stands.
var sentence = regexp.MustCompile(`(?s)id="state">(.*?)</div>`)

// TestATokenThatRanOutWhileCafe24IsDownIsRenewedLater keeps the session, the page and the access.
func TestATokenThatRanOutWhileCafe24IsDownIsRenewedLater(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	o := settled(t, s)
	s.Mall.Platform().ExpireAccess("newmall")
	s.Mall.AddFault(control.Fault{Path: "/malls/newmall/api/v2/oauth/token", Status: http.StatusInternalServerError})
	if page, _ := o.looks(); page.status != http.StatusOK {
		t.Errorf("HTTP %d %s", page.status, page.text)
	}
	s.Mall.ClearFaults()
	if got := o.does("shop/toggle", `{"action":"enable","shop_index":0}`); got.status != http.StatusOK {
		t.Errorf("afterwards: HTTP %d %s", got.status, got.text)
	}
}

// TestOwnersWhoSwitchAShopAtOnceEndInOneState lets two browsers pull one switch in both directions; whoever was told that it is done
// is not contradicted by the mall.
func TestOwnersWhoSwitchAShopAtOnceEndInOneState(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	owners := []*owner{settled(t, s), settled(t, s)}
	var pulling sync.WaitGroup
	for i, o := range owners {
		pulling.Go(func() {
			for n := range 6 {
				action := []string{"enable", "disable"}[(i+n)%2]
				got := o.does("shop/toggle", fmt.Sprintf(`{"action":%q,"shop_index":0}`, action))
				if got.status != http.StatusOK && got.status != http.StatusConflict {
					t.Errorf("%s: HTTP %d %s", action, got.status, got.text)
				}
			}
		})
	}
	pulling.Wait()
	here, there := owners[0].shops()[0].Enabled, len(s.Mall.Platform().Mall("newmall").Gateways)
	if here != (there == 1) {
		t.Errorf("the shop is enabled here: %t, gateways at the mall: %d", here, there)
	}
	for _, action := range []string{"enable", "disable", "disable", "enable", "enable"} {
		if got := owners[1].does("shop/toggle", fmt.Sprintf(`{"action":%q,"shop_index":0}`, action)); got.status != http.StatusOK {
			t.Errorf("%s: HTTP %d %s", action, got.status, got.text)
		}
	}
	if there := s.Mall.Platform().Mall("newmall").Gateways; !owners[0].shops()[0].Enabled || len(there) != 1 {
		t.Errorf("in the end the mall has %+v", there)
	}
}
