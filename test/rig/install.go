package rig

import (
	"strings"

	"paybridge/adapters/database"
	"paybridge/adapters/keyring"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Install gives the app access to the malls, as their owners do when they open it. No app may run yet.
func (s *System) Install(malls ...merchant.MallID) {
	s.t.Helper()
	s.must(s.install(malls))
}

func (s *System) install(malls []merchant.MallID) (err error) {
	keys, err := keyring.Open(ports.NewSecret(s.variable("ENCRYPTION_KEYSET")))
	if err != nil {
		return err
	}
	db, err := database.Open(s.t.Context(), s.variable("DATABASE_URL"), database.Options{MaxConnections: 1})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // what was stored is committed
	for _, mall := range malls {
		issued := s.Mall.Platform().IssueToken(string(mall))
		access, err := keys.Seal(s.t.Context(), mall, ports.NewSecret(issued.Access))
		if err != nil {
			return err
		}
		refresh, err := keys.Seal(s.t.Context(), mall, ports.NewSecret(issued.Refresh))
		if err != nil {
			return err
		}
		_, err = database.NewTokens(db).Update(s.t.Context(), mall, func(t *merchant.Tokens) error {
			t.Granted(merchant.Grant{
				Access: access, AccessUntil: issued.AccessExpires, Refresh: refresh, RefreshUntil: issued.RefreshEnds, Scopes: issued.Scopes,
			})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// variable is what the app finds in its environment; the last of equal names wins.
func (s *System) variable(name string) string {
	value := ""
	for _, line := range s.env {
		if text, is := strings.CutPrefix(line, name+"="); is {
			value = text
		}
	}
	return value
}

func (s *System) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
