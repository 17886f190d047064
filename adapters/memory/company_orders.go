package memory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// opening is the body of a create call.
type opening struct {
	Reference string `json:"reference"`
	Minor     int64  `json:"minor"`
	Currency  string `json:"currency"`
	Callback  string `json:"callback"`
	Webhook   string `json:"webhook"`
}

// PrepareOpening implements ports.Opener.
func (c *Company) PrepareOpening(o ports.Opening) ([]byte, error) {
	if err := c.takes(o.Amount); err != nil {
		return nil, err
	}
	body, err := json.Marshal(opening{o.Reference, o.Amount.Minor(), string(o.Amount.Currency()), o.CallbackURL, o.WebhookURL})
	return body, fault.Wrap(err, "prepare %s", o.Reference)
}

// takes checks what the company knows about an amount before it is asked.
func (c *Company) takes(amount money.Money) error {
	if !slices.Contains(c.sheet.Currencies, amount.Currency()) {
		return fault.Newf(fault.Unsupported, "currency_not_offered", "the company does not take %q", amount.Currency())
	}
	if !amount.IsPositive() {
		return fault.InvalidField("amount", "must be greater than zero")
	}
	return nil
}

// Open implements ports.Opener.
func (c *Company) Open(ctx context.Context, k ports.Keys, key string, prepared []byte) (payment.Answer, error) {
	var answer payment.Answer
	err := c.work(ctx, k, OpenCall, func() error {
		before, repeated := c.worked[k.Public+" "+key]
		if repeated && before.request != string(prepared) {
			return fault.New(fault.Indeterminate, "other_body", "the idempotency key was used for another body")
		}
		if !repeated {
			o, err := c.create(k.Public, prepared)
			if err != nil {
				return err
			}
			before = worked{request: string(prepared), code: o.Code}
			c.worked[k.Public+" "+key] = before
		}
		answer = c.tell(c.find(before.code))
		return nil
	})
	return told(answer, err)
}

func (c *Company) create(account string, prepared []byte) (*companyOrder, error) {
	var in opening
	if err := json.Unmarshal(prepared, &in); err != nil {
		return nil, fault.InvalidField("body", "is no opening").Because(err)
	}
	amount, err := money.FromMinor(in.Minor, money.Currency(in.Currency))
	if err != nil {
		return nil, err
	}
	code := fmt.Sprintf("O-%03d", len(c.orders)+1)
	o := &companyOrder{account: account, Answer: payment.Answer{
		Code: code, Reference: in.Reference, State: payment.Pending, Amount: amount, Paid: money.Zero(amount.Currency()),
		Refunded: money.Zero(amount.Currency()), PageURL: "https://pay.example/" + code, CreatedAt: c.clock.Now(),
	}}
	c.orders = append(c.orders, o)
	return o, nil
}

// tell is the company's answer about an order, now.
func (c *Company) tell(o *companyOrder) payment.Answer {
	a := o.Answer
	a.AskedAt = c.clock.Now()
	if a.State == payment.Pending {
		a.FreshUntil = a.AskedAt.Add(c.sheet.PageFresh)
	} else {
		a.PageURL = ""
	}
	return a
}

// told keeps an answer from those whose call failed.
func told[T any](answer T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

// InquireByCode implements ports.Inquirer.
func (c *Company) InquireByCode(ctx context.Context, k ports.Keys, code string) (payment.Answer, error) {
	var answer payment.Answer
	err := c.work(ctx, k, InquireCall, func() error {
		o, err := c.of(k.Public, code)
		if err == nil {
			answer = c.tell(o)
		}
		return err
	})
	return told(answer, err)
}

// ListOrders implements ports.Lister.
func (c *Company) ListOrders(ctx context.Context, k ports.Keys, since time.Time) ([]payment.Answer, error) {
	answers := []payment.Answer{}
	err := c.work(ctx, k, InquireCall, func() error {
		for _, o := range c.orders {
			if o.account == k.Public && !o.CreatedAt.Before(since) {
				answers = append(answers, c.tell(o))
			}
		}
		return nil
	})
	return told(answers, err)
}

// InquireByReference implements ports.Inquirer.
func (c *Company) InquireByReference(ctx context.Context, k ports.Keys, reference string) ([]payment.Answer, error) {
	answers := []payment.Answer{}
	err := c.work(ctx, k, InquireCall, func() error {
		for _, o := range c.orders {
			visible := !o.CreatedAt.Add(c.lag).After(c.clock.Now())
			if o.account == k.Public && o.Reference == reference && visible {
				answers = append(answers, c.tell(o))
			}
		}
		return nil
	})
	return told(answers, err)
}
