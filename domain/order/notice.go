package order

import (
	"time"

	"paybridge/domain/payment"
	"paybridge/domain/refund"
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
	return s, s.Hold != payment.AmountHold && s.Hold != payment.TwoOrdersHold && s.Hold != payment.CancelledHold
}

// UnpaidNotice returns the closed attempt to tell the mall about, and whether telling it is still
// true and useful: it is the newest attempt, nothing is paid, payable or on hold, and the mall does not know.
func (o *Order) UnpaidNotice(id payment.ID) (payment.Snapshot, bool) {
	last := o.Last()
	if last.ID != id || !last.State.FinalUnpaid() || o.s.Counted != "" || o.s.Told != ToldNothing || o.payable() != nil || o.agreed("") != nil {
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

// RefundNotice returns a refund to tell the mall about, and whether telling it that the refund was carried
// out, or that it was not, is still true and useful: no later news, and no other try that took its place.
// The order must have been loaded with the refund.
func (o *Order) RefundNotice(id refund.ID, refunded bool) (refund.Snapshot, bool) {
	r := o.findRefund(id)
	if r == nil || r.Snapshot().Reason != refund.MallReason {
		return refund.Snapshot{}, false
	}
	s := r.Snapshot()
	failed := s.State == refund.Rejected || s.State == refund.NotExecuted
	newest, _ := o.newest(s.Purpose)
	return s, newest.ID == id && ((refunded && s.State == refund.Refunded) || (!refunded && failed))
}

// MallKnowsRefund records that the mall confirmed a notice about a refund.
func (o *Order) MallKnowsRefund(id refund.ID, now time.Time) { o.noticed(RefundTold, id, "", now) }

// MallRefusesRefund records that the mall understood a notice about a refund and keeps refusing it.
func (o *Order) MallRefusesRefund(id refund.ID, why string, now time.Time) {
	o.noticed(RefundNoticeRefused, id, why, now)
}

func (o *Order) noticed(kind EventKind, id refund.ID, note string, now time.Time) {
	if r := o.findRefund(id); r != nil {
		s := r.Snapshot()
		o.record(Event{Kind: kind, Payment: s.Payment, Refund: id, Door: NotificationDoor, At: now, To: s.State.String(), Amount: s.Amount, Note: note})
	}
}
