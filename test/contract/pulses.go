package contract

import (
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Pulses is the suite of ports.Pulses: the traffic of a mall, and of no other.
func Pulses(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"a mall where nothing happened has no pulse", pulseNone},
		{"the newest checkout and webhook are dated, and open payments counted", pulseOfCheckouts},
		{"a notification is on the way until the mall confirms it", pulseOfNotices},
		{"what was given up is counted until it is sent again", pulseOfDead},
		{"held payments are counted, those with refused keys for themselves", pulseOfHolds},
		{"open refunds are counted, and what was paid twice", pulseOfRefunds},
	})
}

func (s *shelf) pulse(t *testing.T) ports.Pulse {
	t.Helper()
	p, err := s.Pulses.Pulse(t.Context(), "demomall")
	noError(t, err)
	return p
}

func pulseNone(t *testing.T, s *shelf) {
	other := s.store(t, func(d *draft) { d.key.Mall = "othermall" })
	s.tell(t, other.ID, "CODE-1", payment.Paid)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, other), ""))
	same(t, "pulse", s.pulse(t), ports.Pulse{})
}

func pulseOfCheckouts(t *testing.T, s *shelf) {
	o := s.store(t)
	first := s.clock.Now()
	s.clock.Advance(time.Minute)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), ""))
	received := s.clock.Now()
	same(t, "pulse", s.pulse(t), ports.Pulse{LastCheckout: first, LastLetter: received, OpenPayments: 1})

	s.clock.Advance(time.Minute)
	s.store(t)
	s.clock.Advance(time.Minute)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), ""))
	same(t, "pulse", s.pulse(t), ports.Pulse{LastCheckout: received.Add(time.Minute), LastLetter: s.clock.Now(), OpenPayments: 2})
}

func pulseOfNotices(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	begun := s.clock.Now()
	want := ports.Pulse{LastCheckout: begun, Waiting: 1, OldestWaiting: begun}
	same(t, "pulse", s.pulse(t), want)
	s.clock.Advance(time.Second)
	j := s.due(t, "notify_paid:"+string(o.Payments[0].ID))[0]
	same(t, "under way", s.pulse(t), want)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Word: "told"}))
	got := s.pulse(t)
	if got.LastTold.Before(begun) || got.LastTold.After(s.clock.Now()) {
		t.Errorf("told at %v", got.LastTold)
	}
	got.LastTold = time.Time{}
	same(t, "told", got, ports.Pulse{LastCheckout: begun})
}

func pulseOfDead(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Paid)
	begun := s.clock.Now()
	j := s.due(t, "notify_paid:"+string(o.Payments[0].ID))[0]
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{Dead: true, Word: "refused: no"}))
	same(t, "given up", s.pulse(t), ports.Pulse{LastCheckout: begun, Dead: 1})
	noError(t, s.Tasks.Wake(t.Context(), j.Key))
	same(t, "again", s.pulse(t).Dead, 0)
	same(t, "on the way", s.pulse(t).Waiting, 1)
}

func pulseOfHolds(t *testing.T, s *shelf) {
	for _, hold := range []payment.Hold{payment.CredentialsHold, payment.AmountHold, payment.MallRefusedHold} {
		o := s.store(t)
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			o.Hold(o.Last().ID, hold, order.ReconcilerDoor, s.clock.Now())
			return nil
		})
		noError(t, err)
	}
	got := s.pulse(t)
	same(t, "refused", got.Refused, 1)
	same(t, "held", got.Held, 2)
}

func pulseOfRefunds(t *testing.T, s *shelf) {
	o := s.store(t)
	surplus := s.surplus(t, o.ID)
	same(t, "open payments", s.pulse(t).OpenPayments, 1)
	_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
		_, err := o.IntendSurplusRefund(surplus, "refund-1", s.clock.Now(), aBody)
		return err
	})
	noError(t, err)
	same(t, "open refunds", s.pulse(t).OpenRefunds, 1)
}
