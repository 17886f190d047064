// Package secrets walks through everything that the keyring has sealed.
package secrets

import (
	"context"

	"paybridge/ports"
)

// stride is how many secrets are read at once.
const stride = 500

// Walk shows all secrets of the store, a stride at a time, and ends at the first error.
func Walk(ctx context.Context, vault ports.Vault, show func([]ports.SealedSecret) error) error {
	for after := ""; ; {
		page, err := vault.Next(ctx, after, stride)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		if err := show(page); err != nil {
			return err
		}
		after = page[len(page)-1].Place
	}
}

// Count counts the secrets of the store by the key that sealed them.
func Count(ctx context.Context, vault ports.Vault, keyring ports.Keyring) (map[ports.KeyID]int, error) {
	by := map[ports.KeyID]int{}
	err := Walk(ctx, vault, func(page []ports.SealedSecret) error {
		for _, s := range page {
			by[keyring.SealedBy(s.Sealed)]++
		}
		return nil
	})
	return by, err
}

// Primary returns the key that seals.
func Primary(keyring ports.Keyring) ports.KeyID {
	for _, key := range keyring.Keys() {
		if key.Primary {
			return key.ID
		}
	}
	return 0
}
