package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// Views are the read side for people: rows straight from storage, never aggregates.
type Views interface {
	// Payments lists attempts, newest first.
	Payments(ctx context.Context, f PaymentFilter) ([]PaymentRow, error)
	// Ledger is everything that happened to the orders of that number, oldest first; empty when there is none.
	Ledger(ctx context.Context, number order.Number, mall merchant.MallID) ([]LedgerRow, error)
	// Notices lists notifications to malls, newest first.
	Notices(ctx context.Context, f NoticeFilter) ([]NoticeRow, error)
	// Unsettled lists what the companies have not ended yet, or may have, and paid attempts that do not count
	// while any of their money is left: refunds in doubt first, then other refunds, payments in doubt, other
	// payments; within each the newest first.
	Unsettled(ctx context.Context, f UnsettledFilter) ([]UnsettledRow, error)
	// Backlog counts what is open, for health checks and metrics.
	Backlog(ctx context.Context) (Backlog, error)
}

// PaymentFilter selects payments; empty fields do not filter. Limit 0 means 50.
type PaymentFilter struct {
	Mall   merchant.MallID
	Number order.Number
	State  string
	Limit  int
}

// PaymentRow is one attempt in a list.
type PaymentRow struct {
	Order     order.Number
	Mall      merchant.MallID
	Shop      int
	Attempt   int
	State     string
	Doubt     string
	Hold      string
	Amount    string // decimal text with the currency's own decimals
	Currency  string
	Code      string
	Counted   bool
	Told      string // nothing, unpaid, paid
	Dead      int64  // the newest notice about it that was given up; 0: none
	CreatedAt time.Time
	ChangedAt time.Time
}

// UnsettledFilter selects what to ask companies about; empty fields do not filter. With a Number, every
// attempt of the orders of that number is listed, ended ones too: a person doubts them.
type UnsettledFilter struct {
	Mall   merchant.MallID
	Number order.Number
	Since  time.Time // made then or later
}

// UnsettledRow is a refund, or an attempt when Refund is empty.
type UnsettledRow struct {
	OrderID   order.ID
	Order     order.Number
	Mall      merchant.MallID
	Payment   payment.ID
	Refund    refund.ID
	Version   int // of the credentials that it was made with
	State     string
	Doubtful  bool // a call may have happened
	Hold      string
	CreatedAt time.Time
}

// LedgerRow is one event of an order, with the money it moved when it moved some.
type LedgerRow struct {
	Order    order.Number
	Mall     merchant.MallID
	Sequence int64
	Event    string
	Attempt  int
	Refund   refund.ID // empty unless it is about one
	RefundNo int       // the refund's number in its order, from 1
	// The company's codes of the attempt and of the refund as they are now, whenever the event was.
	Code, RefundCode string
	From, To         string
	Amount           string
	Currency         string
	Door             string
	Note             string
	Trace            string // trace id
	At               time.Time
}

// NoticeFilter selects notifications; empty fields do not filter. Limit 0 means 50.
type NoticeFilter struct {
	ID     int64
	State  string // ready, running, done, dead
	Number order.Number
	Mall   merchant.MallID
	Limit  int
}

// NoticeRow is one notification to a mall.
type NoticeRow struct {
	ID       int64
	Key      string
	Kind     string
	State    string
	OrderID  order.ID
	Payment  payment.ID
	Refund   refund.ID // empty unless it is about one
	Order    order.Number
	Mall     merchant.MallID
	Try      int
	NextAt   time.Time
	LastTry  time.Time
	LastWord string
	URL      string
	Body     string
	Enqueued time.Time
}

// Backlog says how much work is open and how old the oldest piece is.
type Backlog struct {
	Ready, Running, Dead int64
	OldestDue            time.Time // zero when nothing is due
	Doubtful             int64     // attempts with a call in doubt
	Held                 int64     // attempts that wait for a person
	Parked               int64     // webhook letters for unknown payments
	Payments, Refunds    Unsettled
}

// Unsettled counts attempts or refunds that the companies have not ended.
type Unsettled struct {
	Open     int64
	Doubtful int64     // of them, those with a call that may have happened
	Oldest   time.Time // when the oldest of them was made; zero when there is none
}
