package command_test

import (
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

var ofTheHour = command.ReconcileFromCompany{Ago: time.Hour}

func TestReservationsAreComparedWithTheCompanyLikeCheckouts(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	same(c.world, "reserved", c.compared(ofTheHour), found{orders: 1, agreed: 1})
	c.agreedTo(1)
	same(c.world, "agreed to", c.compared(ofTheHour), found{orders: 1, agreed: 1})
	c.settle(1, payment.Paid)
	same(c.world, "paid", c.compared(ofTheHour), found{orders: 1, differed: 1})
	same(c.world, "state", c.attempt(1).State, payment.Paid)
	same(c.world, "afterwards", c.compared(ofTheHour), found{orders: 1, agreed: 1})
}

func TestAReservationWhoseCodeWasForgottenIsAdopted(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.company.Next(memory.OpenCall, memory.AnswerLost)
	_, err := c.reserve.Handle(t.Context(), c.payload())
	c.refuses(err, fault.Indeterminate, "in_doubt")
	same(c.world, "found", c.compared(ofTheHour), found{orders: 1, adopted: 1})
	c.agreedTo(1)
	c.holdsOnly("1965.00")
}

func TestAnAgreementThatTheDatabaseForgotIsHeldForAPersonOnceItIsPaid(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.reserved()
	body, err := c.company.PreparePay(ports.Agreement{Reference: string(number), Amount: c.money("1965.00", "PHP")})
	c.must(err)
	_, err = c.company.Pay(t.Context(), ourKeys, "key", "O-001", body)
	c.must(err)
	c.settle(1, payment.Paid)
	same(c.world, "found", c.compared(ofTheHour), found{orders: 1, differed: 1})
	same(c.world, "hold", c.attempt(1).Hold, payment.AmountHold)
	same(c.world, "counted", c.stored().Counted, payment.ID(""))
	c.work(time.Minute)
	same(c.world, "notices", len(c.told()), 0)
}

func TestAReservationThatTheDatabaseForgotIsParked(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	body, err := c.company.PrepareReservation(ports.Reserving{Reference: "forgotten", Amount: c.money("1900.00", "PHP"), ReviewURL: "https://app.example/review/gone"})
	c.must(err)
	_, err = c.company.Reserve(t.Context(), ourKeys, "key", body)
	c.must(err)
	same(c.world, "found", c.compared(ofTheHour), found{orders: 1, unknown: 1})
	_, err = c.store.Orders().Get(t.Context(), ports.OrderQuery{Key: orderKey})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("an order was made of it: %v", err)
	}
}
