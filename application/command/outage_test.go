package command_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// away is a company that nobody reaches for a while, behind a breaker as gateways have it: after ten
// failures in a row it is left alone for ten seconds, and then one question tries.
type away struct {
	*memory.Company

	clock    ports.Clock
	until    time.Time
	failures int
	rest     time.Time
	tried    map[time.Time]int // questions in every second
	reached  int               // of them, those that the company saw while it was away
}

// InquireByCode implements ports.Inquirer.
func (a *away) InquireByCode(ctx context.Context, k ports.Keys, code string) (payment.Answer, error) {
	now := a.clock.Now()
	a.tried[now.Truncate(time.Second)]++
	switch {
	case now.Before(a.rest):
		return payment.Answer{}, fault.New(fault.Unavailable, "company_resting", "the company is left alone for a while")
	case !now.Before(a.until):
		a.failures = 0
		return a.Company.InquireByCode(ctx, k, code)
	}
	a.reached++
	if a.failures++; a.failures >= 10 {
		a.rest = now.Add(10 * time.Second)
	}
	return payment.Answer{}, fault.New(fault.Indeterminate, "no_answer", "the company does not answer")
}

// busiest is the most that was tried in one second, and what was tried in all.
func (a *away) busiest() (most, all int) {
	for _, n := range a.tried {
		most, all = max(most, n), all+n
	}
	return most, all
}

// asking runs the questions that are due, second by second, and reports how many payments were found paid.
func (w *world) asking(d time.Duration) (paid int) {
	w.t.Helper()
	for end := w.clock.Now().Add(d); w.clock.Now().Before(end); w.clock.Advance(time.Second) {
		jobs, err := w.store.Outbox().Claim(w.t.Context(), 2*w.rate, 2*w.rate, time.Minute)
		w.must(err)
		for _, j := range jobs {
			var verdict ports.Verdict
			if j.Kind == task.AskPayment {
				verdict, err = w.jobs[j.Kind].Handle(w.t.Context(), j)
				w.must(err)
			}
			w.must(w.store.Outbox().Finish(w.t.Context(), j, verdict))
			if verdict.Word == "paid" {
				paid++
			}
		}
	}
	return paid
}

func TestAfterAnHourWithoutTheCompanyTenThousandPaymentsAreSettledWithinMinutesAndThereWasNoStorm(t *testing.T) {
	t.Parallel()
	const payments, rate = 10_000, 100
	w := newWorld(t)
	w.rate = rate
	company := &away{Company: w.company, clock: w.clock, tried: map[time.Time]int{}}
	w.build(memory.Gateways{"memory": company})
	w.link("pk_demo", "sk_demo")
	for n := range payments {
		w.open(func(in *command.CreateCheckout) { in.Number = order.Number(fmt.Sprintf("20220519-%07d", n)) })
	}
	company.until = w.clock.Now().Add(time.Hour)
	same(w, "found paid while it is away", w.asking(time.Hour), 0)
	most, all := company.busiest()
	t.Logf("away: %d questions wanted in an hour, at most %d in a second; %d reached the company", all, most, company.reached)
	if most > 2*rate || all > 3600*rate+rate || company.reached > 400 {
		t.Errorf("a storm: %d questions, at most %d in a second; %d reached the company", all, most, company.reached)
	}

	for _, o := range w.company.Opened() {
		w.company.Settle(o.Code, payment.Paid)
	}
	settled, took := 0, time.Duration(0)
	for ; settled < payments*99/100 && took < time.Hour; took += time.Second {
		settled += w.asking(time.Second)
	}
	t.Logf("back: %d of %d settled after %s", settled, payments, took)
	if took > 5*time.Minute {
		t.Errorf("%d of %d settled took %s", settled, payments, took)
	}
	if most, _ := company.busiest(); most > 2*rate {
		t.Errorf("a storm when it was back: %d questions in a second", most)
	}
}
