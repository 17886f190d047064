package refund

import (
	"slices"

	"paybridge/domain/fault"
)

// State is how far a refund is. The zero value is invalid; news can only raise it.
type State uint8

// The states in rising rank.
const (
	Intended    State = iota + 1 // stored, the amount is taken from what can be refunded
	Sent                         // the call may have happened: asked about, never failed by time
	Pending                      // the company accepted it and works on it
	NotExecuted                  // surely never reached the company; the amount is free again
	Rejected                     // the company refused it; the amount is free again
	Refunded                     // the money is on its way back to the buyer
	Reversed                     // refunded once, but the bank sent it back to the company
)

// next lists what each state may become. Rejected and NotExecuted can still turn into Pending or
// Refunded: then the refund exists after all and its amount is taken again.
var next = map[State][]State{
	Intended:    {Sent, Pending, NotExecuted, Rejected, Refunded},
	Sent:        {Pending, NotExecuted, Rejected, Refunded},
	Pending:     {Rejected, Refunded},
	NotExecuted: {Pending, Rejected, Refunded},
	Rejected:    {Pending, Refunded},
	Refunded:    {Reversed},
	Reversed:    {},
}

var names = map[State]string{
	Intended: "intended", Sent: "sent", Pending: "pending", NotExecuted: "not_executed",
	Rejected: "rejected", Refunded: "refunded", Reversed: "reversed",
}

// String is the name stored in the database and shown to people.
func (s State) String() string { return names[s] }

// ParseState is the inverse of String; an unknown name is Internal.
func ParseState(name string) (State, error) {
	for s, n := range names {
		if n == name {
			return s, nil
		}
	}
	return 0, fault.Newf(fault.Internal, "unknown_state", "unknown refund state %q", name)
}

// MayBecome reports whether the table allows the step.
func (s State) MayBecome(to State) bool { return slices.Contains(next[s], to) }

// Spends reports that the amount counts as given back: also while the outcome is open or in doubt.
func (s State) Spends() bool {
	switch s {
	case Intended, Sent, Pending, Refunded:
		return true
	case NotExecuted, Rejected, Reversed:
	}
	return false
}

// Open reports that the outcome is still to come.
func (s State) Open() bool { return s == Intended || s == Sent || s == Pending }
