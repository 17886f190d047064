package database_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// onEach runs a test on an instance of each of the two databases, with a way past the adapter.
func onEach(t *testing.T, test func(t *testing.T, in instance, raw *sql.DB)) {
	t.Helper()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := fresh(t)
			test(t, start(open(t, address), fakeclock.New(now)), direct(t, address))
		})
	}
}

// letters stores n due notices of each mall past the adapter, as a long outage leaves them.
func letters(t *testing.T, raw *sql.DB, n int, due time.Time, malls ...string) {
	t.Helper()
	at := due.Format("2006-01-02 15:04:05.999999-07:00")
	var rows []string
	for _, mall := range malls {
		for i := range n {
			key := fmt.Sprintf("%s/%06d", mall, i)
			rows = append(rows, fmt.Sprintf("('%s', 'notify_paid', '%s', '%s', '%s', 'mall:%s', 'ready', '%s', '%s')", key, key, key, key, mall, at, at))
		}
	}
	var insert strings.Builder
	insert.WriteString("INSERT INTO outbox (key, kind, order_id, payment_id, stream, peer, state, run_at, enqueued_at) VALUES ")
	insert.WriteString(strings.Join(rows, ", "))
	_, err := raw.ExecContext(t.Context(), insert.String())
	noError(t, err)
}

func TestABacklogOfOneMallDelaysNoneOfManyOthers(t *testing.T) {
	t.Parallel()
	const claims = 60
	var malls []string // more than one claim visits
	for i := range 600 {
		malls = append(malls, fmt.Sprintf("alive-%03d", i))
	}
	onEach(t, func(t *testing.T, in instance, raw *sql.DB) {
		letters(t, raw, 5_000, now.Add(-24*time.Hour), "dead")
		letters(t, raw, 1, now, malls...)
		waiting := len(malls)
		for range claims {
			for _, j := range in.claim(t, 20, 2) {
				if j.Peer != "mall:dead" {
					waiting--
					noError(t, in.outbox.Finish(t.Context(), j, ports.Verdict{}))
				}
			}
		}
		if waiting != 0 {
			t.Errorf("%d of %d malls were not served in %d claims beside the backlog", waiting, len(malls), claims)
		}
	})
}

func TestOfVeryManyMallsWithBacklogsEachHasItsTurn(t *testing.T) {
	t.Parallel()
	const claims = 60
	var malls []string // more than one claim visits
	for i := range 300 {
		malls = append(malls, fmt.Sprintf("m-%03d", i))
	}
	onEach(t, func(t *testing.T, in instance, raw *sql.DB) {
		letters(t, raw, 2_000, now.Add(-time.Hour), "the-oldest-and-last")
		letters(t, raw, 20, now, malls...)
		letters(t, raw, 1, now.Add(time.Second), "m-150-young")
		in.clock.Advance(time.Second)
		served := map[string]bool{}
		for range claims {
			for _, j := range in.claim(t, 20, 2) {
				served[j.Peer] = true
				noError(t, in.outbox.Finish(t.Context(), j, ports.Verdict{}))
			}
		}
		if len(served) != len(malls)+2 {
			t.Errorf("%d of %d malls had a turn in %d claims", len(served), len(malls)+2, claims)
		}
	})
}

func TestMallsWithBacklogsShareTheWorkers(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, in instance, raw *sql.DB) {
		letters(t, raw, 500, now.Add(-time.Hour), "old")
		letters(t, raw, 500, now, "new")
		claimed := map[string]int{}
		for _, j := range in.claim(t, 20, 10) {
			claimed[j.Peer]++
		}
		if claimed["mall:old"] != 10 || claimed["mall:new"] != 10 {
			t.Errorf("of 20 places the malls got %v", claimed)
		}
	})
}

func TestOfACompanyRefundsGoFirstThenTheYoungWithAShareForTheOldest(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, in instance, raw *sql.DB) {
		in.outbox.Paced(10)
		questions(t, raw, 0, 2_000, now.Add(-time.Hour), ports.Usual)
		questions(t, raw, 2_000, 2, now, ports.Moving)
		var got []string
		for _, j := range in.claim(t, 20, 20) {
			got = append(got, j.Key)
		}
		slices.Sort(got)
		want := []string{"q-0000", "q-1993", "q-1994", "q-1995", "q-1996", "q-1997", "q-1998", "q-1999", "q-2000", "q-2001"}
		if !slices.Equal(got, want) {
			t.Errorf("of 10 questions were asked %q, want %q", got, want)
		}
	})
}

func TestNoNumberOfQuestionsKeepsARefundInDoubtWaiting(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, in instance, raw *sql.DB) {
		questions(t, raw, 0, 1_000, now.Add(-time.Hour), ports.Usual)
		questions(t, raw, 1_000, 1_000, now.Add(-time.Minute), ports.Moving)
		questions(t, raw, 2_000, 1, now, ports.Doubtful)
		if jobs := in.claim(t, 1, 20); jobs[0].Key != "q-2000" {
			t.Errorf("first was asked %s", jobs[0].Key)
		}
	})
}

// questions stores n due questions about one company account past the adapter, numbered from first on.
func questions(t *testing.T, raw *sql.DB, first, n int, due time.Time, u ports.Urgency) {
	t.Helper()
	at := due.Format("2006-01-02 15:04:05.999999-07:00")
	var rows []string
	for i := range n {
		key := fmt.Sprintf("q-%04d", first+i)
		rows = append(rows, fmt.Sprintf("('%s', 'ask', '%s', '%s', '', 'company:demo:one', %d, 'ready', '%s', '%s')", key, key, key, u, at, at))
	}
	_, err := raw.ExecContext(t.Context(),
		"INSERT INTO outbox (key, kind, order_id, payment_id, stream, peer, urgency, state, run_at, enqueued_at) VALUES "+strings.Join(rows, ", ")) //nolint:gosec // all its texts stand above
	noError(t, err)
}
