package httpapi_test

import (
	"encoding/json"
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

func TestEveryAdminRouteIsDescribedWithItsSessionAndWhatChangesWithItsProof(t *testing.T) {
	t.Parallel()
	var told struct {
		Paths map[string]map[string]json.RawMessage
	}
	s := setup(t)
	if err := json.Unmarshal([]byte(s.send(http.MethodGet, "/openapi.json", "").body), &told); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Routes() {
		path := routeParameter.ReplaceAllString(r.Path, "{$1}")
		want := ""
		switch {
		case strings.HasPrefix(path, "/admin/") && r.Method == http.MethodGet:
			want = `[{"session":[]}]`
		case strings.HasPrefix(path, "/admin/"):
			want = `[{"session":[],"proof":[]}]`
		default:
			continue
		}
		var one struct{ Security json.RawMessage }
		if _ = json.Unmarshal(told.Paths[path][strings.ToLower(r.Method)], &one); string(one.Security) != want {
			t.Errorf("%s %s is described with the security %s, want %s", r.Method, path, one.Security, want)
		}
	}
	if page := s.send(http.MethodGet, "/docs", "").body; strings.Count(page, "Needs the cookie <code>__Host-paybridge-session</code> and the header <code>X-CSRF-Token</code>.") < 3 {
		t.Error("the page does not say what a change needs")
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
