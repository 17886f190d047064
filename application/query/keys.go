package query

import (
	"context"
	"maps"
	"slices"

	"paybridge/application/secrets"
	"paybridge/ports"
)

// Keys asks which keys there are and what they sealed.
type Keys struct{}

// KeyUse says what a key is for now.
type KeyUse string

// The uses of a key.
const (
	KeySeals   KeyUse = "seals"   // the primary one
	KeyOpens   KeyUse = "opens"   // older than the primary one: to be dropped when it sealed nothing any more
	KeyWaits   KeyUse = "waits"   // newer: to be promoted
	KeyMissing KeyUse = "missing" // not in the keyset: what it sealed does not open
)

// KeyRow is one key, with how many secrets of the store it sealed.
type KeyRow struct {
	ID      ports.KeyID `json:"id"`
	Use     KeyUse      `json:"use"`
	Secrets int         `json:"secrets"`
}

// KeysHandler answers with the keys of the keyset, the oldest first, and after them those that sealed
// something and are missing; 0 stands for what no key can have sealed.
type KeysHandler struct {
	Keyring ports.Keyring
	Vault   ports.Vault
}

// Handle answers.
func (h KeysHandler) Handle(ctx context.Context, _ Keys) ([]KeyRow, error) {
	by, err := secrets.Count(ctx, h.Vault, h.Keyring)
	if err != nil {
		return nil, err
	}
	var rows []KeyRow
	use := KeyOpens
	for _, key := range h.Keyring.Keys() {
		row := KeyRow{ID: key.ID, Use: use, Secrets: by[key.ID]}
		if key.Primary {
			row.Use, use = KeySeals, KeyWaits
		}
		rows = append(rows, row)
		delete(by, key.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(by)) {
		rows = append(rows, KeyRow{ID: id, Use: KeyMissing, Secrets: by[id]})
	}
	return rows, nil
}
