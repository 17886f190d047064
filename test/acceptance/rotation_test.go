package acceptance_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"paybridge/test/rig"
)

var secrets = flag.Int("secrets", 400, "how many secrets the rotation test seals anew")

// canary is a merchant's secret that must never be seen.
const canary = "canary-7f3a-secret-key"

// rotation is a system with many secrets, under load, whose key is replaced.
type rotation struct {
	*rig.System
	t      *testing.T
	conn   *pgx.Conn
	other  *pgx.Conn // of somebody who holds a row
	keyset string
	said   strings.Builder // by all commands

	served, failed atomic.Int64
}

func newRotation(t *testing.T) *rotation {
	t.Helper()
	r := &rotation{t: t}
	var address string
	var env []string
	r.keyset, env = rig.KeysetFile(t)
	r.System = rig.Start(t, rig.Options{Postgres: true, Env: env, DatabaseURL: func(real string) string { address = real; return real }})
	r.conn, r.other = connect(t, address), connect(t, address)
	r.store("first", *secrets)
	return r
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// store imports merchants whose secret is the canary.
func (r *rotation) store(prefix string, n int) {
	r.t.Helper()
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"mall_id":"%s%d","gateway":"demo","public_key":"pk-%s-%d","secret_key":%q,"shops":[]}`, prefix, i, prefix, i, canary)
	}
	path := filepath.Join(r.t.TempDir(), "merchants.json")
	if err := os.WriteFile(path, []byte("["+strings.Join(list, ",")+"]"), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.does("merchants", "import", path)
}

// does runs a command that must succeed, and remembers what it said.
func (r *rotation) does(args ...string) string {
	r.t.Helper()
	out := r.Command(args...)
	r.said.WriteString(out)
	return out
}

// number reads one number from the database.
func (r *rotation) number(statement string, args ...any) (n int) {
	r.t.Helper()
	if err := r.conn.QueryRow(r.t.Context(), statement, args...).Scan(&n); err != nil {
		r.t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// load sells until it is stopped; every checkout opens a sealed secret.
func (r *rotation) load(hands int) (stop func()) {
	over := make(chan struct{})
	var selling sync.WaitGroup
	for hand := range hands {
		selling.Go(func() {
			for n := 1; ; n++ {
				select {
				case <-over:
					return
				case <-r.t.Context().Done():
					return
				default:
				}
				a, err := r.Send(http.MethodPost, checkoutPath, "application/json", order(fmt.Sprintf("2026030%d-%07d", hand+1, n)).Body())
				r.served.Add(1)
				if err != nil || a.Field("result_code") != "0000" {
					r.failed.Add(1)
					r.t.Errorf("a checkout failed: %d %s %v", a.Status, a.Body, err)
				}
			}
		})
	}
	return func() { close(over); selling.Wait() }
}

// keys is what `keys list` shows: what each use has sealed.
func (r *rotation) keys() map[string]int {
	r.t.Helper()
	var rows []struct {
		Use     string
		Secrets int
	}
	if err := json.Unmarshal([]byte(r.does("keys", "list", "--json")), &rows); err != nil {
		r.t.Fatal(err)
	}
	by := map[string]int{}
	for _, row := range rows {
		by[row.Use] = row.Secrets
	}
	return by
}

// breaksOff kills a re-encryption in its middle: at a secret that somebody else holds.
func (r *rotation) breaksOff() {
	r.t.Helper()
	tx, err := r.other.Begin(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	var held string
	if err := tx.QueryRow(r.t.Context(), `SELECT merchant_id FROM credentials
		WHERE merchant_id = (SELECT merchant_id FROM credentials ORDER BY merchant_id LIMIT 1 OFFSET $1) FOR UPDATE`, *secrets/10).Scan(&held); err != nil {
		r.t.Fatal(err)
	}
	working := r.Spawn("keys", "rotate", "--reencrypt")
	r.Eventually(soon, "it waits for the secret that is held", func() bool {
		return r.number(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE 'UPDATE%credentials%'`) > 0
	})
	if err := working.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	if err := working.Wait(); err == nil {
		r.t.Error("it was not broken off")
	}
	if err := tx.Rollback(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rotation) nowhere(what string, secret ...string) {
	r.t.Helper()
	for _, s := range secret {
		if strings.Contains(what, s) {
			r.t.Errorf("a secret was shown: ...%.40s", what[strings.Index(what, s):])
		}
	}
}

func TestAKeyIsReplacedUnderLoadAndNothingIsLostOrShown(t *testing.T) {
	t.Parallel()
	r := newRotation(t)
	all := *secrets + 2 // those of the sandbox
	stop := r.load(2)
	r.does("keys", "rotate", "--add")
	hears(t, r.System, "the keyset was read again")
	r.does("keys", "rotate", "--promote")
	hears(t, r.System, "the keyset was read again")
	r.store("second", 3)
	if by := r.keys(); by["opens"] != all || by["seals"] != 3 {
		t.Fatalf("after the promotion: %v", by)
	}
	r.breaksOff()
	if by := r.keys(); by["opens"] == 0 || by["seals"] <= 3 || by["opens"]+by["seals"] != all+3 {
		t.Errorf("broken off: %v", by)
	}
	if out, err := r.Try("keys", "rotate", "--prune"); err == nil || !strings.Contains(out, "old keys are still needed") {
		t.Errorf("pruned: %s, %v", out, err)
	}
	begun := time.Now()
	t.Log(r.does("keys", "rotate", "--reencrypt"))
	took := time.Since(begun)
	if by := r.keys(); by["opens"] != 0 || by["seals"] != all+3 {
		t.Errorf("reencrypted: %v", by)
	}
	r.does("keys", "rotate", "--prune")
	hears(t, r.System, "the keyset was read again")
	sells(t, r.System, "20260401-0000001")
	stop()
	if took > time.Minute || r.failed.Load() != 0 || r.served.Load() == 0 {
		t.Errorf("%d secrets in %s, %d of %d checkouts failed", all, took, r.failed.Load(), r.served.Load())
	}
	t.Logf("%d secrets in %s beside %d checkouts", all, took, r.served.Load())
	r.showsNothing()
	r.Stop()
	r.StartApp()
	sells(t, r.System, "20260401-0000002")
}

// showsNothing looks for secrets in everything that was written.
func (r *rotation) showsNothing() {
	r.t.Helper()
	keyset, err := os.ReadFile(r.keyset)
	if err != nil {
		r.t.Fatal(err)
	}
	r.nowhere(r.said.String()+r.Log()+r.Metrics(), canary, strings.TrimSpace(string(keyset))[:60])
	rows, err := r.conn.Query(r.t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	if err != nil {
		r.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) == 0 {
		r.t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		name := pgx.Identifier{table}.Sanitize()
		if n := r.number(`SELECT count(*) FROM `+name+` AS t WHERE position($1 IN t::text) > 0 OR position(encode($1::bytea, 'hex') IN t::text) > 0`, canary); n > 0 {
			r.t.Errorf("the secret is in %d rows of %s", n, table)
		}
	}
}
