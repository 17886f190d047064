package command

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// comparedMerchants is how many merchants are read at once.
const comparedMerchants = 100

// ReconcileFromCompany compares what the companies have with what is stored here: after a restore it is
// the database that forgot.
type ReconcileFromCompany struct {
	Since    time.Time      // what the companies made then or later
	Ago      time.Duration  // ... or that long ago at most
	DryRun   bool           // only compare
	Progress func(Compared) // hears of every account when it is done; nil: nobody does
}

// Compared is what came of it.
type Compared struct {
	Accounts int // that were listed
	Orders   int // that the companies have of that time
	Agreed   int // stored here as the company says
	Differed int // stored here otherwise; asked about again, one by one
	Adopted  int // of attempts whose code was forgotten; asked about by their reference
	Returned int // of those that differed: more money went back than is known here
	Unknown  []payment.Answer
	Silent   map[string]int // accounts that could not be listed and orders that could not be asked about, by reason
	Took     time.Duration
}

// ReconcileFromCompanyHandler lists the orders of every account, with retired credentials too. Nothing of a
// list is believed: what differs is asked about, and what nobody knows is parked as a letter is, to be
// joined when its payment turns up.
type ReconcileFromCompanyHandler struct {
	Inquiry
	Inbox ports.Inbox
	Trace ports.Trace
}

// account is one of the company, whoever uses it.
type account struct{ gateway, fingerprint string }

// Handle compares. What was found is returned beside an error too.
func (h ReconcileFromCompanyHandler) Handle(ctx context.Context, in ReconcileFromCompany) (Compared, error) {
	begun := h.Clock.Now()
	if in.Ago > 0 {
		in.Since = begun.Add(-in.Ago)
	}
	done := Compared{Silent: map[string]int{}}
	seen := map[account]bool{}
	for after := merchant.MallID(""); ; {
		some, err := h.Merchants.List(ctx, after, comparedMerchants)
		if err != nil || len(some) == 0 {
			done.Took = h.Clock.Now().Sub(begun)
			return done, err
		}
		for _, m := range some {
			after = m.Snapshot().Mall
			if err := h.merchant(ctx, m.Snapshot(), in, seen, &done); err != nil {
				return done, err
			}
		}
	}
}

// merchant lists the accounts of a merchant that were not listed yet. The newest credentials go first: they
// are the likeliest to be taken.
func (h ReconcileFromCompanyHandler) merchant(ctx context.Context, m merchant.Snapshot, in ReconcileFromCompany, seen map[account]bool, done *Compared) error {
	for i := len(m.Credentials) - 1; i >= 0; i-- {
		c := m.Credentials[i]
		of := account{c.Gateway, c.Fingerprint}
		if seen[of] {
			continue
		}
		list, err := h.list(ctx, m.Mall, c, in.Since)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			done.Silent[fault.Of(err).Message]++
			continue
		}
		seen[of] = true
		done.Accounts++
		for _, a := range list {
			if err := h.compare(ctx, of, a, in, done); err != nil {
				return err
			}
		}
		if in.Progress != nil {
			in.Progress(*done)
		}
	}
	return nil
}

func (h ReconcileFromCompanyHandler) list(ctx context.Context, mall merchant.MallID, c merchant.Credentials, since time.Time) ([]payment.Answer, error) {
	g, keys, err := h.unseal(ctx, mall, c)
	if err != nil {
		return nil, err
	}
	lister, err := capability[ports.Lister](g)
	if err != nil {
		return nil, err
	}
	return lister.ListOrders(ctx, keys, since)
}

// compare looks at one order of the company.
func (h ReconcileFromCompanyHandler) compare(ctx context.Context, of account, a payment.Answer, in ReconcileFromCompany, done *Compared) error {
	done.Orders++
	known, found, err := h.known(ctx, of, a)
	switch {
	case err != nil:
		return err
	case !found:
		done.Unknown = append(done.Unknown, a)
		if in.DryRun {
			return nil
		}
		letter := ports.Letter{Reference: a.Reference, Code: a.Code, State: a.State, Amount: a.Amount}
		return h.Inbox.Receive(ctx, ports.Receipt{Gateway: of.gateway, Letter: letter, At: h.Clock.Now()}, "")
	case known.Payment.Code == "":
		done.Adopted++
	case agrees(known.Payment, a):
		done.Agreed++
		return nil
	default:
		done.Differed++
		if returnedMore(known.Payment, a) {
			done.Returned++
		}
	}
	if in.DryRun {
		return nil
	}
	return h.ask(ctx, known, done)
}

// known finds the attempt of that account that the order is: by its code, else by the reference of one
// that has no code.
func (h ReconcileFromCompanyHandler) known(ctx context.Context, of account, a payment.Answer) (ports.PaymentAddress, bool, error) {
	byCode := ports.PaymentQuery{Gateway: of.gateway, Code: a.Code}
	byReference := ports.PaymentQuery{Gateway: of.gateway, Reference: a.Reference}
	for _, q := range []ports.PaymentQuery{byCode, byReference} {
		if q.Code == "" && q.Reference == "" {
			continue
		}
		some, err := h.Orders.Payments(ctx, q)
		if err != nil {
			return ports.PaymentAddress{}, false, err
		}
		for _, p := range some {
			if p.Payment.Account.Fingerprint == of.fingerprint && (q.Code != "" || p.Payment.Code == "") {
				return p, true, nil
			}
		}
	}
	return ports.PaymentAddress{}, false, nil
}

// agrees reports that a list says nothing new. A state that the list puts lower than what is stored is
// older news, but for money that is not there.
func agrees(p payment.Snapshot, a payment.Answer) bool {
	if p.State == payment.Paid && a.State != payment.Paid {
		return false
	}
	return !p.State.MayBecome(a.State) && !returnedMore(p, a)
}

// returnedMore reports that more went back at the company than is known here.
func returnedMore(p payment.Snapshot, a payment.Answer) bool {
	booked, err := p.Refunded.Add(p.Returned)
	return err != nil || booked.Minor() < a.Refunded.Minor()
}

// ask asks about one attempt. That the company does not answer is noted, and no reason to stop.
func (h ReconcileFromCompanyHandler) ask(ctx context.Context, known ports.PaymentAddress, done *Compared) error {
	o, p, err := h.attempt(ctx, known.Order, known.Payment.ID)
	if err != nil {
		return err
	}
	ctx, end := h.Trace.Join(ctx, p.Trace, "reconcile payment from company")
	_, err = h.Ask(ctx, o.Snapshot(), p, order.ReconcilerDoor)
	end(err)
	if err != nil && (ctx.Err() != nil || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Internal)) {
		return err
	}
	if err != nil {
		done.Silent[fault.Of(err).Message]++
	}
	return nil
}
