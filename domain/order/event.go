package order

import (
	"time"

	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

// Door is the way by which news of an order came in.
type Door string

// The doors.
const (
	CheckoutDoor     Door = "checkout"
	ExternalDoor     Door = "external" // a reservation, and what the buyer agrees to
	CallbackDoor     Door = "callback" // the buyer's return
	WebhookDoor      Door = "webhook"
	ReconcilerDoor   Door = "reconciler"
	NotificationDoor Door = "notification"
	StatusDoor       Door = "status" // the mall asks for the status
	CancelDoor       Door = "cancel" // the mall asks for its money back
	OperatorDoor     Door = "operator"
)

// EventKind says what happened. The zero value is invalid.
type EventKind uint8

// What can happen to an order.
const (
	Opened               EventKind = iota + 1 // an attempt was stored; the company is called next
	RequestedAgain                            // another checkout request for the same money was accepted
	PageHandedOut                             // the buyer was sent to the company's page
	Doubted                                   // a call to the company may have happened
	AskedInVain                               // the company, asked by reference, does not know the attempt
	Raised                                    // an attempt moved to a higher state
	CodeLearned                               // a closed attempt turned out to exist at the company
	PageRenewed                               // the company confirmed that the page is still good
	PutOnHold                                 // something does not fit; a person must look
	OrderPaid                                 // one attempt is paid and counts: the mall must know
	ClosedUnpaid                              // an attempt surely ended without money
	SurplusFound                              // a second attempt of the order is paid: it must go back
	OutsideRefund                             // money left at the company without us
	RequestedPaid                             // the mall asked to open an order that is paid already
	MallTold                                  // the mall confirmed a notice
	MallRefused                               // the mall keeps refusing a notice
	RefundIntended                            // a refund was stored; the company is called next
	RefundRaised                              // a refund moved to a higher state
	RefundContradicts                         // the company speaks of another refund than ours
	RefundAskedInVain                         // the company, asked by reference, does not know the refund
	RefundRequestedAgain                      // the mall asked for the same refund again
	RefundRepeated                            // a refund of equal amount followed within minutes, and no proof was to be had
	RefundUnproven                            // a cancel request whose signature others can have was refused
	RefundTold                                // the mall confirmed a notice about a refund
	RefundNoticeRefused                       // the mall keeps refusing a notice about a refund
	MallCancelled                             // the mall asked to cancel what is not paid
	Confirmed                                 // the company, asked again, says that the attempt is paid
	DisputeChanged                            // the company says otherwise what buyers dispute
	Resolved                                  // an operator decided, with evidence
	AmountFixed                               // a buyer agreed to the amount of a reservation; the company is called next
	PayTaken                                  // the company took what the buyer agreed to
	PayRefused                                // the company surely did not take it: the reservation is as it was
)

var kindNames = map[EventKind]string{
	Opened: "opened", RequestedAgain: "requested_again", PageHandedOut: "page_handed_out", Doubted: "doubted",
	AskedInVain: "asked_in_vain", Raised: "raised", CodeLearned: "code_learned", PageRenewed: "page_renewed",
	PutOnHold: "put_on_hold", OrderPaid: "order_paid", ClosedUnpaid: "closed_unpaid", SurplusFound: "surplus_found",
	OutsideRefund: "outside_refund", RequestedPaid: "requested_paid", MallTold: "mall_told", MallRefused: "mall_refused",
	RefundIntended: "refund_intended", RefundRaised: "refund_raised", RefundContradicts: "refund_contradicts",
	RefundAskedInVain: "refund_asked_in_vain", RefundRequestedAgain: "refund_requested_again", RefundRepeated: "refund_repeated",
	RefundUnproven: "refund_unproven", RefundTold: "refund_told", RefundNoticeRefused: "refund_notice_refused",
	MallCancelled: "mall_cancelled", Confirmed: "confirmed", DisputeChanged: "dispute_changed", Resolved: "resolved",
	AmountFixed: "amount_fixed", PayTaken: "pay_taken", PayRefused: "pay_refused",
}

// String is the name stored in the ledger and shown to people.
func (k EventKind) String() string { return kindNames[k] }

// Event is a fact of an order's history. Every change of an order is at least one event; the events
// of an order are numbered without gaps, which is also how concurrent writers are told apart.
type Event struct {
	Kind    EventKind
	Payment payment.ID
	Refund  refund.ID // empty unless a refund is meant
	Door    Door
	At      time.Time
	From    string // state before, for Raised and RefundRaised
	To      string // state after, or what happened in a word
	Amount  money.Money
	Note    string
}

// MovementKind says how money moved. The zero value is invalid.
type MovementKind string

// The movements.
const (
	Charge          MovementKind = "charge"         // the buyer paid
	RefundMovement  MovementKind = "refund"         // one of our refunds was carried out
	OutsideMovement MovementKind = "outside_refund" // money left at the company without us
	Reversal        MovementKind = "reversal"       // a refund came back to the company
)

// Movement is a line of the append-only ledger: money moved. "Refunded" and "partially refunded" are
// derived from these lines and stored nowhere.
type Movement struct {
	Kind    MovementKind
	Payment payment.ID
	Refund  refund.ID
	Amount  money.Money // always positive; the kind gives the direction
	Door    Door
	At      time.Time
}
