package contract

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

func refundSuite(s ports.Sheet) map[string]func(*testing.T, company) {
	suite := map[string]func(*testing.T, company){
		"a refund with a webhook is pending":                        refundsLater,
		"the same refund under the same key happens once":           refundsOnce,
		"a lost answer to a refund is doubt and found by reference": losesRefunds,
		"more than was paid is declined":                            refusesTooMuch,
		"an unpaid order cannot be refunded":                        refusesUnpaid,
		"a refund of nothing or of another currency is refused":     refusesOddRefunds,
		"an unknown refund reference finds nothing, without error":  missesRefunds,
		"a refund by a stranger or elsewhere surely did not happen": refusesForeignRefunds,
		"equal refunds are prepared as equal bytes without keys":    preparesRefunds,
		"a refund is found by the company's code":                   findsRefundByCode,
	}
	if s.RefundAtOnce {
		suite["a refund without a webhook ends within its call"] = refundsAtOnce
	}
	if s.PartialRefund {
		suite["a part can be refunded, and the rest later"] = refundsInParts
	}
	return suite
}

func (c company) refunder(t *testing.T) ports.Refunder {
	t.Helper()
	r, ok := c.Gateway().(ports.Refunder)
	if !ok {
		t.Fatal("the company refunds nothing")
	}
	return r
}

// paid is a paid order of 3065.
func (c company) paid(t *testing.T) string {
	t.Helper()
	code := c.opened(t).Code
	c.Approve(code)
	return code
}

func (c company) refund(t *testing.T, code, reference, amount string) ports.RefundOrder {
	t.Helper()
	return ports.RefundOrder{Code: code, Reference: reference, Amount: c.amount(t, amount)}
}

// send prepares the refund and sends it under a key that its reference names.
func (c company) send(t *testing.T, ctx context.Context, k ports.Keys, o ports.RefundOrder) (refund.Answer, error) {
	t.Helper()
	prepared, err := c.refunder(t).PrepareRefund(o)
	noError(t, err)
	return c.refunder(t).Refund(ctx, k, "key-"+o.Reference, prepared)
}

func refundsAtOnce(t *testing.T, c company) {
	code := c.paid(t)
	a, err := c.send(t, t.Context(), c.Keys(), c.refund(t, code, "back-1", "3065"))
	noError(t, err)
	same(t, "state", a.State, refund.Refunded)
	same(t, "amount", a.Amount, c.amount(t, "3065"))
	same(t, "reference", a.Reference, "back-1")
	if a.Code == "" || a.AskedAt.IsZero() {
		t.Errorf("incomplete: %+v", a)
	}
	o := c.asked(t, code)
	same(t, "order's state", o.State, payment.Paid)
	same(t, "order's refunded", o.Refunded, c.amount(t, "3065"))
}

func refundsLater(t *testing.T, c company) {
	order := c.refund(t, c.paid(t), "back-1", "3065")
	order.WebhookURL = "https://app.example/refund/1"
	a, err := c.send(t, t.Context(), c.Keys(), order)
	noError(t, err)
	same(t, "state", a.State, refund.Pending)
	known, err := c.refunder(t).InquireRefunds(t.Context(), c.Keys(), "back-1")
	noError(t, err)
	if len(known) != 1 || known[0].Code != a.Code || known[0].State != refund.Pending || known[0].Reference != "back-1" {
		t.Errorf("asked, it is %+v", known)
	}
}

func preparesRefunds(t *testing.T, c company) {
	order := c.refund(t, c.paid(t), "back-1", "10")
	first, err := c.refunder(t).PrepareRefund(order)
	noError(t, err)
	again, err := c.refunder(t).PrepareRefund(order)
	noError(t, err)
	same(t, "prepared again", string(again), string(first))
	if bytes.Contains(first, []byte(c.Keys().Secret.Reveal())) || bytes.Contains(first, []byte(c.Keys().Public)) {
		t.Errorf("the prepared refund holds a key: %s", first)
	}
	order.Amount = c.amount(t, "11")
	other, err := c.refunder(t).PrepareRefund(order)
	noError(t, err)
	if bytes.Equal(first, other) {
		t.Error("two amounts are prepared alike")
	}
	same(t, "refunds", c.Refunds(), 0)
}

func findsRefundByCode(t *testing.T, c company) {
	order := c.refund(t, c.paid(t), "back-1", "10")
	order.WebhookURL = "https://app.example/refund/1"
	sent, err := c.send(t, t.Context(), c.Keys(), order)
	noError(t, err)
	found, err := c.refunder(t).InquireRefund(t.Context(), c.Keys(), sent.Code)
	noError(t, err)
	same(t, "code", found.Code, sent.Code)
	same(t, "reference", found.Reference, "back-1")
	same(t, "state", found.State, refund.Pending)
	same(t, "amount", found.Amount, order.Amount)
	for _, unknown := range []string{"nobody", "../v1/orders", ""} {
		_, err := c.refunder(t).InquireRefund(t.Context(), c.Keys(), unknown)
		wantFault(t, err, fault.NotFound, "")
	}
	_, err = c.refunder(t).InquireRefund(t.Context(), c.Strangers(), sent.Code)
	wantFault(t, err, fault.Unauthenticated, "")
}

func refundsInParts(t *testing.T, c company) {
	code := c.paid(t)
	_, err := c.send(t, t.Context(), c.Keys(), c.refund(t, code, "back-1", "1000"))
	noError(t, err)
	same(t, "refunded after the first", c.asked(t, code).Refunded, c.amount(t, "1000"))
	same(t, "state after the first", c.asked(t, code).State, payment.Paid)
	_, err = c.send(t, t.Context(), c.Keys(), c.refund(t, code, "back-2", "2065"))
	noError(t, err)
	same(t, "refunded after the second", c.asked(t, code).Refunded, c.amount(t, "3065"))
}

func refundsOnce(t *testing.T, c company) {
	order := c.refund(t, c.paid(t), "back-1", "1000")
	first, err := c.send(t, t.Context(), c.Keys(), order)
	noError(t, err)
	again, err := c.send(t, t.Context(), c.Keys(), order)
	noError(t, err)
	same(t, "code", again.Code, first.Code)
	same(t, "refunds", c.Refunds(), 1)
}

func losesRefunds(t *testing.T, c company) {
	code := c.paid(t)
	for i, l := range losses() {
		order := c.refund(t, code, fmt.Sprintf("lost-%d", i), "10")
		c.Meet(l.mood)
		_, err := c.send(t, patience(t), c.Keys(), order)
		wantDoubt(t, l, err)
		known, err := c.refunder(t).InquireRefunds(t.Context(), c.Keys(), order.Reference)
		noError(t, err)
		same(t, string(l.mood)+": found by reference", len(known) == 1, l.done)
		again, err := c.send(t, t.Context(), c.Keys(), order)
		noError(t, err)
		for _, k := range known {
			same(t, string(l.mood)+": code", again.Code, k.Code)
		}
		same(t, string(l.mood)+": refunds", c.Refunds(), i+1)
	}
}

func refusesTooMuch(t *testing.T, c company) {
	code := c.paid(t)
	_, err := c.send(t, t.Context(), c.Keys(), c.refund(t, code, "back-1", "3066"))
	wantFault(t, err, fault.Declined, "")
	same(t, "refunded", c.asked(t, code).Refunded, c.amount(t, "0"))
}

func refusesUnpaid(t *testing.T, c company) {
	_, err := c.send(t, t.Context(), c.Keys(), c.refund(t, c.opened(t).Code, "back-1", "10"))
	wantFault(t, err, fault.Declined, "")
	same(t, "refunds", c.Refunds(), 0)
}

func refusesOddRefunds(t *testing.T, c company) {
	order := c.refund(t, c.paid(t), "back-1", "0")
	_, err := c.refunder(t).PrepareRefund(order)
	wantFault(t, err, fault.Invalid, "")
	order.Amount = money.Zero("XXX")
	_, err = c.refunder(t).PrepareRefund(order)
	wantFault(t, err, fault.Unsupported, "")
	same(t, "refunds", c.Refunds(), 0)
}

func missesRefunds(t *testing.T, c company) {
	known, err := c.refunder(t).InquireRefunds(t.Context(), c.Keys(), "back-1")
	noError(t, err)
	same(t, "refunds", len(known), 0)
}

func refusesForeignRefunds(t *testing.T, c company) {
	order := c.refund(t, c.paid(t), "back-1", "10")
	_, err := c.send(t, t.Context(), c.Strangers(), order)
	wantFault(t, err, fault.Unauthenticated, "")
	_, err = openCompany(t, elsewhere{c.CompanyHarness}).send(t, t.Context(), c.Keys(), order)
	wantFault(t, err, fault.Unavailable, "")
	c.Meet(CompanyIsBusy)
	_, err = c.send(t, t.Context(), c.Keys(), order)
	wantFault(t, err, fault.Unavailable, "")
	same(t, "refunds", c.Refunds(), 0)
}
