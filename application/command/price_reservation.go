package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Pricing finds out what a reservation costs: the company says who buys and where the goods go, the mall
// what it wants for that.
type Pricing struct {
	Accounts
	Orders       ports.Orders
	Reservations ports.Reservations
	Calculator   ports.Calculator
	Clock        ports.Clock
}

// Named is how a buyer names a reservation: by the token of its link or, where the sandbox lets him, by
// mall and order.
type Named struct{ ports.ReservationQuery }

// priced is a reservation with everything that was found out.
type priced struct {
	ports.ReservedOrder
	order       *order.Order
	payment     payment.Snapshot
	content     content // as sealed: with the buyer that was reviewed last
	buyer       ports.Buyer
	calculation ports.Calculation
	reserver    ports.Reserver
	pin         pinned
	sheet       ports.Sheet
}

// errOver is what is said about links whose time is over, or that never were.
var errOver = fault.New(fault.NotFound, "unknown_review", "there is no order to review here, or its time is over")

// find looks a reservation up with its order. NotFound when there is none, or when its time is over and
// nobody agreed to it.
func (q Pricing) find(ctx context.Context, by Named) (priced, error) {
	r, err := q.Reservations.Get(ctx, by.ReservationQuery)
	if fault.Is(err, fault.NotFound) || (err == nil && !q.Clock.Now().Before(r.ExpiresAt)) {
		return priced{}, errOver
	}
	if err != nil {
		return priced{}, err
	}
	p := priced{ReservedOrder: r}
	p.order, err = q.Orders.Get(ctx, ports.OrderQuery{Key: r.Key})
	if err == nil {
		p.payment, err = p.order.Payment(r.Payment)
	}
	if fault.Is(err, fault.NotFound) {
		return priced{}, errOver
	}
	return p, err
}

// price asks the company and then the mall.
func (q Pricing) price(ctx context.Context, p *priced) error {
	var err error
	if p.content, err = unsealed(ctx, q.Keyring, p.ReservedOrder); err != nil {
		return err
	}
	if p.payment.Code == "" {
		return fault.New(fault.Indeterminate, "being_settled", "this order is being reserved, please try again in a moment")
	}
	if err = q.reach(ctx, p); err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, callBudget)
	p.buyer, err = withKeys(asking, q.Accounts, p.pin, func(k ports.Keys) (ports.Buyer, error) { return p.reserver.Buyer(asking, k, p.payment.Code) })
	cancel()
	if err != nil {
		return cannotAsk(err)
	}
	p.calculation, err = q.Calculator.Calculate(ctx, p.Key.Mall, p.Key.Shop, p.content.Cart, p.buyer.Address, p.payment.Amount.Currency())
	return ownerMustAct(err)
}

// reach opens the way to the company that the attempt was made at.
func (q Pricing) reach(ctx context.Context, p *priced) error {
	g, pin, err := q.open(ctx, p.order.Snapshot().Merchant, p.payment.Account.Version)
	if err != nil {
		return err
	}
	p.pin, p.sheet = pin, g.Sheet()
	p.reserver, err = capability[ports.Reserver](g)
	return err
}

// cannotAsk is a question that failed; asking moves nothing, so there is no doubt about it.
func cannotAsk(err error) error {
	return fault.New(fault.Unavailable, "company_silent", "the payment company cannot be asked right now, please try again in a moment").Because(err)
}

// ownerMustAct turns what is wrong with the access to the mall into what the buyer can be told.
func ownerMustAct(err error) error {
	switch f := fault.Of(err); {
	case err == nil:
		return nil
	case f.Code == "not_installed", f.Code == "access_revoked", f.Code == "missing_scope", f.Code == "not_approved":
		return fault.New(fault.Unavailable, f.Code, "the merchant must open the app once").Because(err)
	}
	return err
}
