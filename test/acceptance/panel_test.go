package acceptance_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"paybridge/domain/session"
	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// sends fills a form of the page in and sends it, as a browser without scripts does; it returns the page that it leads to.
func (o *owner) sends(door string, form url.Values) seen {
	o.t.Helper()
	form.Set("csrf_token", session.ProofOf(o.session()))
	got := o.send(http.MethodPost, o.system.AppURL+"/admin/"+door, form.Encode(), "Content-Type", asForm, "Origin", o.system.AppURL, "Sec-Fetch-Site", "same-origin")
	if got.status != http.StatusSeeOther {
		o.t.Fatalf("%s: HTTP %d %s", door, got.status, got.text)
	}
	return o.open(o.system.AppURL + got.to)
}

// TestThePageSaysWhatBecameOfTheCompany opens the page while the company is down, slow or odd: it appears, and says so.
func TestThePageSaysWhatBecameOfTheCompany(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	o := settled(t, s)
	const slow = 6 * time.Second
	for name, c := range map[string]struct {
		control.Fault
		says string
	}{
		"down":    {control.Fault{Status: http.StatusBadGateway}, "nobody can pay right now"},
		"cut":     {control.Fault{Drop: control.DropBefore}, "nobody can pay right now"},
		"slow":    {control.Fault{DelayMS: slow.Milliseconds(), Times: 1}, "nobody can pay right now"},
		"odd":     {control.Fault{Status: http.StatusOK, Body: "<html>maintenance</html>"}, "nobody can pay right now"},
		"refuses": {control.Fault{Status: http.StatusUnauthorized, Body: `{"error":"unauthorized"}`}, "refuses your keys"},
	} {
		c.Path = "/v1/orders/*"
		s.Company.AddFault(c.Fault)
		began := time.Now()
		page := o.open(s.AppURL + "/admin/display")
		if took := time.Since(began); page.status != http.StatusOK || took >= slow || !strings.Contains(page.text, c.says) {
			t.Errorf("%s: HTTP %d after %s: %.9000s", name, page.status, took, page.text)
		}
		s.Company.ClearFaults()
	}
	s.Eventually(soon, "the page says that the company is back", func() bool {
		return strings.Contains(o.open(s.AppURL+"/admin/display").text, "reachable, takes the keys")
	})
	s.Company.AddFault(control.Fault{Path: "/v1/orders/*", Status: http.StatusUnauthorized, Body: `{"error":"unauthorized"}`})
	page := o.sends("link", url.Values{"public_key": {"other-key"}, "secret_key": {"other-secret"}})
	if !strings.Contains(page.text, "refuses these keys. Nothing was stored.") || strings.Contains(page.text, "other-") {
		t.Errorf("after linking other keys the page says %s", page.text)
	}
}

// TestAMallSeesAndReplaysOnlyItsOwn gives two malls an order of the same number.
func TestAMallSeesAndReplaysOnlyItsOwn(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	o, stranger := &owner{browser: newBrowser(t, s), system: s}, settled(t, s)
	o.signIn("demomall")
	c := order("20260103-0000007")
	s.Mall.AddFault(control.Fault{Path: noticePath, Status: http.StatusInternalServerError})
	page(t, s, c)
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	var notices []struct {
		ID  int64 `json:"id"`
		Try int   `json:"try"`
	}
	s.Eventually(soon, "the mall was told in vain", func() bool {
		return json.Unmarshal([]byte(s.Command("notifications", "list", "--json")), &notices) == nil && len(notices) == 1 && notices[0].Try > 0
	})
	sought := s.AppURL + "/admin/display?order=" + c.Order
	if own := o.open(sought); strings.Count(own.text, "Order paid") != 1 || !strings.Contains(own.text, c.Amount+" "+c.Currency) {
		t.Errorf("its own page says %s", own.text)
	}
	if foreign := stranger.open(sought); !strings.Contains(foreign.text, "There is no payment of order "+c.Order) || strings.Contains(foreign.text, c.Amount) {
		t.Errorf("another mall's page says %s", foreign.text)
	}
	again := url.Values{"id": {strconv.FormatInt(notices[0].ID, 10)}}
	if foreign := stranger.sends("notifications/replay", again); !strings.Contains(foreign.text, "There is no such notification.") {
		t.Errorf("another mall's replay says %s", foreign.text)
	}
	s.Mall.ClearFaults()
	if own := o.sends("notifications/replay", again); !strings.Contains(own.text, "sent again") || !strings.Contains(own.text, "Notification replayed") {
		t.Errorf("its own replay says %s", own.text)
	}
	s.Eventually(soon, "the mall knows that the order is paid", func() bool { told, _ := s.Mall.Order("demomall", c.Order); return told.State == "paid" })
	var ledger []struct {
		Event string `json:"event"`
	}
	if err := json.Unmarshal([]byte(s.Command("payments", "show", c.Order, "--json")), &ledger); err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(o.open(sought).text, `<ol class="rows ledger">`)
	shown, _, _ = strings.Cut(shown, "</ol>")
	if lines := strings.Count(shown, "<li>"); lines == 0 || lines != len(ledger) {
		t.Errorf("the page shows %d events, the command line %d", lines, len(ledger))
	}
}
