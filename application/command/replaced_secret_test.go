package command_test

import (
	"context"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func (r *replaced) CloseOrder(ctx context.Context, k ports.Keys, key, code, reference string) (payment.Answer, error) {
	if err := r.refuses(k); err != nil {
		return payment.Answer{}, err
	}
	return r.Company.CloseOrder(ctx, k, key, code, reference)
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

func withButton(m *command.MerchantImport) { m.Shops[0].ExternalCheckout = true }
