package memory

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paybridge/domain/merchant"
	"paybridge/ports"
)

// vault finds what is sealed in the store: the merchants' credentials.
type vault struct{ *Store }

// Next implements ports.Vault.
func (s vault) Next(ctx context.Context, after string, n int) ([]ports.SealedSecret, error) {
	var ahead []ports.SealedSecret
	err := s.locked(ctx, func(time.Time) error {
		for mall, m := range s.merchants {
			for _, c := range m.Credentials {
				if place := placeOf(mall, c); place > after {
					ahead = append(ahead, ports.SealedSecret{Place: place, Mall: mall, Sealed: bytes.Clone(c.Sealed)})
				}
			}
		}
		return nil
	})
	slices.SortFunc(ahead, func(a, b ports.SealedSecret) int { return strings.Compare(a.Place, b.Place) })
	return ahead[:min(n, len(ahead))], err
}

// Replace implements ports.Vault.
func (s vault) Replace(ctx context.Context, was ports.SealedSecret, sealed []byte) (replaced bool, err error) {
	err = s.locked(ctx, func(time.Time) error {
		credentials := s.merchants[was.Mall].Credentials
		for i, c := range credentials {
			if placeOf(was.Mall, c) == was.Place && bytes.Equal(c.Sealed, was.Sealed) {
				credentials[i].Sealed, replaced = bytes.Clone(sealed), true
			}
		}
		return nil
	})
	return replaced, err
}

func placeOf(mall merchant.MallID, c merchant.Credentials) string {
	return fmt.Sprintf("%s %09d", mall, c.Version)
}
