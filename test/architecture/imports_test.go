package architecture_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"paybridge/test/architecture"
)

// edge is an import, given as paths inside the module unless the import is of somebody else's.
type edge struct{ from, to string }

func TestALayerSeesOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	for _, allowed := range []edge{
		{"domain/payment", "paybridge/domain/money"},
		{"domain/payment", "encoding/json"},
		{"domain/payment", "net/url"},
		{"ports", "paybridge/domain/payment"},
		{"ports", "context"},
		{"application/command", "paybridge/domain/payment"},
		{"application/command", "paybridge/ports"},
		{"application", "paybridge/application/command"},
		{"application/command", "log/slog"},
		{"adapters/http", "paybridge/application/command"},
		{"adapters/http", "paybridge/ports"},
		{"adapters/http", "paybridge/domain/money"},
		{"adapters/http", "paybridge/adapters/http/pages"},
		{"adapters/http", "github.com/gofiber/fiber/v2"},
		{"adapters/jobs", "paybridge/application/command"},
		{"adapters/cli", "paybridge/application/query"},
		{"adapters/database", "paybridge/ports"},
		{"adapters/database", "paybridge/adapters/database/migrations"},
		{"adapters/telemetry", "paybridge/ports"},
		{"adapters/gateway", "paybridge/ports"},
		{"adapters/gateway/demo", "paybridge/adapters/gateway/transport"},
		{"adapters/gateway/transport", "paybridge/ports"},
		{"adapters/gateway/demo", "paybridge/adapters/gateway/demo/signature"},
		{"bootstrap", "paybridge/adapters/gateway/demo"},
		{"bootstrap", "paybridge/adapters/http"},
		{"bootstrap/paybridge", "paybridge/bootstrap"},
		{"test/acceptance", "paybridge/bootstrap"},
		{"test/acceptance", "paybridge/test/sandbox/mall"},
		{"test/contract", "paybridge/adapters/memory"},
		{"test/sandbox", "paybridge/test/sandbox/mall"},
		{"test/sandbox/mall", "net/http"},
	} {
		if reason := architecture.Forbidden("paybridge/"+allowed.from, allowed.to); reason != "" {
			t.Errorf("%s may import %s, but: %s", allowed.from, allowed.to, reason)
		}
	}
}

func TestALayerDoesNotSeeWhatItMustNot(t *testing.T) {
	t.Parallel()
	for _, forbidden := range []edge{
		{"domain/payment", "net/http"},
		{"domain/payment", "net/http/httptest"},
		{"domain/payment", "database/sql"},
		{"domain/payment", "os"},
		{"domain/payment", "os/exec"},
		{"domain/payment", "log"},
		{"domain/payment", "log/slog"},
		{"domain/payment", "github.com/google/uuid"},
		{"domain/payment", "paybridge/ports"},
		{"ports", "golang.org/x/sync/errgroup"},
		{"ports", "paybridge/application/command"},
		{"application/command", "github.com/uptrace/bun"},
		{"application/command", "paybridge/adapters/memory"},
		{"application/command", "paybridge/bootstrap"},
		{"adapters/http", "paybridge/adapters/cafe24"},
		{"adapters/http", "paybridge/bootstrap"},
		{"adapters/jobs", "paybridge/adapters/database"},
		{"adapters/cli", "paybridge/adapters/http"},
		{"adapters/database", "paybridge/adapters/redis"},
		{"adapters/database", "paybridge/application/command"},
		{"adapters/telemetry", "paybridge/adapters/gateway/transport"},
		{"adapters/gateway/demo", "paybridge/adapters/gateway"},
		{"adapters/gateway/demo", "paybridge/adapters/gateway/stripe"},
		{"adapters/gateway/demo", "paybridge/application/command"},
		{"adapters/gateway/transport", "paybridge/adapters/gateway/demo"},
		{"adapters/gateway", "paybridge/adapters/gateway/demo"},
		{"bootstrap", "paybridge/test/contract"},
		{"adapters/memory", "paybridge/test/contract"},
		{"test/sandbox", "paybridge/domain/money"},
		{"test/sandbox/mall", "paybridge/adapters/cafe24"},
		{"test/sandbox/mall", "paybridge/test/contract"},
		{"adapters", "context"},
		{"internal/anything", "context"},
	} {
		if architecture.Forbidden("paybridge/"+forbidden.from, forbidden.to) == "" {
			t.Errorf("%s must not import %s, but may", forbidden.from, forbidden.to)
		}
	}
}

func TestOnlyTestsImportWhatTheyNeed(t *testing.T) {
	t.Parallel()
	reaches := func(imported string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("package p\n\nimport _ \"" + imported + "\"\n")}
	}
	tree := fstest.MapFS{
		"adapters/redis/view.go":            reaches("paybridge/test/contract"),
		"adapters/redis/view_test.go":       reaches("paybridge/test/contract"),
		"adapters/redis/testdata/sample.go": reaches("paybridge/test/contract"),
		"test/sandbox/mall/mall_test.go":    reaches("paybridge/domain/money"),
		"var/scratch.go":                    reaches("paybridge/domain/money"),
	}

	problems, err := architecture.ForbiddenImports(tree)

	expected := []string{
		"adapters/redis/view.go imports paybridge/test/contract: adapters/redis must not see test",
		"test/sandbox/mall/mall_test.go imports paybridge/domain/money: test/sandbox must not see domain",
	}
	if err != nil || !slices.Equal(problems, expected) {
		t.Errorf("got %q and error %v, expected %q", problems, err, expected)
	}
}

func TestAFileThatIsNotGoIsAnErrorAndNotAPass(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{"domain/broken.go": {Data: []byte("package")}}
	if _, err := architecture.ForbiddenImports(tree); err == nil {
		t.Error("ForbiddenImports accepted a file it cannot parse")
	}
	if _, err := architecture.VagueNames(tree); err == nil {
		t.Error("VagueNames accepted a file it cannot parse")
	}
}
