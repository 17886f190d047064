package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// Tokens is the suite of ports.Tokens: what a mall granted is kept, and whoever renews it is alone.
func Tokens(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"a mall without the app has empty tokens", tokensEmpty},
		{"what was granted comes back as it was, for that mall only", tokensKept},
		{"an error of the change comes back as it is and leaves nothing", tokensChangeFails},
		{"a cancelled context stores nothing", tokensCancelled},
		{"of many who renew at once exactly one may", tokensRenewedOnce},
		{"of many who ask for tokens at once fifteen may", tokensBudget},
		{"what is forgotten is in no row any more, but for what was asked for lately", tokensForgotten},
		{"sealed tokens are in the vault, and a replaced one is the mall's from then on", tokensResealed},
	})
}

func (s *shelf) grant(n byte) merchant.Grant {
	return merchant.Grant{
		Access: []byte{0, 255, '\'', n}, AccessUntil: s.clock.Now().Add(2 * time.Hour),
		Refresh: []byte{1, 128, '\\', n}, RefreshUntil: s.clock.Now().Add(14 * 24 * time.Hour),
		Scopes: []string{"mall.read_order", "mall.write_order"},
	}
}

func (s *shelf) install(t *testing.T, mall merchant.MallID, n byte) merchant.TokensSnapshot {
	t.Helper()
	got, err := s.Tokens.Update(t.Context(), mall, func(tokens *merchant.Tokens) error {
		tokens.Granted(s.grant(n))
		return tokens.Spend(s.clock.Now())
	})
	noError(t, err)
	return got.Snapshot()
}

func (s *shelf) tokens(t *testing.T, mall merchant.MallID) merchant.TokensSnapshot {
	t.Helper()
	got, err := s.Tokens.Get(t.Context(), mall)
	noError(t, err)
	return got.Snapshot()
}

func sameTokens(t *testing.T, what string, got, want merchant.TokensSnapshot) {
	t.Helper()
	same(t, what, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
}

func tokensEmpty(t *testing.T, s *shelf) {
	sameTokens(t, "tokens", s.tokens(t, "demomall"), merchant.NewTokens("demomall").Snapshot())
}

func tokensKept(t *testing.T, s *shelf) {
	s.install(t, "demomall", 1)
	other := s.install(t, "othermall", 2)
	want, err := s.Tokens.Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		_, err := tokens.BeginRefresh(s.clock.Now())
		return err
	})
	noError(t, err)
	sameTokens(t, "being renewed", s.tokens(t, "demomall"), want.Snapshot())
	want, err = s.Tokens.Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Revoke(s.grant(1), s.clock.Now())
		return nil
	})
	noError(t, err)
	same(t, "revoked", want.Snapshot().RevokedAt, s.clock.Now())
	sameTokens(t, "withdrawn", s.tokens(t, "demomall"), want.Snapshot())
	sameTokens(t, "of the other mall", s.tokens(t, "othermall"), other)
}

func tokensChangeFails(t *testing.T, s *shelf) {
	before := s.install(t, "demomall", 1)
	mine := errors.New("the change says no")
	for _, mall := range []merchant.MallID{"demomall", "othermall"} {
		_, err := s.Tokens.Update(t.Context(), mall, func(tokens *merchant.Tokens) error {
			tokens.Granted(s.grant(2))
			return mine
		})
		if err != mine { //nolint:errorlint // the port promises the very error
			t.Errorf("got error %v, want the one of the change", err)
		}
	}
	sameTokens(t, "stored", s.tokens(t, "demomall"), before)
	sameTokens(t, "of the other mall", s.tokens(t, "othermall"), merchant.NewTokens("othermall").Snapshot())
}

func tokensCancelled(t *testing.T, s *shelf) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Tokens.Update(ctx, "demomall", func(tokens *merchant.Tokens) error {
		cancel()
		tokens.Granted(s.grant(1))
		return nil
	})
	wantFault(t, err, fault.Unavailable, "")
	_, err = s.Tokens.Get(ctx, "demomall")
	wantFault(t, err, fault.Unavailable, "")
	sameTokens(t, "stored", s.tokens(t, "demomall"), merchant.NewTokens("demomall").Snapshot())
}

// allowed counts how many of a crowd may change the tokens.
func (s *shelf) allowed(ctx context.Context, change func(*merchant.Tokens) error) (int, error) {
	allowed := 0
	var others []error
	for _, err := range together(func(int) error {
		_, err := s.Tokens.Update(ctx, "demomall", change)
		return err
	}) {
		switch {
		case err == nil:
			allowed++
		case fault.Of(err).Code != "token_refreshing" && fault.Of(err).Code != "token_budget":
			others = append(others, err)
		}
	}
	return allowed, errors.Join(others...)
}

func tokensRenewedOnce(t *testing.T, s *shelf) {
	s.install(t, "demomall", 1)
	n, err := s.allowed(t.Context(), func(tokens *merchant.Tokens) error {
		_, err := tokens.BeginRefresh(s.clock.Now())
		return err
	})
	noError(t, err)
	same(t, "who may renew", n, 1)
}

func tokensBudget(t *testing.T, s *shelf) {
	n, err := s.allowed(t.Context(), func(tokens *merchant.Tokens) error { return tokens.Spend(s.clock.Now()) })
	noError(t, err)
	same(t, "token requests", n, 15)
	same(t, "remembered", len(s.tokens(t, "demomall").Requests), 15)
}

func tokensForgotten(t *testing.T, s *shelf) {
	s.install(t, "demomall", 1)
	other := s.install(t, "othermall", 2)
	got, err := s.Tokens.Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Forget()
		return nil
	})
	noError(t, err)
	kept := s.tokens(t, "demomall")
	sameTokens(t, "stored", kept, got.Snapshot())
	same(t, "access", len(kept.Grant.Access)+len(kept.Grant.Refresh)+len(kept.Grant.Scopes), 0)
	same(t, "requests", len(kept.Requests), 1)
	for _, secret := range s.secrets(t, 10) {
		same(t, "whose secrets are left", secret.Mall, "othermall")
	}
	sameTokens(t, "of the other mall", s.tokens(t, "othermall"), other)
}

func tokensResealed(t *testing.T, s *shelf) {
	was := s.install(t, "demomall", 1)
	secrets := s.secrets(t, 1)
	same(t, "secrets", len(secrets), 2)
	for i, secret := range secrets {
		same(t, "mall", secret.Mall, "demomall")
		done, err := s.Vault.Replace(t.Context(), secret, fmt.Append([]byte{0}, "anew ", i))
		noError(t, err)
		same(t, "replaced", done, true)
	}
	is := s.tokens(t, "demomall")
	same(t, "access token", string(is.Grant.Access), "\x00anew 0")
	same(t, "refresh token", string(is.Grant.Refresh), "\x00anew 1")
	is.Grant.Access, is.Grant.Refresh = was.Grant.Access, was.Grant.Refresh
	sameTokens(t, "everything else", is, was)
}
