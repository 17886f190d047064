package jobs_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/jobs"
	"paybridge/application/task"
	"paybridge/ports"
)

func TestAnErrorOfOurOwnSideIsRetriedForeverAndNeverADeadLetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.outbox.enqueue(ports.Task{Kind: fail, Key: "a"}, "")
		b.run(t)
		for try := 1; try <= 40; try++ {
			r := b.expect(t, "a", "ready")
			if wait := r.due.Sub(b.clock.Now()); r.job.Try != try || wait != task.AfterError(try) {
				t.Fatalf("try %d: waits %v, expected %v", r.job.Try, wait, task.AfterError(try))
			}
			b.pass(task.AfterError(try))
		}
		if !strings.Contains(b.log.String(), errDown.Error()) {
			t.Error("the cause is not in the log")
		}
	})
}

func TestACauseIsLoggedButIsNoWordForPeople(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(ports.Task{Kind: fail, Key: "a"})
		if r := b.expect(t, "a", "ready"); strings.Contains(r.verdict.Word, errDown.Error()) || !strings.HasPrefix(r.verdict.Word, "internal: ") {
			t.Errorf("the word is %q", r.verdict.Word)
		}
	})
}

func TestAPanicIsContainedLoggedWithItsPlaceAndRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Workers: 1})
		b.run(t)
		b.announce(ports.Task{Kind: burst, Key: "bad"}, ports.Task{Kind: succeed, Key: "good"})
		b.expect(t, "good", "done")
		if r := b.expect(t, "bad", "ready"); r.due.Sub(b.clock.Now()) != task.AfterError(1) {
			t.Errorf("due %v", r.due)
		}
		for _, part := range []string{"level=ERROR", "a defect", "setup_test.go"} {
			if !strings.Contains(b.log.String(), part) {
				t.Errorf("%q is not in the log:\n%s", part, b.log)
			}
		}
	})
}

func TestAJobOfANewerVersionWaitsForOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.announce(ports.Task{Kind: "from_the_future", Key: "a"})
		b.expect(t, "a", "ready")
	})
}

func TestAJobThatGaveUpIsADeadLetterAndTheLogSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.extra["give_up"] = handle(func(context.Context, ports.Job) (ports.Verdict, error) {
			return ports.Verdict{Dead: true, Word: "the mall never answered"}, nil
		})
		b.run(t)
		b.announce(ports.Task{Kind: "give_up", Key: "a"})
		b.expect(t, "a", "dead")
		if log := b.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "the mall never answered") {
			t.Errorf("the log says:\n%s", log)
		}
	})
}

func TestRetriesAreSpreadByATenthOfTheirWait(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		random float64
		wait   time.Duration
	}{{0, 54 * time.Second}, {0.25, 57 * time.Second}, {0.5, time.Minute}, {0.75, 63 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			b := setup(t, jobs.Config{Random: func() float64 { return c.random }})
			b.extra["later"] = handle(func(context.Context, ports.Job) (ports.Verdict, error) {
				return ports.Verdict{Again: b.clock.Now().Add(time.Minute), Word: "not yet"}, nil
			})
			b.run(t)
			b.announce(ports.Task{Kind: "later", Key: "a"})
			if r := b.expect(t, "a", "ready"); r.due.Sub(start) != c.wait {
				t.Errorf("random %v: waits %v, expected %v", c.random, r.due.Sub(start), c.wait)
			}
		})
	}
}

func TestATimeToRunAgainThatHasPassedIsNeverReadAsDone(t *testing.T) {
	t.Parallel()
	for _, ago := range []time.Duration{0, time.Microsecond, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			b := setup(t, jobs.Config{Random: func() float64 { return 0 }})
			b.extra["late"] = handle(func(context.Context, ports.Job) (ports.Verdict, error) {
				return ports.Verdict{Again: b.clock.Now().Add(-ago)}, nil
			})
			b.run(t)
			b.announce(ports.Task{Kind: "late", Key: "a"})
			b.expect(t, "a", "ready")
		})
	}
}

func TestTheEndOfARunIsStoredAgainWhenTheDatabaseWasAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		runs := 0
		b.extra["later"] = handle(func(context.Context, ports.Job) (ports.Verdict, error) {
			runs++
			return ports.Verdict{Again: b.clock.Now().Add(500 * time.Millisecond)}, nil
		})
		b.run(t)
		b.outbox.breaks("Finish", errDown)
		b.announce(ports.Task{Kind: "later", Key: "a"})
		b.pass(time.Second)
		b.expect(t, "a", "running")
		b.outbox.breaks("Finish", nil)
		b.pass(time.Second)
		if b.expect(t, "a", "ready"); runs != 1 {
			t.Errorf("it ran %d times", runs)
		}
	})
}

func TestAnEndThatCannotBeStoredLeavesTheJobToTheNextLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{})
		b.run(t)
		b.outbox.breaks("Finish", errDown)
		b.announce(ports.Task{Kind: succeed, Key: "a"})
		for range 9 {
			b.pass(time.Second)
		}
		if !strings.Contains(b.log.String(), "outcome=not_stored") {
			t.Errorf("the log says:\n%s", b.log)
		}
		b.outbox.breaks("Finish", nil)
		b.pass(time.Second)
		if r := b.expect(t, "a", "done"); r.job.Try != 2 {
			t.Errorf("done in try %d", r.job.Try)
		}
	})
}

func TestAShutdownDoesNotWaitForAnEndThatCannotBeStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, jobs.Config{Drain: 500 * time.Millisecond})
		b.run(t)
		b.outbox.breaks("Finish", errDown)
		b.announce(ports.Task{Kind: succeed, Key: "a"})
		b.shut()
		synctest.Wait()
		b.pass(500 * time.Millisecond)
		if err := <-b.ended; err != nil {
			t.Error(err)
		}
	})
}
