package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/ports"
)

type reconcile struct {
	orderFilter
	format

	Since  moments `placeholder:"T" help:"Only what was made since then: a time such as 2026-11-22T10:00:00Z, a day, or how long ago, such as 24h."`
	DryRun bool    `help:"Only show what would be asked."`

	FromCompany bool `help:"Compare what the companies have since T: after a restore it is the database that forgot."`
}

// Help is called by kong.
func (reconcile) Help() string {
	return `The service asks by itself, with growing gaps; this asks once, at once: refunds in doubt first, then other refunds, payments in doubt, and the rest from the newest on. With --order every attempt of the order is asked about, ended and held ones too. Nothing fails by time: what the company leaves open stays open. Exits with 1 when the company could not be asked about everything.

With --from-company --since T the companies' own lists are gone through: what differs is asked about, forgotten codes are adopted, forgotten refunds show in the ledger, and orders that nobody knows are named and parked until their payment turns up.`
}

// moments is a point in time, or how long ago it was.
type moments struct {
	at  time.Time
	ago time.Duration
}

// UnmarshalText is called by kong.
func (m *moments) UnmarshalText(text []byte) error {
	if ago, err := time.ParseDuration(string(text)); err == nil && ago > 0 {
		*m = moments{ago: ago}
		return nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, string(text)); err == nil {
			*m = moments{at: at}
			return nil
		}
	}
	return wrong("must be a time such as 2026-11-22T10:00:00Z, a day, or how long ago, such as 24h")
}

type reconciledSummary struct {
	Payments int            `json:"payments"`
	Refunds  int            `json:"refunds"`
	Asked    int            `json:"asked"`
	Settled  int            `json:"settled"`
	Open     int            `json:"still_open"`
	Held     int            `json:"on_hold"`
	Unasked  int            `json:"could_not_ask"`
	Why      map[string]int `json:"could_not_ask_because,omitempty"`
	Left     []unsettledRow `json:"left,omitempty"` // the first of those that are open still or could not be asked about
	Seconds  float64        `json:"seconds"`
}

type unsettledRow struct {
	Order     string    `json:"order_id"`
	Mall      string    `json:"mall_id"`
	Kind      string    `json:"kind"`
	ID        string    `json:"id"`
	State     string    `json:"state"`
	Doubtful  bool      `json:"in_doubt"`
	Hold      string    `json:"hold,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// Validate is called by kong.
func (c reconcile) Validate() error {
	if c.FromCompany && (c.Since == moments{} || c.Order != "") {
		return wrong("--from-company needs --since, and goes with no --order")
	}
	return nil
}

// Run is called by kong.
func (c reconcile) Run(ctx context.Context, s *session) error {
	if c.FromCompany {
		return c.fromCompany(ctx, s)
	}
	number, err := c.number()
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		done, err := app.Commands.Reconcile.Handle(ctx, command.Reconcile{
			Number: number, Since: c.Since.at, Ago: c.Since.ago, DryRun: c.DryRun, Progress: s.reconciling,
		})
		if err != nil {
			return advise(err, fault.Unavailable, "what was learned stays stored; run it again for the rest. `paybridge doctor` shows what cannot be reached")
		}
		if c.DryRun {
			return c.dry(s, done)
		}
		if err := c.summary(s, done); err != nil {
			return err
		}
		if n := done.Unasked(); n > 0 {
			err := fault.Newf(fault.Unavailable, "not_all_asked", "the company could not be asked about %d of %d", n, done.Payments+done.Refunds)
			return advise(err, fault.Unavailable, "the service goes on asking; `paybridge doctor` shows what cannot be reached")
		}
		return nil
	})
}

// dry lists what would be asked.
func (c reconcile) dry(s *session, done command.Reconciled) error {
	return list(s, c.format, left(done), "nothing is open", leftHeader(), unsettledRow.cells)
}

func leftHeader() []string { return []string{"ORDER", "MALL", "KIND", "STATE", "ATTENTION", "CREATED"} }

func left(done command.Reconciled) []unsettledRow {
	rows := make([]unsettledRow, len(done.Left))
	for i, r := range done.Left {
		rows[i] = wireUnsettled(r)
	}
	return rows
}

func wireUnsettled(r ports.UnsettledRow) unsettledRow {
	row := unsettledRow{
		Order: string(r.Order), Mall: string(r.Mall), Kind: "payment", ID: string(r.Payment), State: r.State, Doubtful: r.Doubtful, Hold: r.Hold,
		CreatedAt: r.CreatedAt.UTC(),
	}
	if r.Refund != "" {
		row.Kind, row.ID = "refund", string(r.Refund)
	}
	return row
}

func (r unsettledRow) cells() []string {
	attention := ""
	switch {
	case r.Hold != "":
		attention = "on hold: " + r.Hold
	case r.Doubtful:
		attention = "in doubt"
	}
	return []string{r.Order, r.Mall, r.Kind, r.State, dash(attention), moment(r.CreatedAt)}
}

func (c reconcile) summary(s *session, done command.Reconciled) error {
	if c.JSON {
		return s.printJSON(reconciledSummary{
			Payments: done.Payments, Refunds: done.Refunds, Asked: done.Asked, Settled: done.Settled, Open: done.Open, Held: done.Held,
			Unasked: done.Unasked(), Why: done.Silent, Left: left(done), Seconds: done.Took.Seconds(),
		})
	}
	text := "looked at " + plural(done.Payments, "payment", "payments") + " and " + plural(done.Refunds, "refund", "refunds") +
		" in " + done.Took.Round(time.Millisecond).String() + ": " + outcome(done) + "\n"
	if done.Held > 0 {
		text += "  on hold, for a person to look at: " + strconv.Itoa(done.Held) + "\n"
	}
	for _, why := range slices.Sorted(maps.Keys(done.Silent)) {
		text += fmt.Sprintf("  could not ask about %d: %s\n", done.Silent[why], printable(why))
	}
	if err := s.print(text); err != nil || len(done.Left) == 0 {
		return err
	}
	if err := list(s, c.format, left(done), "", leftHeader(), unsettledRow.cells); err != nil {
		return err
	}
	more := done.Open + done.Unasked() - len(done.Left)
	return s.hint(more > 0, strconv.Itoa(more)+" more are left; `paybridge reconcile --dry-run` lists all")
}

func outcome(so command.Reconciled) string {
	return fmt.Sprintf("%d settled, %d still open, %d could not be asked about", so.Settled, so.Open, so.Unasked())
}

// reconciling tells people how far it is. When nobody can be told, the work goes on.
func (s *session) reconciling(so command.Reconciled) {
	_, _ = fmt.Fprintf(s.Err, "%d of %d: %s\n", so.Asked+so.Unasked(), so.Payments+so.Refunds, outcome(so))
}
