package cafe24

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// errPrivateAddress is why a dial was refused. Nothing was sent.
var errPrivateAddress = errors.New("the address is not one of the public internet")

// newClient returns the client of everything we call at Cafe24 and its malls. It follows no
// redirect, because where one leads was never judged. Proxies of the environment are not used: behind
// one the dial guard would judge the proxy's address only.
func newClient(c Config) *http.Client {
	dialer := &net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}
	if !c.AllowPrivate {
		dialer.Control = refusePrivate
	}
	transport := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    3 * time.Second,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // answers are a few bytes; no bomb to unpack
	}
	return &http.Client{
		Transport:     traced(c.Tracer, router{routes: c.Routes, next: transport}),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// traced opens a client span for every call. Its metrics are switched off: they carry the server's
// name, and every mall has one of its own.
func traced(tracer trace.TracerProvider, next http.RoundTripper) http.RoundTripper {
	if tracer == nil {
		tracer = otel.GetTracerProvider()
	}
	return otelhttp.NewTransport(next,
		otelhttp.WithTracerProvider(tracer),
		otelhttp.WithMeterProvider(noop.NewMeterProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
	)
}

// refusePrivate is a net.Dialer.Control. It runs after the name was resolved, for the very address
// that is about to be connected to, so a name that resolves differently the second time gains
// nothing.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errPrivateAddress, address)
	}
	if !isPublic(target.Addr()) {
		return fmt.Errorf("%w: %s", errPrivateAddress, target.Addr())
	}
	return nil
}
