package command_test

import (
	"context"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// replaced is a company where the merchant has replaced the secret: it takes no other.
type replaced struct {
	*memory.Company

	secret  string
	refused func() // what happens when it first refuses one; nothing when nil
}

func (r *replaced) refuses(k ports.Keys) error {
	if k.Secret.Reveal() != r.secret {
		if happens := r.refused; happens != nil {
			r.refused = nil
			happens()
		}
		return fault.New(fault.Unauthenticated, "company_keys_refused", "the payment company refused the keys")
	}
	return nil
}

// taking makes a call, unless it comes with another secret.
func taking[T any](r *replaced, k ports.Keys, call func() (T, error)) (T, error) {
	if err := r.refuses(k); err != nil {
		var nothing T
		return nothing, err
	}
	return call()
}

func (r *replaced) InquireByCode(ctx context.Context, k ports.Keys, code string) (payment.Answer, error) {
	return taking(r, k, func() (payment.Answer, error) { return r.Company.InquireByCode(ctx, k, code) })
}

func (r *replaced) InquireByReference(ctx context.Context, k ports.Keys, reference string) ([]payment.Answer, error) {
	return taking(r, k, func() ([]payment.Answer, error) { return r.Company.InquireByReference(ctx, k, reference) })
}

func (r *replaced) Refund(ctx context.Context, k ports.Keys, key string, body []byte) (refund.Answer, error) {
	return taking(r, k, func() (refund.Answer, error) { return r.Company.Refund(ctx, k, key, body) })
}

func (r *replaced) InquireRefund(ctx context.Context, k ports.Keys, code string) (refund.Answer, error) {
	return taking(r, k, func() (refund.Answer, error) { return r.Company.InquireRefund(ctx, k, code) })
}

func (r *replaced) Open(ctx context.Context, k ports.Keys, key string, body []byte) (payment.Answer, error) {
	return taking(r, k, func() (payment.Answer, error) { return r.Company.Open(ctx, k, key, body) })
}

func (r *replaced) CloseOrder(ctx context.Context, k ports.Keys, key, code, reference string) (payment.Answer, error) {
	return taking(r, k, func() (payment.Answer, error) { return r.Company.CloseOrder(ctx, k, key, code, reference) })
}

func (r *replaced) Reserve(ctx context.Context, k ports.Keys, key string, body []byte) (ports.ReserveAnswer, error) {
	return taking(r, k, func() (ports.ReserveAnswer, error) { return r.Company.Reserve(ctx, k, key, body) })
}

func (r *replaced) Buyer(ctx context.Context, k ports.Keys, code string) (ports.Buyer, error) {
	return taking(r, k, func() (ports.Buyer, error) { return r.Company.Buyer(ctx, k, code) })
}

func (r *replaced) Pay(ctx context.Context, k ports.Keys, key, code string, body []byte) (payment.Answer, error) {
	return taking(r, k, func() (payment.Answer, error) { return r.Company.Pay(ctx, k, key, code, body) })
}

// rotated has the secret of the linked account replaced, at the company and here, after a story.
func rotated(t *testing.T, before func(*world)) (*world, *replaced) {
	t.Helper()
	w := newWorld(t)
	r := &replaced{Company: w.company, secret: "sk_demo"}
	w.build(memory.Gateways{"memory": r})
	w.link("pk_demo", "sk_demo")
	before(w)
	r.secret = "sk_new"
	w.link("pk_demo", "sk_new")
	return w, r
}

// rotatedCounter is rotated with a button.
func rotatedCounter(t *testing.T, before func(*counterWorld)) *counterWorld {
	t.Helper()
	var c *counterWorld
	rotated(t, func(w *world) {
		c = counterOf(w)
		before(c)
	})
	c.link("pk_demo", "sk_new", withButton) // the one before took the button away
	return c
}

// replace has the secret replaced at the company and here at the moment when the company first refuses the one before.
func (r *replaced) replace(w *world, secret string) {
	r.secret = secret
	r.refused = func() { w.link("pk_demo", secret) }
}

func TestAPaymentIsAskedAboutWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	w, _ := rotated(t, func(w *world) { w.open() })
	w.settle(1, payment.Paid)
	w.work(time.Hour)
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
	same(w, "told", w.order().Told, order.ToldPaid)
}

func TestACallInDoubtIsAskedAboutWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	w, _ := rotated(t, func(w *world) {
		w.company.Next(memory.OpenCall, memory.AnswerLost)
		if _, err := w.ask(); err == nil {
			t.Fatal("the answer was not lost")
		}
	})
	w.work(time.Hour)
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
	same(w, "code", w.attempt(1).Code, "O-001")
}

func TestMoneyGoesBackWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	w, _ := rotated(t, (*world).paid)
	w.work(time.Hour)
	w.must(w.gets(w.cancels("1000", "2065", waiting), refund.Refunded))
	w.must(w.gets(w.cancels("2065", "0", notified), refund.Pending))
	w.company.CompleteRefund("R-002", refund.Refunded)
	w.work(time.Hour)
	same(w, "given back", w.givenBackAtTheCompany(), "3065.00")
	same(w, "hold", w.attempt(1).Hold, payment.NoHold)
}

func TestAPaymentWaitsForAPersonWhenTheNewSecretIsRefusedToo(t *testing.T) {
	t.Parallel()
	w, r := rotated(t, func(w *world) { w.open() })
	r.secret = "sk_newer"
	w.work(time.Hour)
	same(w, "hold", w.attempt(1).Hold, payment.CredentialsHold)
}

func TestALetterProvesItsSenderWithEitherSecretOfTheAccountAndNoOther(t *testing.T) {
	t.Parallel()
	w, _ := rotated(t, func(w *world) { w.open() })
	w.settle(1, payment.Paid)
	signed := func(secret string) []byte {
		return w.forged(ports.Keys{Public: "pk_demo", Secret: ports.NewSecret(secret)}, string(number), w.money("3065.00", "PHP"))
	}
	for _, secret := range []string{"sk_other", ""} {
		_, err := w.deliver(signed(secret))
		w.wantFault(err, fault.Unauthenticated, "bad_digest")
	}
	w.accepted(signed("sk_demo"))
	w.accepted(signed("sk_new"))
	w.work(0)
	same(w, "state", w.attempt(1).State, payment.Paid)
}

func TestAReservationWhoseTimeIsOverIsClosedWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	c := rotatedCounter(t, func(c *counterWorld) { c.reserved() })
	c.work(31 * time.Minute)
	c.atCompany(payment.Cancelled)
	same(c.world, "state", c.attempt(1).State, payment.Cancelled)
	same(c.world, "close calls", c.company.Calls(memory.CloseCall), 1)
}

func TestAClosingInDoubtWithTheNewSecretGoesOn(t *testing.T) {
	t.Parallel()
	c := rotatedCounter(t, func(c *counterWorld) { c.reserved() })
	c.company.Next(memory.CloseCall, memory.Vanishes, memory.AnswerLost)
	c.work(40 * time.Minute)
	c.atCompany(payment.Cancelled)
	same(c.world, "state", c.attempt(1).State, payment.Cancelled)
}

func TestWhatTheMallCancelsUnpaidIsClosedWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	w, _ := rotated(t, func(w *world) { w.open() })
	_, err := w.asks(w.cancels("3065", "0", waiting))
	w.wantFault(err, fault.Conflict, "not_paid")
	same(w, "at the company", w.company.Opened()[0].State, payment.Cancelled)
	same(w, "state", w.attempt(1).State, payment.Cancelled)
}

func TestAnOpenCallInDoubtIsSentAgainWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]memory.Trouble{"answer lost": memory.AnswerLost, "request lost": memory.Vanishes} {
		w, _ := rotated(t, func(w *world) { w.doubtful(trouble) })
		w.clock.Advance(time.Second)
		same(w, name+": page", w.open(), "https://pay.example/O-001")
		same(w, name+": create calls that were not refused", w.company.Calls(memory.OpenCall), 2)
		same(w, name+": orders at the company", len(w.company.Opened()), 1)
		same(w, name+": attempts", len(w.order().Payments), 1)
		same(w, name+": doubt", w.attempt(1).Doubt, payment.Doubt{})
	}
}

func TestAnOpenCallInDoubtStaysSoWhenTheNewSecretIsRefusedToo(t *testing.T) {
	t.Parallel()
	w, r := rotated(t, func(w *world) { w.doubtful(memory.AnswerLost) })
	r.secret = "sk_newer"
	w.clock.Advance(time.Second)
	w.refused(fault.Indeterminate, "in_doubt")
	same(w, "state", w.attempt(1).State, payment.Requested)
	same(w, "doubt", w.attempt(1).Doubt.Call, payment.CreateCall)
}

func TestAnOpenCallIsRefusedOnlyWhenNeitherSecretCanHaveOpenedIt(t *testing.T) {
	t.Parallel()
	for trouble, want := range map[memory.Trouble]payment.State{
		memory.NotSent: payment.Refused, memory.Declines: payment.Refused, memory.KeysRefused: payment.Refused,
		memory.AnswerLost: payment.Requested, memory.Vanishes: payment.Requested, memory.NoTrouble: payment.Pending,
	} {
		w, r := rotated(t, func(*world) {})
		r.replace(w, "sk_newer")
		w.company.Next(memory.OpenCall, trouble)
		_, err := w.ask()
		same(w, "answered with a page", err == nil, want == payment.Pending)
		same(w, "state", w.attempt(1).State, want)
		same(w, "in doubt", w.attempt(1).Doubt.Call == payment.CreateCall, want == payment.Requested)
	}
}

func TestAReservationInDoubtIsSentAgainWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	c := rotatedCounter(t, func(c *counterWorld) {
		c.company.Next(memory.OpenCall, memory.AnswerLost)
		_, err := c.reserve.Handle(t.Context(), c.payload())
		c.refuses(err, fault.Indeterminate, "in_doubt")
	})
	c.clock.Advance(time.Second)
	same(c.world, "button", c.reserved(), `{"reference_no":"O-001"}`)
	same(c.world, "orders at the company", len(c.company.Opened()), 1)
	same(c.world, "doubt", c.attempt(1).Doubt, payment.Doubt{})
}

func TestABuyerReviewsAndPaysAfterTheSecretWasReplaced(t *testing.T) {
	t.Parallel()
	c := rotatedCounter(t, func(c *counterWorld) { c.reserved() })
	c.agreedTo(1)
	c.holdsOnly("1965.00")
	c.settle(1, payment.Paid)
	c.work(time.Minute)
	same(c.world, "notices", len(c.told()), 1)
	same(c.world, "pay calls that were not refused", c.company.Calls(memory.PayCall), 1)
}

func TestAnAgreementIsTakenBackOnlyWhenNeitherSecretCanHaveFixedIt(t *testing.T) {
	t.Parallel()
	for trouble, want := range map[memory.Trouble]payment.Quote{
		memory.NotSent: payment.Provisional, memory.Declines: payment.Provisional, memory.KeysRefused: payment.Provisional,
		memory.AnswerLost: payment.Reviewed, memory.Vanishes: payment.Reviewed, memory.NoTrouble: payment.Reviewed,
	} {
		c := rotatedCounter(t, func(c *counterWorld) { c.reserved() })
		seen := c.look(1)
		c.company.Next(memory.PayCall, trouble)
		_, err := c.press(1, seen)
		same(c.world, "answered with a page", err == nil, trouble == memory.NoTrouble)
		same(c.world, "quote", c.attempt(1).Quote, want)
		same(c.world, "in doubt", c.attempt(1).Confirming(), err != nil && want == payment.Reviewed)
	}
}

func TestAnAgreementThatGotLostIsSentAgainWithTheNewSecretOfItsAccount(t *testing.T) {
	t.Parallel()
	c := rotatedCounter(t, func(c *counterWorld) {
		c.reserved()
		c.look(1)
		c.agreesInDoubt(memory.Vanishes)
	})
	c.till.wants("165.00", nil) // what was agreed to stays
	c.work(16 * time.Second)
	if _, err := c.press(1, "1965.00"); err != nil {
		t.Fatal(err)
	}
	c.holdsOnly("1965.00")
}

func withButton(m *command.MerchantImport) { m.Shops[0].ExternalCheckout = true }
