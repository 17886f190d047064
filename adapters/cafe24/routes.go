package cafe24

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Routes says where our own calls to a host really go, so that a sandbox can stand in for hosts of
// the internet. Buyers' browsers are not concerned. The zero value changes nothing.
type Routes struct{ list []route }

type route struct {
	pattern hostPattern
	base    *url.URL
}

// ParseRoutes reads OUTBOUND_ROUTES: comma-separated "pattern=base URL", the first match counts. A
// base URL has scheme, host and optionally a path that is put before the request's; https may become
// http. The error names every bad entry.
func ParseRoutes(text string) (Routes, error) {
	var (
		r        Routes
		problems []error
	)
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		parsed, err := parseRoute(entry)
		r.list, problems = append(r.list, parsed), append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return Routes{}, err
	}
	return r, nil
}

func parseRoute(entry string) (route, error) {
	name, target, found := strings.Cut(entry, "=")
	if !found {
		return route{}, fmt.Errorf("%q: must have the form *.example.com=http://127.0.0.1:8001", entry)
	}
	pattern, err := parseHostPattern(strings.TrimSpace(name))
	if err != nil {
		return route{}, err
	}
	base, err := url.Parse(strings.TrimSpace(target))
	if err != nil {
		return route{}, fmt.Errorf("%q: the base URL is malformed", name)
	}
	if _, err := siteOf(base); err != nil || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return route{}, fmt.Errorf("%q: the base URL must be http or https, host, port and path, nothing else", name)
	}
	base.Path, base.RawPath = strings.TrimSuffix(base.Path, "/"), strings.TrimSuffix(base.RawPath, "/")
	return route{pattern: pattern, base: base}, nil
}

func (r Routes) find(u *url.URL) (*url.URL, bool) {
	s, err := siteOf(u)
	if err != nil {
		return nil, false
	}
	for _, candidate := range r.list {
		if candidate.pattern.covers(s) {
			return candidate.base, true
		}
	}
	return nil, false
}

// router sends requests along the routes. The Host header stays what it was, for one server behind a
// route stands for many malls.
type router struct {
	routes Routes
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (r router) RoundTrip(req *http.Request) (*http.Response, error) {
	base, found := r.routes.find(req.URL)
	if !found {
		return r.next.RoundTrip(req)
	}
	routed := req.Clone(req.Context())
	if routed.Host == "" {
		routed.Host = req.URL.Host
	}
	routed.URL.Scheme, routed.URL.Host = base.Scheme, base.Host
	routed.URL.RawPath = base.EscapedPath() + req.URL.EscapedPath()
	routed.URL.Path = base.Path + req.URL.Path
	return r.next.RoundTrip(routed)
}
