package acceptance_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"paybridge/test/rig"
	"paybridge/test/tracing"
)

const (
	longEnded = "20261126-0000025" // an order that ended 25 hours ago
	justEnded = "20261126-0000023" // 23 hours ago
	buying    = "canary-member-7"
)

// buyerWords are what the company and the shop know of the buyer.
var buyerWords = []string{"Maria Santos", "12 Mabini Street", "+63 2 8123 4567", "Barangay Malate", buying}

// TestABuyerIsErasedADayAfterTheOrderEnded moves what is stored a day back, and looks for the buyer before and after in
// everything that the service writes.
func TestABuyerIsErasedADayAfterTheOrderEnded(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newErasure(t, postgres)
			links := map[string]string{longEnded: e.buys(longEnded), justEnded: e.buys(justEnded)}
			e.Stop()
			sealed := map[string][]byte{longEnded: e.sealed(longEnded), justEnded: e.sealed(justEnded)}
			before := stored(t, e.database)
			for number, content := range sealed {
				if len(content) == 0 || !strings.Contains(before, e.written(content)) {
					t.Fatalf("nothing is kept of the buyer of %s", number)
				}
			}
			e.finds("the database", before)
			e.ended(longEnded, 25)
			e.ended(justEnded, 23)

			e.StartApp()
			e.Eventually(soon, "a buyer is erased", func() bool { return strings.Contains(e.Log(), "buyers of ended orders") })
			for number, link := range links {
				a := get(t, e.System, reviewPath+"?token="+link)
				refusedAs(t, a, http.StatusNotFound, "")
				e.finds("the review of "+number, string(a.Body))
			}
			metrics := e.Metrics()
			e.Stop()
			if left := e.sealed(longEnded); left != nil {
				t.Errorf("%d bytes are left of whom nobody needs", len(left))
			}
			if left := e.sealed(justEnded); !bytes.Equal(left, sealed[justEnded]) {
				t.Error("the buyer of an order that has just ended is gone")
			}
			after := stored(t, e.database)
			if strings.Contains(after, e.written(sealed[longEnded])) {
				t.Error("what was erased can be read from the database still")
			}
			for place, text := range map[string]string{
				"the database": after, "the log": e.Log(), "the metrics": metrics, "the telemetry": e.collector.Raw(), "Redis": e.inRedis(),
				"the ledger": e.Command("payments", "show", longEnded, "--json") + e.Command("notifications", "list", "--json"),
			} {
				e.finds(place, text)
			}
		})
	}
}

// erasure is a system with eyes on all that it writes.
type erasure struct {
	*rig.System

	t         *testing.T
	collector *tracing.Collector
	redis     *rig.Redis
	database  string
}

func newErasure(t *testing.T, postgres bool) *erasure {
	t.Helper()
	e := &erasure{t: t, collector: tracing.Start(t), redis: rig.StartRedis(t)}
	e.System = external(t, rig.Options{
		Postgres: postgres, DatabaseURL: func(real string) string { e.database = real; return real },
		Env: []string{
			"PAYBRIDGE_LOG_LEVEL=debug", "REDIS_URL=" + e.redis.URL(),
			"OTEL_EXPORTER_OTLP_ENDPOINT=" + e.collector.URL, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=100",
		},
	})
	return e
}

// buys goes a buyer's whole way, and returns the token of his link.
func (e *erasure) buys(number string) string {
	e.t.Helper()
	code, token := reserve(e.t, e.System, rig.Payload{Mall: "demomall", Order: number, Member: buying})
	if review := get(e.t, e.System, reviewPath+"?token="+token); !bytes.Contains(review.Body, []byte(buyerWords[0])) {
		e.t.Fatalf("the review shows no buyer: %s", review.Body)
	}
	dataOf(e.t, e.Post(payPath, `{"token":"`+token+`"}`))
	if err := e.Company.Approve(code, true); err != nil {
		e.t.Fatal(err)
	}
	e.Eventually(soon, "the mall is told, and that is stored", func() bool {
		return strings.Contains(e.Command("payments", "show", number, "--json"), `"mall_told"`)
	})
	return token
}

// finds reports the buyer in a text, in whatever disguise.
func (e *erasure) finds(place, text string) {
	e.t.Helper()
	for _, word := range buyerWords {
		for _, form := range disguises(word) {
			if strings.Contains(text, form) {
				e.t.Errorf("%s has %q as %q", place, word, form)
			}
		}
	}
}

func (e *erasure) inRedis() string {
	var all strings.Builder
	keys, _ := e.redis.Do("KEYS", "*").([]any)
	for _, key := range keys {
		_, _ = fmt.Fprintln(&all, key, e.redis.Do("DUMP", key))
	}
	return all.String()
}

// open opens the database, which the service must have left if it is SQLite.
func (e *erasure) open() *sql.DB {
	e.t.Helper()
	driver, source := "pgx", e.database
	if path, is := strings.CutPrefix(e.database, "sqlite:"); is {
		driver, source = "sqlite", "file:"+path
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		e.t.Fatal(err)
	}
	return db
}

// sealed is what is kept of the buyer of an order.
func (e *erasure) sealed(number string) (content []byte) {
	e.t.Helper()
	db := e.open()
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(e.t.Context(), "SELECT sealed FROM reservations WHERE number = $1", number).Scan(&content); err != nil {
		e.t.Fatal(err)
	}
	return content
}

// written is how the database shows bytes, as a whole or as its dump.
func (e *erasure) written(content []byte) string {
	if strings.HasPrefix(e.database, "sqlite:") {
		return string(content[:min(len(content), 100)]) // a longer one lies in several pages
	}
	return fmt.Sprintf("%x", content)
}

// ended moves an order back in time, as if the clock had gone on.
func (e *erasure) ended(number string, hours int) {
	e.t.Helper()
	db := e.open()
	defer func() { _ = db.Close() }()
	back := func(column string) string {
		if strings.HasPrefix(e.database, "sqlite:") {
			return fmt.Sprintf("%s = datetime(substr(%s, 1, 19), '-%d hours') || substr(%s, 20)", column, column, hours, column)
		}
		return fmt.Sprintf("%s = %s - interval '%d hours'", column, column, hours)
	}
	for _, change := range []string{
		"UPDATE reservations SET " + back("expires_at") + " WHERE number = $1",
		"UPDATE payments SET " + back("changed_at") + " WHERE order_id = (SELECT id FROM orders WHERE number = $1)",
	} {
		if _, err := db.ExecContext(e.t.Context(), change, number); err != nil {
			e.t.Fatalf("%s: %v", change, err)
		}
	}
}
