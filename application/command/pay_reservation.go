package command

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// PayReservation is a buyer who agrees to what the review showed.
type PayReservation struct {
	Named
	Seen   string // the total that the buyer's page showed; empty when it does not say
	AsItIs bool   // sandbox: agree to whatever it costs where nothing was reviewed
}

// PayReservationHandler fixes the amount of a reservation at the company, once however often the buyer
// presses. A call in doubt is asked about, and never made under another name.
type PayReservationHandler struct {
	Pricing
	Inquiry Inquiry
	Reviews ports.ReviewLinks
	Trace   ports.Trace
}

// Handle returns the company's payment page, or where a buyer goes who has paid. Conflict "total_changed" or "address_changed" when something
// else was reviewed than what would be agreed to now, and other Conflicts when the order cannot be paid
// this way; Indeterminate when the company may have heard of it but did not say so.
func (h PayReservationHandler) Handle(ctx context.Context, in PayReservation) (_ PaymentPage, err error) {
	p, err := h.find(ctx, in.Named)
	if err != nil {
		return PaymentPage{}, err
	}
	ctx, end := h.Trace.Join(ctx, p.payment.Trace, "pay reservation")
	defer func() { end(err) }()
	if err = h.reach(ctx, &p); err != nil {
		return PaymentPage{}, err
	}
	deadline := h.Clock.Now().Add(checkoutBudget)
	for asked := payment.ID(""); h.Clock.Now().Before(deadline); {
		d, err := h.decide(p, asked)
		if err != nil {
			return PaymentPage{}, err
		}
		switch d.Step {
		case order.CallCompany:
			stored, err := h.intend(ctx, in, &p, d)
			if err != nil {
				return PaymentPage{}, err
			}
			if stored {
				return h.call(ctx, p, d.New)
			}
		case order.ShowPage:
			return PaymentPage{URL: p.payment.PageURL}, nil
		case order.AlreadyPaid:
			return PaymentPage{URL: h.Reviews.Agreed(d.Payment)}, nil // which tells the shop's page that it is paid
		case order.AskFirst:
			h.ask(ctx, p, d.Payment)
			asked = d.Payment
		case order.AwaitAnswer:
			if err := pause(ctx, h.Clock); err != nil {
				return PaymentPage{}, err
			}
		}
		if err = h.reload(ctx, &p); err != nil {
			return PaymentPage{}, err
		}
	}
	return PaymentPage{}, fault.New(fault.Indeterminate, "being_settled", "this payment is being settled, please try again in a moment")
}

func (h PayReservationHandler) decide(p priced, asked payment.ID) (order.Decision, error) {
	return p.order.Agree(p.Payment, asked, h.Clock.Now(), arrival(p.sheet), h.limits(p.sheet))
}

func (h PayReservationHandler) limits(s ports.Sheet) order.Limits {
	return order.Limits{CallBudget: checkoutBudget, KeyLifetime: s.KeyLifetime - time.Hour}
}

// arrival is how long a pay call may still be on its way. A company that remembers keys takes the same call
// twice for one, and is asked by its own code, which no list has to catch up with.
func arrival(s ports.Sheet) time.Duration {
	if s.KeyLifetime > 0 {
		return 2 * checkoutBudget
	}
	return s.SettleTime
}

func (h PayReservationHandler) reload(ctx context.Context, p *priced) (err error) {
	if p.order, err = h.Orders.Get(ctx, ports.OrderQuery{ID: p.order.Snapshot().ID}); err == nil {
		p.payment, err = p.order.Payment(p.Payment)
	}
	return err
}

// ask is best effort: when the company cannot be asked, the decision is made with what is known.
func (h PayReservationHandler) ask(ctx context.Context, p priced, id payment.ID) {
	if attempt, err := p.order.Payment(id); err == nil {
		_, _ = h.Inquiry.Ask(ctx, p.order.Snapshot(), attempt, order.ExternalDoor)
	}
}

// intend stores what is about to be sent, a new agreement or that the old one is sent again, and reports
// whether it did: somebody may have been faster.
func (h PayReservationHandler) intend(ctx context.Context, in PayReservation, p *priced, d order.Decision) (bool, error) {
	asked := p.Payment
	store := func(o *order.Order) error { return o.SendAgain(p.Payment, h.Clock.Now()) }
	if d.New {
		request, body, err := h.agreement(ctx, in, p)
		if err != nil {
			return false, err
		}
		asked = ""
		store = func(o *order.Order) error { return o.Fix(p.Payment, request, p.calculation.Total, body) }
	}
	stored := false
	o, err := h.Orders.Update(ctx, p.order.Snapshot().ID, func(o *order.Order) error {
		still, err := o.Agree(p.Payment, asked, h.Clock.Now(), arrival(p.sheet), h.limits(p.sheet))
		if stored = err == nil && still == d; !stored {
			return err
		}
		return store(o)
	})
	if err != nil || !stored {
		return false, err
	}
	p.order = o
	p.payment, err = o.Payment(p.Payment)
	return true, err
}

// agreement finds out what the buyer agrees to now, and compares it with what he saw.
func (h PayReservationHandler) agreement(ctx context.Context, in PayReservation, p *priced) (order.Request, []byte, error) {
	if err := h.price(ctx, p); err != nil {
		return order.Request{}, nil, err
	}
	if err := in.agrees(*p); err != nil {
		return order.Request{}, nil, err
	}
	body, err := p.reserver.PreparePay(ports.Agreement{
		Reference: p.payment.Reference, PaymentReference: p.buyer.PaymentReference, Amount: p.calculation.Total, ReturnURL: h.Reviews.Agreed(p.Payment),
	})
	request := p.order.Snapshot().Latest
	request.ReturnURL, request.NotifyURL = p.ReturnURL, p.NotifyURL
	request.AmountText, request.ReceivedAt = p.calculation.TotalText, h.Clock.Now()
	return request, body, err
}

// agrees compares what was seen with what it is now.
func (in PayReservation) agrees(p priced) error {
	was, total := p.Reviewed, p.calculation.Total
	if in.Seen != "" {
		seen, err := money.Parse(in.Seen, total.Currency())
		if err != nil {
			return fault.InvalidField("total", "must be the total that was shown").Because(err)
		}
		was = seen
	}
	switch {
	case was == (money.Money{}) && in.AsItIs:
		return nil
	case was == (money.Money{}):
		return fault.New(fault.Conflict, "not_reviewed", "please review the order before you pay it")
	case was != total:
		return fault.Newf(fault.Conflict, "total_changed", "the total was %s and is %s now, please look at it again", was, total)
	case p.content.Buyer != nil && (p.content.Buyer.Address != p.buyer.Address || p.content.Buyer.Preference != p.buyer.Preference):
		return fault.New(fault.Conflict, "address_changed", "the delivery has changed, please look at it again")
	}
	return nil
}

// call sends the stored agreement and records what came of it, whoever still listens.
func (h PayReservationHandler) call(ctx context.Context, p priced, first bool) (PaymentPage, error) {
	key := p.Key.PayKey(p.payment.Number, p.payment.Fixings)
	calling, cancel := context.WithTimeout(ctx, callBudget)
	answer, callErr := withKeys(calling, h.Accounts, p.pin, func(k ports.Keys) (payment.Answer, error) {
		return p.reserver.Pay(calling, k, key, p.payment.Code, p.payment.PayRequest)
	})
	cancel()

	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordBudget)
	defer cancel()
	o, err := record(recording, h.Orders, p.order, func(o *order.Order) error {
		now := h.Clock.Now()
		switch {
		case callErr == nil:
			return o.Apply(p.Payment, answer, order.ExternalDoor, now)
		case first && surelyNot(callErr):
			o.PayRefused(p.Payment, p.payment.Doubt.Since, fault.Of(callErr).Message, now)
		}
		return nil
	})
	if err != nil {
		return PaymentPage{}, fault.New(fault.Indeterminate, "not_recorded", "the payment is being settled, please try again").Because(err)
	}
	p.payment, err = o.Payment(p.Payment)
	if callErr != nil {
		return PaymentPage{}, explain(callErr, p.payment.Quote == payment.Provisional)
	}
	if err != nil || p.payment.PageURL == "" || p.payment.Hold != payment.NoHold {
		return PaymentPage{}, fault.New(fault.Indeterminate, "no_page", "the payment company gave no page for this payment, it is being looked at").Because(err)
	}
	return PaymentPage{URL: p.payment.PageURL}, nil
}
