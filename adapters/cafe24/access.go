package cafe24

import (
	"context"
	"errors"
	"net/url"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// access is an opened access token with the grant that it is of.
type access struct {
	token ports.Secret
	grant merchant.Grant
}

// renewalPoll is how often is looked whether somebody else's renewal ended.
const renewalPoll = 100 * time.Millisecond

// access returns a token of the mall with a scope, renewed when it ends soon. Forbidden "missing_scope",
// and what merchant.Tokens says.
func (a *API) access(ctx context.Context, mall merchant.MallID, scope string) (access, error) {
	tokens, err := a.tokens.Get(ctx, mall)
	if err != nil {
		return access{}, err
	}
	now := a.clock.Now()
	_, err = tokens.Access(now)
	if err != nil && fault.Of(err).Code != "access_ended" {
		return access{}, err
	}
	if !tokens.Has(scope) {
		return access{}, missingScope(scope)
	}
	if !tokens.Stale(now) {
		return a.open(ctx, tokens)
	}
	fresh, err := a.renew(ctx, mall, tokens.Snapshot().Grant)
	if err != nil && fault.Of(err).Code != "access_revoked" && now.Before(tokens.Snapshot().Grant.AccessUntil) {
		return a.open(ctx, tokens) // it serves for some minutes yet
	}
	return fresh, err
}

func missingScope(scope string) error {
	return fault.Newf(fault.Forbidden, "missing_scope", "the mall did not grant %s", scope)
}

func (a *API) open(ctx context.Context, tokens *merchant.Tokens) (access, error) {
	sealed, err := tokens.Access(a.clock.Now())
	if err != nil {
		return access{}, err
	}
	s := tokens.Snapshot()
	token, err := a.keys.Open(ctx, s.Mall, sealed)
	return access{token: token, grant: s.Grant}, err
}

// renew exchanges the refresh token, alone among all instances; who comes second waits for the result. A
// grant that is not the present one any more was renewed already. The caller's end does not end it: the
// refresh token is used up, so what came for it has to be stored.
func (a *API) renew(ctx context.Context, mall merchant.MallID, old merchant.Grant) (access, error) {
	var sealed []byte
	var replaced bool
	tokens, err := a.tokens.Update(ctx, mall, func(t *merchant.Tokens) (err error) {
		if replaced = !t.Snapshot().Grant.AccessUntil.Equal(old.AccessUntil); !replaced {
			sealed, err = t.BeginRefresh(a.clock.Now())
		}
		return err
	})
	switch {
	case err == nil && replaced:
		return a.open(ctx, tokens)
	case err != nil && fault.Of(err).Code == "token_refreshing":
		return a.awaitRenewal(ctx, mall, old)
	case err != nil:
		return access{}, err
	}
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.config.Timeout)
	defer cancel()
	return a.exchange(kept, tokens, sealed)
}

// exchange uses the refresh token and stores the rotated one before anything is done with it.
func (a *API) exchange(ctx context.Context, tokens *merchant.Tokens, sealed []byte) (access, error) {
	mall, until := tokens.Snapshot().Mall, tokens.Snapshot().RefreshingUntil
	refresh, err := a.keys.Open(ctx, mall, sealed)
	var fresh merchant.Grant
	if err == nil {
		fresh, err = a.token(ctx, mall, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh.Reveal()}})
	}
	if err == nil && len(fresh.Scopes) == 0 {
		fresh.Scopes = tokens.Snapshot().Grant.Scopes
	}
	stored, failed := a.keep(ctx, mall, until, func(t *merchant.Tokens) {
		switch {
		case err == nil:
			t.Refreshed(until, fresh)
		case fault.Of(err).Code == "grant_refused":
			t.Revoke(tokens.Snapshot().Grant, a.clock.Now())
		default:
			t.RefreshFailed(until)
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return access{}, err
	}
	return a.open(context.WithoutCancel(ctx), stored)
}

func (a *API) awaitRenewal(ctx context.Context, mall merchant.MallID, old merchant.Grant) (access, error) {
	for {
		select {
		case <-a.clock.After(renewalPoll):
		case <-ctx.Done():
			return access{}, fault.Of(ctx.Err())
		}
		tokens, err := a.tokens.Get(ctx, mall)
		if err != nil {
			return access{}, err
		}
		s := tokens.Snapshot()
		if !s.Grant.AccessUntil.Equal(old.AccessUntil) || !s.RevokedAt.IsZero() {
			return a.open(ctx, tokens)
		}
		if s.RefreshingUntil.IsZero() {
			return access{}, errAPISilent
		}
	}
}

// withdrawn remembers that a granted scope was refused: the app was removed from the mall.
func (a *API) withdrawn(ctx context.Context, mall merchant.MallID, refused merchant.Grant) error {
	_, err := a.tokens.Update(ctx, mall, func(t *merchant.Tokens) error {
		t.Revoke(refused, a.clock.Now())
		return nil
	})
	gone := fault.New(fault.Forbidden, "access_revoked", "the mall has withdrawn the access, its owner must open the app once")
	if err != nil {
		return gone.Because(err)
	}
	return gone
}
