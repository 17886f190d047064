package company

import (
	"net/url"
	"time"
)

const maxReference = 100

type orderRequest struct {
	Reference   string `json:"reference_no"`
	Amount      string `json:"amount"`
	Currency    string `json:"currency"`
	CallbackURL string `json:"callback_url"`
	WebhookURL  string `json:"webhook_url"`
	ReviewURL   string `json:"review_url"`
}

type orderCreated struct {
	Code        int    `json:"code"`
	OrderCode   string `json:"reference_no"`
	RedirectURI string `json:"redirect_uri"`
	Letter      string `json:"order_status"`
	Signature   string `json:"signature,omitempty"`
	PublicKey   string `json:"public_key,omitempty"`
}

func (c *Company) createOrder(in call) (any, error) {
	var wanted orderRequest
	if err := in.decode(&wanted); err != nil {
		return nil, err
	}
	amount, err := wanted.validate()
	if err != nil {
		return nil, err
	}
	now := c.now().UTC()
	created := &order{
		Account: in.account.PublicKey, Reference: wanted.Reference, Amount: amount, Currency: wanted.Currency,
		CallbackURL: wanted.CallbackURL, WebhookURL: wanted.WebhookURL, ReviewURL: wanted.ReviewURL,
		Letter: pending, Message: message(pending), PageOpen: true, Created: now, Expires: now.Add(c.config.OrderLifetime),
		Confirmed: wanted.ReviewURL == "",
	}
	c.book.addOrder(created)
	answer := orderCreated{Code: 200, OrderCode: created.Code, RedirectURI: in.base + "/pay/" + created.Code, Letter: created.Letter}
	if created.ReviewURL != "" {
		answer.Signature, answer.PublicKey = checkoutSignature(created, in.account.SecretKey), in.account.PublicKey
	}
	return answer, nil
}

func (w orderRequest) validate() (int64, error) {
	if w.Reference == "" || len(w.Reference) > maxReference {
		return 0, malformed("reference_no is required, at most 100 characters")
	}
	amount, err := parsePositive(w.Amount, w.Currency)
	if err != nil {
		return 0, err
	}
	if w.CallbackURL == "" && w.ReviewURL == "" {
		return 0, malformed("callback_url is required")
	}
	for _, address := range []string{w.CallbackURL, w.WebhookURL, w.ReviewURL} {
		if address != "" && !absoluteURL(address) {
			return 0, malformed("callback_url, webhook_url and review_url must be absolute http or https URLs")
		}
	}
	return amount, nil
}

func parsePositive(text, currency string) (int64, error) {
	amount, err := parseMoney(text, currency)
	if err == nil && amount == 0 {
		err = unacceptable("amount must be above 0")
	}
	return amount, err
}

func absoluteURL(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Host != "" && (address.Scheme == "http" || address.Scheme == "https")
}

// cancelOrder closes an order for good, on the merchant's wish. To close it again is no error.
func (c *Company) cancelOrder(in call) (any, error) {
	found, err := c.book.order(in.account.PublicKey, in.request.PathValue("code"))
	if err != nil {
		return nil, err
	}
	var wanted struct {
		Reference string `json:"reference_no"`
	}
	if err := in.decode(&wanted); err != nil {
		return nil, err
	}
	if found.Letter == paid || found.Letter == refunded {
		return nil, unacceptable("order " + found.Code + " is paid and can only be refunded")
	}
	if found.Letter != cancelled || found.PageOpen {
		found.Letter, found.Message, found.PageOpen = cancelled, message(cancelled), false
		c.tell(found, cancelled)
	}
	return c.view(found, in.base), nil
}

// expireOrders closes pages whose time is over. A pending or authorized order becomes E; a declined one stays F, for good.
// All orders live equally long, so the oldest expire first and finished ones are never looked at again.
func (c *Company) expireOrders(now time.Time) {
	for ; c.book.unexpired < len(c.book.Orders); c.book.unexpired++ {
		oldest := c.book.Orders[c.book.unexpired]
		if oldest.Expires.After(now) {
			return
		}
		if !oldest.PageOpen {
			continue
		}
		oldest.PageOpen = false
		if oldest.Letter == pending || oldest.Letter == authorized {
			oldest.Letter, oldest.Message = expired, message(expired)
			c.tell(oldest, expired)
		}
		c.saver.Changed()
	}
}
