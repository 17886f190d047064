package transport

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"

	"paybridge/domain/fault"
)

// Client calls one company. It is safe for use by many goroutines.
type Client struct {
	config Config
	base   *url.URL
	pool   *http.Transport
	line   http.RoundTripper // not an http.Client: nothing of redirects, cookies and URLs in errors is wanted
	guard  failsafe.Executor[Answer]
}

// Request is one call. Operation names it in spans and errors, e.g. "create order".
type Request struct {
	Operation string
	Method    string
	Path      string // below the base URL; the caller has checked what it put in
	Query     url.Values
	Header    http.Header
	Body      []byte
}

// New returns a client, or Invalid when the configuration cannot be meant. It opens no connection.
func New(config Config) (*Client, error) {
	base, err := config.base()
	if err != nil {
		return nil, err
	}
	config = config.withDefaults()
	pool := newPool(config)
	return &Client{
		config: config,
		base:   base,
		pool:   pool,
		line:   traced(config.Company, pool),
		guard:  failsafe.With(newBulkhead(config), newBreaker(config)),
	}, nil
}

// Close drops the idle connections.
func (c *Client) Close() { c.pool.CloseIdleConnections() }

// Do sends the request and returns the company's answer with a nil error for a 2xx.
//
// Unavailable: the company surely did nothing. Declined, Unauthenticated, NotFound: it refused, and
// the answer is returned beside the fault. Indeterminate: it may have done it.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Budget)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return Answer{}, errUnreachable.Because(err)
	}
	started := time.Now()
	answer, err := c.guard.WithContext(ctx).Get(func() (Answer, error) { return c.exchange(ctx, r) })
	err = settled(err)
	c.config.Observed(ctx, c.config.Company, r.Operation, time.Since(started), err)
	return answer, err
}

// exchange sends the request and reads and closes the answer, all inside the guards: the breaker
// must see a body that breaks off, and the bulkhead must count until the connection is free.
func (c *Client) exchange(ctx context.Context, r Request) (Answer, error) {
	w := &wire{}
	request, err := c.request(context.WithValue(w.watch(ctx), operationKey{}, r.Operation), r)
	if err != nil {
		return Answer{}, fault.New(fault.Internal, "bad_company_request", "the request to the payment company cannot be built").Because(err)
	}
	sent := time.Now()
	response, err := c.line.RoundTrip(request)
	if err != nil {
		return Answer{}, noAnswer(w, err, c.hurried(sent))
	}
	defer func() { _ = response.Body.Close() }()
	body, err := readAll(response.Body, c.config.MaxAnswer)
	if err != nil {
		return Answer{}, noAnswer(w, err, c.hurried(sent))
	}
	return Answer{Status: response.StatusCode, Body: body}, verdict(r, w, response.StatusCode)
}

func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	target := c.base.JoinPath(r.Path)
	target.RawQuery = r.Query.Encode()
	request, err := http.NewRequestWithContext(ctx, r.Method, target.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range r.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "paybridge")
	return request, nil
}

// hurried reports that the company has had less than a quarter of the budget since then: a caller's
// time that ends so early proves nothing about the company.
func (c *Client) hurried(since time.Time) bool { return time.Since(since) < c.config.Budget/4 }

type operationKey struct{}

// traced puts a client span around every sending. Only the trace context goes to the company, not
// the baggage, which is ours.
func traced(company string, pool http.RoundTripper) http.RoundTripper {
	name := func(_ string, r *http.Request) string {
		operation, _ := r.Context().Value(operationKey{}).(string)
		return company + " " + operation
	}
	return otelhttp.NewTransport(discreet{next: pool},
		otelhttp.WithSpanNameFormatter(name), otelhttp.WithPropagators(propagation.TraceContext{}))
}

func newPool(config Config) *http.Transport {
	dialer := &net.Dialer{Timeout: config.Budget, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    config.Budget,
		MaxIdleConns:           config.Concurrency,
		MaxIdleConnsPerHost:    config.Concurrency,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // Else the bound on an answer would count compressed bytes.
	}
}

// newBulkhead lets a short burst queue, and refuses what would have to wait longer.
func newBulkhead(config Config) failsafe.Policy[Answer] {
	return bulkhead.NewBuilder[Answer](uint(config.Concurrency)).WithMaxWaitTime(100 * time.Millisecond).Build()
}

// newBreaker opens when half of at least ten calls within ten seconds failed by the company's fault,
// and then lets one call after the other try.
func newBreaker(config Config) failsafe.Policy[Answer] {
	return circuitbreaker.NewBuilder[Answer]().
		HandleIf(func(_ Answer, err error) bool { return blamed(err) }).
		WithFailureRateThreshold(0.5, 10, 10*time.Second).
		WithDelay(config.Rest).
		WithSuccessThreshold(1).
		OnStateChanged(func(e circuitbreaker.StateChangedEvent) {
			config.Logger.LogAttrs(e.Context(), slog.LevelWarn, "breaker of a payment company changed",
				slog.String("company", config.Company), slog.String("from", e.OldState.String()), slog.String("to", e.NewState.String()))
		}).
		Build()
}
