package httpapi

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Links makes the addresses of this service that are given to others. It implements ports.Links and ports.ReviewLinks.
type Links struct{ base *url.URL }

var (
	_ ports.Links       = Links{}
	_ ports.ReviewLinks = Links{}
)

// NewLinks takes the public URL of the service: http or https, a host, at most a path. Everything
// else is an error, because companies keep the addresses that are made of it.
func NewLinks(publicURL string) (Links, error) {
	base, err := url.Parse(publicURL)
	if err != nil {
		return Links{}, errors.New("the public URL is malformed")
	}
	switch {
	case base.Scheme != "http" && base.Scheme != "https", base.Hostname() == "", base.Opaque != "":
		return Links{}, fmt.Errorf("the public URL must begin with http:// or https:// and a host")
	case base.User != nil, base.RawQuery != "", base.ForceQuery, base.Fragment != "":
		return Links{}, fmt.Errorf("the public URL must have no user name, query or fragment")
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.RawPath = ""
	return Links{base: base}, nil
}

// Callback is where the buyer's browser returns to. It names the attempt; how the mall asked for the
// payment is looked up on return.
func (l Links) Callback(id payment.ID) string {
	to := l.base.JoinPath(callbackPath)
	to.RawQuery = url.Values{paymentField: {string(id)}}.Encode()
	return to.String()
}

// SyncCallback is where the buyer of a synchronous checkout returns to. The key alone names the order.
func (l Links) SyncCallback(key ports.StatusKey) string {
	to := l.base.JoinPath(syncCallbackPath)
	to.RawQuery = url.Values{keyField: {string(key)}}.Encode()
	return to.String()
}

// Webhook is where a company reports.
func (l Links) Webhook(gateway string, id merchant.ID) string {
	return l.base.JoinPath(webhookPath, url.PathEscape(gateway), url.PathEscape(string(id))).String()
}

// RefundWebhook is where a company reports about refunds.
func (l Links) RefundWebhook(gateway string, id merchant.ID) string {
	return l.base.JoinPath(refundWebhookPath, url.PathEscape(gateway), url.PathEscape(string(id))).String()
}

// origin is how a browser names us.
func (l Links) origin() string {
	host := strings.ToLower(l.base.Host)
	if port := l.base.Port(); (l.secure() && port == "443") || (!l.secure() && port == "80") {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return l.base.Scheme + "://" + host
}

// Review is where a buyer reviews an order.
func (l Links) Review(token string) string {
	to := l.base.JoinPath(reviewPath)
	to.RawQuery = url.Values{tokenField: {token}}.Encode()
	return to.String()
}

// Agreed is where a buyer who agreed returns to.
func (l Links) Agreed(id payment.ID) string {
	to := l.base.JoinPath(agreedPath)
	to.RawQuery = url.Values{paymentField: {string(id)}}.Encode()
	return to.String()
}

// path is that of one of our doors, as our own pages name it.
func (l Links) path(of string) string { return l.base.EscapedPath() + of }

func (l Links) secure() bool { return l.base.Scheme == "https" }
