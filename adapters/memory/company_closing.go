package memory

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

var _ ports.Closer = (*Company)(nil)

// CloseOrder implements ports.Closer. It needs no key: to close twice is to close once.
func (c *Company) CloseOrder(ctx context.Context, k ports.Keys, _, code, _ string) (payment.Answer, error) {
	var answer payment.Answer
	err := c.work(ctx, k, CloseCall, func() error {
		o, err := c.of(k.Public, code)
		if err != nil {
			return err
		}
		if o.State == payment.Paid {
			return fault.New(fault.Declined, "paid", "the order is paid and can only be refunded")
		}
		if !o.State.FinalUnpaid() {
			o.State = payment.Cancelled
		}
		answer = c.tell(o)
		return nil
	})
	return told(answer, err)
}
