package memory

import (
	"context"
	"encoding/json"
	"fmt"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

var _ ports.Reserver = (*Company)(nil)

// agreement is the body of a pay call.
type agreement struct {
	Reference string `json:"reference"`
	Minor     int64  `json:"minor"`
	Currency  string `json:"currency"`
	Return    string `json:"return"`
}

// Live makes this the address of every buyer.
func (c *Company) Live(at ports.Address) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.address = at
}

// PrepareReservation implements ports.Reserver.
func (c *Company) PrepareReservation(r ports.Reserving) ([]byte, error) {
	if err := c.takes(r.Amount); err != nil {
		return nil, err
	}
	body, err := json.Marshal(opening{r.Reference, r.Amount.Minor(), string(r.Amount.Currency()), r.ReviewURL, r.WebhookURL})
	return body, fault.Wrap(err, "prepare %s", r.Reference)
}

// Reserve implements ports.Reserver.
func (c *Company) Reserve(ctx context.Context, k ports.Keys, key string, prepared []byte) (ports.ReserveAnswer, error) {
	answer, err := c.Open(ctx, k, key, prepared)
	if err != nil {
		return ports.ReserveAnswer{}, err
	}
	return ports.ReserveAnswer{Answer: answer, Button: fmt.Appendf(nil, `{"reference_no":%q}`, answer.Code)}, nil
}

// Buyer implements ports.Reserver.
func (c *Company) Buyer(ctx context.Context, k ports.Keys, code string) (ports.Buyer, error) {
	var buyer ports.Buyer
	err := c.work(ctx, k, InquireCall, func() error {
		o, err := c.of(k.Public, code)
		if err != nil {
			return err
		}
		buyer = ports.Buyer{Address: c.address, Preference: "standard_delivery"}
		if o.Confirmed {
			buyer.PaymentReference = "P-" + code
		}
		return nil
	})
	return told(buyer, err)
}

// PreparePay implements ports.Reserver.
func (c *Company) PreparePay(a ports.Agreement) ([]byte, error) {
	if err := c.takes(a.Amount); err != nil {
		return nil, err
	}
	body, err := json.Marshal(agreement{a.Reference, a.Amount.Minor(), string(a.Amount.Currency()), a.ReturnURL})
	return body, fault.Wrap(err, "prepare the agreement of %s", a.Reference)
}

// Pay implements ports.Reserver.
func (c *Company) Pay(ctx context.Context, k ports.Keys, key, code string, prepared []byte) (payment.Answer, error) {
	var answer payment.Answer
	err := c.work(ctx, k, PayCall, func() error {
		o, err := c.of(k.Public, code)
		if err != nil {
			return err
		}
		before, repeated := c.worked[k.Public+" "+key]
		switch {
		case repeated && before.request != string(prepared):
			return fault.New(fault.Indeterminate, "other_body", "the idempotency key was used for another body")
		case !repeated:
			if err := o.agree(prepared); err != nil {
				return err
			}
			c.worked[k.Public+" "+key] = worked{request: string(prepared), code: code}
		}
		answer = c.tell(o)
		return nil
	})
	return told(answer, err)
}

// agree fixes the amount of an order that is not paid.
func (o *companyOrder) agree(prepared []byte) error {
	var in agreement
	if err := json.Unmarshal(prepared, &in); err != nil {
		return fault.InvalidField("body", "is no agreement").Because(err)
	}
	amount, err := money.FromMinor(in.Minor, money.Currency(in.Currency))
	if err != nil {
		return err
	}
	if o.State != payment.Pending {
		return fault.New(fault.Declined, "not_payable", "the order cannot be paid")
	}
	o.Amount, o.Confirmed = amount, true
	return nil
}
