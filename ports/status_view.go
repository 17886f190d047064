package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
)

// StatusKey is what the mall asks for a status by: unguessable, of one order, and expiring.
type StatusKey string

// PaymentStatus is the answer to a status question, as the read model holds it: by order, not by
// attempt. Nothing of the buyer is in it, and no signature.
type PaymentStatus struct {
	Key       StatusKey
	Order     order.ID
	Version   int64 // of the order; views never go back
	Mall      merchant.MallID
	Partner   merchant.PartnerID
	OrderNo   order.Number
	PayMethod string
	Currency  string
	Paid      bool   // the order counts as paid and not all of it went back
	Amount    string // the received text of the amount, whether paid or not
	Reference string // the company's order code, empty while there is none
	ExtraData []byte // JSON of the latest accepted request
	Gateway   string
	Known     bool      // the mall fetched, or was told, that it is paid
	ExpiresAt time.Time // of the key; an expired one is NotFound
}

// StatusView is the read model of status questions. Only Paid may be believed from a view that can
// forget (semantics: Redis may say paid, only the database may say not paid); what is not there is a
// question to the database.
type StatusView interface {
	// Get returns what the view holds, or NotFound.
	Get(ctx context.Context, key StatusKey) (PaymentStatus, error)
	// Put stores it unless the view holds a newer version of the order, and reports whether it did. It
	// is kept for a bounded time, renewed by every Put.
	Put(ctx context.Context, s PaymentStatus) (bool, error)
	// Remove forgets a key.
	Remove(ctx context.Context, key StatusKey) error
	// Keys visits every key that the view holds, in no order, until visit returns an error.
	Keys(ctx context.Context, visit func(StatusKey) error) error
}
