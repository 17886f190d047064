package ports

import (
	"context"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// Orders stores orders with their attempts, refunds, events and movements. Every write stores the
// aggregate's changes and the tasks that follow from its events (see React) in one transaction; an
// order without changes is not written. Nobody may call a company or a mall inside a closure.
type Orders interface {
	// Create stores a new order. Conflict "order_exists" when the key is taken, Conflict
	// "reference_taken" when a company account already knows an attempt by that reference.
	Create(ctx context.Context, o *order.Order) error
	// Save stores an order that the caller loaded or created, if nobody wrote it since; otherwise
	// Conflict "stale_order" and nothing is stored. One round trip, for the hot path.
	Save(ctx context.Context, o *order.Order) error
	// Update locks the order, loads it with the refunds that are open and those that are asked for, applies
	// change and stores it, and returns what was stored. An error of change, returned as it is, leaves
	// everything as it was. NotFound when there is no such order, Conflict "code_taken" when the company's order
	// belongs to another attempt. Of many at once each sees what those before it did, and fails alone.
	Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...RefundQuery) (*order.Order, error)
	// Get loads an order without locking it, or NotFound.
	Get(ctx context.Context, by OrderQuery) (*order.Order, error)
	// Payments finds attempts by what a company calls them; the newest first, at most 10.
	Payments(ctx context.Context, by PaymentQuery) ([]PaymentAddress, error)
}

// OrderQuery names one order: by ID, else by StatusKey, else by Key.
type OrderQuery struct {
	ID        order.ID
	StatusKey StatusKey
	Key       order.Key
	With      RefundQuery // refunds to load besides the open ones
	Bare      bool        // no refunds at all: to read what its attempts say, never to decide about money
}

// RefundQuery names ended refunds that an order is loaded with; those that are open always are. Each
// field that is not empty adds some.
type RefundQuery struct {
	ID      refund.ID      // this refund, with all generations of its purpose
	Purpose refund.Purpose // all its generations
	Code    string         // the refund that the company knows by this code
	Like    money.Money    // the newest refund of this amount that a mall asked for
}

// PaymentQuery selects attempts: by our ID, else by the company's Code, else by our Reference, else by the
// Number of their orders, which those of several malls can have. Gateway
// and Merchant narrow the search when they are not empty.
type PaymentQuery struct {
	ID        payment.ID
	Gateway   string
	Merchant  merchant.ID
	Code      string
	Reference string
	Number    order.Number
}

// PaymentAddress says where an attempt belongs and carries what a door needs to judge a letter about
// it before the order is locked.
type PaymentAddress struct {
	Order    order.ID
	Merchant merchant.ID
	Mall     merchant.MallID
	Payment  payment.Snapshot // without the request bytes
	// Credentials are those that the attempt pins, sealed; empty when the merchant is gone.
	Credentials merchant.Credentials
}

// React says what has to be done because of an event. It is a pure function given to repositories,
// so that tasks are stored in the transaction of the event.
type React func(e order.Event, o order.Snapshot) []Task
