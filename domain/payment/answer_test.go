package payment_test

import (
	"reflect"
	"testing"
	"time"

	"paybridge/domain/money"
	"paybridge/domain/payment"
)

func equal(a, b payment.Snapshot) bool { return reflect.DeepEqual(a, b) }

// answer is what the company says about the attempt of terms, asked now.
func answer(state payment.State, edits ...func(*payment.Answer)) payment.Answer {
	a := payment.Answer{
		Code: "O-1", Reference: "20261122-0000001", State: state, Amount: pesos(306_500), Paid: pesos(0), Refunded: pesos(0),
		PageURL: "https://pay.example/O-1", FreshUntil: now.Add(10 * time.Minute), AskedAt: now,
	}
	if state == payment.Paid {
		a.Paid = a.Amount
	}
	for _, edit := range edits {
		edit(&a)
	}
	return a
}

func askedAt(at time.Time) func(*payment.Answer) {
	return func(a *payment.Answer) { a.AskedAt = at }
}

func refunded(back money.Money) func(*payment.Answer) {
	return func(a *payment.Answer) { a.Refunded = back }
}

func TestEveryAnswerInEveryStateRaisesOrIsANoOp(t *testing.T) {
	t.Parallel()
	told := []payment.State{payment.Pending, payment.Authorized, payment.Expired, payment.Cancelled, payment.Failed, payment.Paid}
	for _, from := range ranked {
		for _, says := range told {
			p := attempt(t)
			p.Raise(from, now)
			e := p.Apply(answer(says), pesos(0), now)
			want := max(from, says)
			if from == payment.Paid {
				want = payment.Paid
			}
			if got := p.Snapshot().State; got != want || e.From != from || e.To != want {
				t.Errorf("%s, told %s: became %s, effect %+v", from, says, got, e)
			}
			if e.Raised != (want != from) || e.Late != (says < from) {
				t.Errorf("%s, told %s: raised %v, late %v", from, says, e.Raised, e.Late)
			}
		}
	}
}

func TestTheFirstAnswerIsAdopted(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Apply(answer(payment.Pending), pesos(0), now.Add(time.Second))
	got := p.Snapshot()
	if got.Code != "O-1" || got.PageURL != "https://pay.example/O-1" || got.FreshUntil != now.Add(10*time.Minute) || got.AskedAt != now {
		t.Errorf("%+v", got)
	}
	if got.ChangedAt != now.Add(time.Second) {
		t.Errorf("changed at %v", got.ChangedAt)
	}
}

func TestALaterAnswerTakesNoPageAway(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Apply(answer(payment.Pending), pesos(0), now)
	p.Apply(answer(payment.Pending, func(a *payment.Answer) { a.PageURL, a.FreshUntil = "", time.Time{} }), pesos(0), now)
	if got := p.Snapshot(); got.PageURL == "" || got.FreshUntil.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestAnAnswerThatDoesNotFitMovesNothing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		says payment.State
		edit func(*payment.Answer)
		hold payment.Hold
	}{
		"another code":             {payment.Paid, func(a *payment.Answer) { a.Code = "O-2" }, payment.TwoOrdersHold},
		"no code":                  {payment.Paid, func(a *payment.Answer) { a.Code = "" }, payment.TwoOrdersHold},
		"another reference":        {payment.Paid, func(a *payment.Answer) { a.Reference = "20261122-0000002" }, payment.AmountHold},
		"another amount":           {payment.Paid, func(a *payment.Answer) { a.Amount, a.Paid = pesos(306_501), pesos(306_501) }, payment.AmountHold},
		"another currency":         {payment.Paid, func(a *payment.Answer) { a.Amount, a.Paid = yen(306_500), yen(306_500) }, payment.AmountHold},
		"less paid":                {payment.Paid, func(a *payment.Answer) { a.Paid = pesos(306_499) }, payment.AmountHold},
		"more paid":                {payment.Paid, func(a *payment.Answer) { a.Paid = pesos(306_501) }, payment.AmountHold},
		"nothing paid":             {payment.Paid, func(a *payment.Answer) { a.Paid = pesos(0) }, payment.AmountHold},
		"another amount, unpaid":   {payment.Failed, func(a *payment.Answer) { a.Amount = pesos(1) }, payment.AmountHold},
		"another currency, unpaid": {payment.Pending, func(a *payment.Answer) { a.Amount = yen(306_500) }, payment.AmountHold},
	} {
		p := attempt(t)
		p.Apply(answer(payment.Pending), pesos(0), now)
		want := p.Snapshot()
		e := p.Apply(answer(tc.says, tc.edit), pesos(0), now.Add(time.Second))
		if e.Raised || e.Held != tc.hold || e.Outside.IsPositive() {
			t.Errorf("%s: effect %+v", name, e)
		}
		want.Hold = tc.hold
		if got := p.Snapshot(); !equal(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if again := p.Apply(answer(tc.says, tc.edit), pesos(0), now); again.Held != payment.NoHold {
			t.Errorf("%s: held again", name)
		}
	}
}

func TestACompanyThatDoesNotRepeatTheReferenceIsBelieved(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	if e := p.Apply(answer(payment.Paid, func(a *payment.Answer) { a.Reference = "" }), pesos(0), now); !e.Raised || e.To != payment.Paid {
		t.Errorf("effect %+v", e)
	}
}

func TestMoneyThatLeftWithoutUsIsReportedOnce(t *testing.T) {
	t.Parallel()
	later := now.Add(time.Minute)
	for name, tc := range map[string]struct {
		says     payment.Answer
		expected money.Money
		outside  money.Money
	}{
		"nothing went back":             {answer(payment.Paid, askedAt(later)), pesos(0), pesos(0)},
		"a part went back":              {answer(payment.Paid, askedAt(later), refunded(pesos(100))), pesos(0), pesos(100)},
		"what we gave back went back":   {answer(payment.Paid, askedAt(later), refunded(pesos(100))), pesos(100), pesos(0)},
		"more than we gave back":        {answer(payment.Paid, askedAt(later), refunded(pesos(150))), pesos(100), pesos(50)},
		"less than we gave back so far": {answer(payment.Paid, askedAt(later), refunded(pesos(50))), pesos(100), pesos(0)},
		"it is cancelled, nothing paid": {answer(payment.Cancelled, askedAt(later)), pesos(0), pesos(306_500)},
		"it is failed, we gave a part":  {answer(payment.Failed, askedAt(later)), pesos(6_500), pesos(300_000)},
		"it is pending again":           {answer(payment.Pending, askedAt(later)), pesos(0), pesos(0)},
	} {
		p := attempt(t)
		p.Apply(answer(payment.Paid), pesos(0), now)
		e := p.Apply(tc.says, tc.expected, later)
		if e.Outside != tc.outside || p.Snapshot().State != payment.Paid {
			t.Errorf("%s: outside %v, state %s; want %v", name, e.Outside, p.Snapshot().State, tc.outside)
		}
		if held := e.Held == payment.OutsideMoneyHold; held != tc.outside.IsPositive() {
			t.Errorf("%s: held %q", name, e.Held)
		}
		if again := p.Apply(tc.says, tc.expected, later); again.Outside.IsPositive() {
			t.Errorf("%s: reported again: %v", name, again.Outside)
		}
		if got := p.Snapshot().Returned; got != tc.outside {
			t.Errorf("%s: returned %v", name, got)
		}
	}
}

func TestAnOldAnswerNeverTakesMoneyBack(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Apply(answer(payment.Paid, askedAt(now.Add(time.Minute))), pesos(0), now.Add(time.Minute))
	for _, old := range []payment.Answer{
		answer(payment.Failed), answer(payment.Cancelled), answer(payment.Pending), answer(payment.Paid, refunded(pesos(100))),
	} {
		e := p.Apply(old, pesos(0), now.Add(2*time.Minute))
		if e.Raised || e.Outside.IsPositive() || e.Held != payment.NoHold {
			t.Errorf("asked before paid was asked, told %s: effect %+v", old.State, e)
		}
	}
	if got := p.Snapshot().AskedAt; got != now.Add(time.Minute) {
		t.Errorf("the newest question was asked at %v", got)
	}
}

func TestAnOldAnswerStillRaises(t *testing.T) {
	t.Parallel()
	p := attempt(t)
	p.Apply(answer(payment.Failed, askedAt(now.Add(time.Minute))), pesos(0), now.Add(time.Minute))
	if e := p.Apply(answer(payment.Paid), pesos(0), now.Add(2*time.Minute)); !e.Raised || e.To != payment.Paid {
		t.Errorf("effect %+v", e)
	}
}

// booked is a paid attempt of which we gave 100 back.
func booked(t *testing.T) *payment.Payment {
	t.Helper()
	p := attempt(t)
	p.Apply(answer(payment.Paid), pesos(0), now)
	if err := p.GiveBack(pesos(100), now); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatWeGaveBackIsNoMoneyThatLeftWithoutUs(t *testing.T) {
	t.Parallel()
	p := booked(t)
	e := p.Apply(answer(payment.Paid, askedAt(now.Add(time.Hour)), refunded(pesos(150))), pesos(50), now.Add(time.Hour))
	if e.Outside.IsPositive() || e.Held != payment.NoHold {
		t.Errorf("100 are booked, 50 on their way: %+v", e)
	}
	e = p.Apply(answer(payment.Paid, askedAt(now.Add(2*time.Hour)), refunded(pesos(151))), pesos(50), now.Add(2*time.Hour))
	if e.Outside != pesos(1) || e.Held != payment.OutsideMoneyHold {
		t.Errorf("one centavo more: %+v", e)
	}
}

func TestACompanyThatDoesNotKnowOurRefundsHoldsThePayment(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		asked time.Duration
		shows int64
		held  payment.Hold
	}{
		"it knows them":                     {2 * time.Minute, 100, payment.NoHold},
		"it does not":                       {2 * time.Minute, 99, payment.LedgerHold},
		"it may not have had time to":       {time.Minute, 0, payment.NoHold},
		"it was asked before we booked any": {-time.Minute, 0, payment.NoHold},
	} {
		p := booked(t)
		if e := p.Apply(answer(payment.Paid, askedAt(now.Add(tc.asked)), refunded(pesos(tc.shows))), pesos(0), now.Add(time.Hour)); e.Held != tc.held {
			t.Errorf("%s: held %q, want %q", name, e.Held, tc.held)
		}
	}
}

func TestWhatIsDisputedIsNotLeft(t *testing.T) {
	t.Parallel()
	p := booked(t)
	disputed := func(minor int64) func(*payment.Answer) {
		return func(a *payment.Answer) { a.Disputed, a.Refunded = pesos(minor), pesos(100) }
	}
	e := p.Apply(answer(payment.Paid, askedAt(now.Add(time.Hour)), disputed(6_400)), pesos(0), now.Add(time.Hour))
	if left, err := p.Snapshot().Left(); !e.Disputed || err != nil || left != pesos(300_000) {
		t.Errorf("%+v, left %v, %v", e, left, err)
	}
	e = p.Apply(answer(payment.Paid, askedAt(now.Add(2*time.Hour)), disputed(0)), pesos(0), now.Add(2*time.Hour))
	if left, err := p.Snapshot().Left(); !e.Disputed || err != nil || left != pesos(306_400) {
		t.Errorf("won: %+v, left %v, %v", e, left, err)
	}
	if e := p.Apply(answer(payment.Paid, askedAt(now.Add(3*time.Hour)), disputed(0)), pesos(0), now.Add(3*time.Hour)); e.Disputed {
		t.Error("nothing new was told as news")
	}
}

func TestARefundThatTheBankSentBackIsLeftAgain(t *testing.T) {
	t.Parallel()
	p := booked(t)
	if err := p.TakeBack(pesos(100), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if left, err := p.Snapshot().Left(); err != nil || left != pesos(306_500) {
		t.Errorf("left %v, %v", left, err)
	}
}
