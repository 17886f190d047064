package system

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A lock makes a data folder one sandbox's own. The system lets go of it with the process, however that ends.
type lock struct{ *os.File }

// hold takes the lock of a data folder, before anything in it is changed.
func hold(dir string) (lock, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return lock{}, fmt.Errorf("data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "sandbox.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return lock{}, fmt.Errorf("data folder: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = file.Close() // Nothing was written.
		return lock{}, fmt.Errorf("another sandbox runs in the folder %s; stop it, or give this one a folder of its own with -dir: %w", dir, err)
	}
	return lock{file}, nil
}

// Close lets go before it closes: a child that is being started keeps every file of its parent for a moment.
func (l lock) Close() error {
	return errors.Join(unix.Flock(int(l.Fd()), unix.LOCK_UN), l.File.Close())
}
