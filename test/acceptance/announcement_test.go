package acceptance_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/mall/platform"
)

// told makes Cafe24 tell about a mall; the app must take it.
func told(t *testing.T, s *rig.System, mall string, event int) {
	t.Helper()
	status, err := s.Mall.Platform().Notify(t.Context(), mall, event, nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("event %d: HTTP %d, %v\n%s", event, status, err, s.Log())
	}
}

func TestAMallThatRemovesTheAppTakesNoNewPaymentsAndIsToldOfTheOpenOnes(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	b := newBrowser(t, s)
	b.signIn("demomall")
	open := order("20260101-0000001")
	page(t, s, open)
	status, err := s.Mall.Platform().Remove(t.Context(), "demomall")
	if err != nil || status != http.StatusOK {
		t.Fatalf("HTTP %d, %v", status, err)
	}
	refused(t, s, order("20260101-0000002"), http.StatusBadRequest, "switched off")
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", open.Order); return o.State == "paid" })
	if list := s.Command("payments", "list"); !strings.Contains(list, open.Order) {
		t.Errorf("the ledger lost its payment:\n%s", list)
	}
	other := open
	other.Mall, other.Order = "ectmtjpq001", "20260101-0000003"
	page(t, s, other)

	// The app that is installed again has access again; the merchant links the company anew.
	b.signIn("demomall")
	if state := s.Mall.Platform().Mall("demomall"); !state.Installed {
		t.Errorf("%+v", state)
	}
}

func TestARemovalThatIsToldAHundredTimesAtOnceIsOne(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	newBrowser(t, s).signIn("demomall")
	s.Mall.Platform().Uninstall("demomall")
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			status, err := s.Mall.Platform().Send(t.Context(), "demomall", platform.EventAppDeleted, "one-delivery", nil)
			if err != nil || status != http.StatusOK {
				t.Errorf("HTTP %d, %v", status, err)
			}
		})
	}
	all.Wait()
	newBrowser(t, s).signIn("demomall")
	status, err := s.Mall.Platform().Send(t.Context(), "demomall", platform.EventAppDeleted, "one-delivery", nil)
	if err != nil || status != http.StatusOK || !strings.Contains(s.Log(), `"outcome":"known"`) {
		t.Errorf("HTTP %d, %v", status, err)
	}
}

func TestAMallWhoseSubscriptionRanOutIsPausedUntilItIsRenewed(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	told(t, s, "demomall", platform.EventAppExpired)
	refused(t, s, order("20260101-0000001"), http.StatusBadRequest, "switched off")
	told(t, s, "demomall", platform.EventAppRenewed)
	page(t, s, order("20260101-0000001"))
	told(t, s, "demomall", 90023) // nothing that we care about
	told(t, s, "cafe24bestshop", platform.EventAppDeleted)
}

func TestADomainThatAMallAddedIsTrustedOnceCafe24ToldOfIt(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	newBrowser(t, s).signIn("demomall")
	body := func(n string) string {
		return strings.ReplaceAll(order(n).Body(), "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage", "https://shop.example.com/Pay/Recv/openpg/PayReceiveRtnPage")
	}
	if got := s.Post(checkoutPath, body("20260101-0000001")); got.Status != http.StatusBadRequest || !strings.Contains(string(got.Body), "return_url") {
		t.Fatalf("before: HTTP %d %s", got.Status, got.Body)
	}
	shops := s.Mall.Platform().Shops("demomall")
	shops[0].PrimaryDomain = "shop.example.com"
	s.Mall.Platform().SetShops("demomall", shops...)
	told(t, s, "demomall", 90117)
	s.Eventually(soon, "the domain is trusted", func() bool { return s.Post(checkoutPath, body("20260101-0000002")).Status == http.StatusOK })
}
