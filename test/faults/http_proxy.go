package faults

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// ProxyHTTP stands between the app and a company or a mall until the test ends, and returns its own
// address. Requests that change something are effects; when the bomb hits, their answer is cut off.
func ProxyHTTP(t testing.TB, bomb *Bomb, name, target string) string {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(u)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(response *http.Response) error {
			if response.Request.Method != http.MethodGet && !bomb.Done(name+" "+response.Request.URL.Path) {
				return http.ErrAbortHandler
			}
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}
