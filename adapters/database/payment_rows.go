package database

import (
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

type paymentRow struct {
	bun.BaseModel `bun:"table:payments,alias:p"`

	ID                 string `bun:",pk"`
	OrderID            string
	Attempt            int
	State              string
	DoubtCall          string
	DoubtSince         time.Time `bun:",nullzero"`
	Hold               string
	AmountMinor        int64
	Currency           string
	RefundedMinor      int64
	RefundedAt         time.Time `bun:",nullzero"`
	ReturnedMinor      int64
	DisputedMinor      int64
	Gateway            string
	Fingerprint        string
	CredentialsVersion int
	Reference          string
	IdempotencyKey     string
	Request            []byte
	Code               string
	PageURL            string
	FreshUntil         time.Time `bun:",nullzero"`
	HandedOutAt        time.Time `bun:",nullzero"`
	CreatedAt          time.Time
	ChangedAt          time.Time
	AskedAt            time.Time `bun:",nullzero"`
	EmptySince         time.Time `bun:",nullzero"`
	Trace              string
	Quote              string
	Intent             string
	PayRequest         []byte
	Fixings            int
}

// livingOfPayment are the columns that change after an attempt was opened.
var livingOfPayment = []string{
	"state", "doubt_call", "doubt_since", "hold", "refunded_minor", "refunded_at", "returned_minor", "disputed_minor", "code", "page_url",
	"fresh_until", "handed_out_at", "changed_at", "asked_at", "empty_since",
}

// livingOfReservation are those that change besides when it has no firm amount from the start.
var livingOfReservation = append(slices.Clone(livingOfPayment), "amount_minor", "quote", "pay_request", "fixings")

// living are the columns of the attempt that change.
func (r *paymentRow) living() []string {
	if payment.Quote(r.Quote) == payment.Firm {
		return livingOfPayment
	}
	return livingOfReservation
}

func toPaymentRow(id order.ID, p payment.Snapshot) *paymentRow {
	return &paymentRow{
		ID: string(p.ID), OrderID: string(id), Attempt: p.Number, State: p.State.String(),
		DoubtCall: string(p.Doubt.Call), DoubtSince: p.Doubt.Since, Hold: string(p.Hold),
		AmountMinor: p.Amount.Minor(), Currency: string(p.Amount.Currency()), ReturnedMinor: p.Returned.Minor(),
		RefundedMinor: p.Refunded.Minor(), RefundedAt: p.RefundedAt, DisputedMinor: p.Disputed.Minor(),
		Gateway: p.Account.Gateway, Fingerprint: p.Account.Fingerprint, CredentialsVersion: p.Account.Version,
		Reference: p.Reference, IdempotencyKey: p.Key, Request: p.Request, Code: p.Code, PageURL: p.PageURL,
		FreshUntil: p.FreshUntil, HandedOutAt: p.HandedOutAt, CreatedAt: p.CreatedAt, ChangedAt: p.ChangedAt,
		AskedAt: p.AskedAt, EmptySince: p.EmptySince, Trace: p.Trace,
		Quote: string(p.Quote), Intent: p.Intent, PayRequest: p.PayRequest, Fixings: p.Fixings,
	}
}

func (r *paymentRow) snapshot() (payment.Snapshot, error) {
	state, ofState := payment.ParseState(r.State)
	amount, ofAmount := money.FromMinor(r.AmountMinor, money.Currency(r.Currency))
	refunded, ofRefunded := money.FromMinor(r.RefundedMinor, money.Currency(r.Currency))
	returned, ofReturned := money.FromMinor(r.ReturnedMinor, money.Currency(r.Currency))
	disputed, ofDisputed := money.FromMinor(r.DisputedMinor, money.Currency(r.Currency))
	return payment.Snapshot{
		ID: payment.ID(r.ID), Number: r.Attempt, State: state,
		Doubt: payment.Doubt{Call: payment.Call(r.DoubtCall), Since: r.DoubtSince.UTC()}, Hold: payment.Hold(r.Hold),
		Amount: amount, Refunded: refunded, RefundedAt: r.RefundedAt.UTC(), Returned: returned, Disputed: disputed,
		Account:   merchant.Account{Gateway: r.Gateway, Fingerprint: r.Fingerprint, Version: r.CredentialsVersion},
		Reference: r.Reference, Key: r.IdempotencyKey, Request: r.Request, Code: r.Code, PageURL: r.PageURL,
		FreshUntil: r.FreshUntil.UTC(), HandedOutAt: r.HandedOutAt.UTC(), CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC(),
		AskedAt: r.AskedAt.UTC(), EmptySince: r.EmptySince.UTC(), Trace: r.Trace,
		Quote: payment.Quote(r.Quote), Intent: r.Intent, PayRequest: r.PayRequest, Fixings: r.Fixings,
	}, errors.Join(ofState, ofAmount, ofRefunded, ofReturned, ofDisputed)
}
