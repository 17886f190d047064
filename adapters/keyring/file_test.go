package keyring_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paybridge/adapters/keyring"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// rotated is what another process makes of the keyset in a file: the new key seals.
func rotated(t *testing.T, path string) *keyring.Keyring {
	t.Helper()
	other, err := keyring.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Add(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	return other
}

func TestAfterAReloadTheNewKeySealsAndOldSecretsStillOpen(t *testing.T) {
	t.Parallel()
	path := file(t)
	k := keptIn(t, path, newKeyset(t))
	before := seal(t, k, "old")
	fresh := rotated(t, path).Keys()[1].ID
	if len(k.Keys()) != 1 {
		t.Error("the file was read although nobody was told to")
	}
	if err := k.Reload(); err != nil {
		t.Fatal(err)
	}
	if by := k.SealedBy(seal(t, k, "after")); by != fresh {
		t.Errorf("after the reload sealed by %d", by)
	}
	opens(t, k, before, "old")
}

func TestNothingIsSealedByAKeyThatWasDroppedMeanwhile(t *testing.T) {
	t.Parallel()
	path := file(t)
	k := keptIn(t, path, newKeyset(t))
	other := rotated(t, path)
	if _, err := other.Drop(t.Context(), []ports.KeyID{k.Keys()[0].ID}); err != nil {
		t.Fatal(err)
	}
	opens(t, other, seal(t, k, "by one who was not told"), "by one who was not told")
}

func TestWhoWasNotToldYetStillOpensWhatTheNewKeySealed(t *testing.T) {
	t.Parallel()
	path := file(t)
	k := keptIn(t, path, newKeyset(t))
	opens(t, k, seal(t, rotated(t, path), "new"), "new")
	stranger := open(t, newKeyset(t))
	if _, err := k.Open(t.Context(), "demomall", seal(t, stranger, "foreign")); !fault.Is(err, fault.Forbidden) {
		t.Errorf("what nobody's key sealed opened: %v", err)
	}
}

func TestAReloadThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	path := file(t)
	k := keptIn(t, path, newKeyset(t))
	sealed := seal(t, k, "kept")
	if err := os.WriteFile(path, []byte("hunter2!"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(); !fault.Is(err, fault.Invalid) || strings.Contains(fmt.Sprintf("%v %#v", err, err), "hunter2") {
		t.Errorf("broken: %v", err)
	}
	opens(t, k, seal(t, k, "beside a broken file"), "beside a broken file")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("gone: %v", err)
	}
	opens(t, k, sealed, "kept")
	if err := open(t, newKeyset(t)).Reload(); !fault.Is(err, fault.Unsupported) {
		t.Errorf("by value: %v", err)
	}
}

func TestAFileThatIsMissingOrNoKeysetIsNotOpened(t *testing.T) {
	t.Parallel()
	path := file(t)
	if _, err := keyring.OpenFile(path); !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Of(err).Message, path) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.OpenFile(path); !fault.Is(err, fault.Invalid) {
		t.Errorf("empty: %v", err)
	}
}

func TestAChangedFileIsReadableByItsOwnerOnlyAndALinkStaysALink(t *testing.T) {
	t.Parallel()
	path := file(t)
	keptIn(t, path, newKeyset(t))
	if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // too open on purpose
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	rotated(t, link)
	if is, err := os.Lstat(link); err != nil || is.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link: %v, %v", is, err)
	}
	if is, err := os.Stat(path); err != nil || is.Mode() != 0o600 {
		t.Errorf("the file: %v, %v", is, err)
	}
}

func TestAFileThatCannotBeWrittenStaysAsItWas(t *testing.T) {
	t.Parallel()
	path := file(t)
	k := keptIn(t, path, newKeyset(t))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err := k.Add(t.Context())
	refused(t, err, fault.Unavailable, "keyset_file")
	if len(k.Keys()) != 1 {
		t.Errorf("keys: %v", k.Keys())
	}
	if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = k.Add(t.Context())
	refused(t, err, fault.Invalid, "bad_keyset")
	if text, err := os.ReadFile(path); err != nil || string(text) != "broken" {
		t.Errorf("the file: %q, %v", text, err)
	}
}
