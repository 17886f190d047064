package payment_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
)

// ranked are all states, lowest first.
var ranked = []payment.State{
	payment.Requested, payment.Refused, payment.Abandoned, payment.Pending, payment.Authorized,
	payment.Expired, payment.Cancelled, payment.Failed, payment.Paid,
}

func TestTheTableOfStatesIsTheRankRule(t *testing.T) {
	t.Parallel()
	for i, from := range ranked {
		for j, to := range ranked {
			if got := from.MayBecome(to); got != (j > i) {
				t.Errorf("%s may become %s: %v", from, to, got)
			}
		}
	}
}

func TestTheInvalidStateBecomesNothingAndNothingBecomesIt(t *testing.T) {
	t.Parallel()
	for _, s := range ranked {
		for _, invalid := range []payment.State{0, payment.Paid + 1} {
			if invalid.MayBecome(s) || s.MayBecome(invalid) {
				t.Errorf("a step between %s and state %d", s, invalid)
			}
		}
	}
}

func TestEveryStateHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, s := range ranked {
		if got, err := payment.ParseState(s.String()); err != nil || got != s {
			t.Errorf("%d is named %q, which is %d, %v", s, s, got, err)
		}
	}
	for _, name := range []string{"", "PAID", "rich"} {
		if got, err := payment.ParseState(name); got != 0 || !fault.Is(err, fault.Internal) {
			t.Errorf("%q is %d, %v", name, got, err)
		}
	}
}

func TestClosedStatesEndWithoutMoneyAndOnlySomeAreTold(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		state            payment.State
		closed, toBeTold bool
	}{
		{payment.Requested, false, false},
		{payment.Refused, true, false},
		{payment.Abandoned, true, false},
		{payment.Pending, false, false},
		{payment.Authorized, false, false},
		{payment.Expired, true, true},
		{payment.Cancelled, true, true},
		{payment.Failed, true, true},
		{payment.Paid, false, false},
	} {
		if tc.state.Closed() != tc.closed || tc.state.FinalUnpaid() != tc.toBeTold {
			t.Errorf("%s: closed %v, final unpaid %v", tc.state, tc.state.Closed(), tc.state.FinalUnpaid())
		}
	}
}

func TestOnAnyWalkTheRankOnlyRisesAndPaidAbsorbs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := attempt(t)
		at := now
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			before := p.Snapshot()
			to := rapid.SampledFrom(ranked).Draw(rt, "to")
			at = at.Add(time.Second)
			moved, after := p.Raise(to, at), p.Snapshot()
			if moved != (after.State != before.State) || after.State < before.State {
				rt.Fatalf("%s to %s: moved %v", before.State, to, moved)
			}
			if changed := after.ChangedAt != before.ChangedAt; changed != moved {
				rt.Fatalf("%s to %s: time of the change moved %v", before.State, to, changed)
			}
			if before.State == payment.Paid && moved {
				rt.Fatalf("paid became %s", to)
			}
		}
	})
}
