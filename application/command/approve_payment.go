package command

import (
	"context"
	"slices"
	"time"

	"paybridge/application/status"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// returnBudget bounds the question that is asked while the buyer waits.
const returnBudget = 3500 * time.Millisecond

// ApprovePayment is the buyer's return from the company's page. What the browser claims about the
// payment only helps to find it; the company is asked.
type ApprovePayment struct {
	Payment   payment.ID      // of the callback URL; empty on the bare route
	Key       ports.StatusKey // of a synchronous checkout's callback URL; it alone names the order
	Gateway   string
	Code      string // optional with Payment; must belong to it
	Reference string // likewise

	Number order.Number // of a reserved order, where neither Payment nor Code is known
}

// BuyerReturn says where the buyer goes next and with what result.
type BuyerReturn struct {
	Way       order.Way
	Outcome   payment.State   // as confirmed by the company, or the last known one
	Held      bool            // something does not fit: tell the buyer nothing final
	Key       ports.StatusKey // for the mall's status question; empty for other ways
	ReturnURL string
	ExtraData []byte
	Number    order.Number
	Agreed    bool // of a reserved order: its buyer agreed, so it can be paid
}

// ApprovePaymentHandler finds the payment, asks the company and tells where the buyer goes.
type ApprovePaymentHandler struct {
	Inquiry
	View  ports.StatusView
	Trace ports.Trace
}

// contradicts refuses what speaks of another payment than p. A code that the company has not told yet is
// not held against the buyer.
func (in ApprovePayment) contradicts(p payment.Snapshot) error {
	if in.Code != "" && p.Code != "" && in.Code != p.Code {
		return fault.New(fault.Conflict, "foreign_code", "order_code: belongs to another payment")
	}
	if in.Reference != "" && in.Reference != p.Reference {
		return fault.New(fault.Conflict, "foreign_reference", "reference_no: belongs to another payment")
	}
	return nil
}

// Handle returns the buyer's way back. NotFound when no payment fits, Conflict when several do or the
// code or the reference belongs to another payment. A company that cannot be asked is no error: the outcome is then
// the last known state, and a page that was left is at worst pending.
func (h ApprovePaymentHandler) Handle(ctx context.Context, in ApprovePayment) (_ BuyerReturn, err error) {
	found, err := h.find(ctx, in)
	if err != nil {
		return BuyerReturn{}, err
	}
	if err := in.contradicts(found.Payment); err != nil {
		return BuyerReturn{}, err
	}
	ctx, end := h.Trace.Join(ctx, found.Payment.Trace, "buyer return")
	defer func() { end(err) }()
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: found.Order})
	if err != nil {
		return BuyerReturn{}, err
	}
	o = h.ask(ctx, o, found.Payment.ID)
	p, err := o.Payment(found.Payment.ID)
	if err != nil {
		return BuyerReturn{}, err
	}
	if err := in.contradicts(p); err != nil {
		return BuyerReturn{}, err
	}
	latest := o.Snapshot().Latest
	back := BuyerReturn{
		Way: latest.Way, Outcome: p.State, Held: p.Hold != payment.NoHold,
		ReturnURL: latest.ReturnURL, ExtraData: latest.ExtraData, Number: o.Snapshot().Key.Number,
		Agreed: p.Quote == payment.Reviewed,
	}
	if latest.Way == order.Sync {
		back.Key = ports.StatusKey(o.Snapshot().StatusKey)
		h.show(ctx, found.Order)
	}
	return back, nil
}

// show writes the read model before the buyer is sent back, because the mall asks right then. It writes
// what the database says after the commit. A view that is away is repaired by the projection job.
func (h ApprovePaymentHandler) show(ctx context.Context, id order.ID) {
	if stored, err := h.Orders.Get(ctx, ports.OrderQuery{ID: id}); err == nil {
		_, _ = h.View.Put(ctx, status.Of(stored))
	}
}

// find looks by our own address first, then by the company's code. Before the create answer is stored
// only our reference is known.
func (h ApprovePaymentHandler) find(ctx context.Context, in ApprovePayment) (ports.PaymentAddress, error) {
	if in.Key != "" {
		return h.findByKey(ctx, in)
	}
	if in.Payment != "" {
		return one(ctx, h.Orders, ports.PaymentQuery{ID: in.Payment})
	}
	if in.Code == "" && in.Number != "" {
		return h.findReserved(ctx, in)
	}
	found, err := one(ctx, h.Orders, ports.PaymentQuery{Gateway: in.Gateway, Code: in.Code, Reference: in.Reference})
	if !fault.Is(err, fault.NotFound) || in.Code == "" || in.Reference == "" {
		return found, err
	}
	return one(ctx, h.Orders, ports.PaymentQuery{Gateway: in.Gateway, Reference: in.Reference})
}

// findByKey takes the attempt that the code names, or the newest one. Whatever else came along must not
// speak of another payment.
func (h ApprovePaymentHandler) findByKey(ctx context.Context, in ApprovePayment) (ports.PaymentAddress, error) {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{StatusKey: in.Key})
	if fault.Is(err, fault.NotFound) || (err == nil && !h.Clock.Now().Before(o.StatusUntil())) {
		return ports.PaymentAddress{}, fault.New(fault.NotFound, "unknown_key", "key: no payment is known by it, or its time is over")
	}
	if err != nil {
		return ports.PaymentAddress{}, err
	}
	s := o.Snapshot()
	for _, p := range slices.Backward(s.Payments) {
		if in.contradicts(p) == nil {
			return ports.PaymentAddress{Order: s.ID, Merchant: s.Merchant, Mall: s.Key.Mall, Payment: p}, nil
		}
	}
	return ports.PaymentAddress{}, fault.New(fault.Conflict, "foreign_payment", "order_code or reference_no: belongs to another payment than the key")
}

// findReserved takes the attempt of the one order of that number that a buyer agreed to, else its newest.
// Orders of several malls can have the number.
func (h ApprovePaymentHandler) findReserved(ctx context.Context, in ApprovePayment) (ports.PaymentAddress, error) {
	all, err := h.Orders.Payments(ctx, ports.PaymentQuery{Gateway: in.Gateway, Number: in.Number})
	if err != nil {
		return ports.PaymentAddress{}, err
	}
	reserved := slices.DeleteFunc(all, func(p ports.PaymentAddress) bool { return p.Payment.Quote == payment.Firm })
	if len(reserved) == 0 {
		return ports.PaymentAddress{}, fault.New(fault.NotFound, "unknown_payment", "no reserved order has this number")
	}
	found := reserved[0]
	for _, p := range reserved {
		if p.Order != found.Order {
			return ports.PaymentAddress{}, fault.New(fault.Conflict, "ambiguous_payment", "orders of several malls have this number; the order code says which is meant")
		}
		if p.Payment.Quote == payment.Reviewed && found.Payment.Quote != payment.Reviewed {
			found = p
		}
	}
	return found, nil
}

// ask keeps what is known when the company cannot be asked, or when nothing can change any more.
func (h ApprovePaymentHandler) ask(ctx context.Context, o *order.Order, id payment.ID) *order.Order {
	p, err := o.Payment(id)
	if err != nil || p.State == payment.Paid {
		return o
	}
	asking, cancel := context.WithTimeout(ctx, returnBudget)
	defer cancel()
	if asked, err := h.Ask(asking, o.Snapshot(), p, order.CallbackDoor); err == nil {
		return asked
	}
	return o
}

// one finds the attempt that the query means, and never guesses between several.
func one(ctx context.Context, orders ports.Orders, q ports.PaymentQuery) (ports.PaymentAddress, error) {
	if q.ID == "" && q.Code == "" && q.Reference == "" {
		return ports.PaymentAddress{}, fault.InvalidField("order_code", "or reference_no is required")
	}
	found, err := orders.Payments(ctx, q)
	switch {
	case err != nil:
		return ports.PaymentAddress{}, err
	case len(found) == 0:
		return ports.PaymentAddress{}, fault.New(fault.NotFound, "unknown_payment", "no payment is known by this reference")
	case len(found) > 1:
		return ports.PaymentAddress{}, fault.New(fault.Conflict, "ambiguous_payment", "several payments are known by this reference; the order code says which is meant")
	}
	return found[0], nil
}
