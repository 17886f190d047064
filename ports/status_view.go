package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
)

// StatusKey is what the mall asks for a status by: unguessable, of one order, and expiring. It is a
// secret: whoever has it gets a signed answer. It is any text; adapters keep it out of logs, spans and
// errors, and what leaves the process as a key is a digest of it.
type StatusKey string

// PaymentStatus is the answer to a status question, as the read model holds it: by order, not by
// attempt. Nothing of the buyer is in it, and no signature.
type PaymentStatus struct {
	Key       StatusKey
	Order     order.ID
	Version   int64 // of the order, not negative; views never go back
	Mall      merchant.MallID
	Partner   merchant.PartnerID
	OrderNo   order.Number
	PayMethod string
	Currency  string
	Paid      bool   // the order counts as paid and not all of it went back
	Amount    string // in the mall's own text, whether paid or not
	Reference string // the company's order code, empty while there is none
	ExtraData []byte // JSON of the latest accepted request
	Gateway   string
	Known     bool      // the mall fetched, or was told, that it is paid
	ExpiresAt time.Time // of the key; an expired one is NotFound. Zero: the key does not expire
}

// StatusView is the read model of status questions. Only Paid may be believed from a view that can
// forget (Redis may say paid, only the database may say not paid); what is not there is a question to
// the database. A view may forget anything at any time, and with it the version that guarded it.
//
// Unavailable says that the view cannot be asked now. A Put or Remove that ended so may have happened;
// both can be repeated without harm.
type StatusView interface {
	// Get returns what the view holds, or NotFound. Times are UTC, in whole microseconds.
	Get(ctx context.Context, key StatusKey) (PaymentStatus, error)
	// Put stores s unless the view holds a newer version under its key, and reports whether it did. An
	// equal version is stored again: it tells the same facts. What is stored is kept for a bounded time,
	// which every Put begins anew, and not longer than the key lives.
	Put(ctx context.Context, s PaymentStatus) (bool, error)
	// Remove forgets a key, and the version with it. A key that is not there is no error.
	Remove(ctx context.Context, key StatusKey) error
	// Prune shows everything that the view holds to stale, in batches and in no order, forgets the orders
	// that stale names, and returns how many keys that were. What is shown has no Key: a view knows
	// digests at most. Something may be shown twice, and what is written meanwhile not at all. It ends
	// with the first error of stale, returned as it is. Calls of stale do not overlap.
	Prune(ctx context.Context, stale func(ctx context.Context, held []PaymentStatus) (map[order.ID]bool, error)) (int, error)
}
