package acceptance_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"paybridge/test/rig"
)

// TestATerminationUnderLoadFinishesWhatIsInFlight sends SIGTERM while checkouts run: every request
// that was accepted gets a whole answer, what was answered is stored, and the exit code is 0.
func TestATerminationUnderLoadFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	var answered, broken atomic.Int64
	var number atomic.Int64
	stop := make(chan struct{})
	warm := make(chan struct{})
	var load sync.WaitGroup
	for range 8 {
		load.Go(func() {
			for {
				n := number.Add(1)
				a, err := s.Send(http.MethodPost, checkoutPath, "application/json", order(fmt.Sprintf("20260104-%07d", n)).Body())
				switch {
				case err != nil:
					select {
					case <-stop: // the listener is closed: refused connections are right now
						return
					default:
						broken.Add(1)
						return
					}
				case a.Status == http.StatusOK:
					if answered.Add(1) == 100 {
						close(warm)
					}
				case a.Status != http.StatusServiceUnavailable:
					t.Errorf("%d %s", a.Status, a.Body)
				}
			}
		})
	}
	<-warm
	close(stop)
	exit := s.Stop()
	load.Wait()
	if exit != 0 {
		t.Errorf("exit code %d\n%s", exit, s.Log())
	}
	if broken.Load() != 0 {
		t.Errorf("%d requests broke before the shutdown", broken.Load())
	}
	stored := int64(len(s.Company.Orders()))
	if stored < answered.Load() {
		t.Errorf("%d pages were handed out, the company has %d orders", answered.Load(), stored)
	}
	s.StartApp()
	t.Logf("%d checkouts were answered before the end, %d orders at the company", answered.Load(), stored)
}
