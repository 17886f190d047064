package payment_test

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func pesos(minor int64) money.Money {
	m, err := money.FromMinor(minor, "PHP")
	if err != nil {
		panic(err)
	}
	return m
}

func yen(minor int64) money.Money {
	m, err := money.FromMinor(minor, "JPY")
	if err != nil {
		panic(err)
	}
	return m
}

func terms() payment.Snapshot {
	return payment.Snapshot{
		ID: "p-1", Number: 1, Amount: pesos(306_500), Account: merchant.Account{Gateway: "demo", Fingerprint: "fp", Version: 1},
		Reference: "20261122-0000001", Key: "pay_1", Request: []byte("{}"), Trace: "00-trace",
	}
}

func attempt(t *testing.T) *payment.Payment {
	t.Helper()
	p, err := payment.New(terms(), now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestANewAttemptTakesItsTermsAndNothingElse(t *testing.T) {
	t.Parallel()
	forged := terms()
	forged.State, forged.Code, forged.Hold = payment.Paid, "O-1", payment.AmountHold
	forged.Doubt, forged.Returned = payment.Doubt{Call: payment.CreateCall, Since: now}, pesos(1)
	forged.Refunded, forged.Disputed, forged.RefundedAt = pesos(1), pesos(1), now
	forged.PageURL, forged.FreshUntil, forged.HandedOutAt, forged.AskedAt = "https://pay.example", now, now, now
	p, err := payment.New(forged, now)
	if err != nil {
		t.Fatal(err)
	}
	want, got := terms(), p.Snapshot()
	want.State, want.CreatedAt, want.ChangedAt = payment.Requested, now, now
	want.Refunded, want.Returned, want.Disputed = pesos(0), pesos(0), pesos(0)
	if string(got.Request) != string(want.Request) {
		t.Errorf("request %q", got.Request)
	}
	got.Request, want.Request = nil, nil
	if !equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestBrokenAttemptsAreNeitherMadeNorRestored(t *testing.T) {
	t.Parallel()
	whole := attempt(t).Snapshot()
	if _, err := payment.Restore(whole); err != nil {
		t.Fatal(err)
	}
	for name, breaks := range map[string]func(*payment.Snapshot){
		"no id":            func(s *payment.Snapshot) { s.ID = "" },
		"no number":        func(s *payment.Snapshot) { s.Number = 0 },
		"negative number":  func(s *payment.Snapshot) { s.Number = -1 },
		"no amount":        func(s *payment.Snapshot) { s.Amount = money.Money{} },
		"amount of zero":   func(s *payment.Snapshot) { s.Amount = pesos(0) },
		"amount below":     func(s *payment.Snapshot) { s.Amount = pesos(-1) },
		"no reference":     func(s *payment.Snapshot) { s.Reference = "" },
		"no key":           func(s *payment.Snapshot) { s.Key = "" },
		"no company":       func(s *payment.Snapshot) { s.Account.Gateway = "" },
		"no state":         func(s *payment.Snapshot) { s.State = 0 },
		"an unknown state": func(s *payment.Snapshot) { s.State = payment.Paid + 1 },
	} {
		broken := whole
		breaks(&broken)
		if _, err := payment.Restore(broken); err == nil {
			t.Errorf("%s: restored", name)
		}
		if _, err := payment.New(broken, now); err == nil && broken.State == whole.State {
			t.Errorf("%s: made", name)
		}
	}
}

func TestRestoringKeepsEverything(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Apply(answer(payment.Pending), pesos(0), now)
	p.HandOut(now)
	p.PutOnHold(payment.CredentialsHold)
	want := p.Snapshot()
	restored, err := payment.Restore(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := restored.Snapshot(); !equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestACallIsInFlightUntilItsBudgetIsOverOrItsOutcomeIsKnown(t *testing.T) {
	t.Parallel()
	const budget = 5 * time.Second
	p := attempt(t)
	if !p.InFlight(now.Add(budget-1), budget) || p.InFlight(now.Add(budget), budget) {
		t.Error("a call without outcome is in flight for its budget")
	}
	p.Doubtful(payment.CreateCall, now.Add(time.Second))
	if p.InFlight(now.Add(time.Second), budget) {
		t.Error("a call in doubt is over")
	}
	answered := attempt(t)
	answered.Apply(answer(payment.Pending), pesos(0), now)
	if answered.InFlight(now, budget) {
		t.Error("an answered call is over")
	}
}

func TestOnlyAPendingPageIsFresh(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Apply(answer(payment.Pending), pesos(0), now)
	if !p.Fresh(now.Add(10*time.Minute-1)) || p.Fresh(now.Add(10*time.Minute)) {
		t.Error("a page is fresh for as long as the company said")
	}
	p.Raise(payment.Authorized, now)
	if p.Fresh(now) {
		t.Error("an authorized payment has no fresh page")
	}
}

func TestADoubtKeepsItsTimeAndEndsWithAnAnswer(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	if !p.Doubtful(payment.CreateCall, now) || p.Doubtful(payment.CreateCall, now.Add(time.Hour)) {
		t.Error("a doubt begins once")
	}
	if got := p.Snapshot().Doubt; got != (payment.Doubt{Call: payment.CreateCall, Since: now}) {
		t.Errorf("doubt %+v", got)
	}
	p.Apply(answer(payment.Pending), pesos(0), now)
	if got := p.Snapshot().Doubt; got != (payment.Doubt{}) {
		t.Errorf("doubt after the answer %+v", got)
	}
	if p.Doubtful(payment.CreateCall, now) {
		t.Error("an order that the company confirmed is in doubt again")
	}
}

func TestTheFirstHoldStays(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	if !p.PutOnHold(payment.AmountHold) || p.PutOnHold(payment.CredentialsHold) {
		t.Error("a payment is put on hold once")
	}
	if got := p.Snapshot().Hold; got != payment.AmountHold {
		t.Errorf("hold %q", got)
	}
}

func TestTheFirstHandOutCounts(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.HandOut(now)
	p.HandOut(now.Add(time.Hour))
	if got := p.Snapshot().HandedOutAt; got != now {
		t.Errorf("handed out at %v", got)
	}
}

func TestAnAttemptIsAbandonedOnlyWhenItSurelyNeverExisted(t *testing.T) {
	t.Parallel()
	const settle = 10 * time.Minute
	ask := func(p *payment.Payment, after ...time.Duration) (abandoned bool) {
		for _, d := range after {
			abandoned = p.Empty(now.Add(d), now.Add(d), settle)
		}
		return abandoned
	}
	for _, tc := range []struct {
		name   string
		before func(*payment.Payment)
		asked  []time.Duration
		want   bool
	}{
		{"two empty answers a minute apart, after the settle time", nil, []time.Duration{9 * time.Minute, 10 * time.Minute}, true},
		{"one empty answer, however late", nil, []time.Duration{time.Hour}, false},
		{"two within a minute", nil, []time.Duration{time.Hour, time.Hour + time.Minute - 1}, false},
		{"two before the settle time", nil, []time.Duration{time.Minute, 10*time.Minute - 1}, false},
		{"a page was handed out", func(p *payment.Payment) { p.HandOut(now) }, []time.Duration{time.Hour, 2 * time.Hour}, false},
		{"it is closed already", func(p *payment.Payment) { p.Raise(payment.Refused, now) }, []time.Duration{time.Hour, 2 * time.Hour}, false},
		{"it was in doubt", func(p *payment.Payment) { p.Doubtful(payment.CreateCall, now) }, []time.Duration{time.Hour, 2 * time.Hour}, true},
	} {
		p := attempt(t)
		if tc.before != nil {
			tc.before(p)
		}
		if got := ask(p, tc.asked...); got != tc.want || (p.Snapshot().State == payment.Abandoned) != tc.want {
			t.Errorf("%s: abandoned %v, state %s", tc.name, got, p.Snapshot().State)
		}
		if tc.want && p.Snapshot().Doubt != (payment.Doubt{}) {
			t.Errorf("%s: still in doubt", tc.name)
		}
	}
}

func TestAnAnswerBetweenEmptyOnesStartsTheCountAnew(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Empty(now.Add(time.Hour), now.Add(time.Hour), time.Minute)
	p.Apply(answer(payment.Pending), pesos(0), now)
	if got := p.Snapshot().EmptySince; !got.IsZero() {
		t.Errorf("empty since %v although the company knows the order", got)
	}
}

func TestErrorsOfAmountsNameTheField(t *testing.T) {
	t.Parallel()
	s := terms()
	s.Amount = pesos(0)
	_, err := payment.New(s, now)
	if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Field != "amount" {
		t.Errorf("got %v", err)
	}
}
