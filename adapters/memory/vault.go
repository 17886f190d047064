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

// vault finds what is sealed in the store: the merchants' credentials and tokens, and reservations.
type vault struct{ *Store }

// Next implements ports.Vault.
func (s vault) Next(ctx context.Context, after string, n int) ([]ports.SealedSecret, error) {
	var ahead []ports.SealedSecret
	err := s.locked(ctx, func(time.Time) error {
		s.each(func(secret ports.SealedSecret, _ func([]byte)) {
			if secret.Place > after {
				secret.Sealed = bytes.Clone(secret.Sealed)
				ahead = append(ahead, secret)
			}
		})
		return nil
	})
	slices.SortFunc(ahead, func(a, b ports.SealedSecret) int { return strings.Compare(a.Place, b.Place) })
	return ahead[:min(n, len(ahead))], err
}

// Replace implements ports.Vault.
func (s vault) Replace(ctx context.Context, was ports.SealedSecret, sealed []byte) (replaced bool, err error) {
	err = s.locked(ctx, func(time.Time) error {
		s.each(func(secret ports.SealedSecret, put func([]byte)) {
			if secret.Place == was.Place && bytes.Equal(secret.Sealed, was.Sealed) {
				put(bytes.Clone(sealed))
				replaced = true
			}
		})
		return nil
	})
	return replaced, err
}

// each meets every secret with the means to put another one in its place.
func (s vault) each(meet func(secret ports.SealedSecret, put func([]byte))) {
	for mall, m := range s.merchants {
		for i, c := range m.Credentials {
			if len(c.Sealed) == 0 {
				continue
			}
			place := fmt.Sprintf("%s %09d", mall, c.Version)
			meet(ports.SealedSecret{Place: place, Mall: mall, Sealed: c.Sealed}, func(sealed []byte) { m.Credentials[i].Sealed = sealed })
		}
	}
	s.eachReserved(meet)
	for mall, t := range s.granted {
		if len(t.Grant.Access) == 0 {
			continue
		}
		meet(ports.SealedSecret{Place: fmt.Sprintf("%s access", mall), Mall: mall, Sealed: t.Grant.Access}, func(sealed []byte) { s.reseal(mall, &sealed, nil) })
		meet(ports.SealedSecret{Place: fmt.Sprintf("%s refresh", mall), Mall: mall, Sealed: t.Grant.Refresh}, func(sealed []byte) { s.reseal(mall, nil, &sealed) })
	}
}

// eachReserved meets what is sealed of reservations.
func (s vault) eachReserved(meet func(secret ports.SealedSecret, put func([]byte))) {
	for i, r := range s.reserved {
		if r.Sealed != nil {
			place := fmt.Sprintf("%s reserved %s", r.Key.Mall, r.Payment)
			meet(ports.SealedSecret{Place: place, Mall: r.Key.Mall, Sealed: r.Sealed}, func(sealed []byte) { s.reserved[i].Sealed = sealed })
		}
	}
}

// reseal replaces one of a mall's tokens.
func (s vault) reseal(mall merchant.MallID, access, refresh *[]byte) {
	t := s.granted[mall]
	if access != nil {
		t.Grant.Access = *access
	}
	if refresh != nil {
		t.Grant.Refresh = *refresh
	}
	s.granted[mall] = t
}
