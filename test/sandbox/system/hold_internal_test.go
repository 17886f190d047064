package system

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestAFolderIsFreeEvenWhileAProgramThatIsBeingStartedKeepsTheFile: between fork and exec a child has every file of
// its parent, and the app of another sandbox may be started at any moment.
func TestAFolderIsFreeEvenWhileAProgramThatIsBeingStartedKeepsTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	held, err := hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	child, err := unix.Dup(int(held.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(child) })
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}
