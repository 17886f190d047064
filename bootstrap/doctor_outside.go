package bootstrap

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"paybridge/adapters/cli"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

const (
	// probeBudget bounds one look at something outside.
	probeBudget = 3 * time.Second
	// certificateNotice is how long before its end a certificate is spoken of.
	certificateNotice = 14 * 24 * time.Hour
)

// outside looks at what is not ours, and at ourselves as others see us.
func outside(ctx context.Context, c config.Config, mall merchant.MallID) []cli.Check {
	var checks []cli.Check
	if c.DemoBaseURL != "" {
		checks = append(checks, neighbour(ctx, "company demo", c.DemoBaseURL, "is GATEWAY_DEMO_BASE_URL right, and may this machine connect there?")...)
	}
	if mall == "" {
		checks = append(checks, cli.Check{Name: "malls' API", Health: cli.Healthy, Detail: "not asked: there is no merchant yet"})
	} else {
		address := strings.ReplaceAll(c.Cafe24.APIBaseURL, "{mall_id}", string(mall))
		checks = append(checks, neighbour(ctx, "malls' API", address, "is CAFE24_API_BASE_URL right, and may this machine connect there?")...)
	}
	return append(checks, publicCheck(ctx, c))
}

// neighbour asks for anything: every answer shows that the other side is there, and what time it has. Whether
// it likes us is for the first real call to show.
func neighbour(ctx context.Context, name, address, remedy string) []cli.Check {
	began := time.Now()
	seen, err := visit(ctx, address)
	if err != nil {
		return []cli.Check{result(name, "", err, remedy)}
	}
	took := time.Since(began)
	checks := []cli.Check{{Name: name, Health: cli.Healthy, Detail: fmt.Sprintf("%s answers in %s", seen.host, took.Round(time.Millisecond))}}
	if date, err := http.ParseTime(seen.header.Get("Date")); err == nil {
		// The header has whole seconds, cut off: on average the other clock is half a second further.
		off := date.Add(500 * time.Millisecond).Sub(began.Add(took / 2))
		checks = append(checks, clockResult("clock of "+name, off, "its"))
	}
	return checks
}

// glimpse is an answer as the doctor looks at it.
type glimpse struct {
	host   string
	status int
	header http.Header
	body   []byte
	until  time.Time // the end of the certificate; zero without one
}

// visit sends a GET and follows nothing.
func visit(ctx context.Context, address string) (glimpse, error) {
	ctx, cancel := context.WithTimeout(ctx, probeBudget)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return glimpse{}, fault.New(fault.Invalid, "malformed_address", "the address is malformed").Because(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return glimpse{}, fault.Newf(fault.Unavailable, "unreachable", "%s cannot be reached", request.URL.Host).Because(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10)) // the beginning is enough
	seen := glimpse{host: request.URL.Host, status: response.StatusCode, header: response.Header, body: body}
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		seen.until = response.TLS.PeerCertificates[0].NotAfter
	}
	return seen, nil
}

// publicCheck visits the address that malls, companies and buyers are given, from here. It fails for nothing:
// the service may not run yet, and that it can be reached from elsewhere this machine cannot know.
func publicCheck(ctx context.Context, c config.Config) cli.Check {
	check := cli.Check{Name: "public address", Health: cli.Warned}
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		check.Detail, check.Remedy = "is malformed", "correct PAYBRIDGE_PUBLIC_URL"
		return check
	}
	seen, err := visit(ctx, u.JoinPath("openapi.json").String())
	switch {
	case err != nil:
		check.Detail, check.Remedy = result("", "", err, "").Detail, "is `paybridge serve` running, and does PAYBRIDGE_PUBLIC_URL lead to it, with a certificate that is good?"
	case seen.status != http.StatusOK || !bytes.HasPrefix(seen.body, []byte(`{"openapi"`)):
		check.Detail, check.Remedy = fmt.Sprintf("something else answers at %s", u.Host), "let PAYBRIDGE_PUBLIC_URL lead to `paybridge serve`"
	case !seen.until.IsZero() && time.Until(seen.until) < certificateNotice:
		check.Detail, check.Remedy = "the certificate ends on "+seen.until.Format(time.DateOnly), "renew it"
	case !c.Sandbox && inside(ctx, u.Hostname()):
		check.Detail, check.Remedy = u.Host+" is an address of this network only", "companies' webhooks and buyers cannot come in: give PAYBRIDGE_PUBLIC_URL an address of the internet"
	default:
		check.Health, check.Detail = cli.Healthy, u.Host+" is paybridge, seen from here; whether webhooks reach it, only the companies can tell"
	}
	return check
}

// inside reports that a name leads to addresses of this network and to no others.
func inside(ctx context.Context, host string) bool {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return false
	}
	for _, a := range addresses {
		if a = a.Unmap(); !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !sharedRange.Contains(a) {
			return false
		}
	}
	return true
}

// sharedRange is what providers put between themselves and their customers (RFC 6598).
var sharedRange = netip.MustParsePrefix("100.64.0.0/10")
