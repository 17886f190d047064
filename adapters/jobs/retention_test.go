package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/jobs"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// attic records what it is asked to forget.
type attic struct {
	asked []time.Time
	err   error
	other *attic
}

func (i *attic) prune(_ context.Context, before time.Time) (int, error) {
	i.asked = append(i.asked, before)
	return 3, i.err
}

func TestWhatIsOverIsForgottenHourByHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock, in := fakeclock.New(start), &attic{other: &attic{}}
		runRetention(t, in, clock, &syncBuffer{})
		clock.Advance(time.Hour)
		synctest.Wait()
		clock.Advance(59 * time.Minute)
		synctest.Wait()
		threeDaysAgo := start.Add(-72 * time.Hour)
		if expected := []time.Time{threeDaysAgo, threeDaysAgo.Add(time.Hour)}; !slices.Equal(in.asked, expected) {
			t.Errorf("forgot what is older than %v, expected %v", in.asked, expected)
		}
		if expected := []time.Time{start, start.Add(time.Hour)}; !slices.Equal(in.other.asked, expected) {
			t.Errorf("the others were asked about %v, expected %v", in.other.asked, expected)
		}
	})
}

func TestAPruningThatFailsIsLoggedAndMadeGoodByTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock, in, log := fakeclock.New(start), &attic{err: errors.New("the database is away"), other: &attic{}}, &syncBuffer{}
		runRetention(t, in, clock, log)
		clock.Advance(time.Hour)
		synctest.Wait()
		if len(in.asked) != 2 || len(in.other.asked) != 2 || strings.Count(log.String(), "the database is away") != 2 {
			t.Errorf("asked %d times, the log says:\n%s", len(in.asked), log)
		}
	})
}

// runRetention runs it until the test ends.
func runRetention(t *testing.T, in *attic, clock ports.Clock, log *syncBuffer) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		jobs.NewRetention(clock, slog.New(slog.NewTextHandler(log, nil)),
			jobs.Sweep{What: "letters", Keep: 72 * time.Hour, Forget: in.prune},
			jobs.Sweep{What: "sessions", Forget: in.other.prune},
		).Run(ctx)
		close(ended)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	synctest.Wait()
}
