package task_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paybridge/application/task"
)

// promised are the waits between the tries to tell a mall, as they were promised.
func promised() []time.Duration {
	const s, m, h = time.Second, time.Minute, time.Hour
	return []time.Duration{s, 5 * s, 15 * s, m, 5 * m, 15 * m, 30 * m, h, 2 * h, 4 * h, 4 * h, 8 * h, 8 * h, 12 * h, 12 * h, 24 * h}
}

func TestAMallIsTriedSixteenTimesAndMoreOverThreeDays(t *testing.T) {
	t.Parallel()
	tries, sum := 1, time.Duration(0)
	for {
		wait, more := task.AfterNotice(tries)
		if !more {
			break
		}
		sum += wait
		tries++
	}
	if tries < 16 || sum < 72*time.Hour {
		t.Errorf("%d tries over %s", tries, sum)
	}
}

func TestTheWaitsBetweenNoticesAreNeverShorterThanPromised(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		try := rapid.IntRange(1, 40).Draw(t, "try")
		wait, more := task.AfterNotice(try)
		if more != (try <= len(promised())) {
			t.Fatalf("try %d has another: %v", try, more)
		}
		if more && wait < promised()[try-1] {
			t.Fatalf("waits %s after try %d, promised %s", wait, try, promised()[try-1])
		}
		if before, _ := task.AfterNotice(max(try-1, 1)); more && wait < before {
			t.Fatalf("waits %s after try %d, but %s before it", wait, try, before)
		}
	})
}

func TestQuestionsStartSoonAndTheirGapsNeverShrink(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		try, woken := rapid.IntRange(1, 10_000).Draw(t, "try"), rapid.Bool().Draw(t, "woken")
		wait, next := task.AfterQuestion(try, woken), task.AfterQuestion(try+1, woken)
		if wait <= 0 || next < wait || wait > 24*time.Hour {
			t.Fatalf("waits %s after question %d, then %s", wait, try, next)
		}
		if hasty := task.AfterQuestion(try, true); hasty > wait {
			t.Fatalf("a letter makes question %d wait %s instead of %s", try, hasty, wait)
		}
	})
}

func TestTheFirstQuestionsFollowTheTable(t *testing.T) {
	t.Parallel()
	const s, m, h = time.Second, time.Minute, time.Hour
	for woken, want := range map[bool][]time.Duration{
		false: {10 * s, 30 * s, m, 2 * m, 5 * m, 15 * m, h, 6 * h, 24 * h, 24 * h},
		true:  {s, 2 * s, 5 * s, 10 * s, 30 * s, m, 2 * m, 5 * m, 15 * m, h, 6 * h, 24 * h, 24 * h},
	} {
		got := make([]time.Duration, len(want))
		for i := range want {
			got[i] = task.AfterQuestion(i+1, woken)
		}
		if !slices.Equal(got, want) {
			t.Errorf("woken %v: got %v, want %v", woken, got, want)
		}
	}
}

func TestAClosedPaymentIsAskedAboutAtFixedTimesAfterItClosed(t *testing.T) {
	t.Parallel()
	marks := []time.Duration{10 * time.Minute, 70 * time.Minute, 430 * time.Minute, 1870 * time.Minute}
	last := marks[len(marks)-1]
	rapid.Check(t, func(t *rapid.T) {
		ago := time.Duration(rapid.Int64Range(0, int64(40*24*time.Hour)).Draw(t, "ago"))
		wait := task.AfterClosed(ago)
		switch {
		case wait <= 0 || wait > 24*time.Hour:
			t.Fatalf("waits %s when it closed %s ago", wait, ago)
		case ago >= last && wait != 24*time.Hour:
			t.Fatalf("waits %s when it closed %s ago, not a day", wait, ago)
		case ago < last && !slices.Contains(marks, ago+wait):
			t.Fatalf("asks %s after it closed", ago+wait)
		}
	})
}

func TestErrorsOfOurOwnAreTriedAgainWithinFiveMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		try := rapid.IntRange(1, 1_000_000).Draw(t, "try")
		wait, next := task.AfterError(try), task.AfterError(try+1)
		if wait < time.Second || next < wait || next > 5*time.Minute {
			t.Fatalf("waits %s after error %d, then %s", wait, try, next)
		}
	})
}
