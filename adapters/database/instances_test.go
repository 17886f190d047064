package database_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// atOnce lets every instance do its part at the same time, and returns their errors.
func atOnce(all []instance, part func(i int, in instance) error) error {
	errs := make([]error, len(all))
	begin := make(chan struct{})
	var done sync.WaitGroup
	for i, in := range all {
		done.Go(func() {
			<-begin
			errs[i] = part(i, in)
		})
	}
	close(begin)
	done.Wait()
	return errors.Join(errs...)
}

func TestTwoInstancesNeverClaimTheSameJob(t *testing.T) {
	t.Parallel()
	const jobs = 120
	all := instances(t, 2)
	for n := range jobs {
		all[0].stored(t, n)
	}
	all[0].clock.Advance(time.Minute)
	var mu sync.Mutex
	holders := map[string][]int{}
	noError(t, atOnce(all, func(i int, in instance) error {
		for {
			claimed, err := in.outbox.Claim(t.Context(), 5, jobs, lease)
			if err != nil || len(claimed) == 0 {
				return err
			}
			mu.Lock()
			for _, j := range claimed {
				holders[j.Key] = append(holders[j.Key], i)
			}
			mu.Unlock()
		}
	}))
	if len(holders) != jobs {
		t.Errorf("%d of %d jobs were claimed", len(holders), jobs)
	}
	for key, by := range holders {
		if len(by) != 1 {
			t.Errorf("job %s was claimed by instances %v", key, by)
		}
	}
}

func TestThePlacesOfAPeerAreCountedOverAllInstances(t *testing.T) {
	t.Parallel()
	all := instances(t, 4)
	for n := range 40 { // all ask one account at the company
		all[0].stored(t, n)
	}
	all[0].clock.Advance(time.Minute)
	var mu sync.Mutex
	claimed := 0
	noError(t, atOnce(all, func(_ int, in instance) error {
		jobs, err := in.outbox.Claim(t.Context(), 40, 3, lease)
		mu.Lock()
		defer mu.Unlock()
		claimed += len(jobs)
		return err
	}))
	if claimed != 3 {
		t.Errorf("%d jobs of one peer run at once, the bound is 3", claimed)
	}
}

func TestAnotherInstanceTakesOverWhatADeadOneLeft(t *testing.T) {
	t.Parallel()
	all := instances(t, 2)
	all[0].stored(t, 1)
	all[0].clock.Advance(time.Minute)
	left := all[0].claim(t, 1, 1)[0]
	if jobs := all[1].claim(t, 1, 1); len(jobs) != 0 {
		t.Fatalf("the job is leased, but %q were claimed", jobs[0].Key)
	}
	ends := all[0].clock.Now().Add(lease)
	all[0].clock.Advance(lease)
	taken := all[1].claim(t, 1, 1)[0]
	if taken.ID != left.ID || taken.Try != 2 || !taken.LastTry.Equal(ends) {
		t.Errorf("got job %d, try %d, last try %v; want job %d, try 2, last try %v", taken.ID, taken.Try, taken.LastTry, left.ID, ends)
	}
	if err := all[0].outbox.Finish(t.Context(), left, ports.Verdict{}); fault.Of(err).Code != "lease_lost" {
		t.Errorf("the dead instance finished the job: %v", err)
	}
	noError(t, all[1].outbox.Finish(t.Context(), taken, ports.Verdict{}))
}

func TestAJobThatSomebodyElseHasLockedHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	const jobs = 20
	address := freshPostgres(t)
	in := start(open(t, address), fakeclock.New(now))
	for n := range jobs {
		in.stored(t, n)
	}
	in.clock.Advance(time.Minute)
	held := in.claim(t, jobs, jobs)
	locked, err := direct(t, address).BeginTx(t.Context(), nil)
	noError(t, err)
	_, err = locked.ExecContext(t.Context(), "SELECT id FROM outbox WHERE id = $1 FOR UPDATE", held[0].ID)
	noError(t, err)

	ended := make([]chan error, jobs)
	for i, j := range held {
		ended[i] = make(chan error, 1)
		go func() { ended[i] <- in.outbox.Finish(t.Context(), j, ports.Verdict{}) }()
	}
	for _, other := range ended[1:] {
		noError(t, <-other)
	}
	select {
	case err := <-ended[0]:
		t.Fatalf("the locked job ended with %v", err)
	default:
	}
	noError(t, locked.Rollback())
	noError(t, <-ended[0])
}

func TestUpdatesOfTwoInstancesAreNeverLost(t *testing.T) {
	t.Parallel()
	const each = 50
	all := instances(t, 2)
	id := all[0].stored(t, 1)
	noError(t, atOnce(all, func(i int, in instance) error {
		for n := range each {
			if _, err := in.orders.Update(t.Context(), id, remark(fmt.Sprint(i, " ", n), in.clock.Now())); err != nil {
				return err
			}
		}
		return nil
	}))
	if got := all[0].get(t, id).Version; got != 1+2*each {
		t.Errorf("the order has %d events, want %d", got, 1+2*each)
	}
}

func TestASaveAgainstUpdatesIsStoredWholeOrStale(t *testing.T) {
	t.Parallel()
	const rounds = 50
	all := instances(t, 2)
	id := all[0].stored(t, 1)
	saved := 0
	noError(t, atOnce(all, func(i int, in instance) error {
		for range rounds {
			if i == 0 {
				if _, err := in.orders.Update(t.Context(), id, remark("update", in.clock.Now())); err != nil {
					return err
				}
				continue
			}
			o, err := in.orders.Get(t.Context(), ports.OrderQuery{ID: id})
			if err != nil {
				return err
			}
			noError(t, remark("save", in.clock.Now())(o))
			switch err := in.orders.Save(t.Context(), o); {
			case err == nil:
				saved++
			case fault.Of(err).Code != "stale_order":
				return err
			}
		}
		return nil
	}))
	if got := all[0].get(t, id).Version; got != int64(1+rounds+saved) {
		t.Errorf("the order has %d events after %d updates and %d saves", got, rounds, saved)
	}
}

func TestAReaderNeverSeesRefundsOfAnotherVersion(t *testing.T) {
	t.Parallel()
	const refunds = 30
	all := instances(t, 2)
	id := twicePaid(t, all[0])
	base := all[0].get(t, id).Version
	ofSurplus := ports.RefundQuery{Purpose: order.SurplusPurpose(1)}
	noError(t, atOnce(all, func(i int, in instance) error {
		for n := range refunds {
			if i == 0 {
				if _, err := in.orders.Update(t.Context(), id, rejectedRefund(n, in.clock.Now()), ofSurplus); err != nil {
					return err
				}
				continue
			}
			o, err := in.orders.Get(t.Context(), ports.OrderQuery{ID: id, With: ofSurplus})
			if err != nil {
				return err
			}
			if s := o.Snapshot(); s.Version != base+2*int64(len(s.Refunds)) {
				return fmt.Errorf("version %d with %d refunds", s.Version, len(s.Refunds))
			}
		}
		return nil
	}))
}

func TestAnOrderThatTwoInstancesCreateIsThereOnce(t *testing.T) {
	t.Parallel()
	all := instances(t, 2)
	for n := range 20 {
		orders := []*order.Order{all[0].opened(t, n), all[1].opened(t, n)}
		var mu sync.Mutex
		refused := 0
		noError(t, atOnce(all, func(i int, in instance) error {
			err := in.orders.Create(t.Context(), orders[i])
			mu.Lock()
			defer mu.Unlock()
			if err != nil && fault.Of(err).Code == "order_exists" {
				refused++
				return nil
			}
			return err
		}))
		if refused != 1 {
			t.Errorf("order %d was refused %d times, want once", n, refused)
		}
	}
}

func TestTwoInstancesTogetherAskACompanyAccountNoOftenerThanItsRate(t *testing.T) {
	t.Parallel()
	const jobs, rate = 300, 20
	all := instances(t, 2)
	for i := range all {
		all[i].outbox.Paced(rate)
	}
	for n := range jobs {
		all[0].stored(t, n)
	}
	all[0].clock.Advance(time.Minute)
	for second := range 4 {
		var asked atomic.Int64
		noError(t, atOnce(all, func(_ int, in instance) error {
			for range 20 {
				claimed, err := in.outbox.Claim(t.Context(), 8, 8, lease)
				if err != nil {
					return err
				}
				for _, j := range claimed {
					asked.Add(1)
					if err := in.outbox.Finish(t.Context(), j, ports.Verdict{}); err != nil {
						return err
					}
				}
			}
			return nil
		}))
		if asked.Load() != rate {
			t.Errorf("in second %d both asked %d questions, want %d", second, asked.Load(), rate)
		}
		all[0].clock.Advance(time.Second)
	}
}

func TestTwoInstancesTogetherRunNoMoreJobsOfACompanyAccountAtOnceThanItsBound(t *testing.T) {
	t.Parallel()
	const jobs, bound = 100, 8
	all := instances(t, 2)
	for n := range jobs {
		all[0].stored(t, n)
	}
	all[0].clock.Advance(time.Minute)
	var running atomic.Int64
	noError(t, atOnce(all, func(_ int, in instance) error {
		for range 10 {
			claimed, err := in.outbox.Claim(t.Context(), jobs, bound, lease)
			if err != nil {
				return err
			}
			running.Add(int64(len(claimed)))
		}
		return nil
	}))
	if running.Load() != bound {
		t.Errorf("%d jobs run at once, want %d", running.Load(), bound)
	}
}
