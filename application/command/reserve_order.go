package command

import (
	"context"
	"errors"
	"time"

	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// externalPayMethod is how Cafe24 names a payment by the button of a payment company.
const externalPayMethod = "etc"

// reviewFor is how long the link to the review is good.
const reviewFor = 30 * time.Minute

// ReserveOrder is what a page of a mall says about an order that its buyer wants to pay by the button.
// Anybody can send it.
type ReserveOrder struct {
	Mall      merchant.MallID
	Shop      int
	Number    order.Number
	Currency  money.Currency
	Cart      cart.Cart
	Intent    string // stands for the whole content: the same is the same reservation
	NotifyURL string
	ReturnURL string // of the mall's pages, without the last part
}

// Reserved is what the company's script in the mall's page starts with: a JSON object.
type Reserved struct{ Data []byte }

// ReserveOrderHandler makes the company know an order, so that its buyer can be sent there. Its amount
// is provisional, and nothing can be paid by it before the buyer has reviewed the mall's own total.
type ReserveOrderHandler struct {
	Inquiry
	Reservations ports.Reservations
	Pages        ports.Storefront
	Links        ports.Links
	Reviews      ports.ReviewLinks
	IDs          ports.IDs
	Trace        ports.Trace
}

// Handle returns what the company's script needs; the same again for the same reservation. Conflict when
// the order is paid or being paid in another way, Indeterminate when the company may have the order but
// did not say so in time.
func (h ReserveOrderHandler) Handle(ctx context.Context, in ReserveOrder) (Reserved, error) {
	r, err := h.prepare(ctx, in)
	if err != nil {
		return Reserved{}, err
	}
	deadline := h.Clock.Now().Add(checkoutBudget)
	for h.Clock.Now().Before(deadline) {
		o, d, err := h.decide(ctx, &r)
		if err != nil {
			return Reserved{}, err
		}
		switch d.Step {
		case order.CallCompany:
			return h.call(ctx, r, o, d)
		case order.ShowPage:
			return h.shown(ctx, r, o, d)
		case order.AlreadyPaid:
			return Reserved{}, errAlreadyPaid
		case order.AwaitAnswer, order.AskFirst:
			if err := pause(ctx, h.Clock); err != nil {
				return Reserved{}, err
			}
		}
	}
	return Reserved{}, fault.New(fault.Unavailable, "in_progress", "this order is being reserved, please try again in a moment")
}

// reserving is a reservation with everything that was looked up for it.
type reserving struct {
	ReserveOrder
	request  order.Request
	total    money.Money
	merchant merchant.Snapshot
	current  merchant.Credentials
	keys     ports.Keys
	reserver ports.Reserver
	sheet    ports.Sheet
	stored   ports.ReservedOrder // made when it turns out to be a new one
}

// prepare checks what can be checked of a message that nobody vouches for.
func (h ReserveOrderHandler) prepare(ctx context.Context, in ReserveOrder) (reserving, error) {
	r := reserving{ReserveOrder: in}
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: in.Mall})
	if fault.Is(err, fault.NotFound) {
		return r, errNoButton
	}
	if err != nil {
		return r, err
	}
	r.merchant = m.Snapshot()
	shop, err := m.Shop(in.Shop)
	if err != nil || !m.TakesPayments(shop) || !shop.ExternalCheckout || len(shop.PartnerIDs) == 0 {
		return r, errNoButton
	}
	if in.Currency != shop.Currency {
		return r, fault.InvalidField("currency", "is not the currency of the shop")
	}
	if err := in.Cart.Check(); err != nil {
		return r, err
	}
	if r.total, err = in.Cart.Total(); err != nil {
		return r, err
	}
	r.request = order.Request{
		Way: order.External, Partner: shop.PartnerIDs[len(shop.PartnerIDs)-1], AmountText: r.total.String(), PayMethod: externalPayMethod,
		ExtraData: []byte("{}"),
	}
	r.request.NotifyURL, r.request.ReturnURL, err = h.Pages.AcceptWays(in.Mall, r.merchant.Domains, in.NotifyURL, in.ReturnURL)
	if err != nil {
		return r, err
	}
	if r.current, err = m.Current(); err != nil {
		return r, err
	}
	g, keys, err := h.unseal(ctx, in.Mall, r.current)
	if err != nil {
		return r, err
	}
	r.keys, r.sheet = keys, g.Sheet()
	r.reserver, err = capability[ports.Reserver](g)
	return r, err
}

// errNoButton says no more than a stranger may know.
var errNoButton = fault.New(fault.NotFound, "no_button", "this shop does not take payments by the button")

// decide stores a new reservation, or finds the one that it repeats.
func (h ReserveOrderHandler) decide(ctx context.Context, r *reserving) (*order.Order, order.Decision, error) {
	key := order.Key{Mall: r.Mall, Shop: r.Shop, Number: r.Number}
	limits := order.Limits{CallBudget: checkoutBudget, KeyLifetime: r.sheet.KeyLifetime - time.Hour}
	r.request.ReceivedAt = h.Clock.Now()
	known, err := h.Orders.Get(ctx, ports.OrderQuery{Key: key})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, order.Decision{}, err
	}
	if known == nil || !known.Reserved(r.Intent, r.request.ReceivedAt) {
		if err := h.remember(ctx, r, key); err != nil {
			return nil, order.Decision{}, err
		}
	}
	for taken := false; ; taken = true {
		var d order.Decision
		reserve := func(o *order.Order) (err error) {
			d, err = o.Reserve(r.request, r.Intent, limits, h.terms(ctx, *r, o.Snapshot(), taken))
			return err
		}
		o, err := known, error(nil)
		if known != nil {
			o, err = h.Orders.Update(ctx, known.Snapshot().ID, reserve)
		} else {
			o = order.New(order.ID(h.IDs.NewID()), key, r.merchant.ID, r.request.ReceivedAt)
			o.GiveStatusKey(h.IDs.NewID())
			if err = reserve(o); err == nil {
				err = h.Orders.Create(ctx, o)
			}
		}
		switch {
		case errors.Is(err, errOrderExists):
			if known, err = h.Orders.Get(ctx, ports.OrderQuery{Key: key}); err != nil {
				return nil, d, err
			}
			continue
		case errors.Is(err, errReferenceTaken) && !taken:
			continue
		}
		return o, d, err
	}
}

// remember stores the reservation before its attempt, once.
func (h ReserveOrderHandler) remember(ctx context.Context, r *reserving, key order.Key) error {
	if r.stored.Token != "" {
		return nil
	}
	sealed, err := seal(ctx, h.Keyring, r.Mall, content{Cart: r.Cart})
	if err != nil {
		return err
	}
	now := r.request.ReceivedAt
	r.stored = ports.ReservedOrder{
		Payment: payment.ID(h.IDs.NewID()), Key: key, Token: h.IDs.NewID(), ReturnURL: r.request.ReturnURL, NotifyURL: r.request.NotifyURL,
		Sealed: sealed, CreatedAt: now, ExpiresAt: now.Add(reviewFor),
	}
	return h.Reservations.Add(ctx, r.stored)
}

// terms makes the terms of a new attempt, with the bytes that will be sent.
func (h ReserveOrderHandler) terms(ctx context.Context, r reserving, o order.Snapshot, taken bool) func(n int) (payment.Snapshot, error) {
	return func(n int) (payment.Snapshot, error) {
		if r.stored.Token == "" {
			return payment.Snapshot{}, fault.New(fault.Unavailable, "in_progress", "this order is being reserved, please try again in a moment")
		}
		reference := o.Key.PaymentReference(n, taken)
		request, err := r.reserver.PrepareReservation(ports.Reserving{
			Reference: reference, Amount: r.total,
			ReviewURL: h.Reviews.Review(r.stored.Token), WebhookURL: h.Links.Webhook(r.current.Gateway, r.merchant.ID),
		})
		return payment.Snapshot{
			ID: r.stored.Payment, Amount: r.total, Account: r.current.Account(), Reference: reference, Key: o.Key.PaymentKey(n),
			Request: request, Trace: h.Trace.Current(ctx), Quote: payment.Provisional, Intent: r.Intent,
		}, err
	}
}
