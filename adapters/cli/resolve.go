package cli

import (
	"context"
	"fmt"
	"strings"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// decision is what both kinds of decision need.
type decision struct {
	mallFilter
	format

	Shop     int    `placeholder:"N" help:"The shop's number, when several shops of the mall have that order."`
	Evidence string `required:"" placeholder:"TEXT" help:"How it is known: a statement, a letter, a page of the company. Stored in the ledger."`
	By       string `required:"" placeholder:"NAME" help:"Who decides. Stored in the ledger."`
}

func (d decision) read(number string) (command.Decision, error) {
	mall, err := d.mall()
	if err != nil {
		return command.Decision{}, err
	}
	n, err := order.ParseNumber(number)
	return command.Decision{Number: n, Mall: mall, Shop: d.Shop, By: d.By, Evidence: d.Evidence}, err
}

type resolvePayment struct {
	Order string `arg:"" help:"The order id of the mall, such as 20220519-0000029."`

	decision

	As      string `required:"" enum:"paid,failed,cancelled,expired,refused,abandoned" placeholder:"STATE" help:"How it ended: paid, failed, cancelled, expired, refused or abandoned."`
	Attempt int    `placeholder:"N" help:"Which attempt; the newest, unless said otherwise."`
}

type resolved struct {
	Order  string `json:"order_id"`
	Refund int    `json:"refund,omitempty"`
	State  string `json:"state"`
}

// Help is called by kong.
func (resolvePayment) Help() string {
	return "For what asking the company cannot end; `paybridge reconcile --order ORDER` asks it. Clears doubt and hold, and what follows from the state follows: the mall is told. To clear a hold only, name the state that it has."
}

// Run is called by kong.
func (c resolvePayment) Run(ctx context.Context, s *session) error {
	d, err := c.read(c.Order)
	if err != nil {
		return err
	}
	as, err := payment.ParseState(c.As)
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		p, err := app.Commands.ResolvePayment.Handle(ctx, command.ResolvePayment{Decision: d, Attempt: c.Attempt, As: as})
		if err != nil {
			return advise(err, fault.NotFound, "`paybridge payments list` shows the ones there are")
		}
		return c.tell(s, resolved{Order: c.Order, State: p.State.String()})
	})
}

type resolveRefund struct {
	Order  string `arg:"" help:"The order id of the mall, such as 20220519-0000029."`
	Number int    `arg:"" help:"The refund's number that payments show prints."`

	decision

	As string `required:"" enum:"refunded,rejected,not-executed" placeholder:"STATE" help:"How it ended: refunded, rejected or not-executed."`
}

// Help is called by kong.
func (resolveRefund) Help() string {
	return "For what asking the company cannot end; `paybridge reconcile --order ORDER` asks it. A refund that was rejected or not executed frees its amount: be sure that the money did not move."
}

// Run is called by kong.
func (c resolveRefund) Run(ctx context.Context, s *session) error {
	d, err := c.read(c.Order)
	if err != nil {
		return err
	}
	as, err := refund.ParseState(strings.ReplaceAll(c.As, "-", "_"))
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		f, err := app.Commands.ResolveRefund.Handle(ctx, command.ResolveRefund{Decision: d, Refund: c.Number, As: as})
		if err != nil {
			return advise(err, fault.NotFound, "`paybridge payments show` shows an order's refunds")
		}
		return c.tell(s, resolved{Order: c.Order, Refund: f.Number, State: f.State.String()})
	})
}

// tell prints what was decided.
func (d decision) tell(s *session, r resolved) error {
	if d.JSON {
		return s.printJSON(r)
	}
	what := "the payment"
	if r.Refund > 0 {
		what = fmt.Sprintf("refund %d", r.Refund)
	}
	return s.print(fmt.Sprintf("%s of order %s is %s; `paybridge payments show %s` shows by whose word\n", what, r.Order, r.State, r.Order))
}
