package database

import (
	"errors"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
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
	ReturnedMinor      int64
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
}

// livingOfPayment are the columns that change after an attempt was opened.
var livingOfPayment = []string{
	"state", "doubt_call", "doubt_since", "hold", "returned_minor", "code", "page_url",
	"fresh_until", "handed_out_at", "changed_at", "asked_at", "empty_since",
}

func toPaymentRow(id order.ID, p payment.Snapshot) *paymentRow {
	return &paymentRow{
		ID: string(p.ID), OrderID: string(id), Attempt: p.Number, State: p.State.String(),
		DoubtCall: string(p.Doubt.Call), DoubtSince: p.Doubt.Since, Hold: string(p.Hold),
		AmountMinor: p.Amount.Minor(), Currency: string(p.Amount.Currency()), ReturnedMinor: p.Returned.Minor(),
		Gateway: p.Account.Gateway, Fingerprint: p.Account.Fingerprint, CredentialsVersion: p.Account.Version,
		Reference: p.Reference, IdempotencyKey: p.Key, Request: p.Request, Code: p.Code, PageURL: p.PageURL,
		FreshUntil: p.FreshUntil, HandedOutAt: p.HandedOutAt, CreatedAt: p.CreatedAt, ChangedAt: p.ChangedAt,
		AskedAt: p.AskedAt, EmptySince: p.EmptySince, Trace: p.Trace,
	}
}

func (r *paymentRow) snapshot() (payment.Snapshot, error) {
	state, ofState := payment.ParseState(r.State)
	amount, ofAmount := money.FromMinor(r.AmountMinor, money.Currency(r.Currency))
	returned, ofReturned := money.FromMinor(r.ReturnedMinor, money.Currency(r.Currency))
	return payment.Snapshot{
		ID: payment.ID(r.ID), Number: r.Attempt, State: state,
		Doubt: payment.Doubt{Call: payment.Call(r.DoubtCall), Since: r.DoubtSince.UTC()}, Hold: payment.Hold(r.Hold),
		Amount: amount, Returned: returned,
		Account:   merchant.Account{Gateway: r.Gateway, Fingerprint: r.Fingerprint, Version: r.CredentialsVersion},
		Reference: r.Reference, Key: r.IdempotencyKey, Request: r.Request, Code: r.Code, PageURL: r.PageURL,
		FreshUntil: r.FreshUntil.UTC(), HandedOutAt: r.HandedOutAt.UTC(), CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC(),
		AskedAt: r.AskedAt.UTC(), EmptySince: r.EmptySince.UTC(), Trace: r.Trace,
	}, errors.Join(ofState, ofAmount, ofReturned)
}

type refundRow struct {
	bun.BaseModel `bun:"table:refunds,alias:r"`

	ID             string `bun:",pk"`
	OrderID        string
	Position       int
	PaymentID      string
	Reason         string
	Generation     int
	State          string
	AmountMinor    int64
	Currency       string
	Reference      string
	IdempotencyKey string
	Code           string
	Message        string
	CreatedAt      time.Time
	ChangedAt      time.Time
	AskedAt        time.Time `bun:",nullzero"`
}

// livingOfRefund are the columns that change after a refund was intended.
var livingOfRefund = []string{"state", "code", "message", "changed_at", "asked_at"}

func toRefundRow(id order.ID, position int, r refund.Snapshot) *refundRow {
	return &refundRow{
		ID: string(r.ID), OrderID: string(id), Position: position, PaymentID: string(r.Payment), Reason: string(r.Reason),
		Generation: r.Generation, State: r.State.String(), AmountMinor: r.Amount.Minor(), Currency: string(r.Amount.Currency()),
		Reference: r.Reference, IdempotencyKey: r.Key, Code: r.Code, Message: r.Message,
		CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, AskedAt: r.AskedAt,
	}
}

func (r *refundRow) snapshot() (refund.Snapshot, error) {
	state, ofState := refund.ParseState(r.State)
	amount, ofAmount := money.FromMinor(r.AmountMinor, money.Currency(r.Currency))
	return refund.Snapshot{
		ID: refund.ID(r.ID), Payment: payment.ID(r.PaymentID), Reason: refund.Reason(r.Reason), Generation: r.Generation,
		State: state, Amount: amount, Reference: r.Reference, Key: r.IdempotencyKey, Code: r.Code, Message: r.Message,
		CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC(), AskedAt: r.AskedAt.UTC(),
	}, errors.Join(ofState, ofAmount)
}
