package command

import (
	"context"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// adoptBack is how much earlier than our intent a company's order may claim to be made: clocks
// differ, and companies tell whole seconds.
const adoptBack = 5 * time.Minute

// Inquiry asks the company about an attempt and applies the answer. Every door that wakes a question
// - checkout again, the buyer's return, a webhook, the reconciler - goes through it.
type Inquiry struct {
	Accounts
	Orders ports.Orders
	Clock  ports.Clock
}

// attempt reads an order and one of its attempts.
func (q Inquiry) attempt(ctx context.Context, id order.ID, wanted payment.ID) (*order.Order, payment.Snapshot, error) {
	o, err := q.Orders.Get(ctx, ports.OrderQuery{ID: id})
	if err != nil {
		return nil, payment.Snapshot{}, err
	}
	p, err := o.Payment(wanted)
	return o, p, err
}

// Ask asks with the credentials that the attempt was made with, or the newest of their account, and returns
// the order as it is afterwards. An error means that nothing was learned: Unavailable or Indeterminate when
// the company could not be asked, which never changes a payment.
func (q Inquiry) Ask(ctx context.Context, o order.Snapshot, p payment.Snapshot, door order.Door) (*order.Order, error) {
	g, pin, err := q.open(ctx, o.Merchant, p.Account.Version)
	if gone(err) && !p.State.Closed() && p.State != payment.Paid {
		return q.hold(ctx, o.ID, p.ID, payment.CredentialsHold, door) // the merchant had the secret forgotten: a person settles it
	}
	if err != nil {
		return nil, err
	}
	inquirer, err := capability[ports.Inquirer](g)
	if err != nil {
		return nil, err
	}
	if p.Code != "" {
		return q.byCode(ctx, inquirer, pin, o, p, door)
	}
	return q.byReference(ctx, inquirer, pin, g.Sheet().SettleTime, o, p, door)
}

// gone reports that the secret was erased that a payment was made with.
func gone(err error) bool { return err != nil && fault.Of(err).Code == "credentials_gone" }

func (q Inquiry) byCode(ctx context.Context, i ports.Inquirer, pin pinned, o order.Snapshot, p payment.Snapshot, door order.Door) (*order.Order, error) {
	answer, err := withKeys(ctx, q.Accounts, pin, func(k ports.Keys) (payment.Answer, error) { return i.InquireByCode(ctx, k, p.Code) })
	if unrecognized(err) {
		return q.hold(ctx, o.ID, p.ID, payment.CredentialsHold, door)
	}
	if err != nil {
		return nil, fault.Wrap(err, "ask about %s", p.Code)
	}
	return q.apply(ctx, o.ID, p.ID, answer, door)
}

func (q Inquiry) byReference(
	ctx context.Context, i ports.Inquirer, pin pinned, settle time.Duration, o order.Snapshot, p payment.Snapshot, door order.Door,
) (*order.Order, error) {
	askedAt := q.Clock.Now()
	answers, err := withKeys(ctx, q.Accounts, pin, func(k ports.Keys) ([]payment.Answer, error) { return i.InquireByReference(ctx, k, p.Reference) })
	if fault.Is(err, fault.Unauthenticated) {
		return q.hold(ctx, o.ID, p.ID, payment.CredentialsHold, door)
	}
	if err != nil {
		return nil, fault.Wrap(err, "ask about reference %s", p.Reference)
	}
	matches, err := q.adoptable(ctx, p, answers)
	if err != nil {
		return nil, err
	}
	switch len(matches) {
	case 0:
		return q.Orders.Update(ctx, o.ID, func(o *order.Order) error {
			o.NotFound(p.ID, askedAt, settle, door, q.Clock.Now())
			return nil
		})
	case 1:
		return q.apply(ctx, o.ID, p.ID, matches[0], door)
	}
	return q.hold(ctx, o.ID, p.ID, payment.TwoOrdersHold, door)
}

// adoptable keeps the company's orders that can be ours: made after our intent, and not already
// another attempt's (malls may share an account, and references need not be unique there). Codes are
// unique within an account only.
func (q Inquiry) adoptable(ctx context.Context, p payment.Snapshot, answers []payment.Answer) ([]payment.Answer, error) {
	var matches []payment.Answer
	for _, a := range answers {
		if !a.CreatedAt.IsZero() && a.CreatedAt.Before(p.CreatedAt.Add(-adoptBack)) {
			continue
		}
		owners, err := q.Orders.Payments(ctx, ports.PaymentQuery{Gateway: p.Account.Gateway, Code: a.Code})
		if err != nil {
			return nil, err
		}
		taken := slices.ContainsFunc(owners, func(by ports.PaymentAddress) bool {
			return by.Payment.ID != p.ID && by.Payment.Account.Fingerprint == p.Account.Fingerprint
		})
		if !taken {
			matches = append(matches, a)
		}
	}
	return matches, nil
}

// pause waits for a call that runs elsewhere to come to something.
func pause(ctx context.Context, clock ports.Clock) error {
	select {
	case <-clock.After(pollGap):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q Inquiry) apply(ctx context.Context, id order.ID, p payment.ID, a payment.Answer, door order.Door) (*order.Order, error) {
	return q.Orders.Update(ctx, id, func(o *order.Order) error { return o.Apply(p, a, door, q.Clock.Now()) })
}

func (q Inquiry) hold(ctx context.Context, id order.ID, p payment.ID, reason payment.Hold, door order.Door, with ...ports.RefundQuery) (*order.Order, error) {
	return q.Orders.Update(ctx, id, func(o *order.Order) error {
		o.Hold(p, reason, door, q.Clock.Now())
		return nil
	}, with...)
}
