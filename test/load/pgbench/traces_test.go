package pgbench_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"paybridge/test/load/message"
	"paybridge/test/load/pgbench"
	"paybridge/test/rig"
)

// The scripts repeat what the app sends. When the app comes to send something else, they measure
// another ceiling than the one its figures stand under: then this test names table and column.
func TestTheScriptsLeaveTheRowsThatTheAppLeaves(t *testing.T) {
	t.Parallel()
	var database string
	s := rig.Start(t, rig.Options{Postgres: true, DatabaseURL: func(real string) string { database = real; return real }})
	number := message.OrderNumber(1)
	send(t, s, "/api/asynchronous-checkout/checkout", message.Checkout(number))
	db, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	checkout := rowsOf(t, db, orderOf(t, db, number), "orders", "payments", "events", "outbox")
	send(t, s, "/api/asynchronous-checkout/checkout/webhook", message.Letter(number, "pg-order-001", "S"))
	webhook := rowsOf(t, db, orderOf(t, db, number), "webhooks")
	s.Kill() // the app is not to work on the scripts' rows

	if err := pgbench.Once(t.Context(), pgbench.Checkout(), database); err != nil {
		t.Fatal(err)
	}
	compare(t, checkout, rowsOf(t, db, orderOf(t, db, "20261103-1"), "orders", "payments", "events", "outbox"))
	if _, err := db.Exec(t.Context(), pgbench.Webhook().Before); err != nil {
		t.Fatal(err)
	}
	if err := pgbench.Once(t.Context(), pgbench.Webhook(), database); err != nil {
		t.Fatal(err)
	}
	letters := rowsOf(t, db, woken(t, db), "webhooks")
	for _, row := range letters {
		delete(row, "merchant_id") // the company uses the URL that the app gave it, this test the bare one
	}
	compare(t, webhook, letters)
}

func send(t *testing.T, s *rig.System, path string, body []byte) {
	t.Helper()
	if answer := s.Post(path, string(body)); answer.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, answer.Status, answer.Body)
	}
}

func orderOf(t *testing.T, db *pgx.Conn, number string) string {
	t.Helper()
	return text(t, db, `SELECT id FROM orders WHERE number LIKE $1 || '%' AND mall_id = 'demomall' ORDER BY number DESC LIMIT 1`, number)
}

// woken is the order that the webhook script wrote a letter about.
func woken(t *testing.T, db *pgx.Conn) string {
	t.Helper()
	return text(t, db, `SELECT order_id FROM outbox WHERE wakes = 1 AND key LIKE 'ask-%'`)
}

func text(t *testing.T, db *pgx.Conn, query string, args ...any) (value string) {
	t.Helper()
	if err := db.QueryRow(t.Context(), query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// row is one row of a table, with the name of the table.
type row map[string]any

func rowsOf(t *testing.T, db *pgx.Conn, order string, tables ...string) []row {
	t.Helper()
	var all []row
	for _, table := range tables {
		key := "order_id"
		if table == "orders" {
			key = "id"
		}
		found, err := db.Query(t.Context(), `SELECT to_jsonb(t) || jsonb_build_object('table', $2::text) FROM `+table+` AS t
			WHERE `+key+` = $1 ORDER BY to_jsonb(t)->'seq'`, order, table)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := pgx.CollectRows(found, pgx.RowTo[row])
		if err != nil || len(rows) == 0 {
			t.Fatalf("%s of order %s: %d, %v", table, order, len(rows), err)
		}
		all = append(all, rows...)
	}
	return all
}

// spelled are the columns whose very value decides what a statement does.
var spelled = []string{"table", "seq", "kind", "state", "from_state", "to_state", "door", "attempt", "version", "told", "try", "wakes", "count", "amount_minor"}

func compare(t *testing.T, app, script []row) {
	t.Helper()
	if len(app) != len(script) {
		t.Fatalf("the app leaves %d rows, the script %d", len(app), len(script))
	}
	for i := range app {
		for column, value := range app[i] {
			other, known := script[i][column]
			switch {
			case !known:
			case slices.Contains(spelled, column) && value != other:
				t.Errorf("%s.%s: the app leaves %v, the script %v", app[i]["table"], column, value, other)
			case empty(value) != empty(other):
				t.Errorf("%s.%s: the app leaves %v, the script %v", app[i]["table"], column, value, other)
			case long(value) && float64(len(value.(string))) > 1.3*float64(len(other.(string))):
				t.Errorf("%s.%s: the app leaves %d characters, the script %d", app[i]["table"], column, len(value.(string)), len(other.(string)))
			}
		}
	}
}

func empty(value any) bool { return value == nil || value == "" || value == 0.0 || value == false }

// long texts cost by their length.
func long(value any) bool {
	text, is := value.(string)
	return is && len(text) > 50 && !strings.HasPrefix(text, "20")
}
