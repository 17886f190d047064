package httpapi_test

import (
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	httpapi "paybridge/adapters/http"
	"paybridge/test/conformance"
)

var routeParameter = regexp.MustCompile(`:([a-z]+)`)

// TestEveryRouteIsDescribedAndEveryDescriptionHasItsRoute fails for a new route: describe it in a file below
// openapi/doors, with its fields, an example, and every status that it can answer.
func TestEveryRouteIsDescribedAndEveryDescriptionHasItsRoute(t *testing.T) {
	t.Parallel()
	contract, err := conformance.Load()
	if err != nil {
		t.Fatal(err)
	}
	served := httpapi.NewOps("", nil, http.NotFoundHandler(), slog.New(slog.DiscardHandler)).Routes()
	for _, r := range setup(t).Routes() {
		served = append(served, r.Method+" "+routeParameter.ReplaceAllString(r.Path, "{$1}"))
	}
	described := contract.Operations()
	for _, route := range served {
		if !slices.Contains(described, route) {
			t.Errorf("%s is served, but not described in openapi/doors", route)
		}
	}
	for _, route := range described {
		if !slices.Contains(served, route) {
			t.Errorf("%s is described, but not served", route)
		}
	}
}

func TestTheDescriptionIsServedForMachinesAndForPeople(t *testing.T) {
	t.Parallel()
	s := setup(t)
	document := s.send(http.MethodGet, "/openapi.json", "")
	if document.status != http.StatusOK || !strings.HasPrefix(document.body, `{"openapi":"3.1.0","info":{"title":"paybridge"`) {
		t.Fatalf("%d %.200s", document.status, document.body)
	}
	if !strings.Contains(document.body, `"servers":[{"url":"https://pay.example"}]`) {
		t.Error("the description does not name this installation's address")
	}
	page := s.send(http.MethodGet, "/docs", "")
	if page.status != http.StatusOK || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %v", page.status, page.header)
	}
	for _, r := range s.Routes() {
		if path := routeParameter.ReplaceAllString(r.Path, "{$1}"); !strings.Contains(page.body, "<code>"+path+"</code>") {
			t.Errorf("the page does not show %s %s", r.Method, path)
		}
	}
	if policy := page.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy: %s", policy)
	}
	if strings.Contains(page.body, "<script") || strings.Contains(page.body, "$ref") {
		t.Error("the page has a script or an open reference")
	}
}
