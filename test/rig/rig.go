// Package rig runs the whole system for a test: the real binary as a process of its own, on a real
// database, with the simulated company and the simulated mall in the test's process.
//
// A test talks to it like the outside world does, over HTTP, and looks into the two simulators for
// what really happened there. The app can be stopped, killed and started again at any moment.
package rig

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"paybridge/test/conformance"
	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/mall"
)

// Options say how a system differs from the usual one.
type Options struct {
	// Postgres runs on a fresh Postgres database instead of SQLite.
	Postgres bool
	// DatabaseURL overrides the database, e.g. with the address of a proxy; it gets the real one.
	DatabaseURL func(real string) string
	// CompanyURL and MallURL put something between the app and the simulators.
	CompanyURL, MallURL func(real string) string
	// Env are further variables of the app.
	Env []string
	// Company configures the simulated company.
	Company company.Config
	// Direct leaves out the proxy before the app, for a test that looks at the connections themselves.
	Direct bool
	// Quiet starts no app; the test calls StartApp.
	Quiet bool
}

// System is a running system.
type System struct {
	Company    *company.Company
	Mall       *mall.Mall
	CompanyURL string
	MallURL    string
	AppURL     string // of a proxy before the app, which holds every answer against the service's own description
	OpsURL     string
	Client     *http.Client // follows no redirects

	t       testing.TB
	env     []string
	dir     string
	address string // of the app itself

	mu      sync.Mutex
	process *process
}

// Start builds the binary, starts the simulators, migrates, imports the two sandbox merchants and
// starts the app. Everything ends with the test.
func Start(t testing.TB, o Options) *System {
	t.Helper()
	s := &System{t: t, dir: t.TempDir(), Client: newClient(t)}
	s.simulators(o)
	s.address, s.OpsURL = FreeAddress(t), "http://"+FreeAddress(t)
	if s.AppURL = "http://" + s.address; !o.Direct {
		s.AppURL = conformance.Watch(t, s.AppURL)
	}
	s.Mall.SetAppURL(s.AppURL)
	s.env = append(s.environment(o), o.Env...)
	s.Command("migrate", "up")
	s.Command("merchants", "import", s.merchants())
	if !o.Quiet {
		s.StartApp()
	}
	t.Cleanup(s.Kill)
	t.Cleanup(s.holdNotices)
	return s
}

// newClient has connections of its own: one of an earlier test's, kept for a port that is used again, would
// break in the hands of this one.
func newClient(t testing.TB) *http.Client {
	own := &http.Transport{}
	t.Cleanup(own.CloseIdleConnections)
	return &http.Client{
		Transport:     own,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// holdNotices holds what the mall was told against the service's own description.
func (s *System) holdNotices() {
	contract, err := conformance.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range s.Mall.Requests() {
		if r.Sent || r.Headers["User-Agent"] != "paybridge" || !strings.HasSuffix(r.Path, "Noty.php") {
			continue
		}
		told := conformance.Message{Header: http.Header{"Content-Type": {r.Headers["Content-Type"]}}, Body: []byte(r.Body)}
		for _, problem := range contract.Notice(told) {
			s.t.Error(problem)
		}
	}
}

func (s *System) simulators(o Options) {
	s.t.Helper()
	var err error
	if s.Company, err = company.New(o.Company); err != nil {
		s.t.Fatal(err)
	}
	companyServer := httptest.NewServer(s.Company)
	s.CompanyURL = companyServer.URL
	s.t.Cleanup(func() { companyServer.Close(); s.close("company", s.Company.Close) })
	if s.Mall, err = mall.New(mall.Config{}); err != nil {
		s.t.Fatal(err)
	}
	mallServer := httptest.NewServer(s.Mall)
	s.MallURL = mallServer.URL
	s.t.Cleanup(func() { mallServer.Close(); s.close("mall", s.Mall.Close) })
}

func (s *System) close(name string, closing func() error) {
	if err := closing(); err != nil {
		s.t.Errorf("close %s: %v", name, err)
	}
}

func (s *System) environment(o Options) []string {
	s.t.Helper()
	database := "sqlite:" + filepath.Join(s.dir, "paybridge.db")
	if o.Postgres {
		database = FreshPostgres(s.t)
	}
	database = via(o.DatabaseURL, database)
	return []string{
		"PATH=" + os.Getenv("PATH"), "PAYBRIDGE_ENV=sandbox",
		"PAYBRIDGE_ADDR=" + s.address, "PAYBRIDGE_OPS_ADDR=" + s.OpsURL[len("http://"):],
		"PAYBRIDGE_PUBLIC_URL=" + s.AppURL, "DATABASE_URL=" + database,
		"CAFE24_CLIENT_ID=mock_client_id", "CAFE24_EXTRA_CLIENT_IDS=iSCr50CoPxDpsmTLgede0A", "CAFE24_CLIENT_SECRET=mock_client_secret",
		"CAFE24_SERVICE_KEY=" + ServiceKey, "CAFE24_WEBHOOK_KEY=mock_webhook_key",
		"ENCRYPTION_KEYSET=" + keyset(s.t, s.dir),
		"CAFE24_API_BASE_URL=" + via(o.MallURL, s.MallURL) + "/malls/{mall_id}",
		"GATEWAY_DEMO_BASE_URL=" + via(o.CompanyURL, s.CompanyURL),
		"OUTBOUND_ALLOW_PRIVATE=true",
		"OUTBOUND_ROUTES=*.cafe24shop.com=" + via(o.MallURL, s.MallURL) + ",*.cafe24.com=" + via(o.MallURL, s.MallURL),
	}
}

func via(proxy func(string) string, real string) string {
	if proxy == nil {
		return real
	}
	return proxy(real)
}

// ServiceKey is the key that the starting collection signs with.
const ServiceKey = "mock_service_key"

// merchants writes the sandbox's two merchants, which share one company account, as an import file.
func (s *System) merchants() string {
	s.t.Helper()
	one := func(mall string) string {
		return fmt.Sprintf(`{"mall_id":%q,"gateway":"demo","public_key":"demo-app-public-key","secret_key":"demo-app-secret-key","shops":[
			{"shop_no":1,"shop_name":"Tindahan","currency_code":"PHP","enabled":true,"external_checkout":true},
			{"shop_no":2,"shop_name":"Mise","currency_code":"JPY","enabled":false,"external_checkout":false}]}`, mall)
	}
	path := filepath.Join(s.dir, "merchants.json")
	if err := os.WriteFile(path, []byte("["+one("demomall")+","+one("ectmtjpq001")+"]"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// Command runs a subcommand of the binary and returns what it printed; it must succeed.
func (s *System) Command(args ...string) string {
	s.t.Helper()
	out, err := s.Try(args...)
	if err != nil {
		s.t.Fatalf("paybridge %v: %v\n%s", args, err, out)
	}
	return out
}

// Try runs a subcommand and returns what it printed and whether it failed.
func (s *System) Try(args ...string) (string, error) { return s.TryWith(nil, args...) }

// TryWith is Try with further variables; of equal names the last one wins.
func (s *System) TryWith(env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(s.t.Context(), Binary(s.t), args...)
	cmd.Env, cmd.Dir = slices.Concat(s.env, env), s.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Set gives the app and its commands further variables from now on; of equal names the last one wins.
func (s *System) Set(env ...string) { s.env = append(s.env, env...) }

var built = sync.OnceValues(build)

// Binary builds paybridge once for all tests of the process and returns its path.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// build puts the binary into a folder that is found again by the next test process, so that the
// linker's work is not repeated for every package.
func build() (string, error) {
	root, err := exec.CommandContext(context.Background(), "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	dir := filepath.Dir(string(root))
	path := filepath.Join(dir, "var", "bin", "paybridge-test")
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", path, "paybridge/bootstrap/paybridge")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build paybridge: %w\n%s", err, out)
	}
	return path, nil
}
