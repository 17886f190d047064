package fakeclock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"paybridge/ports"
	"paybridge/test/fakeclock"
)

var (
	_     ports.Clock = (*fakeclock.Clock)(nil)
	start             = time.Date(2026, 11, 22, 19, 0, 0, 123_456_789, time.FixedZone("KST", 9*60*60))
)

func TestTimeIsUTCInMicrosecondsAndStandsStill(t *testing.T) {
	t.Parallel()
	clock := fakeclock.New(start)
	want := time.Date(2026, 11, 22, 10, 0, 0, 123_456_000, time.UTC)
	if got := clock.Now(); got != want || clock.Now() != want {
		t.Fatalf("got %v, want %v", got, want)
	}
	clock.Advance(time.Hour)
	if got := clock.Now(); got != want.Add(time.Hour) {
		t.Fatalf("an hour later it is %v", got)
	}
}

func TestAWaitEndsWhenItsTimeHasComeAndNotBefore(t *testing.T) {
	t.Parallel()
	clock := fakeclock.New(start)
	soon, late, now := clock.After(time.Second), clock.After(time.Minute), clock.After(0)
	if at := <-now; at != clock.Now() {
		t.Errorf("no wait at all ended at %v", at)
	}
	clock.Advance(time.Second)
	if at := <-soon; at != clock.Now() {
		t.Errorf("the short wait ended at %v", at)
	}
	select {
	case at := <-late:
		t.Fatalf("the long wait ended at %v", at)
	default:
	}
	clock.Advance(time.Hour)
	if at := <-late; at != clock.Now() {
		t.Errorf("the long wait ended at %v", at)
	}
}

func TestATestCanAwaitThatSomebodyWaits(t *testing.T) {
	t.Parallel()
	clock := fakeclock.New(start)
	done := make(chan struct{})
	for range 3 {
		go func() {
			<-clock.After(time.Minute)
			done <- struct{}{}
		}()
	}
	if err := clock.AwaitWaiters(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Minute)
	for range 3 {
		<-done
	}
}

func TestAwaitingNobodyEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := fakeclock.New(start).AwaitWaiters(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
