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

type refundRow struct {
	bun.BaseModel `bun:"table:refunds,alias:r"`

	ID             string `bun:",pk"`
	OrderID        string
	Position       int
	PaymentID      string
	Reason         string
	Purpose        string
	Generation     int
	State          string
	AmountMinor    int64
	Currency       string
	Sync           bool
	PartnerID      string
	AmountText     string
	PayMethod      string
	NotifyURL      string
	ExtraData      string
	Reference      string
	IdempotencyKey string
	Body           string
	Code           string
	Message        string
	CreatedAt      time.Time
	ChangedAt      time.Time
	SentAt         time.Time `bun:",nullzero"`
	AskedAt        time.Time `bun:",nullzero"`
	EmptySince     time.Time `bun:",nullzero"`
	Trace          string
}

// livingOfRefund are the columns that change after a refund was intended.
var livingOfRefund = []string{
	"state", "sync", "partner_id", "amount_text", "pay_method", "notify_url", "extra_data",
	"code", "message", "changed_at", "sent_at", "asked_at", "empty_since",
}

// openRefund are the refunds whose outcome is still to come. An index is built for these very words.
const openRefund = "r.state IN ('intended', 'sent', 'pending')"

func toRefundRow(id order.ID, r refund.Snapshot) *refundRow {
	q := r.Request
	return &refundRow{
		ID: string(r.ID), OrderID: string(id), Position: r.Number, PaymentID: string(r.Payment), Reason: string(r.Reason),
		Purpose: string(r.Purpose), Generation: r.Generation, State: r.State.String(), AmountMinor: r.Amount.Minor(), Currency: string(r.Amount.Currency()),
		Sync: q.Sync, PartnerID: string(q.Partner), AmountText: q.AmountText, PayMethod: q.PayMethod, NotifyURL: q.NotifyURL, ExtraData: q.ExtraData,
		Reference: r.Reference, IdempotencyKey: r.Key, Body: r.Body, Code: r.Code, Message: r.Message,
		CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, SentAt: r.SentAt, AskedAt: r.AskedAt, EmptySince: r.EmptySince, Trace: r.Trace,
	}
}

func (r *refundRow) snapshot() (refund.Snapshot, error) {
	state, ofState := refund.ParseState(r.State)
	amount, ofAmount := money.FromMinor(r.AmountMinor, money.Currency(r.Currency))
	return refund.Snapshot{
		ID: refund.ID(r.ID), Number: r.Position, Payment: payment.ID(r.PaymentID), Reason: refund.Reason(r.Reason),
		Purpose: refund.Purpose(r.Purpose), Generation: r.Generation, State: state, Amount: amount,
		Request: refund.Request{
			Sync: r.Sync, Partner: merchant.PartnerID(r.PartnerID), AmountText: r.AmountText, PayMethod: r.PayMethod, NotifyURL: r.NotifyURL, ExtraData: r.ExtraData,
		},
		Reference: r.Reference, Key: r.IdempotencyKey, Body: r.Body, Code: r.Code, Message: r.Message,
		CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC(), SentAt: r.SentAt.UTC(), AskedAt: r.AskedAt.UTC(), EmptySince: r.EmptySince.UTC(),
		Trace: r.Trace,
	}, errors.Join(ofState, ofAmount)
}
