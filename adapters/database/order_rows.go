package database

import (
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

type orderRow struct {
	bun.BaseModel `bun:"table:orders,alias:o"`

	ID             string `bun:",pk"`
	MallID         string
	ShopNo         int
	Number         string
	MerchantID     string
	StatusKey      string
	Way            string
	PartnerID      string
	AmountText     string
	PayMethod      string
	ReturnURL      string
	NotifyURL      string
	ExtraData      []byte
	ReceivedAt     time.Time
	CountedPayment string
	Told           uint8
	ToldAt         time.Time `bun:",nullzero"`
	RefundCount    int
	CreatedAt      time.Time
	Version        int64

	MallCancelledAt time.Time `bun:",nullzero"`
}

// fixedOfOrder are the columns that never change.
var fixedOfOrder = []string{"id", "mall_id", "shop_no", "number", "merchant_id", "status_key", "created_at"}

func toOrderRow(s order.Snapshot, version int64) *orderRow {
	return &orderRow{
		ID: string(s.ID), MallID: string(s.Key.Mall), ShopNo: s.Key.Shop, Number: string(s.Key.Number), MerchantID: string(s.Merchant), StatusKey: s.StatusKey,
		Way: string(s.Latest.Way), PartnerID: string(s.Latest.Partner), AmountText: s.Latest.AmountText, PayMethod: s.Latest.PayMethod,
		ReturnURL: s.Latest.ReturnURL, NotifyURL: s.Latest.NotifyURL, ExtraData: s.Latest.ExtraData, ReceivedAt: s.Latest.ReceivedAt,
		CountedPayment: string(s.Counted), Told: uint8(s.Told), ToldAt: s.ToldAt, RefundCount: s.RefundCount, MallCancelledAt: s.MallCancelledAt,
		CreatedAt: s.CreatedAt, Version: version,
	}
}

func (r *orderRow) key() order.Key {
	return order.Key{Mall: merchant.MallID(r.MallID), Shop: r.ShopNo, Number: order.Number(r.Number)}
}

// restore makes the aggregate of an order's row and those of its attempts and refunds.
func (r *orderRow) restore(payments []paymentRow, refunds []refundRow) (*order.Order, error) {
	s := order.Snapshot{
		ID: order.ID(r.ID), Key: r.key(), Merchant: merchant.ID(r.MerchantID), StatusKey: r.StatusKey,
		Latest: order.Request{
			Way: order.Way(r.Way), Partner: merchant.PartnerID(r.PartnerID), AmountText: r.AmountText, PayMethod: r.PayMethod,
			ReturnURL: r.ReturnURL, NotifyURL: r.NotifyURL, ExtraData: r.ExtraData, ReceivedAt: r.ReceivedAt.UTC(),
		},
		Counted: payment.ID(r.CountedPayment), Told: order.Told(r.Told), ToldAt: r.ToldAt.UTC(), RefundCount: r.RefundCount, MallCancelledAt: r.MallCancelledAt.UTC(),
		CreatedAt: r.CreatedAt.UTC(), Version: r.Version,
	}
	for i := range payments {
		p, err := payments[i].snapshot()
		if err != nil {
			return nil, err
		}
		s.Payments = append(s.Payments, p)
	}
	for i := range refunds {
		f, err := refunds[i].snapshot()
		if err != nil {
			return nil, err
		}
		s.Refunds = append(s.Refunds, f)
	}
	return order.Restore(s)
}

type eventRow struct {
	bun.BaseModel `bun:"table:events,alias:e"`

	OrderID     string
	Seq         int64
	Kind        string
	PaymentID   string
	RefundID    string
	Door        string
	OccurredAt  time.Time
	FromState   string
	ToState     string
	AmountMinor *int64 // with the currency, nil when the event is not about an amount
	Currency    *string
	Note        string
	TraceID     string
}

func toEventRows(s order.Snapshot, events []order.Event, traceID string) []eventRow {
	rows := make([]eventRow, len(events))
	for i, e := range events {
		rows[i] = eventRow{
			OrderID: string(s.ID), Seq: s.Version + int64(i) + 1, Kind: e.Kind.String(), PaymentID: string(e.Payment), RefundID: string(e.Refund),
			Door: string(e.Door), OccurredAt: e.At, FromState: e.From, ToState: e.To, Note: e.Note, TraceID: traceID,
		}
		if e.Amount != (money.Money{}) {
			minor, currency := e.Amount.Minor(), string(e.Amount.Currency())
			rows[i].AmountMinor, rows[i].Currency = &minor, &currency
		}
	}
	return rows
}

type movementRow struct {
	bun.BaseModel `bun:"table:movements,alias:m"`

	OrderID     string
	PaymentID   string
	RefundID    string
	Kind        string
	AmountMinor int64
	Currency    string
	Door        string
	OccurredAt  time.Time
	TraceID     string
}

func toMovementRows(id order.ID, movements []order.Movement, traceID string) []movementRow {
	rows := make([]movementRow, len(movements))
	for i, m := range movements {
		rows[i] = movementRow{
			OrderID: string(id), PaymentID: string(m.Payment), RefundID: string(m.Refund), Kind: string(m.Kind),
			AmountMinor: m.Amount.Minor(), Currency: string(m.Amount.Currency()), Door: string(m.Door), OccurredAt: m.At, TraceID: traceID,
		}
	}
	return rows
}

// traceID is the trace in a W3C traceparent, or "".
func traceID(traceparent string) string {
	if parts := strings.Split(traceparent, "-"); len(parts) >= 4 {
		return parts[1]
	}
	return ""
}
