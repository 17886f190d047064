package company

import (
	"net/url"
	"strings"
)

// returnURL is where the buyer's browser goes after a choice: the callback URL with the order's present state added to whatever
// the URL already carries. The digest is the webhook's, but nobody should rely on what comes through a browser.
func (c *Company) returnURL(o *order) (string, error) {
	target, err := url.Parse(o.CallbackURL)
	if err != nil || o.CallbackURL == "" {
		return "", unacceptable("order " + o.Code + " has no address to return to")
	}
	state := c.paymentWebhook(o, o.Letter)
	added := url.Values{
		"reference_no": {state.Reference}, "order_code": {state.OrderCode}, "status": {state.Letter}, "message": {o.Message},
		"amount": {state.Amount}, "currency": {state.Currency}, "digest": {state.Digest},
	}.Encode()
	// The existing query is kept as it is: decoding and encoding it again could change bytes that somebody signed.
	target.RawQuery = strings.TrimPrefix(target.RawQuery+"&"+added, "&")
	return target.String(), nil
}
