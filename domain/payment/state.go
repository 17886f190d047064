package payment

import (
	"slices"

	"paybridge/domain/fault"
)

// State is how far one attempt to pay has come. The zero value is invalid. The states are ranked by
// their order here: news from the company can only raise an attempt, because letters arrive in any
// order. Only Paid absorbs. "Unknown" is no state but a flag beside it (see Doubt): otherwise doubt
// would forget that the buyer was already shown a page.
type State uint8

// The states in rising rank.
const (
	Requested  State = iota + 1 // the intent is stored; the company may or may not know it
	Refused                     // the company definitely did not take the order
	Abandoned                   // the company never had it, and no buyer ever saw a page
	Pending                     // the company has it and waits for the buyer
	Authorized                  // the buyer approved, the money is reserved
	Expired                     // the company closed it unpaid after its time
	Cancelled                   // closed unpaid by the buyer, the mall or us
	Failed                      // the company's order can never be paid
	Paid                        // the company has the money
)

// next lists, for every state, the states that it may be raised to. Everything else is a counted
// no-op. Two raises look odd and are wanted: a closed attempt becomes Paid when the company says so
// (money is a fact), and Refused or Abandoned become Pending when the order turns out to exist.
var next = map[State][]State{
	Requested:  {Refused, Abandoned, Pending, Authorized, Expired, Cancelled, Failed, Paid},
	Refused:    {Abandoned, Pending, Authorized, Expired, Cancelled, Failed, Paid},
	Abandoned:  {Pending, Authorized, Expired, Cancelled, Failed, Paid},
	Pending:    {Authorized, Expired, Cancelled, Failed, Paid},
	Authorized: {Expired, Cancelled, Failed, Paid},
	Expired:    {Cancelled, Failed, Paid},
	Cancelled:  {Failed, Paid},
	Failed:     {Paid},
	Paid:       {},
}

var names = map[State]string{
	Requested: "requested", Refused: "refused", Abandoned: "abandoned", Pending: "pending", Authorized: "authorized",
	Expired: "expired", Cancelled: "cancelled", Failed: "failed", Paid: "paid",
}

// String is the name stored in the database and shown to people.
func (s State) String() string { return names[s] }

// ParseState is the inverse of String; an unknown name is Internal, since only our own rows hold names.
func ParseState(name string) (State, error) {
	for s, n := range names {
		if n == name {
			return s, nil
		}
	}
	return 0, fault.Newf(fault.Internal, "unknown_state", "unknown payment state %q", name)
}

// MayBecome reports whether the table allows the step.
func (s State) MayBecome(to State) bool { return slices.Contains(next[s], to) }

// Closed reports that nothing more is sent to the company for this attempt; it is still asked about
// for a while, because a closed attempt can turn out to be paid.
func (s State) Closed() bool {
	switch s {
	case Refused, Abandoned, Expired, Cancelled, Failed:
		return true
	case Requested, Pending, Authorized, Paid:
	}
	return false
}

// FinalUnpaid reports the closed states that the buyer caused and the mall may be told about.
func (s State) FinalUnpaid() bool { return s == Expired || s == Cancelled || s == Failed }
