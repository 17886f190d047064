package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"

	httpapi "paybridge/adapters/http"
	"paybridge/domain/fault"
)

// operations serves the operations listener until the test ends, and returns what asks it.
func operations(t *testing.T, checks []httpapi.Check, metrics http.Handler, to *logs) func(path string) answer {
	t.Helper()
	o := httpapi.NewOps("127.0.0.1:0", checks, metrics, slog.New(slog.NewJSONHandler(to, nil)))
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- o.Serve(ln) }()
	t.Cleanup(func() {
		if err := errors.Join(o.Shutdown(context.Background()), <-ended); err != nil {
			t.Errorf("the listener ended with %v", err)
		}
	})
	return func(path string) answer {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = got.Body.Close() }()
		return readAnswer(t, got)
	}
}

func passing(name string, needed bool, detail string) httpapi.Check {
	return httpapi.Check{Name: name, Needed: needed, Probe: func(context.Context) (string, error) { return detail, nil }}
}

func failing(name string, needed bool, err error) httpapi.Check {
	return httpapi.Check{Name: name, Needed: needed, Probe: func(context.Context) (string, error) { return "", err }}
}

func TestReadinessIsDecidedByWhatIsNeeded(t *testing.T) {
	t.Parallel()
	database := passing("database", true, "postgres")
	letters := failing("dead letters", false, fault.New(fault.Conflict, "dead_letters", "3 notifications wait for an operator"))
	backlog := httpapi.Check{Name: "backlog", Probe: func(context.Context) (string, error) { return "9 due", errors.New("late") }}
	broken := failing("migrations", true, errors.New("dial tcp 10.0.0.7: refused"))
	for _, tried := range []struct {
		checks []httpapi.Check
		status int
		body   string
	}{
		{nil, 200, `{"status":"ready","checks":[]}`},
		{[]httpapi.Check{database}, 200, `{"status":"ready","checks":[{"name":"database","ok":true,"needed":true,"detail":"postgres"}]}`},
		{
			[]httpapi.Check{letters, database},
			200,
			`{"status":"degraded","checks":[{"name":"dead letters","ok":false,"needed":false,"detail":"3 notifications wait for an operator"},` +
				`{"name":"database","ok":true,"needed":true,"detail":"postgres"}]}`,
		},
		{[]httpapi.Check{backlog}, 200, `{"status":"degraded","checks":[{"name":"backlog","ok":false,"needed":false,"detail":"9 due"}]}`},
		{
			[]httpapi.Check{broken, letters},
			503,
			`{"status":"unready","checks":[{"name":"migrations","ok":false,"needed":true,"detail":"failed, the log says why"},` +
				`{"name":"dead letters","ok":false,"needed":false,"detail":"3 notifications wait for an operator"}]}`,
		},
	} {
		kept := &logs{}
		got := operations(t, tried.checks, nil, kept)("/readyz")
		if got.status != tried.status || strings.TrimSpace(got.body) != tried.body || got.header.Get("Content-Type") != jsonType {
			t.Errorf("got %d %s, expected %d %s", got.status, got.body, tried.status, tried.body)
		}
		if hidden := strings.Contains(kept.String(), "10.0.0.7"); hidden != (tried.status == 503) {
			t.Errorf("logged %s", kept)
		}
	}
}

func TestChecksRunSideBySideAndWithinATime(t *testing.T) {
	t.Parallel()
	met := make(chan struct{})
	meeting := func(name string) httpapi.Check {
		return httpapi.Check{Name: name, Needed: true, Probe: func(ctx context.Context) (string, error) {
			if _, bounded := ctx.Deadline(); !bounded {
				return "", errors.New("a check without an end")
			}
			select {
			case met <- struct{}{}:
			case <-met:
			case <-ctx.Done():
				return "", ctx.Err()
			}
			return "", nil
		}}
	}
	if got := operations(t, []httpapi.Check{meeting("a"), meeting("b")}, nil, &logs{})("/readyz"); got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestTheOperationsListenerIsAliveAndShowsMetrics(t *testing.T) {
	t.Parallel()
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("up 1")) })
	ask := operations(t, []httpapi.Check{failing("database", true, errors.New("down"))}, metrics, &logs{})
	var alive map[string]string
	got := ask("/livez")
	if err := json.Unmarshal([]byte(got.body), &alive); err != nil || got.status != 200 || !reflect.DeepEqual(alive, map[string]string{"status": "alive"}) {
		t.Errorf("/livez: got %d %s", got.status, got.body)
	}
	if got := ask("/metrics"); got.status != 200 || got.body != "up 1" {
		t.Errorf("/metrics: got %d %s", got.status, got.body)
	}
	if got := ask("/"); got.status != 404 {
		t.Errorf("/: got %d", got.status)
	}
}

func TestAnAddressThatIsTakenNamesItselfAndItsSetting(t *testing.T) {
	t.Parallel()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	taken := ln.Addr().String()
	ops := httpapi.NewOps(taken, nil, nil, slog.New(slog.DiscardHandler))
	server := setup(t, func(sc *scene) { sc.Addr = taken })
	for setting, listen := range map[string]func(context.Context) error{
		"PAYBRIDGE_OPS_ADDR": ops.Listen,
		"PAYBRIDGE_ADDR":     func(ctx context.Context) error { _, err := server.Bind(ctx); return err },
	} {
		f := fault.Of(listen(t.Context()))
		if f == nil || f.Kind != fault.Unavailable || !strings.Contains(f.Message, taken) || !strings.Contains(f.Message, setting+" ") {
			t.Errorf("%s: %v", setting, f)
		}
	}
}
