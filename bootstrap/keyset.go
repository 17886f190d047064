package bootstrap

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"paybridge/adapters/keyring"
	"paybridge/bootstrap/config"
	"paybridge/ports"
)

// keysetOf returns the configured keyset. A sandbox without one makes its own beside the database and
// keeps it: what was sealed yesterday must open today.
func keysetOf(c config.Config) (ports.Secret, error) {
	if c.Keyset.Reveal() != "" {
		return c.Keyset, nil
	}
	path := filepath.Join(folder(c.DatabaseURL), "paybridge.keyset")
	content, err := os.ReadFile(path) //nolint:gosec // beside the database, named by the operator
	switch {
	case err == nil:
		return ports.NewSecret(strings.TrimSpace(string(content))), nil
	case !errors.Is(err, fs.ErrNotExist):
		return ports.Secret{}, fmt.Errorf("read keyset: %w", err)
	}
	made, err := keyring.NewKeyset()
	if err != nil {
		return ports.Secret{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return ports.Secret{}, fmt.Errorf("keep keyset: %w", err)
	}
	if err := os.WriteFile(path, []byte(made+"\n"), 0o600); err != nil {
		return ports.Secret{}, fmt.Errorf("keep keyset: %w", err)
	}
	return ports.NewSecret(made), nil
}

// folder is where the sandbox keeps its files.
func folder(databaseURL string) string {
	if path, is := strings.CutPrefix(databaseURL, "sqlite:"); is {
		return filepath.Dir(path)
	}
	return "var"
}
