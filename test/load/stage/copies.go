package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// ledger is where a payment is stored, parents first, and what is a payment's own there: everything else is the
// same in a copy.
var ledger = []struct {
	table string
	own   []string
}{
	{"orders", []string{"id", "status_key", "counted_payment"}},
	{"payments", []string{"id", "order_id", "reference", "idempotency_key", "code"}},
	{"events", []string{"order_id", "payment_id"}},
	{"movements", []string{"order_id", "payment_id"}},
	{"webhooks", []string{"identity", "order_id", "payment_id", "code", "reference"}},
	{"outbox", []string{"key", "order_id", "payment_id", "stream"}},
}

// Copy stores times copies of every payment with all that belongs to it. No work is left to do for a copy, unless
// set says otherwise: it gives columns, as table.column, another SQL expression, in which n is the number of the
// copy, from 1. Reservations and refunds are not copied.
func (d *Database) Copy(ctx context.Context, times int, set map[string]string) error {
	return Server{address: d.URL}.do(ctx, func(c *pgx.Conn) error {
		for _, part := range ledger {
			columns, err := writable(ctx, c, part.table)
			if err != nil {
				return err
			}
			values := make([]string, len(columns))
			for i, column := range columns {
				values[i] = value(part.table, column, part.own, set)
			}
			statement := fmt.Sprintf("INSERT INTO %[1]s (%s) SELECT %s FROM %[1]s, generate_series(1, $1::int) AS n",
				part.table, strings.Join(columns, ", "), strings.Join(values, ", "))
			if _, err := c.Exec(ctx, statement, times); err != nil {
				return fmt.Errorf("copy %s: %w", part.table, err)
			}
		}
		// What a database does in its own time after it has grown would fall into the measurement.
		if _, err := c.Exec(ctx, "VACUUM ANALYZE"); err != nil {
			return err
		}
		_, err := c.Exec(ctx, "CHECKPOINT")
		return err
	})
}

func writable(ctx context.Context, c *pgx.Conn, table string) ([]string, error) {
	rows, err := c.Query(ctx, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO'", table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// value is what a copy has in a column.
func value(table, column string, own []string, set map[string]string) string {
	if other := set[table+"."+column]; other != "" {
		return other
	}
	switch {
	case table == "orders" && column == "number": // eight digits and seven: a day that is none, and the number of that day
		return "'9' || lpad(n::text, 7, '0') || substr(number, 9)"
	case slices.Contains(own, column): // an empty text means that there is none
		return fmt.Sprintf("CASE %[1]s WHEN '' THEN '' ELSE %[1]s || '-copy-' || n END", column)
	case table == "outbox" && column == "state":
		return "'done'"
	}
	return column
}
