package refund_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/refund"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// ranked are all states, lowest first.
var ranked = []refund.State{
	refund.Intended, refund.Sent, refund.Pending, refund.NotExecuted, refund.Rejected, refund.Refunded, refund.Reversed,
}

func pesos(minor int64) money.Money {
	m, err := money.FromMinor(minor, "PHP")
	if err != nil {
		panic(err)
	}
	return m
}

func terms() refund.Snapshot {
	return refund.Snapshot{
		ID: "r-1", Number: 1, Payment: "p-1", Reason: refund.SurplusReason, Purpose: "surplus:1", Generation: 1, Amount: pesos(100), Reference: "ref-r1", Key: "ref_1",
	}
}

func intended(t *testing.T) *refund.Refund {
	t.Helper()
	r, err := refund.New(terms(), now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func answer(state refund.State, asked time.Duration) refund.Answer {
	return refund.Answer{Code: "R-1", Reference: "ref-r1", State: state, Amount: pesos(100), Message: state.String(), AskedAt: now.Add(asked)}
}

func TestTheTableOfStatesIsTheRankRuleWithItsExceptions(t *testing.T) {
	t.Parallel()
	type step struct{ from, to refund.State }
	exceptions := map[step]bool{
		// A refund that was thought not to exist turns out to be worked on: its amount is taken again.
		{refund.NotExecuted, refund.Pending}: true,
		{refund.Rejected, refund.Pending}:    true,
		// The company has it, so it cannot turn out to have never been sent.
		{refund.Pending, refund.NotExecuted}: false,
		// Nothing is known of a refund that ended but its end.
		{refund.Intended, refund.Reversed}: false, {refund.Sent, refund.Reversed}: false, {refund.Pending, refund.Reversed}: false,
		{refund.NotExecuted, refund.Reversed}: false, {refund.Rejected, refund.Reversed}: false,
	}
	for i, from := range ranked {
		for j, to := range ranked {
			want, exception := exceptions[step{from, to}]
			if !exception {
				want = j > i
			}
			if got := from.MayBecome(to); got != want {
				t.Errorf("%s may become %s: %v", from, to, got)
			}
		}
	}
}

func TestEveryStateHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, s := range ranked {
		if got, err := refund.ParseState(s.String()); err != nil || got != s {
			t.Errorf("%d is named %q, which is %d, %v", s, s, got, err)
		}
	}
	if got, err := refund.ParseState("gone"); got != 0 || !fault.Is(err, fault.Internal) {
		t.Errorf("an unknown name is %d, %v", got, err)
	}
}

func TestOpenAndDoubtfulRefundsCountAsSpent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		state        refund.State
		spends, open bool
	}{
		{refund.Intended, true, true},
		{refund.Sent, true, true},
		{refund.Pending, true, true},
		{refund.NotExecuted, false, false},
		{refund.Rejected, false, false},
		{refund.Refunded, true, false},
		{refund.Reversed, false, false},
	} {
		if tc.state.Spends() != tc.spends || tc.state.Open() != tc.open {
			t.Errorf("%s: spends %v, open %v", tc.state, tc.state.Spends(), tc.state.Open())
		}
	}
}

func TestANewRefundIsIntendedWhateverItsTermsClaim(t *testing.T) {
	t.Parallel()
	forged := terms()
	forged.State = refund.Refunded
	r, err := refund.New(forged, now)
	if err != nil {
		t.Fatal(err)
	}
	want := terms()
	want.State, want.CreatedAt, want.ChangedAt = refund.Intended, now, now
	if got := r.Snapshot(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestANewRefundTakesItsTermsAndNothingElse(t *testing.T) {
	t.Parallel()
	forged := terms()
	forged.State, forged.Code, forged.Message = refund.Refunded, "R-1", "done"
	forged.SentAt, forged.AskedAt, forged.EmptySince = now, now, now
	r, err := refund.New(forged, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Snapshot(); got != intended(t).Snapshot() {
		t.Errorf("%+v", got)
	}
}

func TestACallIsInFlightForItsBudgetOnly(t *testing.T) {
	t.Parallel()
	r := intended(t)
	if !r.InFlight(now.Add(4*time.Second), 5*time.Second) || r.InFlight(now.Add(5*time.Second), 5*time.Second) {
		t.Error("the budget is 5 s")
	}
	r.Doubtful(now.Add(time.Second))
	if r.InFlight(now.Add(2*time.Second), 5*time.Second) {
		t.Error("a call whose answer was lost is over")
	}
}

func TestAnUnknownRefundIsSettledAfterItsTimeAndAMinute(t *testing.T) {
	t.Parallel()
	const settle = 10 * time.Minute
	for name, tc := range map[string]struct {
		prepare func(*refund.Refund)
		first   time.Duration
		second  time.Duration
		settled bool
	}{
		"never sent, in time":             {func(*refund.Refund) {}, 9 * time.Minute, 10 * time.Minute, true},
		"too young":                       {func(*refund.Refund) {}, 8 * time.Minute, 9*time.Minute + 59*time.Second, false},
		"two answers too close":           {func(*refund.Refund) {}, 10 * time.Minute, 10*time.Minute + 59*time.Second, false},
		"sent again meanwhile":            {func(r *refund.Refund) { r.Doubtful(now.Add(5 * time.Minute)) }, 9 * time.Minute, 14*time.Minute + 59*time.Second, false},
		"sent again, and its time passed": {func(r *refund.Refund) { r.Doubtful(now.Add(5 * time.Minute)) }, 9 * time.Minute, 15 * time.Minute, true},
		"the company had accepted it":     {func(r *refund.Refund) { r.Apply(answer(refund.Pending, 0), now) }, time.Hour, 3 * time.Hour, false},
	} {
		r := intended(t)
		tc.prepare(r)
		if r.Empty(now.Add(tc.first), settle) {
			t.Errorf("%s: settled by the first answer", name)
		}
		if got := r.Empty(now.Add(tc.second), settle); got != tc.settled {
			t.Errorf("%s: settled %v", name, got)
		}
	}
}

func TestAnotherTryMakesEarlierEmptyAnswersWorthless(t *testing.T) {
	t.Parallel()
	r := intended(t)
	r.Doubtful(now)
	r.Empty(now.Add(time.Hour), time.Minute)
	r.Doubtful(now.Add(2 * time.Hour))
	if s := r.Snapshot(); !s.EmptySince.IsZero() || s.SentAt != now.Add(2*time.Hour) {
		t.Errorf("%+v", s)
	}
}

func TestOnlyFreshNewsSendsARefundBack(t *testing.T) {
	t.Parallel()
	r := intended(t)
	r.Apply(answer(refund.Refunded, time.Hour), now)
	for _, asked := range []time.Duration{0, time.Hour} {
		if moved, fits := r.Apply(answer(refund.Rejected, asked), now); moved || !fits {
			t.Errorf("asked after %s: moved %v, fits %v", asked, moved, fits)
		}
	}
	if moved, _ := r.Apply(answer(refund.Rejected, 2*time.Hour), now); !moved || r.Snapshot().State != refund.Reversed {
		t.Errorf("state %s", r.Snapshot().State)
	}
}

func TestBrokenRefundsAreNeitherMadeNorRestored(t *testing.T) {
	t.Parallel()
	whole := intended(t).Snapshot()
	if _, err := refund.Restore(whole); err != nil {
		t.Fatal(err)
	}
	for name, breaks := range map[string]func(*refund.Snapshot){
		"no id":            func(s *refund.Snapshot) { s.ID = "" },
		"no payment":       func(s *refund.Snapshot) { s.Payment = "" },
		"no generation":    func(s *refund.Snapshot) { s.Generation = 0 },
		"no purpose":       func(s *refund.Snapshot) { s.Purpose = "" },
		"no number":        func(s *refund.Snapshot) { s.Number = 0 },
		"no key":           func(s *refund.Snapshot) { s.Key = "" },
		"no reference":     func(s *refund.Snapshot) { s.Reference = "" },
		"nothing":          func(s *refund.Snapshot) { s.Amount = pesos(0) },
		"less than zero":   func(s *refund.Snapshot) { s.Amount = pesos(-1) },
		"no state":         func(s *refund.Snapshot) { s.State = 0 },
		"an unknown state": func(s *refund.Snapshot) { s.State = refund.Reversed + 1 },
	} {
		broken := whole
		breaks(&broken)
		if _, err := refund.Restore(broken); err == nil {
			t.Errorf("%s: restored", name)
		}
		if _, err := refund.New(broken, now); err == nil && broken.State == whole.State {
			t.Errorf("%s: made", name)
		}
	}
}

func TestAnAnswerAboutAnotherRefundChangesNothing(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*refund.Answer){
		"another code":      func(a *refund.Answer) { a.Code = "R-2" },
		"another amount":    func(a *refund.Answer) { a.Amount = pesos(99) },
		"another currency":  func(a *refund.Answer) { a.Amount = money.Zero("JPY") },
		"another reference": func(a *refund.Answer) { a.Reference = "ref-r2" },
	} {
		r := intended(t)
		r.Apply(answer(refund.Pending, 0), now)
		want, other := r.Snapshot(), answer(refund.Refunded, time.Minute)
		edit(&other)
		if moved, fits := r.Apply(other, now); moved || fits || r.Snapshot() != want {
			t.Errorf("%s: moved %v, fits %v, %+v", name, moved, fits, r.Snapshot())
		}
	}
}

func TestAnAnswerIsKeptWithItsWords(t *testing.T) {
	t.Parallel()
	r := intended(t)
	if moved, fits := r.Apply(answer(refund.Refunded, time.Minute), now.Add(time.Hour)); !moved || !fits {
		t.Errorf("moved %v, fits %v", moved, fits)
	}
	want := terms()
	want.State, want.Code, want.Message = refund.Refunded, "R-1", "refunded"
	want.CreatedAt, want.ChangedAt, want.AskedAt = now, now.Add(time.Hour), now.Add(time.Minute)
	if got := r.Snapshot(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestARejectedRefundThatTurnsOutToBeWorkedOnIsOpenAgain(t *testing.T) {
	t.Parallel()
	r := intended(t)
	r.Apply(answer(refund.Rejected, time.Minute), now)
	if moved, _ := r.Apply(answer(refund.Pending, 2*time.Minute), now); !moved || r.Snapshot().State != refund.Pending {
		t.Errorf("moved %v, state %s", moved, r.Snapshot().State)
	}
}

func TestAnswersInAnyOrderEndInTheSameState(t *testing.T) {
	t.Parallel()
	for _, end := range []refund.State{refund.Refunded, refund.Rejected} {
		events := []func(*refund.Refund){
			func(r *refund.Refund) { r.Raise(refund.Sent, now) },
			func(r *refund.Refund) { r.Apply(answer(refund.Pending, 1*time.Minute), now) },
			func(r *refund.Refund) { r.Apply(answer(refund.Pending, 2*time.Minute), now) },
			func(r *refund.Refund) { r.Apply(answer(end, 3*time.Minute), now) },
			func(r *refund.Refund) { r.Apply(answer(end, 4*time.Minute), now) },
		}
		for order := range permutations(len(events)) {
			r := intended(t)
			for _, i := range order {
				events[i](r)
			}
			if got := r.Snapshot().State; got != end {
				t.Errorf("the company ended with %s, but in the order %v it is %s", end, order, got)
			}
		}
	}
}

// permutations yields every order of n things.
func permutations(n int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		var extend func(prefix []int) bool
		extend = func(prefix []int) bool {
			if len(prefix) == n {
				return yield(prefix)
			}
			for i := range n {
				if !slices.Contains(prefix, i) && !extend(append(slices.Clone(prefix), i)) {
					return false
				}
			}
			return true
		}
		extend(nil)
	}
}

func TestOnAnyWalkMoneyThatWentBackIsNeverForgotten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := intended(t)
		refunded := false
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			before := r.Snapshot().State
			to := rapid.SampledFrom(ranked).Draw(rt, "to")
			moved := r.Raise(to, now)
			after := r.Snapshot().State
			if moved != (before != after) || (moved && !before.MayBecome(after)) {
				rt.Fatalf("%s to %s became %s", before, to, after)
			}
			refunded = refunded || after == refund.Refunded
			if refunded && after != refund.Refunded && after != refund.Reversed {
				rt.Fatalf("a refund that was carried out became %s", after)
			}
		}
	})
}
