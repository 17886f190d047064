package system

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// environment is what the app is started with: the values of the starting collection, and the simulators in place of Cafe24
// and the payment company. Settings of the surrounding shell reach the app only when they cannot break this arrangement.
func environment(config Config) []string {
	mallHost := fmt.Sprintf("localhost:%d", config.MallPort)
	mallAddress := fmt.Sprintf("127.0.0.1:%d", config.MallPort)
	own := []string{
		"PAYBRIDGE_ENV=sandbox",
		fmt.Sprintf("PAYBRIDGE_ADDR=%s:%d", config.Bind, config.AppPort),
		fmt.Sprintf("PAYBRIDGE_OPS_ADDR=%s:%d", config.Bind, config.OpsPort),
		"PAYBRIDGE_PUBLIC_URL=" + address(config.AppPort),
		"DATABASE_URL=sqlite:" + filepath.Join(config.Dir, databaseFile),
		"CAFE24_CLIENT_ID=mock_client_id",
		"CAFE24_CLIENT_SECRET=mock_client_secret",
		"CAFE24_SERVICE_KEY=mock_service_key",
		"CAFE24_WEBHOOK_KEY=mock_webhook_key",
		"CAFE24_EXTRA_CLIENT_IDS=iSCr50CoPxDpsmTLgede0A",
		"CAFE24_COMPAT=sample",
		"CAFE24_API_BASE_URL=http://" + mallAddress + "/malls/{mall_id}",
		"CAFE24_ADMIN_ORIGINS=http://" + mallAddress + ",http://" + mallHost,
		"GATEWAY_DEMO_BASE_URL=" + address(config.CompanyPort),
		"OUTBOUND_ALLOWED_HOSTS=*.cafe24.com,*.cafe24shop.com," + mallHost + "," + mallAddress,
		"OUTBOUND_ALLOW_PRIVATE=true",
		"OUTBOUND_ROUTES=*.cafe24shop.com=http://" + mallAddress + ",*.cafe24.com=http://" + mallAddress,
	}
	foreign, adjusted := inherited(os.Environ())
	return slices.Concat(foreign, own, adjusted, config.Environment)
}

// writeSettings writes the app's settings into a file that a shell can read, for whoever wants to give the app's commands:
//
//	. var/app.env; var/bin/paybridge payments list
func writeSettings(dir string, environment []string) error {
	var lines strings.Builder
	for _, line := range environment {
		if name, value, _ := strings.Cut(line, "="); configuresApp(name) {
			fmt.Fprintf(&lines, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
		}
	}
	return os.WriteFile(filepath.Join(dir, "app.env"), []byte(lines.String()), 0o600)
}

// setting is a variable of an environment; the last of equal names wins.
func setting(environment []string, name string) (value string) {
	for _, line := range environment {
		if text, is := strings.CutPrefix(line, name+"="); is {
			value = text
		}
	}
	return value
}

// adjustable are settings of the app that a person may want to try in the sandbox.
const adjustable = " CAFE24_COMPAT CAFE24_NOTIFICATION_ENCODING CAFE24_REMAIN_CHECK CAFE24_CANCEL_PROOF REDIS_URL "

// inherited sorts the surrounding environment into what does not configure the app, telemetry included, and the adjustable
// settings. Everything else that would configure the app is left out.
func inherited(surrounding []string) (foreign, adjusted []string) {
	for _, setting := range surrounding {
		name, _, _ := strings.Cut(setting, "=")
		switch {
		case !configuresApp(name):
			foreign = append(foreign, setting)
		case strings.Contains(adjustable, " "+name+" "):
			adjusted = append(adjusted, setting)
		}
	}
	return foreign, adjusted
}

func configuresApp(name string) bool {
	for _, prefix := range []string{"PAYBRIDGE_", "DATABASE_", "CAFE24_", "GATEWAY_", "OUTBOUND_", "ENCRYPTION_", "REDIS_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
