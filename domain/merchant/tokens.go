package merchant

import (
	"slices"
	"time"

	"paybridge/domain/fault"
)

// The terms of Cafe24's tokens (protocol section 12.3).
const (
	refreshEarly  = 5 * time.Minute // before the access token ends
	refreshLease  = 20 * time.Second
	requestWindow = 2 * time.Hour
	requestBudget = 15 // token requests within the window; beyond it the app may be blocked
)

// Grant is what Cafe24 gave for a code or a refresh token. Both tokens are sealed for the mall.
type Grant struct {
	Access       []byte
	AccessUntil  time.Time
	Refresh      []byte
	RefreshUntil time.Time
	Scopes       []string
}

// TokensSnapshot is the whole state of a mall's tokens, as repositories store it.
type TokensSnapshot struct {
	Mall            MallID
	Grant           Grant       // empty before the app was installed
	RefreshingUntil time.Time   // somebody uses the refresh token now, at most until then
	RevokedAt       time.Time   // when Cafe24 said that the access is no more; zero while it stands
	Requests        []time.Time // the token requests of the last two hours, the oldest first
}

// Tokens are a mall's permission to use Cafe24's Admin API. A refresh token can be used once, so who
// uses it announces that first, and stores what came before using that.
type Tokens struct{ s TokensSnapshot }

// NewTokens returns those of a mall that has not installed the app.
func NewTokens(mall MallID) *Tokens { return &Tokens{s: TokensSnapshot{Mall: mall}} }

// RestoreTokens rebuilds tokens from storage. Repositories only.
func RestoreTokens(s TokensSnapshot) (*Tokens, error) {
	if !mallID.MatchString(string(s.Mall)) || (len(s.Grant.Access) == 0) != (len(s.Grant.Refresh) == 0) {
		return nil, fault.Newf(fault.Internal, "broken_tokens", "the tokens of mall %q are not whole", s.Mall)
	}
	return &Tokens{s: s}, nil
}

// Snapshot returns the state. Its slices are the tokens' own: read, never write.
func (t *Tokens) Snapshot() TokensSnapshot { return t.s }

// Access returns the sealed access token. Conflict "not_installed" without one, Forbidden
// "access_revoked" once Cafe24 withdrew it, Unavailable "access_ended" when it has to be refreshed first.
func (t *Tokens) Access(now time.Time) ([]byte, error) {
	if err := t.standing(); err != nil {
		return nil, err
	}
	if !now.Before(t.s.Grant.AccessUntil) {
		return nil, fault.New(fault.Unavailable, "access_ended", "the access to the mall has to be renewed first")
	}
	return t.s.Grant.Access, nil
}

// Standing reports that the app is installed, as far as we know.
func (t *Tokens) Standing() bool { return t.standing() == nil }

// Stale reports that the access token ends within five minutes.
func (t *Tokens) Stale(now time.Time) bool {
	return !now.Before(t.s.Grant.AccessUntil.Add(-refreshEarly))
}

// Has reports that a scope was granted.
func (t *Tokens) Has(scope string) bool { return slices.Contains(t.s.Grant.Scopes, scope) }

// Spend counts a token request before it is sent. RateLimited "token_budget" when the mall's budget is
// used up, which Update then leaves as it was.
func (t *Tokens) Spend(now time.Time) error {
	recent := slices.DeleteFunc(slices.Clone(t.s.Requests), func(at time.Time) bool { return !at.After(now.Add(-requestWindow)) })
	if len(recent) >= requestBudget {
		return fault.New(fault.RateLimited, "token_budget", "Cafe24 was asked too often for access to this mall, please wait an hour")
	}
	t.s.Requests = append(recent, now)
	return nil
}

// BeginRefresh announces that the caller uses the refresh token now and returns it, sealed. Unavailable
// "token_refreshing" while somebody else does; Forbidden "access_revoked" when it is too old.
func (t *Tokens) BeginRefresh(now time.Time) ([]byte, error) {
	if err := t.standing(); err != nil {
		return nil, err
	}
	switch {
	case now.Before(t.s.RefreshingUntil):
		return nil, fault.New(fault.Unavailable, "token_refreshing", "the access to the mall is being renewed")
	case !now.Before(t.s.Grant.RefreshUntil):
		return nil, errRevoked
	}
	if err := t.Spend(now); err != nil {
		return nil, err
	}
	t.s.RefreshingUntil = now.Add(refreshLease)
	return t.s.Grant.Refresh, nil
}

// Granted stores what an installation gave. It stands whatever was before.
func (t *Tokens) Granted(g Grant) {
	t.s.Grant, t.s.RefreshingUntil, t.s.RevokedAt = g, time.Time{}, time.Time{}
}

// Forget drops everything that a mall gave: it removed the app. A refresh that is underway stores nothing
// any more; what was asked for lately still counts.
func (t *Tokens) Forget() { t.Granted(Grant{}) }

// Refreshed stores what the refresh token was exchanged for, unless the app was installed anew meanwhile.
// Until names the refresh: it is the RefreshingUntil of BeginRefresh. The sealed bytes would not do, for a
// new key changes them.
func (t *Tokens) Refreshed(until time.Time, g Grant) {
	if t.s.RefreshingUntil.Equal(until) {
		t.Granted(g)
	}
}

// RefreshFailed lets others try again.
func (t *Tokens) RefreshFailed(until time.Time) {
	if t.s.RefreshingUntil.Equal(until) {
		t.s.RefreshingUntil = time.Time{}
	}
}

// Revoke remembers that Cafe24 refused a grant for good: the app was removed. One that was replaced
// meanwhile says nothing.
func (t *Tokens) Revoke(refused Grant, now time.Time) {
	if t.s.RevokedAt.IsZero() && t.s.Grant.AccessUntil.Equal(refused.AccessUntil) && t.s.Grant.RefreshUntil.Equal(refused.RefreshUntil) {
		t.s.RevokedAt, t.s.RefreshingUntil = now, time.Time{}
	}
}

var errRevoked = fault.New(fault.Forbidden, "access_revoked", "the mall has withdrawn the access, its owner must open the app once")

func (t *Tokens) standing() error {
	switch {
	case len(t.s.Grant.Refresh) == 0:
		return fault.New(fault.Conflict, "not_installed", "the merchant must open the app once")
	case !t.s.RevokedAt.IsZero():
		return errRevoked
	}
	return nil
}
