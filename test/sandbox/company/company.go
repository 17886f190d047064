package company

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/state"
)

// Config describes a simulated company. Its zero value is a company without a state file whose asynchronous refunds wait
// for the control routes.
type Config struct {
	// PublicURL is where browsers reach the payment page; empty means the host of the request.
	PublicURL string
	// Accounts exist besides the demo account.
	Accounts []Account
	// StateFile keeps the company's memory between runs; empty means nowhere.
	StateFile string
	// HTTPClient sends webhooks; nil means a client of its own. It must not follow redirects.
	HTTPClient *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// RetrySchedule is the pauses between tries of a webhook; nil means the contract's.
	RetrySchedule []time.Duration
	// OrderLifetime is how long a payment page stays open; 0 means 30 minutes.
	OrderLifetime time.Duration
	// RefundDelay is how long an asynchronous refund stays pending by itself; 0 means until it is completed or rejected.
	RefundDelay time.Duration
	// WayBack changes where a browser is sent from the payment page of an order; nil means the callback URL itself.
	WayBack func(ctx context.Context, page, callback string) string
	// Reset replaces what POST /_sandbox/reset does; nil means Company.Reset.
	Reset func(context.Context) error
}

const (
	defaultOrderLifetime = 30 * time.Minute
	// tick is how often the company looks for expired orders and refunds that are due.
	tick = 250 * time.Millisecond
)

// Company is the simulated company: an http.Handler with control methods for tests in the same process. All methods may be
// used from several goroutines. It must be closed.
type Company struct {
	*control.Plane

	config   Config
	accounts map[string]string
	handler  http.Handler
	pages    *template.Template
	now      func() time.Time
	webhooks *dispatcher
	saver    *state.Saver
	stop     context.CancelFunc
	ticking  sync.WaitGroup

	mu          sync.Mutex
	book        *book
	keyTTL      time.Duration
	listLag     time.Duration
	refundDelay time.Duration
	rejections  int64
}

// New starts a company, with its earlier memory when the state file exists. It fails when that file is damaged.
func New(config Config) (*Company, error) {
	c := &Company{config: config, now: config.Now, accounts: map[string]string{DemoPublicKey: DemoSecretKey}, book: newBook()}
	if c.now == nil {
		c.now = time.Now
	}
	if c.config.OrderLifetime <= 0 {
		c.config.OrderLifetime = defaultOrderLifetime
	}
	for _, account := range config.Accounts {
		c.accounts[account.PublicKey] = account.SecretKey
	}
	if err := state.Load(config.StateFile, c.book); err != nil {
		return nil, fmt.Errorf("company: %w", err)
	}
	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("company: pages: %w", err)
	}
	c.pages = pages
	c.book.index()
	c.Plane = control.New(control.Config{Now: c.now, Settings: c.settings(), Reset: c.resetFromOutside})
	c.ClearFaults()
	c.handler = c.Wrap(c.routes())
	c.saver = state.NewSaver(config.StateFile, c.snapshot)
	c.webhooks = newDispatcher(config, c.Transport, c.now, c.saver.Changed)
	c.webhooks.resume(c.book.Webhooks)
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	c.ticking.Go(func() { c.keepTime(ctx) })
	return c, nil
}

// ServeHTTP serves the contract, the payment page and the control routes.
func (c *Company) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Close stops the webhooks and saves. Webhooks under way go on at the next start when there is a state file.
func (c *Company) Close() error {
	c.stop()
	c.ticking.Wait()
	c.webhooks.close()
	if err := c.saver.Close(); err != nil {
		return fmt.Errorf("company: %w", err)
	}
	return nil
}

// Reset forgets everything: orders, refunds, keys, webhooks, faults and the log. Codes begin at 001 again.
func (c *Company) Reset() {
	c.webhooks.reset()
	c.mu.Lock()
	c.book = newBook()
	c.mu.Unlock()
	c.Clear()
	c.saver.Changed()
}

func (c *Company) resetFromOutside(ctx context.Context) error {
	if c.config.Reset != nil {
		return c.config.Reset(ctx)
	}
	c.Reset()
	return nil
}

func (c *Company) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("POST /v1/orders", c.post(c.createOrder))
	routes.HandleFunc("GET /v1/orders", c.get(c.listOrders))
	routes.HandleFunc("GET /v1/orders/{code}", c.get(c.getOrder))
	routes.HandleFunc("POST /v1/orders/{code}/cancel", c.post(c.cancelOrder))
	routes.HandleFunc("POST /v1/orders/{code}/pay", c.post(c.payOrder))
	routes.HandleFunc("POST /v1/orders/{code}/refunds", c.post(c.createRefund))
	routes.HandleFunc("GET /v1/refunds", c.get(c.listRefunds))
	routes.HandleFunc("GET /v1/refunds/{code}", c.get(c.getRefund))
	routes.HandleFunc("GET /{$}", c.showHome)
	routes.HandleFunc("GET /pay/{code}", c.showPage)
	routes.HandleFunc("GET /pay/{code}/back", c.leave)
	routes.HandleFunc("POST /pay/{code}/{choice}", c.choose)
	routes.HandleFunc("GET /sdk/demo-pay.js", serveSDK)
	routes.HandleFunc("GET /checkout/{code}", c.showWallet)
	routes.HandleFunc("POST /checkout/{code}", c.chooseAddress)
	routes.HandleFunc("POST /_sandbox/orders/{code}/{action}", c.controlOrder)
	routes.HandleFunc("POST /_sandbox/refunds/{code}/{action}", c.controlRefund)
	routes.HandleFunc("GET /_sandbox/orders", c.showOrders)
	routes.HandleFunc("GET /_sandbox/webhooks", c.showWebhooks)
	return routes
}

func (c *Company) baseURL(r *http.Request) string {
	if c.config.PublicURL != "" {
		return strings.TrimSuffix(c.config.PublicURL, "/")
	}
	return "http://" + r.Host
}

func (c *Company) snapshot() any {
	waiting := c.webhooks.waiting()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.book.copy(waiting)
}

// keepTime does what happens without anybody's request: orders expire, pending refunds are done, old keys are forgotten.
func (c *Company) keepTime(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.mu.Lock()
			now := c.now()
			c.expireOrders(now)
			c.finishRefunds(now)
			c.book.forget(now.Add(-max(c.keyTTL, defaultKeyTTL)))
			c.mu.Unlock()
		}
	}
}
