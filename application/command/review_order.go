package command

import (
	"context"

	"paybridge/domain/cart"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// ReviewOrder asks what a buyer is to agree to.
type ReviewOrder struct{ Named }

// Review is what the buyer sees. It is personal.
type Review struct {
	Mall      string
	Number    order.Number
	Token     string
	ReturnURL string
	Cart      cart.Cart
	Buyer     ports.Buyer
	Price     ports.Calculation
	Total     money.Money // what pressing pay agrees to
	Paid      bool
	Agreed    bool // the buyer has agreed already, and the company's page may be open
}

// ReviewOrderHandler shows a buyer what he is about to pay, and remembers what was shown.
type ReviewOrderHandler struct {
	Pricing
	Trace ports.Trace
}

// Handle returns the review. NotFound when the link is none, or its time is over; Unavailable when
// somebody who has to be asked cannot be, or the mall's owner has to open the app first.
func (h ReviewOrderHandler) Handle(ctx context.Context, in ReviewOrder) (_ Review, err error) {
	p, err := h.find(ctx, in.Named)
	if err != nil {
		return Review{}, err
	}
	ctx, end := h.Trace.Join(ctx, p.payment.Trace, "review order")
	defer func() { end(err) }()
	if err = h.price(ctx, &p); err != nil {
		return Review{}, err
	}
	review := Review{
		Mall: string(p.Key.Mall), Number: p.Key.Number, Token: p.Token, ReturnURL: p.ReturnURL, Cart: p.content.Cart, Buyer: p.buyer,
		Price: p.calculation, Total: p.calculation.Total, Paid: p.order.Snapshot().Counted != "",
		Agreed: p.payment.Quote == payment.Reviewed,
	}
	if review.Agreed {
		review.Total = p.payment.Amount // fixed: what the mall would want now is of no use any more
		return review, nil
	}
	return review, h.seen(ctx, p)
}

// seen stores what is shown, so that nothing else can be agreed to.
func (h ReviewOrderHandler) seen(ctx context.Context, p priced) error {
	p.content.Buyer = &p.buyer
	sealed, err := seal(ctx, h.Keyring, p.Key.Mall, p.content)
	if err != nil {
		return err
	}
	return h.Reservations.Seen(ctx, p.Payment, p.calculation.Total, sealed)
}
