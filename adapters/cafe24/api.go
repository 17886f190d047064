package cafe24

import (
	"errors"
	"io"
	"net/http"
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
// ports.CancelProof, ports.Installation, ports.MallShops, ports.ShopPayments and ports.ShopScripts, and is
// safe for concurrent use.
type API struct {
	config APIConfig
	client *http.Client
	tokens ports.Tokens
	keys   ports.Keyring
	clock  ports.Clock
	paces  paces
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

// changeTimeout bounds one change of a mall with all its calls: its owner waits for it.
const changeTimeout = 10 * time.Second

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
