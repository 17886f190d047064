package order

import (
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// mostReservations bounds how often an order can be reserved: anybody can send a reservation.
const mostReservations = 50

// errOtherwise refuses reservations of an order that the mall signed a checkout for.
var errOtherwise = fault.New(fault.Conflict, "paid_otherwise", "this order is being paid in another way")

// Reserve decides what a reservation leads to. Nobody vouches for it: it opens an attempt of a
// provisional amount, beside those that are there, and never touches an order that the mall signed a
// checkout for. The same intent again is the same attempt, as long as it lasts.
func (o *Order) Reserve(r Request, intent string, limits Limits, open func(n int) (payment.Snapshot, error)) (Decision, error) {
	if o.s.Counted != "" {
		return Decision{Step: AlreadyPaid, Payment: o.s.Counted}, nil
	}
	reserved := 0
	var same *payment.Payment
	for _, p := range o.payments {
		switch s := p.Snapshot(); {
		case s.Quote == payment.Firm:
			return Decision{}, errOtherwise
		case s.Hold != payment.NoHold:
			return Decision{}, fault.New(fault.Conflict, "on_hold", "an earlier payment of this order is being looked at by the operator")
		case lasting(s, intent, r.ReceivedAt):
			same = p
		}
		reserved++
	}
	if same != nil {
		d := again(same, r.ReceivedAt, limits)
		if d.Step == CallCompany { // its answer can get lost like the one before
			same.Resent(r.ReceivedAt)
			o.record(Event{Kind: Doubted, Payment: d.Payment, Door: ExternalDoor, At: r.ReceivedAt, To: string(payment.CreateCall)})
		}
		return d, nil
	}
	if reserved >= mostReservations {
		return Decision{}, fault.New(fault.Conflict, "too_many_reservations", "this order was reserved too often")
	}
	latest := o.s.Latest
	d, err := o.open(r, open)
	if err == nil && o.agreed("") != nil {
		o.s.Latest = latest // a buyer agreed to another one: that is what everybody is answered by
	}
	return d, err
}

// Reserved reports that the order is reserved for the intent now.
func (o *Order) Reserved(intent string, now time.Time) bool {
	return slices.ContainsFunc(o.payments, func(p *payment.Payment) bool { return lasting(p.Snapshot(), intent, now) })
}

func lasting(s payment.Snapshot, intent string, now time.Time) bool {
	return s.Quote != payment.Firm && s.Intent == intent && !s.State.Closed() && now.Before(s.LapsesAt())
}

// again decides about a reservation that is made again.
func again(p *payment.Payment, now time.Time, limits Limits) Decision {
	s := p.Snapshot()
	d := Decision{Step: ShowPage, Payment: s.ID}
	switch {
	case p.InFlight(now, limits.CallBudget):
		d.Step = AwaitAnswer
	case s.State == payment.Requested:
		d.Step = CallCompany
	}
	return d
}

// agreed returns a reservation that a buyer agreed to and that is not over, other than the named one.
func (o *Order) agreed(but payment.ID) *payment.Payment {
	for _, p := range o.payments {
		if s := p.Snapshot(); s.Quote == payment.Reviewed && !s.State.Closed() && s.ID != but {
			return p
		}
	}
	return nil
}

// Agree decides what the buyer's agreement to a reservation leads to, and changes nothing: CallCompany
// means that the amount is to be fixed (New), or that the stored call is to be sent again. Asked names
// the attempt that the company was asked about for this very wish, or is empty; settle is how long a
// call may take to arrive.
func (o *Order) Agree(id, asked payment.ID, now time.Time, settle time.Duration, limits Limits) (Decision, error) {
	p := o.find(id)
	if p == nil || p.Snapshot().Quote == payment.Firm {
		return Decision{}, fault.New(fault.NotFound, "no_such_reservation", "there is no such reservation")
	}
	if o.s.Counted != "" {
		return Decision{Step: AlreadyPaid, Payment: o.s.Counted}, nil
	}
	for _, other := range o.payments {
		s := other.Snapshot()
		if s.Hold != payment.NoHold {
			return Decision{}, fault.New(fault.Conflict, "on_hold", "a payment of this order is being looked at by the operator")
		}
		if s.Quote == payment.Firm && !s.State.Closed() {
			return Decision{}, errOtherwise
		}
	}
	if rival := o.agreed(id); rival != nil {
		if rival.Snapshot().ID != asked {
			return Decision{Step: AskFirst, Payment: rival.Snapshot().ID}, nil
		}
		return Decision{}, fault.New(fault.Conflict, "another_agreed", "another payment page of this order is open, please finish it there")
	}
	s := p.Snapshot()
	if s.State.Closed() || (s.Quote == payment.Provisional && !now.Before(s.LapsesAt())) {
		return Decision{}, fault.New(fault.Conflict, "reservation_over", "the time to pay this order is over, please order again in the shop")
	}
	return o.agree(p, asked == id, now, settle, limits)
}

func (o *Order) agree(p *payment.Payment, asked bool, now time.Time, settle time.Duration, limits Limits) (Decision, error) {
	s := p.Snapshot()
	d := Decision{Payment: s.ID}
	waited := now.Sub(s.Doubt.Since)
	switch {
	case s.Quote == payment.Provisional && s.State == payment.Pending:
		d.Step, d.New = CallCompany, true
	case s.Quote == payment.Provisional:
		return d, beingSettled()
	case s.Confirming() && waited < limits.CallBudget:
		d.Step = AwaitAnswer
	case !asked && (s.Confirming() || !p.Fresh(now)):
		d.Step = AskFirst
	case s.Confirming() && waited >= settle && waited < limits.KeyLifetime:
		d.Step = CallCompany
	case s.Confirming(), s.PageURL == "":
		return d, beingSettled()
	default:
		d.Step = ShowPage
	}
	return d, nil
}

func beingSettled() error {
	return fault.New(fault.Indeterminate, "being_settled", "this payment is being settled, please try again in a moment")
}

// Fix stores what the buyer agreed to before the company hears of it. From now on redirect and
// notification are those of this reservation.
func (o *Order) Fix(id payment.ID, r Request, amount money.Money, request []byte) error {
	p := o.find(id)
	if p == nil {
		return fault.New(fault.NotFound, "no_such_reservation", "there is no such reservation")
	}
	if err := p.Fix(amount, request, r.ReceivedAt); err != nil {
		return err
	}
	o.s.Latest = r
	at := Event{Kind: AmountFixed, Payment: id, Door: ExternalDoor, At: r.ReceivedAt, Amount: amount}
	o.record(at)
	at.Kind, at.To = Doubted, string(payment.PayCall)
	o.record(at)
	return nil
}

// SendAgain records that the stored pay call is sent once more.
func (o *Order) SendAgain(id payment.ID, now time.Time) error {
	p := o.find(id)
	if p == nil || !p.Snapshot().Confirming() {
		return fault.New(fault.Conflict, "not_agreed", "there is no agreement to send again")
	}
	p.Repeat(payment.PayCall, now)
	o.record(Event{Kind: Doubted, Payment: id, Door: ExternalDoor, At: now, To: string(payment.PayCall)})
	return nil
}

// PayRefused records that the first pay call, stored at called, was surely not executed; why is for people. Where
// another call may have happened since, nothing is known about that one, and nothing changes.
func (o *Order) PayRefused(id payment.ID, called time.Time, why string, now time.Time) {
	if p := o.find(id); p != nil && p.Snapshot().Confirming() && p.Snapshot().Doubt.Since.Equal(called) {
		p.Loosen()
		o.record(Event{Kind: PayRefused, Payment: id, Door: ExternalDoor, At: now, Note: why})
	}
}

// Unwanted reports that nobody is to pay the attempt any more, while the company may still let them: another
// attempt counts, the mall signed a checkout for what a page only reserved, or the time of a reservation is
// over.
func (o *Order) Unwanted(id payment.ID) bool {
	p := o.find(id)
	if p == nil || o.s.Counted == id {
		return false
	}
	s := p.Snapshot()
	if s.State == payment.Paid || s.State == payment.Cancelled || s.State == payment.Failed || s.Hold != payment.NoHold {
		return false
	}
	reserved := s.Quote != payment.Firm
	overtaken := slices.ContainsFunc(o.payments, func(other *payment.Payment) bool { return other.Snapshot().Quote == payment.Firm })
	return o.s.Counted != "" || (reserved && (overtaken || s.State == payment.Expired))
}

// Lapse closes a reservation that was never payable and whose time is over. Nobody is told: nobody
// outside relied on it; but the end of a newer attempt may have waited for it.
func (o *Order) Lapse(id payment.ID, settle time.Duration, door Door, now time.Time) {
	p := o.find(id)
	if p == nil {
		return
	}
	from := p.Snapshot().State
	if !p.Lapse(now, settle) {
		return
	}
	o.record(Event{Kind: Raised, Payment: id, Door: door, At: now, From: from.String(), To: payment.Expired.String(), Note: "nobody agreed to it in time"})
	if p.Snapshot().Quote == payment.Reviewed && o.Last().ID != id {
		o.record(Event{Kind: ClosedUnpaid, Payment: id, Door: door, At: now})
	}
}
