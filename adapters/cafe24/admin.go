package cafe24

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// adminCall is one call of the Admin API (protocol section 12.4).
type adminCall struct {
	mall       merchant.MallID
	scope      string
	method     string
	api        string // the resource, which has a bucket of its own
	rest       string // of the path below it, with the query
	body       any    // nil: none
	restricted bool   // Cafe24 opens the resource to approved apps only
}

func (c adminCall) writes() bool { return c.method != http.MethodGet }

// call does a call of the Admin API: not before the bucket has room for it, with a fresh token, once more
// with another one after a 401, and once more after a 429, which both say that nothing was done, when the
// wait fits into the caller's time. A write whose answer was lost is Indeterminate and not repeated.
func (a *API) call(ctx context.Context, c adminCall) ([]byte, error) {
	base, err := a.base(c.mall)
	if err != nil {
		return nil, err
	}
	access, err := a.access(ctx, c.mall, c.scope)
	if err != nil {
		return nil, err
	}
	renewed, waited := false, false
	for {
		if err := a.wait(ctx, a.paces.pour(c, a.clock.Now())); err != nil {
			return nil, err
		}
		answer, err := a.try(ctx, base, c, access.token)
		if err != nil {
			return nil, err
		}
		a.paces.note(c, answer, a.clock.Now())
		switch {
		case answer.status == http.StatusUnauthorized && !renewed:
			renewed = true
			if access, err = a.renew(ctx, c.mall, access.grant); err != nil {
				return nil, err
			}
		case answer.status == http.StatusTooManyRequests && !waited:
			waited = true
		case answer.status == http.StatusForbidden:
			return nil, a.forbidden(ctx, c, answer, access.grant)
		default:
			return answer.body, judgeCall(c, answer.status)
		}
	}
}

// try sends a call once. What surely was not sent is Unavailable.
func (a *API) try(ctx context.Context, base string, c adminCall, token ports.Secret) (apiAnswer, error) {
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := c.request(ctx, base)
	if err != nil {
		return apiAnswer{}, fault.New(fault.Internal, "bad_api_request", "the request to Cafe24 cannot be built").Because(withoutURL(err))
	}
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Cafe24-Api-Version", a.config.Version)
	answer, err := a.send(req)
	if err != nil && c.writes() && connected.Load() {
		return apiAnswer{}, errAPILost.Because(err)
	}
	return answer, err
}

func (c adminCall) request(ctx context.Context, base string) (*http.Request, error) {
	var body []byte
	if c.body != nil {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			return nil, err
		}
	}
	return http.NewRequestWithContext(ctx, c.method, base+"/admin/"+c.api+c.rest, bytes.NewReader(body))
}

// forbidden tells why a granted scope was refused. An answer that speaks of scopes says that the mall has
// narrowed them, and that the app is still installed. For a restricted resource that is either an app without
// Cafe24's approval, or one that was removed: the mall's shops tell which.
func (a *API) forbidden(ctx context.Context, c adminCall, answer apiAnswer, refused merchant.Grant) error {
	if bytes.Contains(bytes.ToLower(answer.body), []byte("scope")) {
		return missingScope(c.scope)
	}
	if !c.restricted {
		return a.withdrawn(ctx, c.mall, refused)
	}
	if _, err := a.call(ctx, listShops(c.mall)); err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "not_approved", "Cafe24 has not approved the app for "+c.api+" yet, please ask Cafe24")
}

var errAPILost = fault.New(fault.Indeterminate, "cafe24_lost", "Cafe24's answer was lost, the change may have been made")

func judgeCall(c adminCall, status int) error {
	if c.writes() && (status < 200 || status >= 500 || (status >= 300 && status < 400)) {
		return errAPILost.Because(judgeAPI(status))
	}
	return judgeAPI(status)
}

func judgeAPI(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound:
		return fault.New(fault.NotFound, "cafe24_unknown", "Cafe24 knows no such thing")
	case status == http.StatusUnauthorized:
		return fault.New(fault.Unauthenticated, "cafe24_unauthenticated", "Cafe24 does not accept the access to the mall")
	case status == http.StatusTooManyRequests:
		return fault.New(fault.RateLimited, "cafe24_busy", "Cafe24 asked to come back later")
	case status >= 400 && status < 500:
		return fault.Newf(fault.Declined, "cafe24_refused", "Cafe24 answered %d", status)
	}
	return fault.Newf(fault.Unavailable, "cafe24_failing", "Cafe24 answered %d", status)
}
