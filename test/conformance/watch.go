package conformance

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// Watch puts a proxy before the service and returns its address. What does not fit the description fails the
// test when it ends. A connection that breaks behind the proxy breaks before it, too.
func Watch(t testing.TB, service string) string {
	t.Helper()
	return watchAt(t, "127.0.0.1:0", service)
}

// WatchAt is Watch with the proxy at a given address.
func WatchAt(t testing.TB, address, service string) {
	t.Helper()
	watchAt(t, address, service)
}

func watchAt(t testing.TB, address, service string) string {
	t.Helper()
	contract, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(service)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{contract: contract}
	server := httptest.NewUnstartedServer(w.proxy(target))
	_ = server.Listener.Close() // it comes with one of its own
	server.Listener = listener
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		w.report(t)
	})
	return server.URL
}

func (w *watch) proxy(target *url.URL) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			if from := r.In.Header["X-Forwarded-For"]; from != nil {
				r.Out.Header["X-Forwarded-For"] = from
			}
			if r.Out.Body != nil {
				r.Out.Body = &remembering{ReadCloser: r.Out.Body}
			}
		},
		Transport:      &http.Transport{DisableKeepAlives: true, DisableCompression: true}, // the service may be another one by the next request
		ModifyResponse: w.look,
		ErrorHandler:   w.broke,
	}
}

// watch collects what does not fit.
type watch struct {
	contract *Contract

	mu       sync.Mutex
	problems map[string]bool
	breaks   []string // connections to the service that broke; many tests break them on purpose
}

// broke breaks the caller's connection as the service's broke.
func (w *watch) broke(_ http.ResponseWriter, r *http.Request, err error) {
	w.mu.Lock()
	w.breaks = append(w.breaks, r.Method+" "+r.URL.Path+": "+err.Error())
	w.mu.Unlock()
	panic(http.ErrAbortHandler)
}

func (w *watch) look(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	x := Exchange{
		Method: r.Request.Method, Path: r.Request.URL.Path, Asked: Message{Header: r.Request.Header},
		Status: r.StatusCode, Answered: Message{Header: r.Header, Body: body},
	}
	if asked, ok := r.Request.Body.(*remembering); ok {
		x.Asked.Body = asked.bytes()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, problem := range w.contract.Check(x) {
		if w.problems == nil {
			w.problems = map[string]bool{}
		}
		w.problems[problem] = true
	}
	return nil
}

func (w *watch) report(t testing.TB) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.Failed() {
		t.Logf("connections to the service that broke: %q", w.breaks)
	}
	for problem := range w.problems {
		t.Errorf("not as adapters/http/openapi describes it: %s", problem)
	}
}

// remembering is a body that is kept while it is read.
type remembering struct {
	io.ReadCloser

	mu   sync.Mutex
	seen bytes.Buffer
}

func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen.Write(p[:n])
	return n, err
}

func (r *remembering) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.seen.Bytes())
}
