package company

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"paybridge/test/sandbox/control"
)

// Decision is what the buyer, or the company itself, decides about an order.
type Decision struct {
	// Letter is the new letter: A, S, F, C or E.
	Letter string
	// PageOpen keeps the page usable, so that S may still follow; ignored for S.
	PageOpen bool
	// Webhook tells the app.
	Webhook bool
}

// Decide changes an order as its buyer would. It fails for an unknown order and for a letter that cannot follow; to decide
// the present letter again changes nothing, except that a buyer can be declined repeatedly.
func (c *Company) Decide(code string, decision Decision) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, exists := c.book.orders[code]
	if !exists {
		return unknown("Order")
	}
	if found.Letter == decision.Letter && decision.Letter != failed && found.PageOpen == (decision.PageOpen && decision.Letter != paid) {
		return nil
	}
	return c.decide(found, decision)
}

func (c *Company) decide(o *order, decision Decision) error {
	if !o.Confirmed && decision.Letter == paid {
		return unacceptable("order " + o.Code + " is reviewed at the shop first (pay call)")
	}
	if err := o.become(decision.Letter, decision.PageOpen); err != nil {
		return err
	}
	if decision.Letter == paid || decision.Letter == authorized {
		c.book.paymentReference(o)
	}
	if decision.Webhook {
		c.tell(o, decision.Letter)
	}
	c.saver.Changed()
	return nil
}

// Approve pays the order (S).
func (c *Company) Approve(code string, webhook bool) error {
	return c.Decide(code, Decision{Letter: paid, Webhook: webhook})
}

// Decline fails the order (F) and leaves its page open, so that the buyer can try again.
func (c *Company) Decline(code string, webhook bool) error {
	return c.Decide(code, Decision{Letter: failed, PageOpen: true, Webhook: webhook})
}

// Cancel closes the order for good (C).
func (c *Company) Cancel(code string, webhook bool) error {
	return c.Decide(code, Decision{Letter: cancelled, Webhook: webhook})
}

// Expire closes the order for good (E).
func (c *Company) Expire(code string, webhook bool) error {
	return c.Decide(code, Decision{Letter: expired, Webhook: webhook})
}

// SendWebhook sends a correctly signed payment webhook with any letter, whatever the order's state is: for duplicates, late
// letters and wrong order.
func (c *Company) SendWebhook(code, letter string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, exists := c.book.orders[code]
	if !exists {
		return unknown("Order")
	}
	c.tell(found, letter)
	return nil
}

// DecideRefund completes or rejects a pending refund and tells the app. To decide the same again changes nothing.
func (c *Company) DecideRefund(code string, complete bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, exists := c.book.refunds[code]
	if !exists {
		return unknown("Refund")
	}
	return c.decideRefund(found, complete)
}

// settings are the numbers of /_sandbox/faults that are the company's own.
func (c *Company) settings() []control.Setting {
	milliseconds := func(target *time.Duration) func(int64) {
		return func(value int64) {
			c.mu.Lock()
			defer c.mu.Unlock()
			*target = time.Duration(value) * time.Millisecond
		}
	}
	return []control.Setting{
		{Name: "list_lag_ms", Apply: milliseconds(&c.listLag)},
		{Name: "key_ttl_ms", Default: defaultKeyTTL.Milliseconds(), Apply: milliseconds(&c.keyTTL)},
		{Name: "refund_delay_ms", Default: c.config.RefundDelay.Milliseconds(), Apply: milliseconds(&c.refundDelay)},
		{Name: "reject_refunds", Apply: func(value int64) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.rejections = value
		}},
	}
}

// SetListLag hides orders and refunds from lists until they are so old.
func (c *Company) SetListLag(lag time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listLag = lag
}

// SetKeyTTL changes how long an Idempotency-Key is remembered.
func (c *Company) SetKeyTTL(ttl time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keyTTL = ttl
}

// controlOrder serves POST /_sandbox/orders/{code}/{action}: approve, authorize, decline, cancel, expire; ?webhook=no keeps it
// from the app, ?page=open or ?page=closed overrides whether S may follow. The action webhook sends ?status= (default: the
// present letter) ?times= times and changes nothing.
func (c *Company) controlOrder(w http.ResponseWriter, r *http.Request) {
	code, query := r.PathValue("code"), r.URL.Query()
	decision := Decision{Webhook: query.Get("webhook") != "no", PageOpen: query.Get("page") == "open"}
	switch r.PathValue("action") {
	case "approve":
		decision.Letter = paid
	case "authorize":
		decision.Letter, decision.PageOpen = authorized, true
	case "decline":
		decision.Letter, decision.PageOpen = failed, query.Get("page") != "closed"
	case "cancel":
		decision.Letter = cancelled
	case "expire":
		decision.Letter = expired
	case "webhook":
		c.answerControl(w, r, c.repeatWebhook(code, query.Get("status"), query.Get("times")))
		return
	default:
		http.NotFound(w, r)
		return
	}
	c.answerControl(w, r, c.Decide(code, decision))
}

func (c *Company) repeatWebhook(code, letter, times string) error {
	count, err := strconv.Atoi(times)
	if times == "" {
		count, err = 1, nil
	}
	if err != nil || count < 1 || count > 1000 {
		return malformed("times must be between 1 and 1000")
	}
	if letter == "" {
		seen, exists := c.Order(code)
		if !exists {
			return unknown("Order")
		}
		letter = seen.Letter
	}
	for range count {
		if err := c.SendWebhook(code, letter); err != nil {
			return err
		}
	}
	return nil
}

// controlRefund serves POST /_sandbox/refunds/{code}/complete and /reject.
func (c *Company) controlRefund(w http.ResponseWriter, r *http.Request) {
	action := r.PathValue("action")
	if action != "complete" && action != "reject" {
		http.NotFound(w, r)
		return
	}
	c.answerControl(w, r, c.DecideRefund(r.PathValue("code"), action == "complete"))
}

// answerControl answers with the order or refund as the app would see it.
func (c *Company) answerControl(w http.ResponseWriter, r *http.Request, err error) {
	var failed *failure
	if errors.As(err, &failed) {
		control.WriteJSON(w, failed.status, problem{Code: failed.status, Message: failed.message})
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, exists := c.book.orders[r.PathValue("code")]; exists {
		control.WriteJSON(w, http.StatusOK, c.view(found, c.baseURL(r)))
		return
	}
	if found, exists := c.book.refunds[r.PathValue("code")]; exists {
		control.WriteJSON(w, http.StatusOK, found.inquiryView())
	}
}
