package cafe24

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

var _ ports.Installation = (*API)(nil)

// ConsentURL implements ports.Installation (protocol section 12.2).
func (a *API) ConsentURL(mall merchant.MallID, state string) (string, error) {
	base, err := a.base(mall)
	if err != nil {
		return "", err
	}
	if state == "" {
		return "", fault.New(fault.Internal, "missing_state", "the owner of a mall is asked without a state")
	}
	query := url.Values{
		"response_type": {"code"}, "client_id": {a.config.ClientID}, "redirect_uri": {a.config.RedirectURI},
		"scope": {strings.Join(a.config.Scopes, " ")}, "state": {state},
	}
	return base + "/oauth/authorize?" + query.Encode(), nil
}

// Complete implements ports.Installation.
func (a *API) Complete(t *merchant.Tokens) bool {
	return t.Standing() && !slices.ContainsFunc(a.config.Scopes, func(scope string) bool { return !t.Has(scope) })
}

// Install implements ports.Installation. A code is good once: whoever closes the browser now shall not
// have to open the app again.
func (a *API) Install(ctx context.Context, mall merchant.MallID, code string) (*merchant.Tokens, error) {
	if code == "" {
		return nil, fault.New(fault.Invalid, "missing_code", "code: is missing")
	}
	if _, err := a.base(mall); err != nil {
		return nil, err
	}
	_, err := a.tokens.Update(ctx, mall, func(t *merchant.Tokens) error { return t.Spend(a.clock.Now()) })
	if err != nil {
		return nil, err
	}
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.config.Timeout)
	defer cancel()
	grant, err := a.token(kept, mall, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {a.config.RedirectURI},
	})
	if err != nil {
		return nil, err
	}
	return a.keep(ctx, mall, a.clock.Now().Add(keepFor), func(t *merchant.Tokens) { t.Granted(grant) })
}
