package acceptance_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paybridge/test/rig"
)

// finding is what the doctor says about one thing.
type finding struct{ Name, Health, Detail, Remedy string }

// examined runs the doctor with further variables, and returns its findings by name and whether it failed.
func examined(t *testing.T, s *rig.System, env ...string) (map[string]finding, bool) {
	t.Helper()
	said, err := s.TryWith(env, "doctor", "--json")
	said, _, _ = strings.Cut(said, "\n]") // behind it is why it failed
	var list []finding
	if broken := json.Unmarshal([]byte(said+"\n]"), &list); broken != nil {
		t.Fatalf("%v\n%s", broken, said)
	}
	found := map[string]finding{}
	for _, one := range list {
		found[one.Name] = one
		if (one.Health == "ok") != (one.Remedy == "") {
			t.Errorf("%s is %s, and what to do is %q", one.Name, one.Health, one.Remedy)
		}
	}
	return found, err != nil
}

func TestTheDoctorLooksAtEverythingThatTheServiceDependsOn(t *testing.T) {
	t.Parallel()
	redis := rig.StartRedis(t)
	s := rig.Start(t, rig.Options{Postgres: true, Env: []string{"REDIS_URL=" + redis.URL()}})
	s.Mall.Platform().Grant("newmall", "mall.read_store")
	newBrowser(t, s).signIn("newmall")
	found, failed := examined(t, s)
	for name, health := range map[string]string{
		"configuration": "ok", "database": "ok", "migrations": "ok", "redis": "ok", "encryption keys": "ok", "secrets": "ok", "clock": "ok", "outbox": "ok", "webhooks": "ok",
		"company demo": "ok", "clock of company demo": "ok", "malls' API": "ok", "clock of malls' API": "ok", "public address": "ok",
		"merchants": "ok", "linked": "warning", "access": "warning", "access withdrawn": "ok", "scope mall.read_order": "warning",
	} {
		if found[name].Health != health {
			t.Errorf("%s: %+v, expected %s", name, found[name], health)
		}
	}
	if failed {
		t.Error("warnings are no failure")
	}
	if f := found["access"]; !strings.Contains(f.Detail, "demomall, ectmtjpq001") || strings.Contains(f.Detail, "newmall") || !strings.Contains(f.Remedy, "open the app once") {
		t.Errorf("%+v", f)
	}
	if f := found["scope mall.read_order"]; !strings.HasSuffix(f.Detail, " newmall") || found["scope mall.read_store"].Name != "" {
		t.Errorf("%+v", f)
	}

	redis.Stop()
	if found, failed := examined(t, s); found["redis"].Health != "warning" || failed {
		t.Errorf("without Redis: %+v", found["redis"])
	}
}

func TestTheDoctorNamesWhatIsNotRightAndWhatToDo(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	}))
	t.Cleanup(slow.Close)
	empty, letter := filepath.Join(t.TempDir(), "empty.db"), filepath.Join(t.TempDir(), "letter.txt")
	if err := errors.Join(os.WriteFile(empty, nil, 0o600), os.WriteFile(letter, []byte(strings.Repeat("this is a letter. ", 100)), 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ env, about, health, says string }{
		"a company that is away":          {"GATEWAY_DEMO_BASE_URL=http://127.0.0.1:1", "company demo", "failed", "127.0.0.1:1 cannot be reached"},
		"a company whose clock is wrong":  {"GATEWAY_DEMO_BASE_URL=" + slow.URL, "clock of company demo", "warning", "its clock"},
		"malls that cannot be asked":      {"CAFE24_API_BASE_URL=http://127.0.0.1:1/{mall_id}", "malls' API", "failed", "cannot be reached"},
		"another service at our address":  {"PAYBRIDGE_PUBLIC_URL=" + slow.URL, "public address", "warning", "something else"},
		"nobody at our address":           {"PAYBRIDGE_PUBLIC_URL=http://127.0.0.1:1", "public address", "warning", "cannot be reached"},
		"a database that is away":         {"DATABASE_URL=postgres://nobody@127.0.0.1:1/none", "database", "failed", "database"},
		"a configuration that is no good": {"CAFE24_COMPAT=loose", "configuration", "failed", "CAFE24_COMPAT"},
		"a keyset that is another's":      {"ENCRYPTION_KEYSET=" + strings.TrimSpace(s.Command("keys", "new")), "secrets", "failed", "sealed by keys"},
		"a Redis that was never there":    {"REDIS_URL=redis://127.0.0.1:1", "redis", "warning", "read model"},
		"a database that is not there":    {"DATABASE_URL=sqlite:none/at-all.db", "database", "failed", "none/at-all.db"},
		"a file that is no database":      {"DATABASE_URL=sqlite:" + letter, "database", "failed", "is no SQLite database"},
		"a database without its schema":   {"DATABASE_URL=sqlite:" + empty, "migrations", "failed", "pending"},
		"a company that is not offered":   {"GATEWAY_DEMO_BASE_URL=", "company demo", "failed", "2 merchants use it, GATEWAY_DEMO_BASE_URL is not set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, failed := examined(t, s, c.env)
			f := found[c.about]
			if f.Health != c.health || !strings.Contains(f.Detail, c.says) || strings.ContainsAny(f.Detail, "\n\t") {
				t.Errorf("%+v", f)
			}
			if failed != (c.health == "failed") {
				t.Errorf("failed: %v, all found: %+v", failed, found)
			}
		})
	}
}

func TestACompanyThatMerchantsUseAndThatIsNotOfferedIsNamedAtTheStart(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Quiet: true})
	without := []string{"GATEWAY_DEMO_BASE_URL="}
	if said, err := s.TryWith(without, "merchants", "import", "merchants.json"); err == nil || !strings.Contains(said, "-> GATEWAY_DEMO_BASE_URL is not set") {
		t.Errorf("%v\n%s", err, said)
	}
	s.StartApp()
	if strings.Contains(s.Log(), "is not offered") {
		t.Errorf("everything is there:\n%s", s.Log())
	}
	s.Stop()
	s.Set(without...)
	s.StartApp()
	if strings.Count(s.Log(), "is not offered") != 1 || !strings.Contains(s.Log(), `"merchants":2,"because":"GATEWAY_DEMO_BASE_URL is not set"`) {
		t.Errorf("it is not:\n%s", s.Log())
	}
}

func TestTheDoctorKnowsByWhatArrivedWhetherTheCompaniesReachTheService(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Postgres: database == "postgres"})
			expect := func(health, says string) {
				t.Helper()
				if found, _ := examined(t, s); found["webhooks"].Health != health || !strings.Contains(found["webhooks"].Detail, says) {
					t.Errorf("%+v, expected %s with %q", found["webhooks"], health, says)
				}
			}
			expect("ok", "none yet")
			s.Post(checkoutPath, verbatim(t, "async_checkout"))
			if err := s.Company.Approve(code, false); err != nil {
				t.Fatal(err)
			}
			goesBack(t, s.Post(callbackPath, verbatim(t, "async_callback")), "https://mockmall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php", "0000")
			expect("warning", "none has ever come")
			s.Post(webhookPath, verbatim(t, "async_webhook"))
			expect("ok", "ago")
		})
	}
}

func TestTheDoctorHasALineForEveryProblemWithTheConfiguration(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Quiet: true})
	said, err := s.TryWith([]string{"CAFE24_CLIENT_ID=", "DATABASE_URL=nonsense"}, "doctor")
	if err == nil || strings.Count(said, "failed  configuration  ") != 2 || strings.ContainsRune(said, '\uFFFD') {
		t.Errorf("%v\n%s", err, said)
	}
}
