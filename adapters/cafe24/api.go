package cafe24

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// APIConfig is what calls of Cafe24's OAuth and Admin API need. Mall gives routes, dial guard and tracer.
type APIConfig struct {
	BaseURL      string // a template with {mall_id}
	Version      string // X-Cafe24-Api-Version
	ClientID     string
	ClientSecret ports.Secret
	RedirectURI  string        // where the owner of a mall comes back to, as registered with Cafe24
	Scopes       []string      // what the owner is asked for
	Timeout      time.Duration // of one use of the API with everything in it; 0: three seconds
	Mall         Config
}

// API calls the OAuth and Admin API of the malls that installed the app. It implements
// ports.CancelProof and ports.Installation, and is safe for concurrent use.
type API struct {
	config APIConfig
	client *http.Client
	tokens ports.Tokens
	keys   ports.Keyring
	clock  ports.Clock
}

// NewAPI returns an API whose tokens are stored sealed.
func NewAPI(c APIConfig, tokens ports.Tokens, keys ports.Keyring, clock ports.Clock) (*API, error) {
	if !strings.Contains(c.BaseURL, "{mall_id}") || c.ClientID == "" || c.ClientSecret.Reveal() == "" {
		return nil, errors.New("the API of Cafe24 needs a base URL with {mall_id}, the client id and the client secret")
	}
	if c.RedirectURI == "" || len(c.Scopes) == 0 {
		return nil, errors.New("the API of Cafe24 needs scopes to ask for and an address to come back to")
	}
	if c.Timeout == 0 {
		c.Timeout = 3 * time.Second
	}
	return &API{config: c, client: newClient(c.Mall), tokens: tokens, keys: keys, clock: clock}, nil
}

// base is the mall's API; the grammar of a mall id lets nothing but its name into the host.
func (a *API) base(mall merchant.MallID) (string, error) {
	if _, err := merchant.ParseMallID(string(mall)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.ReplaceAll(a.config.BaseURL, "{mall_id}", string(mall)), "/") + "/api/v2", nil
}

type apiAnswer struct {
	status int
	header http.Header
	body   []byte
}

// maxAPIAnswer bounds an answer; an order with a hundred lines has some hundred kilobytes.
const maxAPIAnswer = 4 << 20

// send returns any answer that came whole.
func (a *API) send(req *http.Request) (apiAnswer, error) {
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "paybridge")
	res, err := a.client.Do(req)
	if err != nil {
		return apiAnswer{}, errAPISilent.Because(withoutURL(err))
	}
	defer func() { _ = res.Body.Close() }() // what was read decides
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAPIAnswer+1))
	if err == nil && len(body) > maxAPIAnswer {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return apiAnswer{}, errAPISilent.Because(err)
	}
	return apiAnswer{status: res.StatusCode, header: res.Header, body: body}, nil
}

var errAPISilent = fault.New(fault.Unavailable, "cafe24_silent", "Cafe24 did not answer in time")

// get reads from the Admin API: with a fresh token, once more with another one after a 401, and once more
// after a 429 when the wait that Cafe24 asks for fits into the caller's time.
func (a *API) get(ctx context.Context, mall merchant.MallID, scope, path string) ([]byte, error) {
	base, err := a.base(mall)
	if err != nil {
		return nil, err
	}
	access, err := a.access(ctx, mall, scope)
	if err != nil {
		return nil, err
	}
	renewed, waited := false, false
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/admin/"+path, nil)
		if err != nil {
			return nil, fault.New(fault.Internal, "bad_api_request", "the request to Cafe24 cannot be built").Because(withoutURL(err))
		}
		req.Header.Set("Authorization", "Bearer "+access.token.Reveal())
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Cafe24-Api-Version", a.config.Version)
		answer, err := a.send(req)
		switch {
		case err != nil:
			return nil, err
		case answer.status == http.StatusUnauthorized && !renewed:
			renewed = true
			if access, err = a.renew(ctx, mall, access.grant); err != nil {
				return nil, err
			}
		case answer.status == http.StatusTooManyRequests && !waited:
			waited = true
			if err := a.wait(ctx, pause(answer.header)); err != nil {
				return nil, err
			}
		case answer.status == http.StatusForbidden:
			return nil, a.withdrawn(ctx, mall, access.grant)
		default:
			return answer.body, judgeAPI(answer.status)
		}
	}
}

// pause is how long Cafe24 wants to be left alone: seconds of the usage headers, or until the bucket
// has leaked a little.
func pause(header http.Header) time.Duration {
	longest := time.Second
	for _, name := range []string{"Retry-After", "X-Cafe24-Call-Remain", "X-Cafe24-Time-Remain"} {
		if seconds, err := strconv.Atoi(header.Get(name)); err == nil && seconds > 0 {
			longest = max(longest, time.Duration(min(seconds, 86_400))*time.Second)
		}
	}
	return longest
}

// wait waits, unless the caller's time ends before: calling while blocked prolongs the block.
func (a *API) wait(ctx context.Context, d time.Duration) error {
	busy := fault.New(fault.RateLimited, "cafe24_busy", "Cafe24 asked to come back later")
	if d >= a.config.Timeout {
		return busy
	}
	select {
	case <-a.clock.After(d):
		return nil
	case <-ctx.Done():
		return busy.Because(ctx.Err())
	}
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
