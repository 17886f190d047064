package payment

import "time"

// Call names a request to the company whose outcome can be in doubt. The empty call is no doubt.
type Call string

// The calls that can be in doubt.
const (
	NoCall     Call = ""
	CreateCall Call = "create"
	PayCall    Call = "pay" // of a reservation: what the buyer agreed to
)

// Doubt says that a call to the company may have happened: it is asked about, never failed by time
// and never repeated under another key.
type Doubt struct {
	Call  Call
	Since time.Time // when the newest such call was made, UTC; zero when there is no doubt
}

// Hold stops every automatic step that would rely on a fact that does not fit. Only an operator
// clears it.
type Hold string

// The reasons for a hold.
const (
	NoHold           Hold = ""
	AmountHold       Hold = "amount"             // the company has another amount, currency or reference
	CredentialsHold  Hold = "credentials"        // the company refuses the credentials that the attempt was made with
	TwoOrdersHold    Hold = "two_company_orders" // one attempt, two orders at the company
	MallRefusedHold  Hold = "mall_refused"       // the mall understood the notice and refused it
	OutsideMoneyHold Hold = "outside_refund"     // money left at the company without us
	LedgerHold       Hold = "ledger"             // we booked refunds that the company does not know
	OverRefundedHold Hold = "over_refunded"      // more went back than was paid
	CancelledHold    Hold = "mall_cancelled"     // paid after the mall had asked to cancel it, and signed no checkout since
)
