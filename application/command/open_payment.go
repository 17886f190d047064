package command

import (
	"context"
	"errors"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// What repositories answer when somebody was faster; compared by code.
var (
	errOrderExists    = fault.New(fault.Conflict, "order_exists", "")
	errReferenceTaken = fault.New(fault.Conflict, "reference_taken", "")
	errStaleOrder     = fault.New(fault.Conflict, "stale_order", "")
)

var errAlreadyPaid = fault.New(fault.Conflict, "already_paid", "the order is already paid")

// call sends the attempt's stored bytes and records what came of it. The record does not end with
// the caller's patience: what the company did is a fact, whoever still listens.
func (h CreateCheckoutHandler) call(ctx context.Context, c checkout, o *order.Order, d order.Decision) (PaymentPage, error) {
	id, first := d.Payment, d.New
	p, err := o.Payment(id)
	if err != nil {
		return PaymentPage{}, err
	}
	pin, err := h.pinOf(ctx, c.merchant.ID, p, c.credentials, c.keys)
	if err != nil {
		return PaymentPage{}, err
	}
	calling, cancel := context.WithTimeout(ctx, callBudget)
	answer, callErr := withKeys(calling, h.Accounts, pin, func(k ports.Keys) (payment.Answer, error) { return c.opener.Open(calling, k, p.Key, p.Request) })
	cancel()

	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordBudget)
	defer cancel()
	o, err = record(recording, h.Orders, o, func(o *order.Order) error { return h.opened(o, id, first, answer, callErr, order.CheckoutDoor) })
	if err != nil {
		return PaymentPage{}, fault.New(fault.Indeterminate, "not_recorded", "the payment is being settled, please try again").Because(err)
	}
	p, err = o.Payment(id)
	if callErr != nil {
		return PaymentPage{}, explain(callErr, p.State == payment.Refused)
	}
	if err == nil && p.State == payment.Paid && p.PageURL == "" {
		return PaymentPage{}, errAlreadyPaid
	}
	if err != nil || p.PageURL == "" || p.Hold != payment.NoHold {
		return PaymentPage{}, fault.New(fault.Indeterminate, "no_page", "the payment company gave no page for this payment, it is being looked at").Because(err)
	}
	return PaymentPage{URL: p.PageURL}, nil
}

// pinOf returns the keys that the attempt was made with, opened already when they are the current ones: an
// attempt opened before the merchant linked another account is sent again with the old ones.
func (a Accounts) pinOf(ctx context.Context, id merchant.ID, p payment.Snapshot, current merchant.Credentials, keys ports.Keys) (pinned, error) {
	if p.Account == current.Account() {
		return pinned{id, p.Account.Version, keys}, nil
	}
	if p.Account.Gateway != current.Gateway {
		return pinned{}, fault.New(fault.Indeterminate, "being_settled", "an earlier payment of this order at another company is being settled")
	}
	_, pin, err := a.open(ctx, id, p.Account.Version)
	return pin, err
}

// surelyNot reports that a call with this outcome was not executed by the company. Only a classified
// error can say so.
func surelyNot(err error) bool {
	var f *fault.Error
	if !errors.As(err, &f) {
		return false
	}
	switch f.Kind {
	case fault.Unavailable, fault.Declined, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound,
		fault.RateLimited, fault.Unsupported:
		return true
	case fault.Internal, fault.Conflict, fault.Indeterminate:
	}
	return false
}

// explain tells the mall what became of a call that failed: surely nothing, or nobody knows yet.
func explain(callErr error, nothing bool) error {
	f := fault.Of(callErr)
	switch {
	case !nothing || !surelyNot(callErr):
		return fault.New(fault.Indeterminate, "in_doubt", "the payment company did not answer in time; the payment is being settled, please try again").Because(callErr)
	case f.Kind == fault.Unauthenticated || f.Kind == fault.Forbidden || f.Kind == fault.NotFound:
		return fault.New(fault.Declined, "credentials_refused", "the payment company refuses the shop's credentials").Because(callErr)
	}
	return callErr
}
