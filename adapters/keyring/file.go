package keyring

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"paybridge/domain/fault"
	"paybridge/ports"
)

func readFile(path string) (ports.Secret, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return ports.Secret{}, unkept(path, "cannot be read", err)
	}
	return ports.NewSecret(strings.TrimSpace(string(content))), nil
}

// rewriteFile replaces the content of a file, in one step that a crash either lets happen or not. It
// holds the folder meanwhile, so that two of them do not undo each other; a link stays a link.
func rewriteFile(path string, change func(before ports.Secret) (after ports.Secret, err error)) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return unkept(path, "cannot be found", err)
	}
	path = target
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return unkept(path, "cannot be changed", err)
	}
	defer func() { _ = folder.Close() }() // which also gives up the lock
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX); err != nil {
		return unkept(path, "cannot be changed", err)
	}
	before, err := readFile(path)
	if err != nil {
		return err
	}
	after, err := change(before)
	if err != nil {
		return err
	}
	if err := replace(path, after); err != nil {
		return unkept(path, "cannot be changed", err)
	}
	if err := folder.Sync(); err != nil {
		return unkept(path, "was changed, but may be the old one after a power failure", err)
	}
	return nil
}

// replace writes beside the file and puts the result in its place. Only the owner may read it; he stays
// the same, or the service could not read what an administrator wrote.
func replace(path string, content ports.Secret) error {
	old, err := os.Stat(path)
	if err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), ".keyset-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(fresh.Name()) }() // not there any more after a success
	_, err = fresh.WriteString(content.Reveal() + "\n")
	if owner, known := old.Sys().(*syscall.Stat_t); known && err == nil {
		err = fresh.Chown(int(owner.Uid), int(owner.Gid))
	}
	if err := errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}

// unkept is a fault of the file. Errors of files say nothing of what is in them.
func unkept(path, what string, cause error) error {
	reason := cause
	var ofPath *os.PathError
	if errors.As(cause, &ofPath) {
		reason = ofPath.Err
	}
	return fault.Newf(fault.Unavailable, "keyset_file", "the keyset file %s %s: %v", path, what, reason).Because(cause)
}
