package order

import (
	"fmt"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// SurplusPurpose is the purpose of giving the n-th attempt back because another one counts.
func SurplusPurpose(n int) refund.Purpose { return refund.Purpose(fmt.Sprintf("surplus:%d", n)) }

// Surplus reports that an attempt is paid, does not count, and that not all of its money has gone back or is
// disputed. A refund that is still open gave nothing back yet.
func (s Snapshot) Surplus(p payment.Snapshot) bool {
	left, err := p.Left()
	return p.State == payment.Paid && p.ID != s.Counted && (err != nil || left.IsPositive())
}

// IntendSurplusRefund stores the refund of a surplus attempt: all that is left of it, once. While such a
// refund is open or done it is returned, in doubt unless more is known, because an earlier run may be
// sending it; after a rejection the next generation is opened. The zero refund means that nothing is left
// to give back. The order must have been loaded with the refunds of the surplus's purpose. Body makes the
// call's body.
func (o *Order) IntendSurplusRefund(id payment.ID, newID refund.ID, now time.Time, body RefundBody) (refund.Snapshot, error) {
	p := o.find(id)
	if p == nil || p.Snapshot().State != payment.Paid || o.s.Counted == "" || o.s.Counted == id {
		return refund.Snapshot{}, fault.Newf(fault.Conflict, "no_surplus", "order %s has no surplus of that payment", o.s.Key)
	}
	terms := refund.Snapshot{ID: newID, Payment: id, Reason: refund.SurplusReason, Purpose: SurplusPurpose(p.Snapshot().Number), Generation: 1}
	if before, found := o.newest(terms.Purpose); found {
		if before.State.Spends() {
			err := o.RefundInDoubt(before.ID, ReconcilerDoor, now)
			before, _ = o.newest(terms.Purpose)
			return before, err
		}
		terms.Generation = before.Generation + 1
	}
	var err error
	if terms.Amount, err = o.Refundable(id); err != nil || !terms.Amount.IsPositive() {
		return refund.Snapshot{}, err
	}
	return o.intend(terms, ReconcilerDoor, now, body)
}
