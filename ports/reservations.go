package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// ReservedOrder is what an external checkout needs beside its attempt: what the buyer reviews, and the
// way back. It is stored before its attempt, so that an attempt is never without it.
type ReservedOrder struct {
	Payment   payment.ID
	Key       order.Key
	Token     string // names it to the buyer; a secret of the buyer and the company
	ReturnURL string // of the mall's pages, without the last part
	NotifyURL string
	Button    []byte      // JSON that the company's script in the mall's page starts with; nil until the company answered
	Sealed    []byte      // what is bought and by whom, encrypted for the mall; nil once it was erased
	Reviewed  money.Money // what the buyer saw last; the zero Money before
	CreatedAt time.Time
	ExpiresAt time.Time // the token is good until then
}

// ReservationQuery names a reservation by the first field that is not empty. By mall and number it is
// the newest one.
type ReservationQuery struct {
	Payment payment.ID
	Token   string
	Mall    merchant.MallID
	Number  order.Number
}

// Reservations stores reservations.
type Reservations interface {
	// Add stores a new reservation.
	Add(ctx context.Context, r ReservedOrder) error
	// Get finds a reservation, expired or not, or NotFound.
	Get(ctx context.Context, by ReservationQuery) (ReservedOrder, error)
	// Answered stores what the company's script starts with; what is there stays.
	Answered(ctx context.Context, id payment.ID, button []byte) error
	// Seen stores what the buyer saw: the amount, and the sealed content as it is now. One that was erased
	// stays so.
	Seen(ctx context.Context, id payment.ID, reviewed money.Money, sealed []byte) error
	// Erase forgets the sealed content of reservations whose token expired and whose attempt ended before a
	// time: unpaid, or paid and the mall knows. One that has no attempt ended when its token did. It
	// returns how many.
	Erase(ctx context.Context, before time.Time) (int, error)
}
