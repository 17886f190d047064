package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"paybridge/test/rig"
)

// RefundStory is a paid order that its mall cancels: it asks again and again until the app says that it
// is done, as Cafe24 and its merchants do.
type RefundStory struct {
	System *rig.System
	Order  string
	Code   string // the company's order, known after Prepare
	Sync   bool   // the answer is the result; else the company decides later and the mall is told
}

// Prepare lets the order be paid and the mall be told.
func (s RefundStory) Prepare(t *testing.T) RefundStory {
	t.Helper()
	Story{System: s.System, Order: s.Order, Webhook: true}.Play(t)
	s.Code = s.System.Company.OrdersByReference(s.Order)[0].Code
	return s
}

// Play cancels half of the order's amount, lets the company decide, and waits until the mall knows.
func (s RefundStory) Play(t *testing.T) {
	t.Helper()
	s.cancel(t)
	if !s.Sync {
		s.decide(t)
	}
	s.System.Eventually(patience, "nothing is left to tell about "+s.Order, func() bool {
		states := s.notices(t)
		open := slices.ContainsFunc(states, func(state string) bool { return state != "done" })
		return !open && (s.Sync || len(states) == 2)
	})
}

// cancel asks until the answer is yes.
func (s RefundStory) cancel(t *testing.T) {
	t.Helper()
	path := "/api/asynchronous-refund/cancel"
	if s.Sync {
		path = "/api/synchronous-refund/cancel"
	}
	request := rig.Cancel{Mall: "demomall", Order: s.Order, Code: s.Code, Paid: 306500, Amount: 153250, Remain: 153250, LogKey: "cancel"}
	body := request.Body()
	var last rig.Answer
	s.System.Eventually(patience, "the cancel of "+s.Order+" is done", func() bool {
		answer, err := s.System.Send(http.MethodPost, path, "application/json", body)
		if err == nil {
			last = answer
		}
		return err == nil && answer.Field("result_code") == "0000"
	})
	if last.Status != http.StatusOK {
		t.Errorf("the cancel of %s: %d %s", s.Order, last.Status, last.Body)
	}
}

// decide gives the money back at the company, which reports it by webhook until it is heard.
func (s RefundStory) decide(t *testing.T) {
	t.Helper()
	refunds := s.System.Company.Refunds(s.Code)
	if len(refunds) != 1 {
		t.Fatalf("the cancel of %s was accepted and the company has %+v", s.Order, refunds)
	}
	if err := s.System.Company.DecideRefund(refunds[0].Code, true); err != nil {
		t.Fatal(err)
	}
}

// notices lists the states of everything that the mall is to be told about the order.
func (s RefundStory) notices(t *testing.T) (states []string) {
	t.Helper()
	var notices []struct{ State string }
	list := s.System.Command("notifications", "list", "--order", s.Order, "--json")
	if err := json.Unmarshal([]byte(list), &notices); err != nil {
		t.Fatalf("notifications list: %v\n%s", err, list)
	}
	for _, n := range notices {
		states = append(states, n.State)
	}
	return states
}
