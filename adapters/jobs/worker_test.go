package jobs_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/jobs"
	"paybridge/ports"
)

func TestAJobThatSucceedsIsDoneAndRunsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.outbox.enqueue(job(succeed, "a"), "")
		b.run(t)
		b.pass(time.Hour)
		if r := b.expect(t, "a", "done"); r.job.Try != 1 || r.verdict.Word != "fine" {
			t.Errorf("got %+v", r)
		}
	})
}

func TestAWakeRunsANewJobAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(succeed, "a"))
		b.expect(t, "a", "done")
		if now := b.clock.Now(); now != start {
			t.Errorf("it took until %v", now)
		}
	})
}

func TestThePollFindsWhatNobodyAnnounced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.outbox.enqueue(job(succeed, "a"), "")
		b.pass(999 * time.Millisecond)
		b.expect(t, "a", "ready")
		b.pass(time.Millisecond)
		b.expect(t, "a", "done")
	})
}

func TestAThousandWakesAreAsGoodAsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Workers: 1})
		b.run(t)
		b.announce(job(wait, "a"))
		for range 1000 {
			b.worker.Wake()
		}
		close(b.letGo)
		synctest.Wait()
		if claims := b.outbox.called("Claim"); claims > 5 {
			t.Errorf("the outbox was asked %d times", claims)
		}
	})
}

func TestAnIdleWorkerAsksOncePerPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		for range 60 {
			b.pass(time.Second)
		}
		if claims := b.outbox.called("Claim"); claims != 61 {
			t.Errorf("the outbox was asked %d times in a minute", claims)
		}
	})
}

func TestJobsOfAStreamRunOneAtATimeOldestFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		for _, key := range []string{"first", "second", "third"} {
			b.outbox.enqueue(ports.Task{Kind: wait, Key: key, Stream: "order"}, "")
		}
		b.announce()
		for _, expected := range []string{"first", "second", "third"} {
			if got := (<-b.began).Key; got != expected || len(b.began) != 0 {
				t.Fatalf("%s runs, expected %s alone", got, expected)
			}
			b.letGo <- struct{}{}
			synctest.Wait()
		}
		if now := b.clock.Now(); now != start {
			t.Errorf("a stream waited for the poll: %v", now)
		}
	})
}

func TestJobsThatEndWhileItRestsAreMadeUpForByOneClaim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Workers: 4, Rest: 10 * time.Millisecond})
		for i := range 8 {
			b.outbox.enqueue(job(wait, strconv.Itoa(i)), "")
		}
		b.run(t)
		for range 4 {
			b.letGo <- struct{}{}
			b.pass(time.Millisecond)
		}
		if claims := b.outbox.called("Claim"); claims != 1 || len(b.began) != 4 {
			t.Errorf("%d claims and %d jobs before the rest was over", claims, len(b.began))
		}
		b.pass(6 * time.Millisecond)
		if claims := b.outbox.called("Claim"); claims != 2 || len(b.began) != 8 {
			t.Errorf("%d claims and %d jobs after it", claims, len(b.began))
		}
	})
}

func TestAShutdownDoesNotWaitForARest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Rest: time.Hour})
		b.outbox.enqueue(job(succeed, "a"), "")
		b.run(t)
		b.shut()
		synctest.Wait()
		if err, ended := <-b.ended; err != nil || !ended {
			t.Errorf("it ended with %v", err)
		}
	})
}

func TestADeadPeerDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Workers: 4, PerPeer: 2})
		b.run(t)
		for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
			b.outbox.enqueue(ports.Task{Kind: wait, Key: key, Peer: "mall:dead"}, "")
		}
		b.announce(ports.Task{Kind: succeed, Key: "other", Peer: "mall:alive"})
		b.expect(t, "other", "done")
		if len(b.began) != 2 {
			t.Errorf("%d jobs run for the dead mall", len(b.began))
		}
		close(b.letGo)
	})
}

func TestNeverMoreJobsRunThanThereAreWorkers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Workers: 3})
		b.run(t)
		for _, key := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			b.outbox.enqueue(ports.Task{Kind: wait, Key: key, Peer: key}, "")
		}
		b.announce()
		for finished := range 4 {
			b.pass(2 * time.Second)
			if got := len(b.began); got != 3+finished {
				t.Fatalf("%d jobs began after %d ended", got, finished)
			}
			b.letGo <- struct{}{}
			synctest.Wait()
		}
		close(b.letGo)
	})
}

func TestAnOutboxThatIsDownIsAskedOncePerPollAndLoggedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.outbox.breaks("Claim", errDown)
		b.run(t)
		for range 10 {
			b.worker.Wake()
			b.pass(time.Second)
		}
		if claims := b.outbox.called("Claim"); claims > 11 {
			t.Errorf("asked %d times in 10 s", claims)
		}
		b.outbox.enqueue(job(succeed, "a"), "")
		b.outbox.breaks("Claim", nil)
		b.pass(time.Second)
		b.expect(t, "a", "done")
		for _, line := range []string{"cannot be reached", "can be reached again"} {
			if n := strings.Count(b.log.String(), line); n != 1 {
				t.Errorf("%q was logged %d times:\n%s", line, n, b.log)
			}
		}
	})
}

func TestAShutdownClaimsNoMoreAndWaitsForRunningJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(wait, "running"))
		b.shut()
		synctest.Wait()
		b.announce(job(succeed, "late"))
		b.pass(9 * time.Second)
		if len(b.ended) != 0 {
			t.Fatal("the worker did not wait")
		}
		close(b.letGo)
		if err := <-b.ended; err != nil {
			t.Error(err)
		}
		b.expect(t, "running", "done")
		b.expect(t, "late", "ready")
	})
}

func TestAShutdownInterruptsWhatDoesNotEndAndLeavesItDueAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(job(wait, "slow"))
		b.shut()
		synctest.Wait()
		b.pass(10 * time.Second)
		if err := <-b.ended; err != nil {
			t.Error(err)
		}
		r := b.expect(t, "slow", "ready")
		if late := r.due.Sub(b.clock.Now()); late > time.Second {
			t.Errorf("another worker has to wait %v for it", late)
		}
	})
}

func TestAJobThatEvenIgnoresTheInterruptionIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.extra["deaf"] = handle(func(context.Context, ports.Job) (ports.Verdict, error) {
			<-b.letGo
			return ports.Verdict{}, nil
		})
		b.run(t)
		b.announce(job("deaf", "a"))
		b.shut()
		synctest.Wait()
		b.pass(10 * time.Second)
		b.pass(2 * time.Second)
		if err := <-b.ended; err == nil || !strings.HasPrefix(err.Error(), "1 jobs did not end") {
			t.Errorf("got %v", err)
		}
		close(b.letGo)
	})
}
