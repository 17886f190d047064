// Package status says what a status question is answered with. One function makes the answer of an
// order, so that the read model and the database cannot differ.
package status

import (
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Of is the answer of an order: by order, not by attempt. It says paid while an attempt counts, is not
// on hold, and not all of its money went back.
func Of(o *order.Order) ports.PaymentStatus {
	s := o.Snapshot()
	p, paid := o.PaidNotice()
	if !paid {
		p = o.Last()
	}
	return ports.PaymentStatus{
		Key: ports.StatusKey(s.StatusKey), Order: s.ID, Version: s.Version,
		Mall: s.Key.Mall, Partner: s.Latest.Partner, OrderNo: s.Key.Number, PayMethod: s.Latest.PayMethod,
		Currency: string(p.Amount.Currency()), Paid: paid && p.Hold == payment.NoHold, Amount: s.Latest.PaidText(p.Amount),
		Reference: p.Code, ExtraData: s.Latest.ExtraData, Gateway: p.Account.Gateway,
		Known: s.Told == order.ToldPaid, ExpiresAt: o.StatusUntil(),
	}
}

// Answerable reports whether the mall may ask for the status of an order at a time: its latest request
// was synchronous, and that, or the payment, is not too long ago.
func Answerable(o *order.Order, at time.Time) bool {
	return o.Snapshot().Latest.Way == order.Sync && at.Before(o.StatusUntil())
}
