package acceptance_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"paybridge/test/rig"
)

// readiness is what the operations listener says about the service.
func readiness(t *testing.T, s *rig.System) (code int, status string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.OpsURL+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var said struct{ Status string }
	if body, err := io.ReadAll(response.Body); err != nil || json.Unmarshal(body, &said) != nil {
		t.Fatalf("%s %v", body, err)
	}
	return response.StatusCode, said.Status
}

func TestTheServiceIsReadyWithoutRedisAndNotWithoutItsSchema(t *testing.T) {
	t.Parallel()
	redis := rig.StartRedis(t)
	s := rig.Start(t, rig.Options{Postgres: true, Env: []string{"REDIS_URL=" + redis.URL()}})
	for _, step := range []struct {
		what   string
		happen func()
		code   int
		status string
	}{
		{"everything is there", func() {}, http.StatusOK, "ready"},
		{"Redis is gone", redis.Stop, http.StatusOK, "degraded"},
		{"Redis is back", redis.Start, http.StatusOK, "ready"},
		{"a migration is missing", func() { s.Command("migrate", "down") }, http.StatusServiceUnavailable, "unready"},
		{"it was applied", func() { s.Command("migrate", "up") }, http.StatusOK, "ready"},
	} {
		step.happen()
		s.Eventually(soon, step.what, func() bool {
			code, status := readiness(t, s)
			return code == step.code && status == step.status
		})
	}
}

func TestAServiceSaysThatItRunsAndWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	s.Stop()
	lines := strings.Split(strings.TrimSpace(s.Log()), "\n")
	if serving := s.Log(); strings.Count(serving, `"msg":"serving"`) != 1 || !strings.Contains(serving, `"environment":"sandbox","database":"sqlite","version":`) ||
		!strings.Contains(lines[len(lines)-1], `"msg":"stopped"`) {
		t.Errorf("the log:\n%s", serving)
	}
}

func TestAServiceWithoutItsSchemaSaysSoAndLooksForNoWork(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Quiet: true})
	app := exec.CommandContext(t.Context(), rig.Binary(t), "serve")
	app.Env = []string{
		"PAYBRIDGE_PUBLIC_URL=https://pay.example.com", "PAYBRIDGE_ADDR=127.0.0.1:0", "PAYBRIDGE_OPS_ADDR=127.0.0.1:0",
		"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "paybridge.db"), "ENCRYPTION_KEYSET=" + strings.TrimSpace(s.Command("keys", "new")),
		"CAFE24_CLIENT_ID=client", "CAFE24_CLIENT_SECRET=secret", "CAFE24_SERVICE_KEY=key", "CAFE24_WEBHOOK_KEY=webhook",
	}
	log, err := app.StderrPipe()
	if err == nil {
		err = app.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct{ Msg, Error string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Errorf("%s: %v", lines.Text(), err)
		}
		if said = append(said, line.Msg); line.Msg != "not ready" {
			continue
		}
		if !strings.Contains(line.Error, "migrations are pending: run `paybridge migrate up`; on SQLite stop `paybridge serve` first") {
			t.Error(line.Error)
		}
		if err := app.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}
	if err := app.Wait(); err != nil || !slices.Equal(said, []string{"serving", "not ready", "shutting down", "stopped"}) {
		t.Errorf("%v, it said %q", err, said)
	}
}
