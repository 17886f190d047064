package system_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"paybridge/test/sandbox/system"
)

// arguments start a sandbox with the fake app on free ports.
func arguments(t *testing.T) []string {
	t.Helper()
	settings := config(t, "fine")
	list := []string{"-app", settings.AppBinary, "-dir", settings.Dir, "-app-port", "0", "-mall-port", "0", "-company-port", "0", "-ops-port", "0"}
	for _, setting := range settings.Environment {
		list = append(list, "-set", setting)
	}
	return list
}

func TestTheProgramPrintsWhatToOpenAndStopsCleanlyWhenToldTo(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, errs := &notifier{wanted: "Ctrl-C stops", seen: stop}, &safeBuffer{}
	if status := system.Main(ctx, arguments(t), out, errs); status != 0 {
		t.Errorf("exit status %d, want 0; errors: %s", status, errs)
	}
	for _, part := range []string{"Start", "Company", "App", "http://localhost:", "app.log", "Stopping"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("output lacks %q: %s", part, out)
		}
	}
}

func TestTheProgramFailsWhenTheAppDies(t *testing.T) {
	t.Parallel()
	out, errs := &notifier{}, &safeBuffer{}
	out.wanted = "Ctrl-C stops"
	out.seen = func() { get(t, appIn(out.String())+"/crash") }
	if status := system.Main(t.Context(), arguments(t), out, errs); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	if !strings.Contains(errs.String(), "the app ended by itself") {
		t.Errorf("errors %q, want the reason", errs)
	}
}

func TestAnAppThatIsKilledIsStartedAgain(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	errs := &notifier{wanted: "started again", seen: stop}
	out := &notifier{wanted: "Ctrl-C stops"}
	out.seen = func() { get(t, appIn(out.String())+"/killed") }
	if status := system.Main(ctx, arguments(t), out, errs); status != 0 {
		t.Errorf("exit status %d, want 0; errors: %s", status, errs)
	}
}

// appIn finds the app's address in what the program printed.
func appIn(output string) string {
	_, rest, _ := strings.Cut(output, "App       ")
	address, _, _ := strings.Cut(rest, " ")
	return address
}

// get asks for a page that ends the app instead of an answer.
func get(t *testing.T, address string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Error(err)
		return
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
	}
}

func TestWrongUsageIsExitStatus2(t *testing.T) {
	for _, wrong := range [][]string{{"-nonsense"}, {"leftover"}, {"-app-port", "many"}} {
		if status := system.Main(t.Context(), wrong, &safeBuffer{}, &safeBuffer{}); status != 2 {
			t.Errorf("%v: exit status %d, want 2", wrong, status)
		}
	}
	t.Setenv("SANDBOX_MALL_PORT", "eight thousand")
	if status := system.Main(t.Context(), nil, &safeBuffer{}, &safeBuffer{}); status != 2 {
		t.Errorf("port that is no number: exit status %d, want 2", status)
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	t.Parallel()
	help := &safeBuffer{}
	if status := system.Main(t.Context(), []string{"-help"}, &safeBuffer{}, help); status != 0 || !strings.Contains(help.String(), "-mall-port") {
		t.Errorf("exit status %d, help %q", status, help)
	}
}

// notifier is a terminal that calls back when a text has been written.
type notifier struct {
	safeBuffer

	wanted string
	seen   func()
}

func (n *notifier) Write(part []byte) (int, error) {
	written, err := n.safeBuffer.Write(part)
	if strings.Contains(string(part), n.wanted) {
		n.seen()
	}
	return written, err
}
