package cafe24

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// How long tokens live (protocol section 12.3), and the zone of the times that Cafe24 writes without one.
const (
	accessLife  = 2 * time.Hour
	refreshLife = 14 * 24 * time.Hour
)

var korea = time.FixedZone("KST", 9*60*60)

type tokenAnswer struct {
	Access       string   `json:"access_token"`
	AccessUntil  string   `json:"expires_at"`
	Refresh      string   `json:"refresh_token"`
	RefreshUntil string   `json:"refresh_token_expires_at"`
	Mall         string   `json:"mall_id"`
	Scopes       []string `json:"scopes"`
	Error        string   `json:"error"`
}

// token sends one token request and returns what it gave, sealed. Forbidden "grant_refused" when the code
// or the refresh token is not good, or the app was removed.
func (a *API) token(ctx context.Context, mall merchant.MallID, form url.Values) (merchant.Grant, error) {
	base, err := a.base(mall)
	if err != nil {
		return merchant.Grant{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return merchant.Grant{}, fault.New(fault.Internal, "bad_api_request", "the request to Cafe24 cannot be built").Because(withoutURL(err))
	}
	req.SetBasicAuth(a.config.ClientID, a.config.ClientSecret.Reveal())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := a.send(req)
	if err != nil {
		return merchant.Grant{}, err
	}
	var told tokenAnswer
	readable := json.Unmarshal(answer.body, &told) == nil
	if answer.status == http.StatusForbidden || (readable && told.Error == "invalid_grant") {
		return merchant.Grant{}, fault.New(fault.Forbidden, "grant_refused", "Cafe24 gives no access to the mall, its owner must open the app once")
	}
	if answer.status == http.StatusUnauthorized {
		return merchant.Grant{}, fault.New(fault.Unavailable, "client_refused", "Cafe24 does not accept the app's client id and secret, whoever runs this service has to correct them")
	}
	if err := judgeAPI(answer.status); err != nil {
		return merchant.Grant{}, err
	}
	if !readable || told.Access == "" || told.Refresh == "" {
		return merchant.Grant{}, errAPIUnclear
	}
	if told.Mall != "" && told.Mall != string(mall) {
		return merchant.Grant{}, fault.New(fault.Forbidden, "other_mall", "Cafe24 gave access to another mall")
	}
	return a.seal(ctx, mall, told)
}

func (a *API) seal(ctx context.Context, mall merchant.MallID, told tokenAnswer) (merchant.Grant, error) {
	access, err := a.keys.Seal(ctx, mall, ports.NewSecret(told.Access))
	if err != nil {
		return merchant.Grant{}, err
	}
	refresh, err := a.keys.Seal(ctx, mall, ports.NewSecret(told.Refresh))
	now := a.clock.Now()
	return merchant.Grant{
		Access: access, AccessUntil: ends(told.AccessUntil, now, accessLife),
		Refresh: refresh, RefreshUntil: ends(told.RefreshUntil, now, refreshLife), Scopes: told.Scopes,
	}, err
}

// ends is the earlier one of what Cafe24 says and what its documentation says. A time that is over
// already was meant in another zone and tells nothing.
func ends(told string, now time.Time, life time.Duration) time.Time {
	end := now.Add(life)
	if at, err := time.ParseInLocation("2006-01-02T15:04:05.999", told, korea); err == nil && at.After(now) && at.Before(end) {
		return at.UTC().Truncate(time.Microsecond)
	}
	return end
}
