package keyring_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"paybridge/adapters/keyring"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// keptIn writes a keyset into a file and opens it.
func keptIn(t *testing.T, path, encoded string) *keyring.Keyring {
	t.Helper()
	if err := os.WriteFile(path, []byte(encoded+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := keyring.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func file(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "keyset") }

func seal(t *testing.T, k *keyring.Keyring, text string) []byte {
	t.Helper()
	sealed, err := k.Seal(t.Context(), "demomall", ports.NewSecret(text))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opens(t *testing.T, k *keyring.Keyring, sealed []byte, text string) {
	t.Helper()
	if got, err := k.Open(t.Context(), "demomall", sealed); err != nil || got.Reveal() != text {
		t.Errorf("opened to %q, %v; want %q", got.Reveal(), err, text)
	}
}

// done checks that a step was about one key, and returns it.
func done(t *testing.T, change ports.KeysetChange, err error) ports.KeyID {
	t.Helper()
	if err != nil || len(change.Keys) != 1 {
		t.Fatalf("%+v, %v", change, err)
	}
	return change.Keys[0]
}

func shows(t *testing.T, k *keyring.Keyring, primary ports.KeyID, all ...ports.KeyID) {
	t.Helper()
	var want []ports.SealingKey
	for _, id := range all {
		want = append(want, ports.SealingKey{ID: id, Primary: id == primary})
	}
	if keys := k.Keys(); !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
}

func TestAKeyIsAddedThenPromotedThenTheOldOneIsDropped(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]*keyring.Keyring{"in a file": keptIn(t, file(t), newKeyset(t)), "by value": open(t, newKeyset(t))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old := k.Keys()[0].ID
			before := seal(t, k, "old")
			change, err := k.Add(t.Context())
			fresh := done(t, change, err)
			shows(t, k, old, old, fresh)
			if by := k.SealedBy(seal(t, k, "between")); by != old {
				t.Errorf("an added key seals at once: %d", by)
			}
			change, err = k.Promote(t.Context())
			if is := done(t, change, err); is != fresh {
				t.Errorf("promoted %d", is)
			}
			shows(t, k, fresh, old, fresh)
			after := seal(t, k, "new")
			if by := k.SealedBy(after); by != fresh {
				t.Errorf("sealed by %d", by)
			}
			opens(t, k, before, "old")
			change, err = k.Drop(t.Context(), []ports.KeyID{old})
			done(t, change, err)
			shows(t, k, fresh, fresh)
			opens(t, k, after, "new")
			if _, err := k.Open(t.Context(), "demomall", before); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a dropped key opens: %v", err)
			}
		})
	}
}

func TestOnlyAKeysetByValueIsHandedBackToBeStored(t *testing.T) {
	t.Parallel()
	k := open(t, newKeyset(t))
	change, err := k.Add(t.Context())
	fresh := done(t, change, err)
	shows(t, open(t, change.Text.Reveal()), k.Keys()[0].ID, k.Keys()[0].ID, fresh)
	kept := keptIn(t, file(t), newKeyset(t))
	if change, err := kept.Add(t.Context()); err != nil || change.Text.Reveal() != "" {
		t.Errorf("%d bytes, %v", len(change.Text.Reveal()), err)
	}
}

func TestAStepOutOfTurnIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	path := file(t)
	k := keptIn(t, path, newKeyset(t))
	first := k.Keys()[0].ID
	_, err := k.Promote(t.Context())
	refused(t, err, fault.Conflict, "no_key_waits")
	_, err = k.Drop(t.Context(), []ports.KeyID{first})
	refused(t, err, fault.Conflict, "primary_key")
	_, err = k.Drop(t.Context(), []ports.KeyID{first + 1})
	refused(t, err, fault.NotFound, "no_such_key")
	change, err := k.Add(t.Context())
	fresh := done(t, change, err)
	_, err = k.Add(t.Context())
	refused(t, err, fault.Conflict, "key_waits")
	_, err = k.Drop(t.Context(), []ports.KeyID{fresh, first})
	refused(t, err, fault.Conflict, "primary_key")
	again, err := keyring.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shows(t, again, first, first, fresh)
}

func refused(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || f.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestManyWhoRotateOneFileAtOnceLoseNoKey(t *testing.T) {
	t.Parallel()
	path := file(t)
	old := keptIn(t, path, newKeyset(t)).Keys()[0].ID
	var rotating sync.WaitGroup
	for range 8 {
		rotating.Go(func() {
			k, err := keyring.OpenFile(path)
			if err != nil {
				t.Error(err)
				return
			}
			for {
				if _, err := k.Add(t.Context()); err != nil {
					refused(t, err, fault.Conflict, "key_waits")
					continue
				}
				if _, err := k.Promote(t.Context()); err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	rotating.Wait()
	k, err := keyring.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if keys := k.Keys(); len(keys) != 9 || keys[0].ID != old || !keys[8].Primary {
		t.Errorf("left: %v", keys)
	}
	if names, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(names) != 0 {
		t.Errorf("left beside it: %v, %v", names, err)
	}
}

func TestAKeysetWithManyKeysIsOneLine(t *testing.T) {
	t.Parallel()
	path := file(t)
	if _, err := keptIn(t, path, newKeyset(t)).Add(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "\n") != 1 || !strings.HasSuffix(string(text), "\n") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
