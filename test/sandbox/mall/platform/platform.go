package platform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"paybridge/test/sandbox/control"
)

// Prefix is the path below which the platform is served; the next segment is the mall id.
const Prefix = "/malls/"

// Scopes are what the app may ask for: those that are ticked for it in Cafe24 Developers.
const Scopes = "mall.read_application mall.write_application mall.read_store mall.write_store mall.read_order mall.write_order"

// Config describes the platform and the one app that it knows.
type Config struct {
	// ClientID, ClientSecret and WebhookKey are the app's; empty means the values of the sandbox.
	ClientID, ClientSecret, WebhookKey string
	// AppURL says where the app is: its address plus /auth/token is the registered redirect URI.
	AppURL func() string
	// HTTPClient calls the app; nil means a client of its own.
	HTTPClient *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Order finds an order of a mall; nil means that there are none.
	Order func(mall, id string) (Order, bool)
	// Changed is called after every change of the memory; nil means that nobody wants to know.
	Changed func()
}

// Platform is the simulated platform. All its methods may be used from several goroutines.
type Platform struct {
	config Config
	now    func() time.Time

	mu    sync.Mutex
	malls map[string]*record
}

// New makes a platform on which no mall has the app.
func New(config Config) *Platform {
	config.ClientID = cmp.Or(config.ClientID, "mock_client_id")
	config.ClientSecret = cmp.Or(config.ClientSecret, "mock_client_secret")
	config.WebhookKey = cmp.Or(config.WebhookKey, "mock_webhook_key")
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.HTTPClient == nil {
		config.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if config.AppURL == nil {
		config.AppURL = func() string { return "" }
	}
	if config.Changed == nil {
		config.Changed = func() {}
	}
	return &Platform{config: config, now: config.Now, malls: map[string]*record{}}
}

// Routes adds the platform's routes.
func (p *Platform) Routes(routes *http.ServeMux) {
	base := Prefix + "{mall_id}/api/v2/"
	routes.HandleFunc("GET "+base+"oauth/authorize", p.ofMall(p.askConsent))
	routes.HandleFunc("POST "+base+"oauth/authorize", p.ofMall(p.decide))
	routes.HandleFunc("POST "+base+"oauth/token", p.ofMall(p.serveToken))
	routes.HandleFunc("POST "+base+"oauth/revoke", p.ofMall(p.serveRevoke))
	shops := api{"shops", "mall.read_store", usualLimit}
	routes.HandleFunc("GET "+base+"admin/shops", p.admin(shops, p.listShops))
	routes.HandleFunc("GET "+base+"admin/shops/{no}", p.admin(shops, p.showShop))
	gateway := api{"paymentgateway", "mall.write_store", usualLimit}
	routes.HandleFunc("POST "+base+"admin/paymentgateway", p.admin(gateway, p.createGateway))
	routes.HandleFunc("PUT "+base+"admin/paymentgateway/{client_id}", p.admin(gateway, p.updateGateway))
	routes.HandleFunc("DELETE "+base+"admin/paymentgateway/{client_id}", p.admin(gateway, p.deleteGateway))
	p.scriptRoutes(routes, base)
	routes.HandleFunc("GET "+base+"admin/orders/{order_id}", p.admin(api{"orders", "mall.read_order", usualLimit}, p.showOrder))
	routes.HandleFunc("POST "+base+"admin/orders/calculation", p.admin(api{"orders/calculation", "mall.write_order", usualLimit}, p.calculateOrder))
}

var mallID = regexp.MustCompile(`^[a-z0-9]{4,16}$`)

// ofMall gives a handler the mall of the path. Any well-formed id is a mall.
func (p *Platform) ofMall(serve func(w http.ResponseWriter, r *http.Request, mall string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		mall := r.PathValue("mall_id")
		if !mallID.MatchString(mall) {
			control.WriteJSON(w, http.StatusNotFound, oauthError{"invalid_request", "there is no such mall"})
			return
		}
		serve(w, r, mall)
	}
}

// change runs a change of one mall's record under the lock and tells that something changed.
func (p *Platform) change(mall string, change func(*record)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p.of(mall))
	p.config.Changed()
}

// of is the record of a mall; it is made when the mall is heard of for the first time. The caller holds the lock.
func (p *Platform) of(mall string) *record {
	known, exists := p.malls[mall]
	if !exists {
		known = newRecord(mall)
		p.malls[mall] = known
	}
	return known
}

func (p *Platform) redirectURI() string {
	return strings.TrimSuffix(p.config.AppURL(), "/") + "/auth/token"
}

// Reset forgets everything: no mall has the app, no token is known.
func (p *Platform) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.malls = map[string]*record{}
}

// Snapshot is the memory as JSON, for Restore.
func (p *Platform) Snapshot() json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, err := json.Marshal(p.malls)
	if err != nil {
		panic(err) // Plain values only: cannot happen.
	}
	return text
}

// Restore continues from a snapshot; an empty one is a fresh start.
func (p *Platform) Restore(snapshot json.RawMessage) error {
	malls := map[string]*record{}
	if len(snapshot) > 0 {
		if err := json.Unmarshal(snapshot, &malls); err != nil {
			return fmt.Errorf("platform: %w", err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.malls = malls
	return nil
}

func known(scopes []string) bool {
	ticked := strings.Fields(Scopes)
	return !slices.ContainsFunc(scopes, func(scope string) bool { return !slices.Contains(ticked, scope) })
}
