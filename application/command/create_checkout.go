package command

import (
	"context"
	"errors"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// The times of a checkout: the mall waits 5 s, of which the company gets 3.5 s.
const (
	checkoutBudget = 5 * time.Second
	callBudget     = 3500 * time.Millisecond
	recordBudget   = 3 * time.Second
	pollGap        = 50 * time.Millisecond
)

// CreateCheckout is a signed checkout request of the mall; its signature was verified at the edge.
type CreateCheckout struct {
	Shop    int // as claimed by the body, which no signature covers
	Number  order.Number
	Amount  money.Money
	Request order.Request // ReceivedAt is set by the handler
}

// PaymentPage is where the buyer pays.
type PaymentPage struct{ URL string }

// CreateCheckoutHandler opens a payment for an order, or hands out the one that is open.
//
// Record the intent, call, record the result: the attempt with its exact request bytes is stored
// before the company hears of it, so that whatever breaks in between is found by asking. The company
// is never called while a lock is held.
type CreateCheckoutHandler struct {
	Inquiry
	Mall  ports.Mall
	Links ports.Links
	IDs   ports.IDs
	Trace ports.Trace
}

// Handle returns the payment page. Conflict when the order is paid or another amount is open,
// Indeterminate when the company may have the order but did not say so in time (the mall asks again
// and gets the page of the one order that exists).
func (h CreateCheckoutHandler) Handle(ctx context.Context, in CreateCheckout) (PaymentPage, error) {
	c, err := h.prepare(ctx, in)
	if err != nil {
		return PaymentPage{}, err
	}
	deadline := h.Clock.Now().Add(checkoutBudget)
	var asked []payment.ID // each once: two open attempts would be asked about in turn until the time is over
	for h.Clock.Now().Before(deadline) {
		o, d, err := h.decide(ctx, c, asked)
		if err != nil {
			return PaymentPage{}, err
		}
		switch d.Step {
		case order.CallCompany:
			return h.call(ctx, c, o, d)
		case order.ShowPage:
			p, err := o.Payment(d.Payment)
			return PaymentPage{URL: p.PageURL}, err
		case order.AlreadyPaid:
			return PaymentPage{}, errAlreadyPaid
		case order.AskFirst:
			h.ask(ctx, o, d.Payment)
			asked = append(asked, d.Payment)
		case order.AwaitAnswer:
			if err := pause(ctx, h.Clock); err != nil {
				return PaymentPage{}, err
			}
		}
	}
	return PaymentPage{}, fault.New(fault.Unavailable, "in_progress", "the payment of this order is being opened, please try again in a moment")
}

// checkout is a request with everything that was looked up for it.
type checkout struct {
	CreateCheckout
	arrived     time.Time
	merchant    merchant.Snapshot
	credentials merchant.Credentials
	shop        merchant.Shop
	opener      ports.Opener
	sheet       ports.Sheet
	keys        ports.Keys
}

// prepare checks the request against the merchant before anything is stored.
func (h CreateCheckoutHandler) prepare(ctx context.Context, in CreateCheckout) (checkout, error) {
	c := checkout{CreateCheckout: in, arrived: h.Clock.Now()}
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Partner: in.Request.Partner})
	if fault.Is(err, fault.NotFound) {
		return c, fault.New(fault.NotFound, "unknown_partner", "partner_id: no shop is registered under it")
	}
	if err != nil {
		return c, err
	}
	c.merchant = m.Snapshot()
	if c.shop, err = m.ShopOf(in.Request.Partner); err != nil {
		return c, err
	}
	if err := h.fits(&c); err != nil {
		return c, err
	}
	if c.credentials, err = m.Current(); err != nil {
		return c, err
	}
	var g ports.Gateway
	if g, c.keys, err = h.unseal(ctx, c.merchant.Mall, c.credentials); err != nil {
		return c, err
	}
	c.sheet = g.Sheet()
	c.opener, err = capability[ports.Opener](g)
	return c, err
}

func (h CreateCheckoutHandler) fits(c *checkout) (err error) {
	switch {
	case !c.shop.Enabled:
		return fault.New(fault.Forbidden, "shop_disabled", "payments are switched off for this shop")
	case c.Shop != c.shop.No:
		return fault.InvalidField("shop_no", "is not the shop that partner_id is registered for")
	case c.Amount.Currency() != c.shop.Currency:
		return fault.InvalidField("currency", "is not the shop's currency "+string(c.shop.Currency))
	case !c.Amount.IsPositive():
		return fault.InvalidField("amount", "must be greater than zero")
	}
	if c.Request.ReturnURL, err = h.Mall.AcceptURL(c.merchant.Domains, c.Request.ReturnURL); err != nil {
		return named(err, "return_url")
	}
	if c.Request.NotifyURL, err = h.Mall.AcceptURL(c.merchant.Domains, c.Request.NotifyURL); err != nil {
		return named(err, "return_noty_url")
	}
	return nil
}

// named turns the guard's refusal of a URL into one that says which field it was.
func named(err error, field string) error {
	if f := fault.Of(err); f.Kind == fault.Invalid {
		return fault.InvalidField(field, f.Message).Because(err)
	}
	return err
}

// decide stores a new order, or decides about the one that is there. It decides by the time it is: what was
// asked and waited for before is not time that a call took.
func (h CreateCheckoutHandler) decide(ctx context.Context, c checkout, asked []payment.ID) (*order.Order, order.Decision, error) {
	key := order.Key{Mall: c.merchant.Mall, Shop: c.shop.No, Number: c.Number}
	limits := order.Limits{CallBudget: checkoutBudget, KeyLifetime: c.sheet.KeyLifetime - time.Hour, Arrived: c.arrived}
	c.Request.ReceivedAt = h.Clock.Now()
	for taken := false; ; taken = true {
		var d order.Decision
		checkout := func(o *order.Order) (err error) {
			d, err = o.Checkout(c.Request, c.Amount, asked, limits, h.terms(ctx, c, o.Snapshot(), taken))
			return err
		}
		o := order.New(order.ID(h.IDs.NewID()), key, c.merchant.ID, c.Request.ReceivedAt)
		o.GiveStatusKey(h.IDs.NewID())
		if err := checkout(o); err != nil {
			return nil, d, err
		}
		err := h.Orders.Create(ctx, o)
		if errors.Is(err, errOrderExists) {
			if o, err = h.Orders.Get(ctx, ports.OrderQuery{Key: key}); err == nil {
				o, err = h.Orders.Update(ctx, o.Snapshot().ID, checkout)
			}
		}
		if errors.Is(err, errReferenceTaken) && !taken {
			continue
		}
		return o, d, err
	}
}

// terms makes the terms of the n-th attempt, with the bytes that will be sent.
func (h CreateCheckoutHandler) terms(ctx context.Context, c checkout, o order.Snapshot, taken bool) func(n int) (payment.Snapshot, error) {
	return func(n int) (payment.Snapshot, error) {
		id := payment.ID(h.IDs.NewID())
		reference := o.Key.PaymentReference(n, taken)
		request, err := c.opener.PrepareOpening(ports.Opening{
			Reference: reference, Amount: c.Amount,
			CallbackURL: h.callback(c.Request.Way, id, o), WebhookURL: h.Links.Webhook(c.credentials.Gateway, c.merchant.ID),
		})
		return payment.Snapshot{
			ID: id, Amount: c.Amount, Account: c.credentials.Account(), Reference: reference,
			Key: o.Key.PaymentKey(n), Request: request, Trace: h.Trace.Current(ctx),
		}, err
	}
}

// callback is where the buyer of an attempt comes back to. By which way the mall asked last is looked up
// then, so an attempt that is asked for again in the other way keeps its address.
func (h CreateCheckoutHandler) callback(way order.Way, id payment.ID, o order.Snapshot) string {
	if way == order.Sync {
		return h.Links.SyncCallback(ports.StatusKey(o.StatusKey))
	}
	return h.Links.Callback(id)
}

// ask is best effort: when the company cannot be asked, the decision is made with what is known.
func (h CreateCheckoutHandler) ask(ctx context.Context, o *order.Order, id payment.ID) {
	if p, err := o.Payment(id); err == nil {
		_, _ = h.Ask(ctx, o.Snapshot(), p, order.CheckoutDoor)
	}
}
