package system

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// hold makes the data folder this sandbox's own until the file is closed, before anything in it is changed. The system lets go of it
// with the process, however that ends.
func hold(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "sandbox.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = file.Close() // Nothing was written.
		return nil, fmt.Errorf("another sandbox runs in the folder %s; stop it, or give this one a folder of its own with -dir: %w", dir, err)
	}
	return file, nil
}
