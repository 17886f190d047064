package command

import (
	"context"
	"net/url"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// lateAnswer is how long a mall is taken to wait for the answer to a cancel request. Later ones are told
// by a notice as well.
const lateAnswer = 3 * time.Second

// RefundPayment is a signed cancel request of the mall; its signature was verified at the edge.
type RefundPayment struct {
	Shop    int // as claimed by the body, which no signature covers
	Number  order.Number
	Cancel  order.Cancel
	Vouched bool // it came from Cafe24's own addresses
}

// RefundAnswer is what the mall is answered. Refused says why there is no refund (so far); Refund and
// State name the refund that is meant, when there is one.
type RefundAnswer struct {
	Refund  refund.ID
	State   refund.State
	Refused error
	Final   bool // it says how the refund ended; otherwise a notice does (protocol 6.1)
	Late    bool // the mall may not be waiting any more
}

// RefundRules are the operator's decisions about cancel requests.
type RefundRules struct {
	TrustSignature bool // CAFE24_CANCEL_PROOF=signature
	AnyRemain      bool // CAFE24_REMAIN_CHECK=limit
}

// RefundPaymentHandler gives money of a payment back, as the mall asks. Record the intent, call, record the
// result: the amount is taken from what can be refunded, under the order's lock, before the company hears
// of it.
type RefundPaymentHandler struct {
	Inquiry
	Mall  ports.Mall
	Links ports.Links
	IDs   ports.IDs
	Proof ports.CancelProof
	Trace ports.Trace
	Rules RefundRules
}

// Handle returns the answer, which is also given when the refund is refused for good. Errors are those of
// requests that led to no refund: Invalid and NotFound when it fits no payment, Conflict when the ledger
// says otherwise, Forbidden when it may be somebody else's, Unavailable when the company cannot be asked
// (nothing was given back), Indeterminate while an earlier try is being settled.
func (h RefundPaymentHandler) Handle(ctx context.Context, in RefundPayment) (_ RefundAnswer, err error) {
	begun := h.Clock.Now()
	c, err := h.prepare(ctx, in)
	if err != nil {
		return RefundAnswer{}, err
	}
	ctx, end := h.Trace.Join(ctx, c.payment.Trace, "refund payment")
	defer func() { end(err) }()
	c.Cancel.Trace = h.Trace.Current(ctx)
	answer, err := h.run(ctx, c)
	answer.Late = h.Clock.Now().Sub(begun) > lateAnswer
	return answer, err
}

// cancelling is a cancel request with everything that was looked up for it.
type cancelling struct {
	RefundPayment
	order    order.Snapshot
	payment  payment.Snapshot // the zero one when the order has no such payment
	company  refunder
	noKeys   error // why the company cannot be called
	unlinked bool  // the company's account is gone: no new refund can begin
}

// prepare finds the order by the signed partner id and checks what no signature covers. Whether the shop
// is switched on, and whether the merchant is still linked, does not matter: money goes back either way.
func (h RefundPaymentHandler) prepare(ctx context.Context, in RefundPayment) (cancelling, error) {
	c := cancelling{RefundPayment: in}
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Partner: in.Cancel.Request.Partner})
	if fault.Is(err, fault.NotFound) {
		return c, fault.New(fault.NotFound, "unknown_partner", "partner_id: no shop is registered under it")
	}
	if err != nil {
		return c, err
	}
	shop, err := m.ShopOf(in.Cancel.Request.Partner)
	if err != nil {
		return c, err
	}
	if in.Shop != shop.No {
		return c, fault.InvalidField("shop_no", "is not the shop that partner_id is registered for")
	}
	o, err := h.Orders.Get(ctx, ports.OrderQuery{Key: order.Key{Mall: m.Snapshot().Mall, Shop: shop.No, Number: in.Number}, Bare: true})
	if fault.Is(err, fault.NotFound) {
		return c, fault.New(fault.NotFound, "unknown_order", "order_id: no payment of this order is known")
	}
	if err != nil {
		return c, err
	}
	c.order = o.Snapshot()
	return c, h.look(ctx, &c, m.Snapshot())
}

// look finds the payment that the mall quotes and what its company can do.
func (h RefundPaymentHandler) look(ctx context.Context, c *cancelling, m merchant.Snapshot) (err error) {
	if c.Cancel.Request.NotifyURL, err = h.Mall.AcceptOwnURL(m.Mall, ownHosts(m, c.order.Latest), c.Cancel.Request.NotifyURL); err != nil {
		return named(err, "cancel_noty_url")
	}
	for _, p := range c.order.Payments {
		if p.Code != "" && p.Code == c.Cancel.Code {
			c.payment = p
		}
	}
	if c.payment.ID == "" {
		return fault.New(fault.NotFound, "unknown_tid", "tid: is no payment of this order")
	}
	g, err := h.Gateways.Gateway(c.payment.Account.Gateway)
	if err != nil {
		return err
	}
	c.company.sheet = g.Sheet()
	_, c.company.pin, c.noKeys = h.open(ctx, c.order.Merchant, c.payment.Account.Version)
	c.unlinked = gone(c.noKeys)
	_, c.Cancel.CanClose = g.(ports.Closer)
	c.company.Refunder, err = capability[ports.Refunder](g)
	c.Cancel.FullOnly, c.Cancel.AnyRemain, c.Cancel.Trusted = !c.company.sheet.PartialRefund, h.Rules.AnyRemain, h.Rules.TrustSignature
	return err
}

// ownHosts are the hosts that belong to the mall: its domains, and those that its checkout used.
func ownHosts(m merchant.Snapshot, r order.Request) []string {
	hosts := append([]string(nil), m.Domains...)
	for _, raw := range []string{r.NotifyURL, r.ReturnURL} {
		if u, err := url.Parse(raw); err == nil {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// run decides and acts until there is an answer. The company gets one budget for all that it is asked.
func (h RefundPaymentHandler) run(ctx context.Context, c cancelling) (RefundAnswer, error) {
	calling, cancel := context.WithTimeout(ctx, callBudget)
	defer cancel()
	known := order.Known{}
	if c.Vouched {
		known.Proof = order.Proven
	}
	for deadline := h.Clock.Now().Add(checkoutBudget); h.Clock.Now().Before(deadline); {
		o, d, err := h.decide(ctx, c, known)
		if err != nil {
			return RefundAnswer{}, err
		}
		switch d.Step {
		case order.SendRefund:
			return h.send(calling, c, o, d)
		case order.AskPayment:
			if err := h.askPayment(calling, o, d.Payment); err != nil {
				return RefundAnswer{}, err
			}
			known.Payment = true
		case order.AskRefund:
			if err := h.askRefund(calling, o, d.Refund); err != nil {
				return RefundAnswer{}, err
			}
			known.Refund = d.Refund
		case order.ProveCancel:
			known.Proof = h.Proof.Vouch(calling, c.order.Key)
		case order.AwaitRefund:
			if err := pause(ctx, h.Clock); err != nil {
				return RefundAnswer{}, err
			}
		case order.CloseUnpaid:
			known.Closed = true
			known.Payment = h.closeUnpaid(calling, o, d.Payment) // paid meanwhile: ask again
		case order.RefuseUnpaid:
			return RefundAnswer{}, nothingPaid(o, d.Payment)
		case order.RefuseUnproven:
			return RefundAnswer{}, errUnproven
		case order.RefundIsDone, order.RefundIsOpen, order.RefundIsRefused:
			f, err := o.Refund(d.Refund)
			return answerOf(f, nil, c.Cancel.Request.Sync), err
		}
	}
	return RefundAnswer{}, errRefundSettling
}

var (
	errNothingPaid = fault.New(fault.Conflict, "not_paid", "nothing was paid for this order, so there is nothing to give back")
	errClosed      = fault.New(fault.Conflict, "not_paid",
		"nothing was paid for this order, so there is nothing to give back; it is closed at the payment company and can be paid no more")
	errUnproven = fault.New(fault.Forbidden, "cancel_unproven",
		"this signature can be had by others too, and the mall shows no cancel of this order in progress; nothing was given back")
	errUnlinked = fault.New(fault.Conflict, "unlinked",
		"the merchant has unlinked the account that this was paid to; nothing was given back, link it again and ask again")
	errRefundSettling = fault.New(fault.Indeterminate, "refund_being_settled",
		"this refund is being settled with the payment company; do not refund by other means, the mall is told how it ends")
	errRefundOpen = fault.New(fault.Indeterminate, "refund_pending",
		"the payment company works on this refund; do not refund by other means, the mall is told how it ends")
)

// decide runs the order's decision under its lock.
func (h RefundPaymentHandler) decide(ctx context.Context, c cancelling, known order.Known) (*order.Order, order.CancelDecision, error) {
	var d order.CancelDecision
	id := refund.ID(h.IDs.NewID())
	limits := order.Limits{CallBudget: checkoutBudget, KeyLifetime: c.company.sheet.KeyLifetime - time.Hour}
	o, err := h.Orders.Update(ctx, c.order.ID, func(o *order.Order) (err error) {
		d, err = o.Cancel(c.Cancel, known, limits, h.Clock.Now(), id, h.body(c))
		return err
	}, ports.RefundQuery{Purpose: order.CancelPurpose(c.payment.Number, c.Cancel.Amount, c.Cancel.Remain), Like: c.Cancel.Amount})
	return o, d, err
}

// body makes the call's body. A company that cannot end a refund within its call reports by webhook, however
// the mall asked.
func (h RefundPaymentHandler) body(c cancelling) order.RefundBody {
	return func(f refund.Snapshot) ([]byte, error) {
		switch {
		case c.unlinked:
			return nil, errUnlinked
		case c.noKeys != nil: // what cannot be sent is not begun
			return nil, c.noKeys
		}
		wanted := ports.RefundOrder{Code: c.payment.Code, Reference: f.Reference, Amount: f.Amount}
		if !f.Request.Sync || !c.company.sheet.RefundAtOnce {
			wanted.WebhookURL = h.Links.RefundWebhook(c.payment.Account.Gateway, c.order.Merchant)
		}
		return c.company.PrepareRefund(wanted)
	}
}

// askPayment needs the company's word: without it nothing is given back.
func (h RefundPaymentHandler) askPayment(ctx context.Context, o *order.Order, id payment.ID) error {
	p, err := o.Payment(id)
	if err != nil {
		return err
	}
	_, err = h.Ask(ctx, o.Snapshot(), p, order.CancelDoor)
	if gone(err) {
		return errUnlinked
	}
	if err != nil {
		return fault.New(fault.Unavailable, "company_unreachable", "the payment company cannot be asked right now; nothing was given back, please try again").Because(err)
	}
	return nil
}

// closeUnpaid closes a payment at the company, as far as that goes: the mall is refused its refund either way.
// It reports whether the payment still counts as unpaid.
func (h RefundPaymentHandler) closeUnpaid(ctx context.Context, o *order.Order, id payment.ID) bool {
	p, err := o.Payment(id)
	if err != nil {
		return true
	}
	g, pin, err := h.open(ctx, o.Snapshot().Merchant, p.Account.Version)
	if err != nil {
		return true
	}
	closer, err := capability[ports.Closer](g)
	if err != nil {
		return true
	}
	answer, err := h.closeOrder(ctx, closer, pin, o.Snapshot(), p)
	if err == nil {
		_, err = h.apply(ctx, o.Snapshot().ID, id, answer, order.CancelDoor)
	}
	return !fault.Is(err, fault.Declined)
}

// nothingPaid says why nothing is given back, the same however often it is asked.
func nothingPaid(o *order.Order, id payment.ID) error {
	if p, err := o.Payment(id); err == nil && p.State == payment.Cancelled {
		return errClosed
	}
	return errNothingPaid
}

func (h RefundPaymentHandler) askRefund(ctx context.Context, o *order.Order, id refund.ID) error {
	f, err := o.Refund(id)
	if err != nil {
		return err
	}
	if _, err := h.AskRefund(ctx, o.Snapshot(), f, order.CancelDoor); err != nil {
		return errRefundSettling.Because(err)
	}
	return nil
}

// send calls the company and answers with what came of it.
func (h RefundPaymentHandler) send(ctx context.Context, c cancelling, o *order.Order, d order.CancelDecision) (RefundAnswer, error) {
	if c.noKeys != nil {
		return RefundAnswer{}, errRefundSettling.Because(c.noKeys)
	}
	f, err := o.Refund(d.Refund)
	if err != nil {
		return RefundAnswer{}, err
	}
	after, callErr, err := h.sendRefund(ctx, c.company, c.order.ID, f, d.New, order.CancelDoor)
	if err != nil {
		return RefundAnswer{}, errRefundSettling.Because(err)
	}
	if f, err = after.Refund(d.Refund); err != nil {
		return RefundAnswer{}, err
	}
	return answerOf(f, callErr, c.Cancel.Request.Sync), nil
}

// answerOf is what the mall is answered about a refund. It is accepted for the asynchronous way when the
// company has it, and for the synchronous way only when the money is on its way back.
func answerOf(f refund.Snapshot, callErr error, sync bool) RefundAnswer {
	a := RefundAnswer{Refund: f.ID, State: f.State}
	switch f.State {
	case refund.Refunded:
		a.Final = sync
	case refund.Pending:
		if sync {
			a.Refused = errRefundOpen
		}
	case refund.Rejected:
		a.Final = true
		a.Refused = fault.New(fault.Declined, "refund_rejected", "the payment company rejected this refund; nothing was given back").Because(callErr)
	case refund.NotExecuted:
		a.Final = true
		a.Refused = fault.New(fault.Unavailable, "refund_not_executed", "the payment company could not take this refund; nothing was given back, please try again").Because(callErr)
	case refund.Intended, refund.Sent, refund.Reversed:
		a.Refused = errRefundSettling.Because(callErr)
	}
	return a
}
