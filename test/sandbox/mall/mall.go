package mall

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/mall/platform"
	"paybridge/test/sandbox/state"
)

// Config describes a simulated mall.
type Config struct {
	// AppURL is the public address of the app, to which the mall sends its messages. It may be set later with SetAppURL.
	AppURL string
	// CompanyURL is only linked to.
	CompanyURL string
	// PublicURL is where browsers reach the mall; empty means the host of the request.
	PublicURL string
	// NotifyURL is the address for notifications, with {mall_id} in it; empty means https://{mall_id}.cafe24shop.com, which the
	// app's outbound routes lead here.
	NotifyURL string
	// ServiceKey signs; empty means the value of the starting collection.
	ServiceKey string
	// PartnerID is the shop's id at the app; empty means the value of the starting collection.
	PartnerID string
	// StateFile keeps the mall's memory between runs; empty means nowhere.
	StateFile string
	// HTTPClient calls the app; nil means a client of its own.
	HTTPClient *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Reset replaces what POST /_sandbox/reset does; nil means Mall.Reset.
	Reset func(context.Context) error
}

// Mall is the simulated mall: an http.Handler with methods for tests in the same process. All methods may be used from several
// goroutines. It must be closed.
type Mall struct {
	*control.Plane

	config   Config
	handler  http.Handler
	pages    *template.Template
	now      func() time.Time
	saver    *state.Saver
	platform *platform.Platform

	mu   sync.Mutex
	app  string
	book *book
}

// New starts a mall, with its earlier memory when the state file exists. It fails when that file is damaged.
func New(config Config) (*Mall, error) {
	config.NotifyURL = cmp.Or(config.NotifyURL, "https://{mall_id}.cafe24shop.com")
	config.ServiceKey = cmp.Or(config.ServiceKey, "mock_service_key")
	config.PartnerID = cmp.Or(config.PartnerID, "demomall:0:demo-app-public-key")
	if config.HTTPClient == nil {
		config.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	m := &Mall{config: config, now: config.Now, app: config.AppURL, book: newBook()}
	if err := state.Load(config.StateFile, m.book); err != nil {
		return nil, fmt.Errorf("mall: %w", err)
	}
	m.book.index()
	m.Plane = control.New(control.Config{Now: m.now, Reset: m.resetFromOutside, Concerns: isProtocol})
	m.config.HTTPClient = m.watched(config.HTTPClient)
	m.platform = platform.New(platform.Config{
		AppURL: m.appURL, HTTPClient: m.config.HTTPClient, Now: m.now, Order: m.tellOrder, Changed: func() { m.saver.Changed() },
	})
	if err := m.platform.Restore(m.book.Platform); err != nil {
		return nil, fmt.Errorf("mall: %w", err)
	}
	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("mall: pages: %w", err)
	}
	m.pages = pages
	m.handler = m.Wrap(skinned(m.routes()))
	m.saver = state.NewSaver(config.StateFile, m.snapshot)
	return m, nil
}

// watched is a client whose requests can be watched.
func (m *Mall) watched(client *http.Client) *http.Client {
	copied := *client
	copied.Transport = m.Transport(client.Transport)
	return &copied
}

// Platform is Cafe24 around the mall: OAuth and the Admin API, for any mall id.
func (m *Mall) Platform() *platform.Platform { return m.platform }

// ServeHTTP serves the receivers, the platform, the shop and the control routes.
func (m *Mall) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Close saves.
func (m *Mall) Close() error {
	if err := m.saver.Close(); err != nil {
		return fmt.Errorf("mall: %w", err)
	}
	return nil
}

// Reset forgets everything: orders, what was told, tokens, faults and the log.
func (m *Mall) Reset() {
	m.platform.Reset()
	m.mu.Lock()
	m.book = newBook()
	m.mu.Unlock()
	m.Clear()
	m.saver.Changed()
}

// SetAppURL says where the app is, when its address is known only after the mall's.
func (m *Mall) SetAppURL(address string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.app = address
}

func (m *Mall) appURL() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.TrimSuffix(m.app, "/")
}

func (m *Mall) resetFromOutside(ctx context.Context) error {
	if m.config.Reset != nil {
		return m.config.Reset(ctx)
	}
	m.Reset()
	return nil
}

// isProtocol says whether a request belongs to the protocol, in contrast to the shop's own pages.
func isProtocol(r *http.Request) bool {
	for _, prefix := range []string{"/Pay/", platform.Prefix, "/exec/front/order/reserve/", "/api/shop/"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return true
		}
	}
	return false
}

func (m *Mall) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("POST "+notificationPath, m.receive(kindPayment))
	routes.HandleFunc("POST "+checkoutPath, m.receive(kindCheckout))
	routes.HandleFunc("POST "+cancelPath, m.receive(kindCancel))
	routes.HandleFunc("GET "+returnPath, m.showReturn)
	routes.HandleFunc("GET /_sandbox/orders", m.listOrders)
	routes.HandleFunc("POST /_sandbox/orders", m.controlOrder)
	routes.HandleFunc("POST /_sandbox/orders/{id}/pay", m.controlPay)
	routes.HandleFunc("POST /_sandbox/orders/{id}/refund", m.controlRefund)
	routes.HandleFunc("GET /_sandbox/counts", m.showCounts)
	m.platform.Routes(routes)
	m.shopRoutes(routes)
	m.adminRoutes(routes)
	return routes
}

func (m *Mall) notifyURL(mall string) string {
	return strings.TrimSuffix(strings.ReplaceAll(m.config.NotifyURL, "{mall_id}", mall), "/")
}

func (m *Mall) snapshot() any {
	m.mu.Lock()
	copied := m.book.copy()
	m.mu.Unlock()
	copied.Platform = m.platform.Snapshot()
	return copied
}
