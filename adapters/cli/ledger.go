package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

type paymentsShow struct {
	Order string `arg:"" help:"The order id of the mall, such as 20220519-0000029."`

	mallFilter
	format
}

type ledgerRow struct {
	Order    string    `json:"order_id"`
	Mall     string    `json:"mall_id"`
	Sequence int64     `json:"sequence"`
	At       time.Time `json:"at"`
	Event    string    `json:"event"`
	Attempt  int       `json:"attempt,omitempty"`
	Refund   int       `json:"refund,omitempty"` // its number in the order
	RefundID string    `json:"refund_id,omitempty"`
	Code     string    `json:"order_code,omitempty"`  // the company's, of the attempt
	Returned string    `json:"refund_code,omitempty"` // the company's, of the refund
	From     string    `json:"from,omitempty"`
	To       string    `json:"to,omitempty"`
	Amount   string    `json:"amount,omitempty"`
	Currency string    `json:"currency,omitempty"`
	Door     string    `json:"door"`
	Note     string    `json:"note,omitempty"`
	Trace    string    `json:"trace_id,omitempty"`
}

// Run is called by kong.
func (c paymentsShow) Run(ctx context.Context, s *session) error {
	mall, err := c.mall()
	if err != nil {
		return err
	}
	number, err := order.ParseNumber(c.Order)
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		events, err := app.Queries.PaymentHistory.Handle(ctx, query.PaymentHistory{Number: number, Mall: mall})
		if err != nil {
			return err
		}
		if len(events) == 0 {
			err := fault.Newf(fault.NotFound, "no_such_order", "nothing is known of order %s", number)
			return advise(err, fault.NotFound, "`paybridge payments list` shows the ones there are")
		}
		rows := make([]ledgerRow, len(events))
		for i, e := range events {
			rows[i] = wireEvent(e)
		}
		if c.JSON {
			return s.printJSON(rows)
		}
		return s.ledgers(rows)
	})
}

// ledgers prints one table a mall: malls number their orders alike.
func (s *session) ledgers(rows []ledgerRow) error {
	var malls []string
	lines := map[string][][]string{}
	for _, r := range rows {
		if lines[r.Mall] == nil {
			malls = append(malls, r.Mall)
			lines[r.Mall] = [][]string{{"TIME", "EVENT", "ATTEMPT", "REFUND", "CHANGE", "AMOUNT", "DOOR", "TRACE", "NOTE"}}
		}
		lines[r.Mall] = append(lines[r.Mall], r.cells())
	}
	for i, mall := range malls {
		heading := "order " + rows[0].Order + " of mall " + mall + "\n" + codes(rows, mall)
		if i > 0 {
			heading = "\n" + heading
		}
		if err := s.print(heading); err != nil {
			return err
		}
		if err := s.table(lines[mall]); err != nil {
			return err
		}
	}
	return nil
}

// codes are lines with what the company calls the attempts and refunds of a mall's order.
func codes(rows []ledgerRow, mall string) string {
	var lines []string
	add := func(what string, n int, code string) {
		line := fmt.Sprintf("  %s %d at the company: %s\n", what, n, printable(code))
		if code != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, r := range rows {
		if r.Mall == mall {
			add("attempt", r.Attempt, r.Code)
			add("refund", r.Refund, r.Returned)
		}
	}
	return strings.Join(lines, "")
}

func wireEvent(r ports.LedgerRow) ledgerRow {
	return ledgerRow{
		Order: string(r.Order), Mall: string(r.Mall), Sequence: r.Sequence, At: r.At.UTC(), Event: r.Event, Attempt: r.Attempt, Refund: r.RefundNo, RefundID: string(r.Refund), Code: r.Code, Returned: r.RefundCode,
		From: r.From, To: r.To, Amount: r.Amount, Currency: r.Currency, Door: r.Door, Note: r.Note, Trace: r.Trace,
	}
}

func (r ledgerRow) cells() []string {
	change, amount := r.To, r.Amount
	if r.From != "" {
		change = r.From + " -> " + r.To
	}
	if amount != "" {
		amount += " " + r.Currency
	}
	return []string{moment(r.At), r.Event, counted(r.Attempt), counted(r.Refund), dash(change), dash(amount), r.Door, dash(r.Trace), dash(r.Note)}
}

// counted is a number from 1, or a dash.
func counted(n int) string {
	if n == 0 {
		return dash("")
	}
	return strconv.Itoa(n)
}
