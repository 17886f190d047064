package system

import (
	"context"
	"net/http"
	"net/url"

	"paybridge/test/sandbox/mall"
)

// wayBack is where a browser goes from a payment page. A buyer of the simulated shop goes to the app's callback, as at any
// company. Other orders, such as those of the starting collection, may return to a shop in the internet: for them the app is asked
// in the browser's place, and what it calls a mall is the simulated one.
func (s *Sandbox) wayBack(ctx context.Context, page, callback string) string {
	if s.mall.Asked(page) {
		return callback
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, callback, nil)
	if err != nil {
		return callback
	}
	response, err := s.direct().RoundTrip(request)
	if err != nil {
		return callback // The browser shows what is wrong.
	}
	next, err := response.Location()
	if response.Body.Close() != nil || err != nil {
		return callback
	}
	return s.home(next)
}

// home is an address as a browser on this machine can open it.
func (s *Sandbox) home(address *url.URL) string {
	if !mall.Plays(address) {
		return address.String()
	}
	return s.MallURL() + address.RequestURI()
}
