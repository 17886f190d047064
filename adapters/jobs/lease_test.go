package jobs_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/jobs"
	"paybridge/ports"
)

func TestALeaseIsRenewedWhileItsJobWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Lease: 9 * time.Second})
		b.run(t)
		b.announce(job(wait, "a"))
		for range 10 {
			b.pass(3 * time.Second)
		}
		if n := len(b.began); n != 1 || b.outbox.called("Renew") != 10 {
			t.Errorf("it began %d times, its lease was renewed %d times", n, b.outbox.called("Renew"))
		}
		close(b.letGo)
		synctest.Wait()
		b.expect(t, "a", "done")
	})
}

func TestTheJobOfACrashedWorkerIsTakenOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.outbox.enqueue(job(succeed, "a"), "")
		if claimed, err := b.outbox.Claim(t.Context(), 1, 1, 10*time.Second); err != nil || len(claimed) != 1 {
			t.Fatal(claimed, err)
		}
		b.run(t) // the other worker is never heard of again
		b.pass(9 * time.Second)
		b.expect(t, "a", "running")
		b.pass(time.Second)
		if r := b.expect(t, "a", "done"); r.job.Try != 2 {
			t.Errorf("done in try %d", r.job.Try)
		}
	})
}

func TestAWorkerThatLostItsLeaseIsToldAndStoresNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(wait, "a"))
		b.outbox.steal("a")
		b.pass(4 * time.Second)
		if cause := <-b.causes; !strings.Contains(cause.Error(), "another worker") {
			t.Errorf("the context ended because %v", cause)
		}
		b.expect(t, "a", "running")
		if finishes := b.outbox.called("Finish"); finishes != 0 {
			t.Errorf("it tried to store an end %d times", finishes)
		}
	})
}

func TestAnEndThatComesAfterTheLeaseIsNotForced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(wait, "a"))
		b.outbox.steal("a")
		close(b.letGo)
		synctest.Wait()
		b.expect(t, "a", "running")
		if finishes := b.outbox.called("Finish"); finishes != 1 || !strings.Contains(b.log.String(), "outcome=lease_lost") {
			t.Errorf("%d attempts to store; the log says:\n%s", finishes, b.log)
		}
	})
}

func TestARenewalThatFailsIsTriedAgainWhileTheLeaseLasts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(wait, "a"))
		b.outbox.breaks("Renew", errDown)
		b.pass(4 * time.Second)
		b.outbox.breaks("Renew", nil)
		b.pass(4 * time.Second)
		b.pass(4 * time.Second)
		if len(b.causes) != 0 {
			t.Fatalf("the job was interrupted: %v", <-b.causes)
		}
		close(b.letGo)
		synctest.Wait()
		b.expect(t, "a", "done")
	})
}

func TestALeaseThatCannotBeRenewedInterruptsItsJobBeforeAnotherWorkerRunsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(wait, "a"))
		b.outbox.breaks("Renew", errDown)
		b.outbox.breaks("Claim", errDown)
		for range 9 {
			b.pass(time.Second)
		}
		if len(b.causes) != 0 {
			t.Fatal("interrupted although the lease lasts")
		}
		b.pass(time.Second)
		if cause := <-b.causes; !strings.Contains(cause.Error(), "expired") {
			t.Errorf("the context ended because %v", cause)
		}
	})
}

func TestAJobThatRunsTooLongIsInterruptedAndRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Limit: 30 * time.Second})
		b.run(t)
		b.announce(job(wait, "a"))
		for range 30 {
			b.pass(time.Second)
		}
		if cause := <-b.causes; !strings.Contains(cause.Error(), "longer than a job may") {
			t.Errorf("the context ended because %v", cause)
		}
		b.expect(t, "a", "ready")
	})
}

func TestTwoWorkersNeverRunOneJobAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		one := setup(t, jobs.Config{})
		two := setup(t, jobs.Config{})
		two.clock, two.outbox = one.clock, one.outbox
		one.run(t)
		two.run(t)
		for _, key := range []string{"a", "b", "c", "d"} {
			one.outbox.enqueue(ports.Task{Kind: wait, Key: key}, "")
		}
		one.worker.Wake()
		two.worker.Wake()
		synctest.Wait()
		for range 30 {
			one.pass(time.Second)
		}
		if began := len(one.began) + len(two.began); began != 4 {
			t.Errorf("4 jobs began %d times", began)
		}
		close(one.letGo)
		close(two.letGo)
		synctest.Wait()
	})
}
