package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
)

type comparedSummary struct {
	Accounts int            `json:"accounts"`
	Orders   int            `json:"orders"`
	Agreed   int            `json:"agreed"`
	Differed int            `json:"differed"`
	Adopted  int            `json:"adopted"`
	Returned int            `json:"refunds_unknown_here"`
	Unknown  []unknownOrder `json:"unknown_here"`
	Unasked  int            `json:"could_not_ask"`
	Why      map[string]int `json:"could_not_ask_because,omitempty"`
	Seconds  float64        `json:"seconds"`
}

type unknownOrder struct {
	Code      string    `json:"order_code"`
	Reference string    `json:"reference"`
	State     string    `json:"state"`
	Amount    string    `json:"amount"`
	Currency  string    `json:"currency"`
	CreatedAt time.Time `json:"created_at"`
}

func wireUnknown(a payment.Answer) unknownOrder {
	return unknownOrder{
		Code: a.Code, Reference: a.Reference, State: a.State.String(), Amount: a.Amount.String(), Currency: string(a.Amount.Currency()),
		CreatedAt: a.CreatedAt.UTC(),
	}
}

func (o unknownOrder) cells() []string {
	return []string{o.Code, dash(o.Reference), o.State, o.Amount + " " + o.Currency, moment(o.CreatedAt)}
}

// fromCompany compares what the companies have with what is stored.
func (c reconcile) fromCompany(ctx context.Context, s *session) error {
	return s.use(ctx, func(app App) error {
		done, err := app.Commands.ReconcileFromCompany.Handle(ctx, command.ReconcileFromCompany{
			Since: c.Since.at, Ago: c.Since.ago, DryRun: c.DryRun, Progress: s.comparing,
		})
		if err != nil {
			return advise(err, fault.Unavailable, "what was learned stays stored; run it again. `paybridge doctor` shows what cannot be reached")
		}
		if err := c.comparison(s, done); err != nil {
			return err
		}
		if n := sum(done.Silent); n > 0 {
			err := fault.Newf(fault.Unavailable, "not_all_asked", "%s could not be asked about", plural(n, "account or order", "accounts or orders"))
			return advise(err, fault.Unavailable, "run it again: until all were compared, something may be missing here")
		}
		return nil
	})
}

func (c reconcile) comparison(s *session, done command.Compared) error {
	unknown := make([]unknownOrder, len(done.Unknown))
	for i, a := range done.Unknown {
		unknown[i] = wireUnknown(a)
	}
	if c.JSON {
		return s.printJSON(comparedSummary{
			Accounts: done.Accounts, Orders: done.Orders, Agreed: done.Agreed, Differed: done.Differed, Adopted: done.Adopted,
			Returned: done.Returned, Unknown: unknown, Unasked: sum(done.Silent), Why: done.Silent, Seconds: done.Took.Seconds(),
		})
	}
	text := fmt.Sprintf("compared %s in %s: %s\n", plural(done.Orders, "order", "orders"), done.Took.Round(time.Millisecond), differences(done))
	if done.Returned > 0 {
		text += fmt.Sprintf("  refunds that were unknown here: of %s\n", plural(done.Returned, "order", "orders"))
	}
	for _, why := range slices.Sorted(maps.Keys(done.Silent)) {
		text += fmt.Sprintf("  could not ask about %d: %s\n", done.Silent[why], printable(why))
	}
	if err := s.print(text); err != nil || len(unknown) == 0 {
		return err
	}
	return list(s, c.format, unknown, "", []string{"UNKNOWN HERE", "REFERENCE", "STATE", "AMOUNT", "CREATED"}, unknownOrder.cells)
}

func differences(so command.Compared) string {
	return fmt.Sprintf("%d agree, %d differ, %d adopted, %d unknown here", so.Agreed, so.Differed, so.Adopted, len(so.Unknown))
}

func sum(counts map[string]int) int {
	n := 0
	for _, of := range counts {
		n += of
	}
	return n
}

// comparing tells people how far it is. When nobody can be told, the work goes on.
func (s *session) comparing(so command.Compared) {
	_, _ = fmt.Fprintf(s.Err, "%s, %s: %s\n", plural(so.Accounts, "account", "accounts"), plural(so.Orders, "order", "orders"), differences(so))
}
