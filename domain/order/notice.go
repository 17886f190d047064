package order

import (
	"time"

	"paybridge/domain/payment"
)

// PaidNotice returns the attempt to tell the mall about, and whether telling it is still true and
// useful: the order is paid and not all of the money has gone back.
func (o *Order) PaidNotice() (payment.Snapshot, bool) {
	p := o.find(o.s.Counted)
	if p == nil || !o.Kept().IsPositive() {
		return payment.Snapshot{}, false
	}
	return p.Snapshot(), true
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

// MallKnows records that the mall confirmed a notice about the attempt.
func (o *Order) MallKnows(id payment.ID, told Told, now time.Time) {
	if told <= o.s.Told {
		return
	}
	o.s.Told, o.s.ToldAt = told, now
	word := "unpaid"
	if told == ToldPaid {
		word = "paid"
	}
	o.record(Event{Kind: MallTold, Payment: id, Door: NotificationDoor, At: now, To: word})
}

// MallRefuses records that the mall understood a notice and keeps refusing it.
func (o *Order) MallRefuses(id payment.ID, why string, now time.Time) {
	o.record(Event{Kind: MallRefused, Payment: id, Door: NotificationDoor, At: now, Note: why})
}
