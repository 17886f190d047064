package acceptance_test

import (
	"os"
	"strings"
	"testing"

	"paybridge/adapters/keyring"
	"paybridge/ports"
	"paybridge/test/rig"
)

// hears hangs up and waits until the app has said that it heard it.
func hears(t *testing.T, s *rig.System, what string) {
	t.Helper()
	before := strings.Count(s.Log(), what)
	s.HangUp()
	s.Eventually(soon, what, func() bool { return strings.Count(s.Log(), what) > before })
}

// sells makes an order with the merchant's sealed key.
func sells(t *testing.T, s *rig.System, number string) {
	t.Helper()
	if a := s.Post(checkoutPath, order(number).Body()); a.Status != 200 || a.Field("result_code") != "0000" {
		t.Fatalf("%d %s\n%s", a.Status, a.Body, s.Log())
	}
}

func TestTheKeysetIsReadAgainWhenTheServiceIsToldTo(t *testing.T) {
	t.Parallel()
	path, env := rig.KeysetFile(t)
	s := rig.Start(t, rig.Options{Env: env})
	sells(t, s, "20260301-0000001")
	keys, err := keyring.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Add(t.Context()); err != nil {
		t.Fatal(err)
	}
	hears(t, s, "the keyset was read again")
	sells(t, s, "20260301-0000002")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("canary-of-a-broken-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	hears(t, s, "the keys stay as they are")
	sells(t, s, "20260301-0000003")
	if log := s.Log(); strings.Contains(log, "canary") || strings.Contains(log, strings.TrimSpace(string(good))) {
		t.Errorf("a keyset is in the log:\n%s", log)
	}
}

func TestAServiceWithAKeysetByValueSurvivesAHangUp(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	hears(t, s, "only a restart brings another one")
	sells(t, s, "20260301-0000001")
	if exit := s.Stop(); exit != 0 {
		t.Errorf("exit code %d", exit)
	}
}

func TestOnSQLiteSecretsAreSealedAnewWhileTheServiceIsStopped(t *testing.T) {
	t.Parallel()
	_, env := rig.KeysetFile(t)
	s := rig.Start(t, rig.Options{Env: env})
	s.Command("keys", "rotate", "--add")
	s.Command("keys", "rotate", "--promote")
	hears(t, s, "the keyset was read again")
	if out, err := s.Try("keys", "rotate", "--reencrypt"); err == nil || !strings.Contains(out, "is in use by another process") {
		t.Errorf("while it runs: %s, %v", out, err)
	}
	sells(t, s, "20260301-0000001")
	s.Stop()
	if out := s.Command("keys", "rotate", "--reencrypt"); !strings.Contains(out, "2 sealed anew") {
		t.Errorf("while it is stopped: %s", out)
	}
	s.Command("keys", "rotate", "--prune")
	s.StartApp()
	sells(t, s, "20260301-0000002")
}

func TestAKeysetByValueIsPrintedToBeStored(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	said := s.Command("keys", "rotate", "--add")
	line, rest, _ := strings.Cut(said, "\n")
	keys, err := keyring.Open(ports.NewSecret(line))
	if err != nil || len(keys.Keys()) != 2 || !keys.Keys()[0].Primary {
		t.Fatalf("%d bytes, %v", len(line), err)
	}
	if !strings.Contains(rest, "store what was printed as ENCRYPTION_KEYSET") {
		t.Errorf("said: %s", rest)
	}
	if out := s.Command("keys", "list"); strings.Count(out, "\n") != 2 || !strings.Contains(out, "seals") {
		t.Errorf("before it is stored: %s", out)
	}
	if strings.Contains(s.Log(), line) {
		t.Error("the keyset is in the log")
	}
}
