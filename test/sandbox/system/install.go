package system

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"paybridge/test/sandbox/mall/platform"
)

// install gives the app access to the malls of the starting collection, as their owners would: it opens the app from the mall's
// admin and agrees on the consent page. A mall that has the app already, from an earlier run, is left alone.
func (s *Sandbox) install(ctx context.Context) error {
	installed := false
	for _, one := range merchants() {
		if s.mall.Platform().Mall(one.MallID).Installed {
			continue
		}
		if err := s.installIn(ctx, one.MallID); err != nil {
			return s.app.explain("install the app in "+one.MallID, err)
		}
		script, err := s.script(ctx)
		if err != nil {
			return s.app.explain("fetch the app's script", err)
		}
		s.mall.OpenShop(one.MallID, one.MallID+":0:"+one.PublicKey, script)
		installed = true
	}
	if installed {
		s.mall.Clear() // Nobody has done anything yet.
	}
	return nil
}

func (s *Sandbox) installIn(ctx context.Context, mall string) error {
	launch := s.mall.Platform().Install(mall)
	defer s.mall.Platform().SetConsent(mall, platform.Ask) // People are to see the page.
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	arrived := "" // Where the owner stands in the end; it need not be there yet.
	owner := &http.Client{Jar: trusting{jar}, Transport: s.direct(), CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.String(), s.AppURL()+"/admin/") {
			arrived = next.URL.Path
			return http.ErrUseLastResponse
		}
		return nil
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, launch, nil)
	if err != nil {
		return err
	}
	response, err := owner.Do(request)
	if err != nil {
		return err
	}
	if arrived == "" {
		err = fmt.Errorf("the owner ended at %s: HTTP %d", response.Request.URL.Path, response.StatusCode)
	}
	if closing := response.Body.Close(); err == nil {
		err = closing
	}
	return err
}

// script is what the app serves to shops.
func (s *Sandbox) script(ctx context.Context) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.AppURL()+"/api/external-checkout/script", nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Client{Transport: s.direct()}).Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d", response.StatusCode)
	}
	return io.ReadAll(response.Body)
}

// direct reaches the app itself, whatever stands at its public address.
func (s *Sandbox) direct() http.RoundTripper {
	public := strings.TrimPrefix(s.AppURL(), "http://")
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == public {
			address = s.app.address
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
}

// trusting is a jar for which this machine is as good as TLS, as it is for browsers.
type trusting struct{ http.CookieJar }

func (j trusting) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(secured(u), cookies)
}

func (j trusting) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(secured(u)) }

func secured(u *url.URL) *url.URL {
	as := *u
	as.Scheme = "https"
	return &as
}
