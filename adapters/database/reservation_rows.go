package database

import (
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

type reservationRow struct {
	bun.BaseModel `bun:"table:reservations,alias:v"`

	PaymentID        string `bun:",pk"`
	MallID           string
	ShopNo           int
	Number           string
	Token            string
	ReturnURL        string
	NotifyURL        string
	Button           []byte
	Sealed           []byte
	ReviewedMinor    int64
	ReviewedCurrency string
	CreatedAt        time.Time
	ExpiresAt        time.Time
}

func toReservationRow(r ports.ReservedOrder) *reservationRow {
	return &reservationRow{
		PaymentID: string(r.Payment), MallID: string(r.Key.Mall), ShopNo: r.Key.Shop, Number: string(r.Key.Number), Token: r.Token,
		ReturnURL: r.ReturnURL, NotifyURL: r.NotifyURL, Button: r.Button, Sealed: r.Sealed,
		ReviewedMinor: r.Reviewed.Minor(), ReviewedCurrency: string(r.Reviewed.Currency()), CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt,
	}
}

func (r *reservationRow) reservation() (ports.ReservedOrder, error) {
	v := ports.ReservedOrder{
		Payment: payment.ID(r.PaymentID), Token: r.Token, ReturnURL: r.ReturnURL, NotifyURL: r.NotifyURL, Button: r.Button, Sealed: r.Sealed,
		Key:       order.Key{Mall: merchant.MallID(r.MallID), Shop: r.ShopNo, Number: order.Number(r.Number)},
		CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(),
	}
	var err error
	if r.ReviewedCurrency != "" {
		v.Reviewed, err = money.FromMinor(r.ReviewedMinor, money.Currency(r.ReviewedCurrency))
	}
	return v, err
}
