package acceptance_test

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"paybridge/domain/session"
	"paybridge/test/rig"
	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/control"
	"paybridge/test/tracing"
)

// The keys that a merchant confides to the app, and one that he mistypes.
const (
	canaryKey     = "canary-public-key"
	canarySecret  = "canary/secret+key-0123456789"
	canaryMistype = "canary/mistyped+key-987654321"
	canaryMall    = "canarymall"
)

// TestWhatAMerchantConfidesIsFoundNowhereInTheClear lives through a merchant's good and bad days, and looks for his keys and
// tokens in whatever leaves the app or stays behind, in the encodings in which a secret slips by unnoticed.
func TestWhatAMerchantConfidesIsFoundNowhereInTheClear(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := confide(t, postgres)
			m.badDays()
			m.goodDays()
			m.collector.Wait(t, soon, func(spans []tracing.Span) bool { return strings.Contains(spanTexts(spans), "unlink credentials") })
			places := map[string]string{
				"answers": m.answers.String(), "log": m.Log(), "metrics": m.Metrics(), "telemetry": m.collector.Raw(), "database": stored(t, m.database),
				"commands": m.Command("merchants", "list") + m.Command("merchants", "list", "--json") + m.Command("payments", "list", "--json"),
			}
			m.gatherTokens()
			if len(m.secrets) < 7 {
				t.Fatalf("only these secrets are known: %v", m.secrets)
			}
			told := map[string]string{"log": "unlink credentials", "metrics": "paybridge_"} // where the mall is not named
			for place, text := range places {
				if !strings.Contains(text, cmp.Or(told[place], canaryMall)) {
					t.Errorf("nothing that happened is in the %s", place)
				}
				for secret, name := range m.secrets {
					for _, form := range disguises(secret) {
						if strings.Contains(text, form) {
							t.Errorf("the %s is in the %s as %q", name, place, form)
						}
					}
				}
			}
		})
	}
}

// confidant is a merchant with his browser, and everything secret that he ever had.
type confidant struct {
	*rig.System
	*browser

	collector *tracing.Collector
	database  string
	answers   strings.Builder
	secrets   map[string]string // what it is, by secret
}

func confide(t *testing.T, postgres bool) *confidant {
	t.Helper()
	m := &confidant{collector: tracing.Start(t), secrets: map[string]string{canarySecret: "secret key", canaryMistype: "mistyped key"}}
	env := []string{"PAYBRIDGE_LOG_LEVEL=debug", "OTEL_EXPORTER_OTLP_ENDPOINT=" + m.collector.URL, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=100"}
	if postgres {
		env = append(env, "REDIS_URL="+rig.StartRedis(t).URL())
	}
	m.System = rig.Start(t, rig.Options{
		Postgres: postgres, Env: env, DatabaseURL: func(real string) string { m.database = real; return real },
		Company: company.Config{Accounts: []company.Account{{PublicKey: canaryKey, SecretKey: canarySecret}}},
	})
	m.browser = newBrowser(t, m.System)
	m.signIn(canaryMall)
	m.secrets[m.session()] = "session"
	m.gatherTokens()
	return m
}

// gatherTokens remembers every token that the mall has given out: it forgets some of them itself.
func (m *confidant) gatherTokens() {
	for i, found := range platformTokens.FindAllStringSubmatch(string(m.Mall.Platform().Snapshot()), -1) {
		m.secrets[found[1]] = fmt.Sprintf("token %d", i)
	}
}

func (m *confidant) does(path, kind, body string) {
	m.t.Helper()
	got := m.send(http.MethodPost, m.AppURL+path, body, "Content-Type", kind, "X-CSRF-Token", session.ProofOf(m.session()), "Accept", "application/json")
	_, _ = fmt.Fprintln(&m.answers, got.status, got.header, got.text)
}

const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"

// badDays are the ways in which a secret meets an error.
func (m *confidant) badDays() {
	m.t.Helper()
	keys := func(secret string) string {
		return fmt.Sprintf(`{"mall_id":%q,"public_key":%q,"secret_key":%q}`, canaryMall, canaryKey, secret)
	}
	form := url.Values{"mall_id": {canaryMall}, "public_key": {canaryKey}, "secret_key": {canaryMistype}}.Encode()
	m.does("/admin/link", asJSON, keys(canaryMistype))
	m.does("/admin/link", asForm, form)
	m.does("/admin/link", asJSON, strings.Replace(keys(canarySecret), `"}`, `",}`, 1))
	m.does("/admin/link", asJSON, strings.NewReplacer(`"`+canarySecret+`"`, `["`+canarySecret+`"]`).Replace(keys(canarySecret)))
	m.does("/admin/link", asJSON, strings.Replace(keys(canarySecret), canaryKey, canarySecret, 1))
	m.does("/admin/link", asJSON, strings.Replace(keys(canarySecret), canaryMall, "othermall", 1))
	m.Company.AddFault(control.Fault{Path: "/v1/orders/*", Status: http.StatusInternalServerError, Times: 1})
	m.does("/admin/link", asJSON, keys(canarySecret))
	m.Company.AddFault(control.Fault{Path: "/v1/orders/*", Drop: control.DropBefore, Times: 1})
	m.does("/admin/link", asJSON, keys(canarySecret))
	m.Company.ClearFaults()
	m.does("/admin/link", asJSON, keys(canarySecret))
	for _, fault := range []control.Fault{{Drop: control.DropAfter}, {Status: http.StatusInternalServerError}, {Status: http.StatusUnauthorized}} {
		fault.Path, fault.Times = "/malls/"+canaryMall+"/api/v2/admin/paymentgateway", 1
		m.Mall.AddFault(fault)
		m.does("/admin/shop/toggle", asJSON, `{"action":"enable","shop_index":0}`)
		m.Mall.ClearFaults()
		m.gatherTokens()
	}
}

// goodDays go on with tokens that were renewed, until the merchant leaves.
func (m *confidant) goodDays() {
	m.t.Helper()
	m.Mall.Platform().ExpireAccess(canaryMall)
	m.does("/admin/shop/toggle", asJSON, `{"action":"enable","shop_index":0}`)
	m.gatherTokens()
	for _, address := range []string{"/admin/display", "/admin/display?mall_id=" + canaryMall, "/admin/display?mall_id=othermall"} {
		page := m.open(m.AppURL + address)
		m.answers.WriteString(page.text)
	}
	partner := canaryMall + ":0:" + canaryKey
	order := rig.Checkout{Mall: canaryMall, Order: "20261126-0000001", Amount: "10.00", Currency: "PHP"}.Body()
	order = strings.ReplaceAll(order, canaryMall+":0:demo-app-public-key", partner)
	order = strings.Replace(order, rig.Sign("10.00PHP20261126-0000001"+canaryMall+":0:demo-app-public-key"), rig.Sign("10.00PHP20261126-0000001"+partner), 1)
	if got := m.Post("/api/asynchronous-checkout/checkout", order); got.Field("result_code") != "0000" {
		m.t.Fatalf("a checkout with these keys: %s", got.Body)
	}
	m.does("/admin/unlink", asJSON, `{}`)
	m.does("/admin/unlink", asJSON, `{"confirm":"drain"}`)
}

// stored is all that the database holds: the files of SQLite, every table of PostgreSQL.
func stored(t *testing.T, database string) string {
	t.Helper()
	var all bytes.Buffer
	if path, is := strings.CutPrefix(database, "sqlite:"); is {
		for _, file := range []string{path, path + "-wal"} {
			content, err := os.ReadFile(file)
			if err != nil && (file == path || !os.IsNotExist(err)) { // the log goes when the database is closed
				t.Fatal(err)
			}
			all.Write(content)
		}
		return all.String()
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 10 {
		t.Fatalf("tables: %v %v", tables, err)
	}
	for _, table := range tables {
		if _, err := conn.PgConn().CopyTo(t.Context(), &all, "COPY "+table+" TO STDOUT"); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// disguises are a secret as it is, in an address, in hexadecimal digits, and in base64 wherever it begins in there.
func disguises(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), strings.ReplaceAll(secret, "/", `\/`), hex.EncodeToString([]byte(secret))}
	for before := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), secret...))
		inside := encoded[(before*8+5)/6 : len(encoded)-1] // without what is shared with the neighbours
		forms = append(forms, inside, strings.NewReplacer("+", "-", "/", "_").Replace(inside))
	}
	return forms
}

func TestADisguisedSecretIsRecognized(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"key=" + canarySecret, "?k=" + url.QueryEscape(canarySecret), hex.EncodeToString([]byte("k:" + canarySecret + ".")),
		base64.StdEncoding.EncodeToString([]byte(canarySecret)), base64.StdEncoding.EncodeToString([]byte("p:" + canarySecret + "!")),
		base64.URLEncoding.EncodeToString([]byte("x" + canarySecret)), `{"k":"` + strings.ReplaceAll(canarySecret, "/", `\/`) + `"}`,
	} {
		found := false
		for _, form := range disguises(canarySecret) {
			found = found || strings.Contains(text, form)
		}
		if !found {
			t.Errorf("not recognized: %s", text)
		}
	}
}
