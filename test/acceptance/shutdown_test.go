package acceptance_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"paybridge/test/rig"
)

// TestAnEndUnderLoadFinishesWhatIsInFlight ends the app while checkouts run: every request that was taken
// gets a whole answer, what was answered is stored, and the exit code is 0.
func TestAnEndUnderLoadFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "Ctrl-C": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: true, Direct: true})
			buyers := &rush{system: s, warm: make(chan struct{})}
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() { buyers.come(t) })
			}
			<-buyers.warm
			exit := s.StopWith(end)
			all.Wait()
			if exit != 0 {
				t.Errorf("exit code %d\n%s", exit, s.Log())
			}
			buyers.judge(t)
		})
	}
}

// rush is many checkouts until the app is gone.
type rush struct {
	system *rig.System
	warm   chan struct{} // closed when the hundredth was answered

	numbers, answered atomic.Int64
	pages             sync.Map // by order number
}

// come asks for checkouts until nobody listens any more. A connection that breaks before is a request
// that was taken and not answered, unless it was an idle one that the app closed: then nothing of it was
// read, and another one tells.
func (r *rush) come(t *testing.T) {
	for {
		c := order(fmt.Sprintf("20260104-%07d", r.numbers.Add(1)))
		a, err := r.system.Send(http.MethodPost, checkoutPath, "application/json", c.Body())
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			return
		case err != nil:
			if found := r.system.Company.OrdersByReference(c.Order); len(found) > 0 {
				t.Errorf("%s was taken, reached the company, and was not answered: %v", c.Order, err)
			}
		case a.Status == http.StatusOK:
			r.pages.Store(c.Order, a.Field("payment_url"))
			if r.answered.Add(1) == 100 {
				close(r.warm)
			}
		case a.Status != http.StatusServiceUnavailable:
			t.Errorf("%s: %d %s", c.Order, a.Status, a.Body)
		}
	}
}

// judge looks at what the app left, starts it again, and asks for everything that was answered.
func (r *rush) judge(t *testing.T) {
	t.Helper()
	var stored []struct{ State string }
	if err := json.Unmarshal([]byte(r.system.Command("payments", "list", "--json", "--state", "requested")), &stored); err != nil || len(stored) > 0 {
		t.Errorf("%d checkouts were left half done, %v", len(stored), err)
	}
	r.system.StartApp()
	r.pages.Range(func(number, page any) bool {
		if again := r.system.Post(checkoutPath, order(number.(string)).Body()); again.Field("payment_url") != page { //nolint:forcetypeassert // stored above
			t.Errorf("%s was answered with %s, and afterwards with %d %s", number, page, again.Status, again.Body)
			return false
		}
		return true
	})
	t.Logf("%d checkouts were answered before the end, %d orders at the company", r.answered.Load(), len(r.system.Company.Orders()))
}
