package transport_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
)

// company counts the questions it hears; each answer is the number of its question.
type company struct {
	heard atomic.Int64
	open  chan struct{} // one token lets one answer out
}

func (c *company) ask(context.Context) (int64, error) {
	n := c.heard.Add(1)
	<-c.open
	return n, nil
}

func TestWhoComesWhileAQuestionRunsSharesTheNextOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &company{open: make(chan struct{})}
		var questions transport.Questions[string, int64]
		var callers sync.WaitGroup
		caller := func(want int64) {
			if got, err := questions.Ask(t.Context(), "order-1", c.ask); got != want || err != nil {
				t.Errorf("got answer %d, %v; want %d", got, err, want)
			}
		}
		callers.Go(func() { caller(1) })
		synctest.Wait()
		for range 5 {
			callers.Go(func() { caller(2) })
		}
		synctest.Wait()
		c.open <- struct{}{}
		synctest.Wait() // The second question is out: it is too late to share that one.
		callers.Go(func() { caller(3) })
		synctest.Wait()
		close(c.open)
		callers.Wait()
	})
}

func TestAFinishedAnswerIsNeverUsedAgain(t *testing.T) {
	t.Parallel()
	c := &company{open: make(chan struct{})}
	close(c.open)
	var questions transport.Questions[string, int64]
	for want := range int64(3) {
		if got, err := questions.Ask(t.Context(), "order-1", c.ask); got != want+1 || err != nil {
			t.Fatalf("got answer %d, %v; want %d", got, err, want+1)
		}
	}
}

func TestDifferentQuestionsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow, quick := &company{open: make(chan struct{})}, &company{open: make(chan struct{})}
		close(quick.open)
		var questions transport.Questions[string, int64]
		var callers sync.WaitGroup
		callers.Go(func() { _, _ = questions.Ask(t.Context(), "slow", slow.ask) })
		synctest.Wait()
		if got, err := questions.Ask(t.Context(), "quick", quick.ask); got != 1 || err != nil {
			t.Errorf("got %d, %v", got, err)
		}
		close(slow.open)
		callers.Wait()
	})
}

func TestACallerWhoLeavesTakesTheAnswerFromNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &company{open: make(chan struct{})}
		var questions transport.Questions[string, int64]
		var callers sync.WaitGroup
		ctx, leave := context.WithCancel(t.Context())
		asked := func(ctx context.Context) (int64, error) {
			n, err := c.ask(ctx)
			return n, errors.Join(err, ctx.Err())
		}
		leaver := func() {
			if _, err := questions.Ask(ctx, "order-1", asked); !fault.Is(err, fault.Unavailable) {
				t.Errorf("who left got %v", err)
			}
		}
		stayer := func(want int64) {
			if got, err := questions.Ask(t.Context(), "order-1", asked); got != want || err != nil {
				t.Errorf("who stayed got %d, %v; want %d", got, err, want)
			}
		}
		callers.Go(func() { stayer(1) })
		synctest.Wait()
		callers.Go(leaver)
		synctest.Wait()
		callers.Go(func() { stayer(2) })
		synctest.Wait()
		leave()
		synctest.Wait()
		close(c.open)
		callers.Wait()
	})
}

func TestAQuestionThatNobodyWaitsForEndsAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var questions transport.Questions[string, int64]
		var callers sync.WaitGroup
		why := make(chan error, 2)
		impatient := func(patience time.Duration) {
			ctx, leave := context.WithTimeout(t.Context(), patience)
			defer leave()
			_, _ = questions.Ask(ctx, "order-1", func(ctx context.Context) (int64, error) {
				<-ctx.Done()
				why <- context.Cause(ctx)
				return 0, ctx.Err()
			})
		}
		callers.Go(func() { impatient(2 * time.Second) })
		synctest.Wait()
		callers.Go(func() { impatient(time.Second) }) // Its question waits behind the first and never begins.
		callers.Wait()
		if err := <-why; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the question ended because of %v", err)
		}
		got, err := questions.Ask(t.Context(), "order-1", func(context.Context) (int64, error) { return 7, nil })
		if got != 7 || err != nil || len(why) != 0 {
			t.Errorf("the next caller got %d, %v; %d forgotten questions ran", got, err, len(why))
		}
	})
}

func TestAPanicWhileAskingIsAFaultForEverybodyWhoWaits(t *testing.T) {
	t.Parallel()
	var questions transport.Questions[string, int64]
	_, err := questions.Ask(t.Context(), "order-1", func(context.Context) (int64, error) { panic("broken") })
	if !fault.Is(err, fault.Internal) {
		t.Fatalf("got %v", err)
	}
	if got, err := questions.Ask(t.Context(), "order-1", func(context.Context) (int64, error) { return 7, nil }); got != 7 || err != nil {
		t.Fatalf("the next question got %d, %v", got, err)
	}
}

func TestEveryAnswerWasAskedForAfterItsCallerCame(t *testing.T) {
	t.Parallel()
	c := &company{open: make(chan struct{})}
	close(c.open)
	var questions transport.Questions[int, int64]
	var callers sync.WaitGroup
	for i := range 400 {
		callers.Go(func() {
			before := c.heard.Load()
			if got, err := questions.Ask(t.Context(), i%2, c.ask); got <= before || err != nil {
				t.Errorf("came after question %d and got the answer to %d, %v", before, got, err)
			}
		})
	}
	callers.Wait()
}
