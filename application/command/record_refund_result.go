package command

import (
	"context"
	"errors"
	"net/http"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// RecordRefundResult is a company's webhook about a refund, as received. Nothing proves who sent it.
type RecordRefundResult struct {
	Gateway  string
	Merchant merchant.ID // of the webhook URL; empty on the bare route
	Header   http.Header
	Body     []byte
}

// RecordRefundResultHandler wakes the questions that a letter is a hint for; the company's own answer moves
// the refund, in a job.
type RecordRefundResultHandler struct {
	Gateways ports.Gateways
	Orders   ports.Orders
	Tasks    ports.Tasks
	Trace    ports.Trace
}

// Handle returns nil when the hint is stored. NotFound when the order is unknown, Conflict when its code
// fits several.
func (h RecordRefundResultHandler) Handle(ctx context.Context, in RecordRefundResult) (_ Received, err error) {
	g, err := h.Gateways.Gateway(in.Gateway)
	if err != nil {
		return Received{}, err
	}
	reader, err := capability[ports.RefundLetterReader](g)
	if err != nil {
		return Received{}, err
	}
	letter, err := reader.ReadRefundLetter(in.Header, in.Body)
	if err != nil {
		return Received{}, err
	}
	found, err := one(ctx, h.Orders, ports.PaymentQuery{Gateway: in.Gateway, Merchant: in.Merchant, Code: letter.OrderCode})
	if err != nil {
		return Received{}, err
	}
	ctx, end := h.Trace.Join(ctx, found.Payment.Trace, "company refund webhook")
	defer func() { end(err) }()
	keys, err := h.meant(ctx, found, letter)
	if err != nil {
		return Received{}, err
	}
	for _, key := range keys {
		if wakeErr := h.Tasks.Wake(ctx, key); !fault.Is(wakeErr, fault.NotFound) {
			err = errors.Join(err, wakeErr)
		}
	}
	return Received{}, err
}

// meant names the questions to wake: about the refund that has the code, or else about every one that is
// open, because the letter can be here before the call's answer is stored. When there is none, money left
// without us, and the question is about the payment.
func (h RecordRefundResultHandler) meant(ctx context.Context, found ports.PaymentAddress, l ports.RefundLetter) ([]string, error) {
	o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: found.Order, With: ports.RefundQuery{Code: l.Code}})
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, f := range o.Snapshot().Refunds {
		switch {
		case f.Payment != found.Payment.ID:
		case f.Code == l.Code:
			return []string{task.AskRefundKey(f.ID)}, nil
		case f.State.Open() && f.Code == "":
			keys = append(keys, task.AskRefundKey(f.ID))
		}
	}
	if len(keys) == 0 {
		keys = []string{task.AskKey(found.Payment.ID)}
	}
	return keys, nil
}
