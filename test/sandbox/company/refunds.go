package company

import "time"

type refundRequest struct {
	Reference  string `json:"reference_no"`
	OrderCode  string `json:"order_code"`
	Amount     string `json:"refund_amount"`
	Currency   string `json:"currency"`
	WebhookURL string `json:"webhook_url"`
}

type refundView struct {
	Code              int    `json:"code"`
	OrderCode         string `json:"order_code"`
	RefundCode        string `json:"refund_code"`
	Letter            string `json:"refund_status"`
	Requested         string `json:"request_refund_amount"`
	Refunded          string `json:"refunded_amount"`
	Currency          string `json:"currency"`
	Message           string `json:"message"`
	MerchantReference string `json:"merchant_reference_no,omitempty"`
	Created           string `json:"created_at,omitempty"`
}

func (r *refund) view() refundView {
	done := int64(0)
	if r.Letter == refunded {
		done = r.Amount
	}
	return refundView{
		Code: 200, OrderCode: r.OrderCode, RefundCode: r.Code, Letter: r.Letter, Requested: formatMoney(r.Amount, r.Currency),
		Refunded: formatMoney(done, r.Currency), Currency: r.Currency, Message: r.Message,
	}
}

func (r *refund) inquiryView() refundView {
	seen := r.view()
	seen.MerchantReference, seen.Created = r.Reference, timestamp(r.Created)
	return seen
}

// createRefund reserves the amount and, without a webhook, ends the refund at once.
func (c *Company) createRefund(in call) (any, error) {
	found, err := c.book.order(in.account.PublicKey, in.request.PathValue("code"))
	if err != nil {
		return nil, err
	}
	var wanted refundRequest
	if err := in.decode(&wanted); err != nil {
		return nil, err
	}
	amount, err := wanted.validate(found)
	if err != nil {
		return nil, err
	}
	if err := found.reserve(amount); err != nil {
		return nil, err
	}
	created := &refund{
		Account: in.account.PublicKey, Reference: wanted.Reference, OrderCode: found.Code, Amount: amount, Currency: found.Currency,
		Letter: refundPending, Message: refundMessage(refundPending), WebhookURL: wanted.WebhookURL, Created: c.now().UTC(),
	}
	c.book.addRefund(created)
	if created.WebhookURL == "" {
		_, err = created.decide(found, !c.takeRejection())
	}
	return created.view(), err
}

func (w refundRequest) validate(o *order) (int64, error) {
	switch {
	case w.Reference == "" || len(w.Reference) > maxReference:
		return 0, malformed("reference_no is required, at most 100 characters")
	case w.OrderCode != "" && w.OrderCode != o.Code:
		return 0, unacceptable("order_code is not the order of the address")
	case w.Currency != o.Currency:
		return 0, unacceptable("currency is not the order's")
	case w.WebhookURL != "" && !absoluteURL(w.WebhookURL):
		return 0, malformed("webhook_url must be an absolute http or https URL")
	}
	return parseMoney(w.Amount, w.Currency)
}

// takeRejection says whether the next refund is to be rejected (setting reject_refunds).
func (c *Company) takeRejection() bool {
	if c.rejections <= 0 {
		return false
	}
	c.rejections--
	return true
}

func (c *Company) getRefund(in call) (any, error) {
	found, exists := c.book.refunds[in.request.PathValue("code")]
	if !exists || found.Account != in.account.PublicKey {
		return nil, unknown("Refund")
	}
	return found.inquiryView(), nil
}

type refundList struct {
	Code    int          `json:"code"`
	Refunds []refundView `json:"refunds"`
}

func (c *Company) listRefunds(in call) (any, error) {
	wanted := in.request.URL.Query().Get("reference_no")
	if wanted == "" {
		return nil, malformed("reference_no is required")
	}
	list := refundList{Code: 200, Refunds: []refundView{}}
	visible := c.now().Add(-c.listLag)
	for _, r := range c.book.refundsByReference[reference{in.account.PublicKey, wanted}] {
		if !r.Created.After(visible) {
			list.Refunds = append(list.Refunds, r.inquiryView())
		}
	}
	return list, nil
}

// decideRefund ends a pending refund and tells the app.
func (c *Company) decideRefund(r *refund, done bool) error {
	changed, err := r.decide(c.book.orders[r.OrderCode], done)
	if err != nil || !changed {
		return err
	}
	c.tellRefund(r)
	c.saver.Changed()
	return nil
}

// finishRefunds ends asynchronous refunds whose time has come, oldest first.
func (c *Company) finishRefunds(now time.Time) {
	if c.refundDelay <= 0 {
		return
	}
	for ; c.book.undecided < len(c.book.Refunds); c.book.undecided++ {
		oldest := c.book.Refunds[c.book.undecided]
		if oldest.Letter != refundPending {
			continue
		}
		if oldest.Created.Add(c.refundDelay).After(now) {
			return
		}
		// A pending refund can always be decided, so there is no error to handle.
		_ = c.decideRefund(oldest, !c.takeRejection())
	}
}
