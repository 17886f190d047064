package bootstrap

import (
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"paybridge/adapters/database"
	"paybridge/bootstrap/config"
	"paybridge/test/conformance"
)

// TestTheServiceAsItIsPutTogetherServesWhatItDescribes fails for a route that adapters/http/openapi/doors does
// not describe, and for a description without a route.
func TestTheServiceAsItIsPutTogetherServesWhatItDescribes(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{
		"PAYBRIDGE_ENV=sandbox", "PAYBRIDGE_PUBLIC_URL=http://localhost:8000", "DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "paybridge.db"),
		"CAFE24_CLIENT_ID=client", "CAFE24_CLIENT_SECRET=secret", "CAFE24_SERVICE_KEY=key", "CAFE24_WEBHOOK_KEY=webhook", "GATEWAY_DEMO_BASE_URL=http://localhost:8002",
	})
	if err != nil {
		t.Fatal(err)
	}
	app, cleanup, err := newApp(t.Context(), c, database.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cleanup)
	served := app.Ops.Routes()
	for _, r := range app.Server.Routes() {
		served = append(served, r.Method+" "+regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(r.Path, "{$1}"))
	}
	contract, err := conformance.Load()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(served)
	if described := contract.Operations(); !slices.Equal(served, described) {
		t.Errorf("served:\n%s\n\ndescribed:\n%s", strings.Join(served, "\n"), strings.Join(described, "\n"))
	}
}
