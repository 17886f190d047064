package acceptance_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"paybridge/domain/session"
	"paybridge/test/rig"
	"paybridge/test/tracing"
)

var platformTokens = regexp.MustCompile(`"(?:Access|Refresh)":"([^"]{10,})"`)

// TestTheSecretsOfAnInstallationAreNowhere installs the app, well and badly, and looks for everything secret of it in
// what the app logs, traces, counts, answers and stores.
func TestTheSecretsOfAnInstallationAreNowhere(t *testing.T) {
	t.Parallel()
	collector := tracing.Start(t)
	folder := t.TempDir()
	s := rig.Start(t, rig.Options{Env: []string{
		"DATABASE_URL=sqlite:" + filepath.Join(folder, "paybridge.db"), "PAYBRIDGE_LOG_LEVEL=debug",
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=100",
	}})
	b := newBrowser(t, s)
	back := b.comesBack("demomall")
	pages := []string{b.open(back).text, b.open(back).text, b.open(back + "&error=access_denied").text}
	if b.session() == "" {
		t.Fatalf("not signed in\n%s", s.Log())
	}
	status, err := s.Mall.Platform().Notify(t.Context(), "demomall", 90111, nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("HTTP %d, %v", status, err)
	}
	query := mustParse(t, back).Query()
	secrets := map[string]string{
		"code": query.Get("code"), "state": query.Get("state"), "session": b.session(), "proof": session.ProofOf(b.session()),
		"client secret": "mock_client_secret", "webhook key": "mock_webhook_key",
	}
	for i, token := range platformTokens.FindAllStringSubmatch(string(s.Mall.Platform().Snapshot()), -1) {
		secrets["token "+string(rune('a'+i))] = token[1]
	}
	if len(secrets) < 8 {
		t.Fatalf("no tokens are known: %v", secrets)
	}
	spans := collector.Wait(t, soon, func(spans []tracing.Span) bool {
		return strings.Contains(spanTexts(spans), "install app") && strings.Contains(spanTexts(spans), "refresh shops")
	})
	places := map[string]string{"pages": strings.Join(pages, "\n"), "log": s.Log(), "spans": spanTexts(spans), "metrics": s.Metrics()}
	for _, name := range []string{"paybridge.db", "paybridge.db-wal"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		places[name] = string(content)
	}
	for place, text := range places {
		for name, secret := range secrets {
			if secret == "" || strings.Contains(text, secret) {
				t.Errorf("the %s %q is in %s", name, secret, place)
			}
		}
	}
}

func spanTexts(spans []tracing.Span) string {
	var text strings.Builder
	for _, s := range spans {
		text.WriteString(s.Name + "\n")
		for name, value := range s.Attributes {
			text.WriteString(name + "=" + value + "\n")
		}
	}
	return text.String()
}
