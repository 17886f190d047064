package acceptance_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

const noticePath = "/Pay/Recv/openpg/PayReceiveNoty.php"

func TestANoticeThatFailsKeepsThePaymentPaidAndIsSentAgain(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260103-0000001")
	s.Mall.AddFault(control.Fault{Path: noticePath, Status: http.StatusInternalServerError, Times: 2})
	page(t, s, c)
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the mall is told at the third try", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })
	var bodies []string
	for _, r := range s.Mall.Requests() {
		if r.Path == noticePath {
			bodies = append(bodies, r.Body)
		}
	}
	if len(bodies) != 3 || bodies[0] != bodies[1] || bodies[1] != bodies[2] {
		t.Errorf("%d tries, byte-identical: %v", len(bodies), bodies)
	}
}

func TestAWaitingNoticeIsShownAndReplayedByOneCommand(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	c := order("20260103-0000002")
	s.Mall.AddFault(control.Fault{Path: noticePath, Status: http.StatusInternalServerError})
	page(t, s, c)
	if err := s.Company.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		ID    int64  `json:"id"`
		State string `json:"state"`
		Try   int    `json:"try"`
	}
	s.Eventually(soon, "three tries have failed", func() bool {
		rows = nil
		if err := json.Unmarshal([]byte(s.Command("notifications", "list", "--json")), &rows); err != nil {
			t.Fatal(err)
		}
		return len(rows) == 1 && rows[0].Try >= 3
	})
	if list := s.Command("payments", "list"); !strings.Contains(list, "paid") {
		t.Errorf("a failing notice changed the payment:\n%s", list)
	}
	id := strconv.FormatInt(rows[0].ID, 10)
	if shown := s.Command("notifications", "show", id); !strings.Contains(shown, noticePath) || !strings.Contains(shown, "500") {
		t.Errorf("notifications show:\n%s", shown)
	}
	s.Mall.ClearFaults()
	s.Command("notifications", "replay", id)
	s.Eventually(soon, "the mall is told after the replay", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })
}

func TestPendingIsNotToldAndAConfirmedEndIsToldOnceAfterAMinute(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260103-0000003")
	page(t, s, c)
	if err := s.Company.Cancel(code, true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(soon, "the unpaid notice waits", func() bool {
		list := s.Command("notifications", "list")
		return strings.Contains(list, "notify_unpaid") && strings.Contains(list, "ready")
	})
	if o, _ := s.Mall.Order("demomall", c.Order); len(o.Told) != 0 {
		t.Errorf("told too early: %+v", o.Told)
	}
}
