package payment_test

import (
	"testing"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

func php(t *testing.T, minor int64) money.Money {
	t.Helper()
	m, err := money.FromMinor(minor, "PHP")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// reservedAt is an attempt of provisional 1900 that the company knows.
func reservedAt(t *testing.T, now time.Time) *payment.Payment {
	t.Helper()
	p, err := payment.New(payment.Snapshot{
		ID: "p-1", Number: 1, Amount: php(t, 190_000), Account: merchant.Account{Gateway: "demo", Fingerprint: "a", Version: 1}, Reference: "ref-1",
		Key: "key-1", Quote: payment.Provisional, Intent: "intent-1",
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	p.Apply(said(t, payment.Pending, 190_000, false, now), php(t, 0), now)
	return p
}

// said is the company's word.
func said(t *testing.T, state payment.State, minor int64, confirmed bool, at time.Time) payment.Answer {
	t.Helper()
	a := payment.Answer{
		Code: "O-1", Reference: "ref-1", State: state, Amount: php(t, minor), Paid: php(t, 0), Refunded: php(t, 0), PageURL: "https://pay.example/O-1",
		AskedAt: at, Confirmed: confirmed,
	}
	if state == payment.Paid {
		a.Paid = a.Amount
	}
	return a
}

func TestNothingIsPaidByAnAmountThatNobodyAgreedTo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, state := range []payment.State{payment.Paid, payment.Authorized} {
		p := reservedAt(t, now)
		if e := p.Apply(said(t, state, 190_000, false, now.Add(time.Second)), php(t, 0), now); e.Raised || e.Held != payment.AmountHold {
			t.Errorf("%s: %+v", state, e)
		}
	}
}

func TestAnAnswerFromBeforeTheAgreementDoesNotContradictIt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	p := reservedAt(t, now)
	if err := p.Fix(php(t, 196_500), []byte("{}"), now); err != nil {
		t.Fatal(err)
	}
	if e := p.Apply(said(t, payment.Pending, 190_000, false, now), php(t, 0), now); e.Held != payment.NoHold || !p.Snapshot().Confirming() {
		t.Errorf("an old answer: %+v, doubt %q", e, p.Snapshot().Doubt.Call)
	}
	if e := p.Apply(said(t, payment.Pending, 196_500, true, now.Add(time.Second)), php(t, 0), now); e.Held != payment.NoHold || p.Snapshot().Confirming() {
		t.Errorf("the answer: %+v, doubt %q", e, p.Snapshot().Doubt.Call)
	}
	if e := p.Apply(said(t, payment.Paid, 190_000, true, now.Add(2*time.Second)), php(t, 0), now); e.Held != payment.AmountHold {
		t.Errorf("another amount paid: %+v", e)
	}
}

func TestAnAgreementIsFixedOnceAndTakenBackOnlyAsAWhole(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	p := reservedAt(t, now)
	if err := p.Fix(money.Zero("USD"), nil, now); err == nil {
		t.Error("another currency is fixed")
	}
	if err := p.Fix(php(t, 0), nil, now); err == nil {
		t.Error("nothing is fixed")
	}
	if err := p.Fix(php(t, 196_500), []byte("1"), now); err != nil {
		t.Fatal(err)
	}
	if err := p.Fix(php(t, 196_600), []byte("2"), now); err == nil {
		t.Error("it is fixed twice")
	}
	p.Loosen()
	if s := p.Snapshot(); s.Quote != payment.Provisional || s.PayRequest != nil || s.Doubt.Call != payment.NoCall || s.Fixings != 1 {
		t.Errorf("loosened: %+v", s)
	}
}

func TestAReservationLapsesOnlyWhenItCannotBePaid(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	due := now.Add(30 * time.Minute)
	early, inDoubt, agreed := reservedAt(t, now), reservedAt(t, now), reservedAt(t, now)
	if early.Lapse(due.Add(-time.Second), time.Minute) || !early.Lapse(due, time.Minute) {
		t.Error("it does not lapse on time")
	}
	for _, p := range []*payment.Payment{inDoubt, agreed} {
		if err := p.Fix(php(t, 196_500), []byte("{}"), due.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if inDoubt.Lapse(due.Add(time.Hour), 10*time.Minute) {
		t.Error("it lapses although nobody asked since")
	}
	inDoubt.Apply(said(t, payment.Pending, 190_000, false, due.Add(10*time.Minute)), php(t, 0), due)
	if !inDoubt.Lapse(due.Add(10*time.Minute), 10*time.Minute) || inDoubt.Snapshot().State != payment.Expired {
		t.Error("what surely never arrived does not lapse")
	}
	agreed.Apply(said(t, payment.Pending, 196_500, true, due), php(t, 0), due)
	if agreed.Lapse(due.Add(24*time.Hour), 0) {
		t.Error("what can be paid lapses")
	}
}
