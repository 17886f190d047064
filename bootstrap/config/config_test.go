package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paybridge/bootstrap/config"
)

func production(extra ...string) []string {
	return append([]string{
		"PAYBRIDGE_PUBLIC_URL=https://pay.example.com", "CAFE24_CLIENT_ID=client", "CAFE24_CLIENT_SECRET=secret-a",
		"CAFE24_SERVICE_KEY=secret-b", "CAFE24_WEBHOOK_KEY=secret-c", "ENCRYPTION_KEYSET=secret-d",
	}, extra...)
}

func TestACompleteConfigurationIsAccepted(t *testing.T) {
	t.Parallel()
	c, err := config.Load(production("PAYBRIDGE_ADDR="))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8000" || c.OpsAddr != "127.0.0.1:9000" || c.DatabaseURL != "sqlite:var/paybridge.db" || c.Sandbox {
		t.Errorf("defaults: %+v", c)
	}
	if c.Cafe24.ServiceKey.Reveal() != "secret-b" || len(c.Cafe24.Scopes) != 6 || len(c.Outbound.AllowedHosts) != 2 {
		t.Errorf("cafe24: %+v", c.Cafe24)
	}
}

func TestWithoutAnyConfigurationEverythingMissingIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Load(nil)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{
		"PAYBRIDGE_PUBLIC_URL", "CAFE24_CLIENT_ID", "CAFE24_CLIENT_SECRET", "CAFE24_SERVICE_KEY", "CAFE24_WEBHOOK_KEY", "ENCRYPTION_KEYSET",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
}

func TestProductionRefusesEveryRelaxation(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"CAFE24_COMPAT=sample", "OUTBOUND_ALLOW_PRIVATE=true", "OUTBOUND_ROUTES=*.cafe24shop.com=http://127.0.0.1:8001",
		"OUTBOUND_ALLOWED_HOSTS=localhost:8001", "GATEWAY_DEMO_BASE_URL=http://company", "PAYBRIDGE_PUBLIC_URL=http://pay.example.com",
		"CAFE24_API_BASE_URL=http://127.0.0.1:8001/malls/{mall_id}", "CAFE24_ADMIN_ORIGINS=http://127.0.0.1:8001",
	} {
		name, _, _ := strings.Cut(line, "=")
		if _, err := config.Load(production(line)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", line, err)
		}
		if _, err := config.Load(production(line, "PAYBRIDGE_ENV=sandbox")); err != nil {
			t.Errorf("%s in the sandbox: %v", line, err)
		}
	}
}

func TestWrongValuesAreNamedWithoutShowingSecrets(t *testing.T) {
	t.Parallel()
	_, err := config.Load(production("PAYBRIDGE_ENV=dev", "PAYBRIDGE_ADDR=8000", "DATABASE_URL=mysql://root:canary@host/db",
		"REDIS_URL=http://canary", "CAFE24_SOURCE_RANGES=10.0.0.0/99", "PAYBRIDGE_LOG_LEVEL=loud", "OUTBOUND_ALLOW_PRIVATE=perhaps",
		"PAYBRIDGE_SHUTDOWN_TIMEOUT=soon", "CAFE24_API_BASE_URL=https://api.example.com", "CAFE24_CLIENT_ID=ab", "CAFE24_EXTRA_CLIENT_IDS=1234567890"))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{
		"PAYBRIDGE_ENV", "PAYBRIDGE_ADDR", "DATABASE_URL", "REDIS_URL", "CAFE24_SOURCE_RANGES", "PAYBRIDGE_LOG_LEVEL",
		"PAYBRIDGE_SHUTDOWN_TIMEOUT", "CAFE24_API_BASE_URL", "CAFE24_CLIENT_ID: the client id", "CAFE24_EXTRA_CLIENT_IDS: the client id",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("a password is shown:\n%v", err)
	}
}

func TestWhoMayFrameTheAdminPagesIsAListOfOrigins(t *testing.T) {
	t.Parallel()
	c, err := config.Load(production("CAFE24_ADMIN_ORIGINS=https://{mall_id}.cafe24.com,https://admin.cafe24.com:8443"))
	if err != nil || len(c.Cafe24.AdminOrigins) != 2 {
		t.Fatalf("%v, %v", c.Cafe24.AdminOrigins, err)
	}
	for _, wrong := range []string{"*", "https://a.example/admin", "https://a.example; script-src *", "https://*", "ftp://a.example", "https://{mall}.a.example"} {
		if _, err := config.Load(production("CAFE24_ADMIN_ORIGINS=" + wrong)); err == nil || !strings.Contains(err.Error(), "CAFE24_ADMIN_ORIGINS") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestASecretCanComeFromAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "service-key")
	if err := os.WriteFile(path, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(append(production()[:3], "CAFE24_SERVICE_KEY_FILE="+path, "CAFE24_WEBHOOK_KEY=w", "ENCRYPTION_KEYSET=k", "CAFE24_SERVICE_KEY="))
	if err != nil || c.Cafe24.ServiceKey.Reveal() != "from-file" {
		t.Fatalf("%v", err)
	}
	if _, err := config.Load(production("CAFE24_SERVICE_KEY_FILE=" + path)); err == nil || !strings.Contains(err.Error(), "both set") {
		t.Errorf("two sources: %v", err)
	}
	if _, err := config.Load(append(production()[:3], "CAFE24_SERVICE_KEY_FILE=/nowhere/at-all")); err == nil || !strings.Contains(err.Error(), "CAFE24_SERVICE_KEY_FILE cannot be read") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestAPrintedConfigurationShowsNoSecret(t *testing.T) {
	t.Parallel()
	c, err := config.Load(production())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v", c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c)} {
		if strings.Contains(text, "secret-") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
}
