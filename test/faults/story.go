package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"paybridge/test/rig"
)

// Story is one buyer's order, driven as the outside world would drive it: everybody out there tries
// again when the app does not answer, and nobody knows that it crashed.
type Story struct {
	System  *rig.System
	Order   string
	Webhook bool // the company reports by webhook, besides being asked
	Return  bool // the buyer comes back to the shop
	Sync    bool // the mall asks for the status instead of waiting to be told

	External bool // the order is reserved by the button, reviewed and agreed to
}

// patience is how long the outside world tries.
const patience = 60 * time.Second

// Play opens the checkout until there is a page, lets the buyer approve, brings the buyer back, and
// waits until the mall was told, or asked, and the app knows that it was.
func (s Story) Play(t *testing.T) {
	t.Helper()
	var code string
	if s.External {
		code = s.reserve(t)
		s.agree(t, code)
	} else {
		code = s.open(t)
	}
	if err := s.System.Company.Approve(code, s.Webhook); err != nil {
		t.Fatalf("approve %s: %v", code, err)
	}
	if s.Return {
		s.comeBack(t, code)
	}
	if s.Sync {
		s.ask(t)
		return
	}
	s.System.Eventually(patience, "the mall is told that "+s.Order+" is paid", func() bool {
		o, known := s.System.Mall.Order("demomall", s.Order)
		return known && o.State == "paid"
	})
	s.System.Eventually(patience, "the notice of "+s.Order+" is done", func() bool {
		var notices []struct{ State string }
		list := s.System.Command("notifications", "list", "--order", s.Order, "--json")
		if err := json.Unmarshal([]byte(list), &notices); err != nil {
			t.Fatalf("notifications list: %v\n%s", err, list)
		}
		return len(notices) == 1 && notices[0].State == "done"
	})
}

// open asks for the checkout as Cafe24 does, again and again, and returns the company's order code.
func (s Story) open(t *testing.T) (code string) {
	t.Helper()
	tries := 0
	s.System.Eventually(patience, "a payment page for "+s.Order, func() bool {
		tries++
		checkout := rig.Checkout{Mall: "demomall", Order: s.Order, Amount: "3065.00", Currency: "PHP", LogKey: fmt.Sprintf("try-%d", tries)}
		answer, err := s.System.Send(http.MethodPost, s.checkout(), "application/json", checkout.Body())
		if err != nil || answer.Field("result_code") != "0000" {
			return false
		}
		page, err := url.Parse(answer.Field("payment_url"))
		if err != nil {
			t.Fatal(err)
		}
		code = path.Base(page.Path)
		return true
	})
	return code
}

// checkout is where the mall asks for the payment.
func (s Story) checkout() string {
	switch {
	case s.External:
		return externalPath + "/order"
	case s.Sync:
		return "/api/synchronous-checkout/checkout"
	}
	return "/api/asynchronous-checkout/checkout"
}

func (s Story) comeBack(t *testing.T, code string) {
	t.Helper()
	query := url.Values{"reference_no": {s.Order}, "order_code": {code}, "status": {"S"}}
	if s.Sync {
		query.Set("key", s.key(t))
	}
	s.System.Eventually(patience, "the buyer of "+s.Order+" is back at the shop", func() bool {
		answer, err := s.System.Send(http.MethodGet, s.checkout()+"/callback?"+query.Encode(), "", "")
		return err == nil && answer.Status == http.StatusSeeOther
	})
}

// key is what the mall asks by, read from the callback URL that the company was given.
func (s Story) key(t *testing.T) string {
	t.Helper()
	for _, r := range s.System.Company.Requests() {
		callback, given := r.Fields["callback_url"].(string)
		if !given || r.Fields["reference_no"] != s.Order {
			continue
		}
		u, err := url.Parse(callback)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("key")
	}
	t.Fatalf("the company was given no callback URL for %s", s.Order)
	return ""
}

// ask asks for the status as Cafe24 does, until it is paid and the ledger says that the mall knows.
func (s Story) ask(t *testing.T) {
	t.Helper()
	question := `{"key":"` + s.key(t) + `"}`
	s.System.Eventually(patience, "the status of "+s.Order+" is paid", func() bool {
		answer, err := s.System.Send(http.MethodPost, s.checkout()+"/status", "application/json", question)
		if err != nil || answer.Status == http.StatusServiceUnavailable {
			return false // the app is away, or cannot know yet
		}
		if answer.Status != http.StatusOK || answer.Field("result_code") != "0000" || answer.Field("amount") != "3065.00" || answer.Field("order_id") != s.Order {
			t.Errorf("the status of %s, which is paid: %d %s", s.Order, answer.Status, answer.Body)
		}
		return strings.Contains(s.System.Command("payments", "show", s.Order, "--json"), `"mall_told"`)
	})
}
