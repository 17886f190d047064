package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"paybridge/adapters/keyring"
	"paybridge/bootstrap/config"
)

// keysOf opens the configured keyset. A sandbox without one makes its own beside the database and keeps
// it: what was sealed yesterday must open today.
func keysOf(c config.Config) (*keyring.Keyring, error) {
	switch {
	case c.KeysetFile != "":
		return keyring.OpenFile(c.KeysetFile)
	case c.Keyset.Reveal() != "":
		return keyring.Open(c.Keyset)
	}
	path := filepath.Join(folder(c.DatabaseURL), "paybridge.keyset")
	if err := makeKeyset(path); err != nil {
		return nil, err
	}
	return keyring.OpenFile(path)
}

// makeKeyset makes a keyset unless there is one.
func makeKeyset(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	made, err := keyring.NewKeyset()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("keep keyset: %w", err)
	}
	if err := os.WriteFile(path, []byte(made+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep keyset: %w", err)
	}
	return nil
}

// hangups hears of every SIGHUP, from now until the service is taken apart.
func hangups() (<-chan os.Signal, func()) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	return heard, func() { signal.Stop(heard) }
}

// reloadKeys reads the keyset's file again at every SIGHUP. A file that is broken or gone leaves the keys
// as they are, and says so.
func (a *App) reloadKeys(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.Hangups:
			a.Merchants.Forget() // they may still be sealed by a key that is gone now
			if err := a.Keyring.Reload(); err != nil {
				a.Log.ErrorContext(ctx, "the keyset was not read again, the keys stay as they are", "error", err)
				continue
			}
			a.Log.InfoContext(ctx, "the keyset was read again", "opens_with", a.Keyring.Keys())
		}
	}
}

// folder is where the sandbox keeps its files.
func folder(databaseURL string) string {
	if path, is := strings.CutPrefix(databaseURL, "sqlite:"); is {
		return filepath.Dir(path)
	}
	return "var"
}
