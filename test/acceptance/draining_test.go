package acceptance_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/domain/session"
	"paybridge/test/rig"
)

const drainingMall = "newmall"

// merchantOf is the owner of a mall who is signed in and has linked and enabled it.
func merchantOf(t *testing.T, s *rig.System) (does func(path, body string, status int)) {
	t.Helper()
	b := newBrowser(t, s)
	b.signIn(drainingMall)
	does = func(path, body string, status int) {
		t.Helper()
		got := b.send(http.MethodPost, s.AppURL+"/admin/"+path, body, "Content-Type", "application/json", "X-CSRF-Token", session.ProofOf(b.session()))
		if got.status != status {
			t.Errorf("%s %s: HTTP %d %s, want %d", path, body, got.status, got.text, status)
		}
	}
	does("link", linkKeys, http.StatusOK)
	does("shop/toggle", enableShop, http.StatusOK)
	return does
}

const (
	linkKeys   = `{"mall_id":"newmall","public_key":"demo-app-public-key","secret_key":"demo-app-secret-key"}`
	enableShop = `{"mall_id":"newmall","action":"enable","shop_index":0}`
)

// TestAMallThatUnlinksWithOpenMoneyIsPaidAndRefundedWithTheKeysOfThen unlinks while a buyer is on the payment
// page and while a refund is open at the company.
func TestAMallThatUnlinksWithOpenMoneyIsPaidAndRefundedWithTheKeysOfThen(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})
			does := merchantOf(t, s)
			sold(t, s, drainingMall)
			refunded := rig.Cancel{Mall: drainingMall, Order: number, Code: code, Paid: 306500, Amount: 100000, Remain: 206500, LogKey: "c"}
			if a := s.Post(cancelPath, refunded.Body()); a.Field("result_code") != "0000" {
				t.Fatalf("cancel: %d %s", a.Status, a.Body)
			}
			c := order("20260101-0000001")
			c.Mall = drainingMall
			page(t, s, c)
			does("unlink", `{"mall_id":"newmall"}`, http.StatusConflict)
			does("unlink", `{"mall_id":"newmall","confirm":"drain"}`, http.StatusOK)

			late := order("20260101-0000002")
			late.Mall = drainingMall
			refused(t, s, late, http.StatusBadRequest, "switched off")
			if err := s.Company.Approve("pg-order-002", true); err != nil {
				t.Fatal(err)
			}
			if err := s.Company.DecideRefund(refundCode, true); err != nil {
				t.Fatal(err)
			}
			s.Eventually(soon, "the mall is told of the payment and of the refund", func() bool {
				o, _ := s.Mall.Order(drainingMall, c.Order)
				return o.State == "paid" && len(refundNotices(s, drainingMall)) == 1
			})
			rest := rig.Cancel{Mall: drainingMall, Order: c.Order, Code: "pg-order-002", Paid: 306500, Amount: 306500, LogKey: "c"}
			if a := s.Post(syncCancelPath, rest.Body()); a.Field("result_code") != "0000" {
				t.Errorf("a refund of what was paid while the mall was draining: %d %s", a.Status, a.Body)
			}
			companyGaveBack(t, s, "1000.00", 1)
			if o, _ := s.Company.Order("pg-order-002"); o.Refunded != "3065.00" {
				t.Errorf("the company has %+v", o)
			}
		})
	}
}

// TestAMallThatIsLinkedAgainGivesMoneyOfBeforeBack forgets the keys at once and links the account again later.
func TestAMallThatIsLinkedAgainGivesMoneyOfBeforeBack(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	does := merchantOf(t, s)
	sold(t, s, drainingMall)
	does("unlink", `{"mall_id":"newmall","confirm":"forget"}`, http.StatusOK)
	cancel := rig.Cancel{Mall: drainingMall, Order: number, Code: code, Paid: 306500, Amount: 306500, LogKey: "c"}.Body()
	if a := s.Post(syncCancelPath, cancel); a.Field("result_code") != "9999" || !strings.Contains(a.Field("result_message"), "nothing was given back") {
		t.Errorf("without keys: %d %s", a.Status, a.Body)
	}
	companyGaveBack(t, s, "0.00", 0)

	does("link", linkKeys, http.StatusOK)
	does("shop/toggle", enableShop, http.StatusOK)
	for range 2 {
		if a := s.Post(syncCancelPath, cancel); a.Field("result_code") != "0000" {
			t.Errorf("linked again: %d %s", a.Status, a.Body)
		}
	}
	companyGaveBack(t, s, "3065.00", 1)
	next := order("20260101-0000001")
	next.Mall = drainingMall
	page(t, s, next)
}

// TestMoneyGoesBackWhereNothingIsSoldAnyMore cancels after the shop was switched off, and after the mall removed
// the app while the company works on a refund.
func TestMoneyGoesBackWhereNothingIsSoldAnyMore(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	does := merchantOf(t, s)
	sold(t, s, drainingMall)
	part := func(remain int64) string {
		return rig.Cancel{Mall: drainingMall, Order: number, Code: code, Paid: 306500, Amount: 100000 + remain%2, Remain: remain, LogKey: "c"}.Body()
	}
	gives := func(path string, remain int64, when string) {
		t.Helper()
		if a := s.Post(path, part(remain)); a.Field("result_code") != "0000" {
			t.Errorf("%s: %d %s", when, a.Status, a.Body)
		}
	}
	does("shop/toggle", `{"mall_id":"newmall","action":"disable","shop_index":0}`, http.StatusOK)
	gives(syncCancelPath, 206500, "the shop is off")
	gives(cancelPath, 106499, "the shop is off, and the company takes its time")
	if status, err := s.Mall.Platform().Remove(t.Context(), drainingMall); err != nil || status != http.StatusOK {
		t.Fatalf("HTTP %d, %v", status, err)
	}
	if err := s.Company.DecideRefund("pg-refund-002", true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told of the refund", func() bool { return len(refundNotices(s, drainingMall)) == 1 })
	rest := rig.Cancel{Mall: drainingMall, Order: number, Code: code, Paid: 306500, Amount: 106499, LogKey: "c"}.Body()
	if a := s.Post(syncCancelPath, rest); a.Field("result_code") != "0000" {
		t.Errorf("the app is gone: %d %s", a.Status, a.Body)
	}
	companyGaveBack(t, s, "3065.00", 3)
}
