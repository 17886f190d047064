package system_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/test/sandbox/system"
)

const headerTimeout = 5 * time.Second

// safeBuffer is a terminal that may be written to and read at the same time.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(part []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(part)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func config(t *testing.T, mode string) system.Config {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return system.Config{AppBinary: program, Dir: t.TempDir(), Environment: []string{
		"FAKE_APP=" + mode, "GORACE=atexit_sleep_ms=0", // The race detector would hold every exit up for a second.
	}}
}

func start(t *testing.T, config system.Config) *system.Sandbox {
	t.Helper()
	sandbox, err := system.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sandbox.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return sandbox
}

// send returns the status and the body of an answer.
func send(t *testing.T, method, address, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func commands(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "paybridge.db"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), dir, "DIR")
}

const (
	prepared    = "migrate up\nmerchants list --json --limit 1000\n"
	freshStart  = prepared + "merchants import DIR/sandbox-merchants.json\nserve\n"
	anotherTime = prepared + "serve\n" // What an operator has changed about the merchants stays.
)

func TestTheSandboxStartsTheAppWithTheSimulatorsAround(t *testing.T) {
	t.Parallel()
	terminal, settings := &safeBuffer{}, config(t, "fine")
	settings.Errors = terminal
	sandbox := start(t, settings)
	if got := commands(t, settings.Dir); got != freshStart {
		t.Errorf("commands %q, want %q", got, freshStart)
	}
	for address, want := range map[string]string{sandbox.MallURL(): "Tindahan", sandbox.CompanyURL(): "Demo Pay"} {
		if status, page := send(t, http.MethodGet, address, ""); status != 200 || !strings.Contains(page, want) {
			t.Errorf("%s answered %d, want a page of %s", address, status, want)
		}
	}
	for _, mall := range []string{"demomall", "ectmtjpq001"} {
		if state := sandbox.Mall().Platform().Mall(mall); !state.Installed || state.TokenRequests != 1 {
			t.Errorf("%s at Cafe24: %+v, want the app installed", mall, state)
		}
	}
	if list := sandbox.Mall().Requests(); len(list) != 0 {
		t.Errorf("nobody has done anything, and the mall received %d requests", len(list))
	}
	log, err := os.ReadFile(sandbox.Log())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "a bad day") || !strings.Contains(terminal.String(), "a bad day") {
		t.Errorf("log %q, terminal %q: the app's error must be in both", log, terminal)
	}
	var list []struct {
		MallID string `json:"mall_id"`
		Shops  []any  `json:"shops"`
	}
	file, err := os.ReadFile(filepath.Join(settings.Dir, "sandbox-merchants.json"))
	if err != nil || json.Unmarshal(file, &list) != nil || len(list) != 2 || list[1].MallID != "ectmtjpq001" || len(list[0].Shops) != 5 {
		t.Errorf("merchants file %s, %v; want two malls with five shops", file, err)
	}
}

func TestTheAppGetsTheSandboxesSettingsAndNoStrayOnes(t *testing.T) {
	t.Setenv("CAFE24_SERVICE_KEY", "a-real-secret")
	t.Setenv("ENCRYPTION_KEYSET", "a-real-keyset")
	t.Setenv("CAFE24_NOTIFICATION_ENCODING", "form")
	t.Setenv("OTEL_SERVICE_NAME", "mine")
	sandbox := start(t, config(t, "fine"))
	_, text := send(t, http.MethodGet, sandbox.AppURL()+"/environment", "")
	var environment []string
	if err := json.Unmarshal([]byte(text), &environment); err != nil {
		t.Fatal(err)
	}
	mallAddress := strings.Replace(sandbox.MallURL(), "localhost", "127.0.0.1", 1)
	for _, setting := range []string{
		"PAYBRIDGE_ENV=sandbox", "PAYBRIDGE_PUBLIC_URL=" + sandbox.AppURL(), "CAFE24_SERVICE_KEY=mock_service_key", "CAFE24_CLIENT_ID=mock_client_id",
		"CAFE24_COMPAT=sample", "GATEWAY_DEMO_BASE_URL=" + sandbox.CompanyURL(), "OUTBOUND_ALLOW_PRIVATE=true",
		"OUTBOUND_ROUTES=*.cafe24shop.com=" + mallAddress + ",*.cafe24.com=" + mallAddress, "CAFE24_NOTIFICATION_ENCODING=form", "OTEL_SERVICE_NAME=mine",
	} {
		if !slices.Contains(environment, setting) {
			t.Errorf("the app's environment lacks %s", setting)
		}
	}
	if strings.Contains(text, "a-real-") {
		t.Error("a setting of the surrounding shell has reached the app")
	}
}

func TestAShellThatReadsTheSettingsHasThoseOfTheApp(t *testing.T) {
	t.Parallel()
	settings := config(t, "fine")
	settings.Environment = append(settings.Environment, "CAFE24_REMAIN_CHECK=it's a $HOME")
	sandbox := start(t, settings)
	shell := exec.CommandContext(t.Context(), "sh", "-c", `. "$1"; printf '%s\n' "$CAFE24_REMAIN_CHECK" "$PAYBRIDGE_PUBLIC_URL" "$CAFE24_SERVICE_KEY"`, "sh", filepath.Join(settings.Dir, "app.env"))
	text, err := shell.Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := "it's a $HOME\n" + sandbox.AppURL() + "\nmock_service_key\n"; string(text) != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

func TestAResetFromEitherSideForgetsEverythingAndLeavesTheAppReady(t *testing.T) {
	t.Parallel()
	settings := config(t, "fine")
	sandbox := start(t, settings)
	keyset := filepath.Join(settings.Dir, "keyset")
	if err := os.WriteFile(keyset, []byte("keep me"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, side := range []string{sandbox.MallURL(), sandbox.CompanyURL()} {
		send(t, http.MethodPost, side+"/_sandbox/faults", `{"path":"/v1/orders","status":500}`)
		send(t, http.MethodPost, sandbox.MallURL()+"/Pay/Recv/openpg/PayReceiveNoty.php", `{}`)
		began := time.Now()
		if status, text := send(t, http.MethodPost, side+"/_sandbox/reset", ""); status != 200 {
			t.Fatalf("reset answered %d %s", status, text)
		}
		t.Logf("reset took %v", time.Since(began))
		if got := commands(t, settings.Dir); got != freshStart {
			t.Errorf("commands since the reset %q, want %q", got, freshStart)
		}
		if requests, faults := sandbox.Mall().Requests(), sandbox.Company().Requests(); len(requests)+len(faults) != 0 {
			t.Errorf("requests %v and %v are remembered after the reset", requests, faults)
		}
		if _, text := send(t, http.MethodGet, side+"/_sandbox/faults", ""); !strings.Contains(text, `"faults":[]`) {
			t.Errorf("faults after the reset: %s", text)
		}
		if status, _ := send(t, http.MethodGet, sandbox.OpsURL()+"/readyz", ""); status != 200 {
			t.Errorf("the app is not ready when the reset answers: %d", status)
		}
	}
	if kept, err := os.ReadFile(keyset); err != nil || string(kept) != "keep me" {
		t.Errorf("the keyset is gone after a reset: %v", err)
	}
}

func TestAnAppThatDiesIsReportedWithWhatItWroteLast(t *testing.T) {
	t.Parallel()
	sandbox := start(t, config(t, "fine"))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, sandbox.AppURL()+"/crash", nil)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		t.Errorf("the crashing app answered %d", response.StatusCode)
		_ = response.Body.Close()
	}
	select {
	case err := <-sandbox.Died():
		if !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "a bad day") {
			t.Errorf("report %v, want the exit status and the last lines", err)
		}
	case <-t.Context().Done():
		t.Error("nobody has noticed that the app is dead")
	}
}

func TestAnAppThatDoesNotStartIsExplained(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{"broken-import": "not to my taste", "broken-serve": "CAFE24_SERVICE_KEY is missing"} {
		if _, err := system.Start(t.Context(), config(t, mode)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", mode, err, want)
		}
	}
	missing := config(t, "fine")
	missing.AppBinary = filepath.Join(t.TempDir(), "none")
	if _, err := system.Start(t.Context(), missing); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("missing program: error %v, want one that says what to do", err)
	}
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	t.Parallel()
	first := start(t, config(t, "fine"))
	second := config(t, "fine")
	taken, err := strconv.Atoi(first.MallURL()[strings.LastIndex(first.MallURL(), ":")+1:])
	if err != nil {
		t.Fatal(err)
	}
	second.AppPort = taken
	if _, err := system.Start(t.Context(), second); err == nil || !strings.Contains(err.Error(), "cannot be used") {
		t.Errorf("error %v, want one that names the port", err)
	}
}

func TestASecondSandboxInTheSameFolderChangesNothingThere(t *testing.T) {
	t.Parallel()
	settings := config(t, "fine")
	first := start(t, settings)
	before := map[string]string{}
	for _, name := range []string{first.Log(), filepath.Join(settings.Dir, "app.env")} {
		text, err := os.ReadFile(name)
		if err != nil || len(text) == 0 {
			t.Fatalf("%s: %q %v", name, text, err)
		}
		before[name] = string(text)
	}
	if _, err := system.Start(t.Context(), settings); err == nil || !strings.Contains(err.Error(), "another sandbox runs in the folder "+settings.Dir) {
		t.Errorf("error %v, want one that names the folder", err)
	}
	for name, want := range before {
		if text, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%s has changed: %q %v", name, text, err)
		}
	}
}

func TestCloseStopsTheAppAndMayBeCalledAgain(t *testing.T) {
	t.Parallel()
	settings := config(t, "fine")
	sandbox := start(t, settings)
	for range 2 {
		if err := sandbox.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := sandbox.Reset(t.Context()); err == nil {
		t.Error("a stopped sandbox was reset")
	}
	select {
	case err := <-sandbox.Died():
		t.Errorf("an app that was stopped counts as dead: %v", err)
	default:
	}
	start(t, settings)
	if got := commands(t, settings.Dir); got != freshStart+anotherTime {
		t.Errorf("commands %q, want the data to be kept between runs", got)
	}
}
