package memory

import (
	"context"
	"encoding/json"
	"fmt"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// prepared is the body of a refund call.
type prepared struct {
	Code, Reference, WebhookURL string
	Minor                       int64
	Currency                    money.Currency
}

// PrepareRefund implements ports.Refunder.
func (c *Company) PrepareRefund(o ports.RefundOrder) ([]byte, error) {
	if err := c.takes(o.Amount); err != nil {
		return nil, err
	}
	return json.Marshal(prepared{Code: o.Code, Reference: o.Reference, WebhookURL: o.WebhookURL, Minor: o.Amount.Minor(), Currency: o.Amount.Currency()})
}

// Refund implements ports.Refunder. It declines what was not paid or has gone back already.
func (c *Company) Refund(ctx context.Context, k ports.Keys, key string, body []byte) (refund.Answer, error) {
	var o prepared
	if err := json.Unmarshal(body, &o); err != nil {
		return refund.Answer{}, fault.New(fault.Internal, "broken_refund", "this was not prepared here").Because(err)
	}
	var answer refund.Answer
	err := c.work(ctx, k, RefundCall, func() error {
		before, repeated := c.worked[k.Public+" "+key]
		if repeated && before.request != string(body) {
			return fault.New(fault.Indeterminate, "other_body", "the idempotency key was used for another body")
		}
		if !repeated {
			r, err := c.giveBack(k.Public, o)
			if err != nil {
				return err
			}
			before = worked{request: string(body), code: r.Code}
			c.worked[k.Public+" "+key] = before
		}
		answer = c.findRefund(before.code).Answer
		answer.AskedAt = c.clock.Now()
		return nil
	})
	return told(answer, err)
}

func (c *Company) giveBack(account string, in prepared) (*companyRefund, error) {
	o, err := c.of(account, in.Code)
	if err != nil {
		return nil, err
	}
	amount, err := money.FromMinor(in.Minor, in.Currency)
	if err != nil {
		return nil, err
	}
	left, err := c.refundable(o)
	if err != nil {
		return nil, err
	}
	after, err := left.Sub(amount)
	if err != nil || after.Minor() < 0 || o.State != payment.Paid {
		return nil, fault.New(fault.Declined, "refund_declined", "the company cannot give back so much").Because(err)
	}
	r := &companyRefund{account: account, order: o, Answer: refund.Answer{
		Code: fmt.Sprintf("R-%03d", len(c.refunds)+1), Reference: in.Reference, State: refund.Pending, Amount: amount,
	}}
	if in.WebhookURL == "" && c.sheet.RefundAtOnce {
		r.complete(refund.Refunded)
	}
	c.refunds = append(c.refunds, r)
	return r, nil
}

// refundable is what was paid, less what went back and what is on its way back.
func (c *Company) refundable(o *companyOrder) (money.Money, error) {
	left, err := o.Paid.Sub(o.Refunded)
	for _, r := range c.refunds {
		if err == nil && r.order == o && r.State == refund.Pending {
			left, err = left.Sub(r.Amount)
		}
	}
	return left, err
}

// complete ends a refund; the money is gone when it is carried out.
func (r *companyRefund) complete(state refund.State) {
	r.State = state
	if state == refund.Refunded {
		r.order.Refunded, _ = r.order.Refunded.Add(r.Amount) // never above what was paid: checked when it was taken
	}
}

// CompleteRefund ends a refund that the company works on, and reports whether there is one.
func (c *Company) CompleteRefund(code string, state refund.State) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.findRefund(code)
	if r == nil || r.State != refund.Pending {
		return false
	}
	r.complete(state)
	return true
}

// ReturnRefund sends a refund that was carried out back to the company, as the buyer's bank does when the
// account is closed, and reports whether there is one.
func (c *Company) ReturnRefund(code string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.findRefund(code)
	if r == nil || r.State != refund.Refunded {
		return false
	}
	r.State = refund.Rejected
	r.order.Refunded, _ = r.order.Refunded.Sub(r.Amount) // it was added when the refund was carried out
	return true
}

func (c *Company) findRefund(code string) *companyRefund {
	for _, r := range c.refunds {
		if r.Code == code {
			return r
		}
	}
	return nil
}

// InquireRefund implements ports.Refunder.
func (c *Company) InquireRefund(ctx context.Context, k ports.Keys, code string) (refund.Answer, error) {
	var answer refund.Answer
	err := c.work(ctx, k, InquireRefundCall, func() error {
		r := c.findRefund(code)
		if r == nil || r.account != k.Public {
			return unknownCode(code)
		}
		answer = r.Answer
		answer.AskedAt = c.clock.Now()
		return nil
	})
	return told(answer, err)
}

// InquireRefunds implements ports.Refunder.
func (c *Company) InquireRefunds(ctx context.Context, k ports.Keys, reference string) ([]refund.Answer, error) {
	answers := []refund.Answer{}
	err := c.work(ctx, k, InquireRefundCall, func() error {
		for _, r := range c.refunds {
			if r.account == k.Public && r.Reference == reference {
				a := r.Answer
				a.AskedAt = c.clock.Now()
				answers = append(answers, a)
			}
		}
		return nil
	})
	return told(answers, err)
}
