package order

import (
	"time"

	"paybridge/domain/payment"
)

// PaidNotice returns the attempt to tell the mall about, and whether telling it is still true and
// useful: the order is paid, the company does not contradict itself about it, and not all of the money
// has gone back.
func (o *Order) PaidNotice() (payment.Snapshot, bool) {
	p := o.find(o.s.Counted)
	if p == nil || !o.Kept().IsPositive() {
		return payment.Snapshot{}, false
	}
	s := p.Snapshot()
	return s, s.Hold != payment.AmountHold && s.Hold != payment.TwoOrdersHold
}

// UnpaidNotice returns the closed attempt to tell the mall about, and whether telling it is still
// true and useful: it is the newest attempt, nothing is paid or on hold, and the mall does not know.
func (o *Order) UnpaidNotice(id payment.ID) (payment.Snapshot, bool) {
	last := o.Last()
	if last.ID != id || !last.State.FinalUnpaid() || o.s.Counted != "" || o.s.Told != ToldNothing {
		return payment.Snapshot{}, false
	}
	for _, p := range o.payments {
		if p.Snapshot().Hold != payment.NoHold {
			return payment.Snapshot{}, false
		}
	}
	return last, true
}

// How long the status key is answered: whoever has it gets a signed answer, so the answer that says
// paid is short-lived.
const (
	paidStatusFor   = time.Hour
	unpaidStatusFor = 7 * 24 * time.Hour
)

// StatusUntil is when the status key stops being answered: an hour after the order was paid, or a week
// after its latest request while it is not.
func (o *Order) StatusUntil() time.Time {
	if p := o.find(o.s.Counted); p != nil {
		return p.Snapshot().ChangedAt.Add(paidStatusFor)
	}
	return o.s.Latest.ReceivedAt.Add(unpaidStatusFor)
}

// MallKnows records that the mall confirmed a notice about the attempt.
func (o *Order) MallKnows(id payment.ID, told Told, now time.Time) {
	o.learned(id, told, NotificationDoor, now)
}

// MallFetched records that the mall asked for the status and was answered that the order is paid.
func (o *Order) MallFetched(now time.Time) {
	if o.s.Counted != "" {
		o.learned(o.s.Counted, ToldPaid, StatusDoor, now)
	}
}

func (o *Order) learned(id payment.ID, told Told, door Door, now time.Time) {
	if told <= o.s.Told {
		return
	}
	o.s.Told, o.s.ToldAt = told, now
	word := "unpaid"
	if told == ToldPaid {
		word = "paid"
	}
	o.record(Event{Kind: MallTold, Payment: id, Door: door, At: now, To: word})
}

// MallRefuses records that the mall understood a notice and keeps refusing it.
func (o *Order) MallRefuses(id payment.ID, why string, now time.Time) {
	o.record(Event{Kind: MallRefused, Payment: id, Door: NotificationDoor, At: now, Note: why})
}
