package memory

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Call names what the company is asked to do.
type Call string

// The calls of a company.
const (
	OpenCall          Call = "open"    // of reserved orders too
	PayCall           Call = "pay"     // of a reserved order
	InquireCall       Call = "inquire" // by code, by reference, and about the buyer
	CloseCall         Call = "close"
	RefundCall        Call = "refund"
	InquireRefundCall Call = "inquire refund"
	AnyCall           Call = "any" // whatever is called next
)

// Trouble is what goes wrong with a call.
type Trouble uint8

// The troubles.
const (
	NoTrouble   Trouble = iota
	NotSent             // the request never left: Unavailable, nothing was done
	Declines            // the company definitely says no: Declined, nothing was done
	KeysRefused         // the company refuses the keys: Unauthenticated, nothing was done
	Vanishes            // the request left and got lost: Indeterminate, nothing was done
	AnswerLost          // the work is done and the answer got lost: Indeterminate
)

// Next orders troubles for the next calls of a kind, one each.
func (c *Company) Next(call Call, troubles ...Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.troubles[call] = append(c.troubles[call], troubles...)
}

// Meanwhile runs act once during the next call of a kind: after the company's work, before the caller
// has the answer. Letters that overtake answers are made of it.
func (c *Company) Meanwhile(call Call, act func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meanwhile[call] = act
}

// Calls says how often the company was called for something, or at all (AnyCall), troubled calls
// included.
func (c *Company) Calls(call Call) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[call]
}

// take returns what was ordered for the call, and forgets it.
func (c *Company) take(call Call) (Trouble, func()) {
	act := c.meanwhile[call]
	delete(c.meanwhile, call)
	for _, named := range []Call{call, AnyCall} {
		if ordered := c.troubles[named]; len(ordered) > 0 {
			c.troubles[named] = ordered[1:]
			return ordered[0], act
		}
	}
	return NoTrouble, act
}

// work runs one call under the company's lock, with the trouble that was ordered for it.
func (c *Company) work(ctx context.Context, k ports.Keys, call Call, act func() error) error {
	if err := alive(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	c.calls[call]++
	c.calls[AnyCall]++
	trouble, meanwhile := c.take(call)
	if c.revoked[k.Public] && trouble == NoTrouble {
		trouble = KeysRefused
	}
	err := trouble.before()
	if err == nil && trouble != Vanishes {
		err = act()
	}
	c.mu.Unlock()
	if meanwhile != nil {
		meanwhile()
	}
	if err != nil {
		return err
	}
	return trouble.after()
}

// before is the error of a call that is not worked.
func (t Trouble) before() error {
	switch t {
	case NotSent:
		return fault.New(fault.Unavailable, "company_away", "the payment company cannot be reached")
	case Declines:
		return fault.New(fault.Declined, "company_declined", "the payment company declined")
	case KeysRefused:
		return fault.New(fault.Unauthenticated, "keys_refused", "the payment company refuses the keys")
	case NoTrouble, Vanishes, AnswerLost:
	}
	return nil
}

// after is the error of a call whose answer nobody got.
func (t Trouble) after() error {
	if t == Vanishes || t == AnswerLost {
		return fault.New(fault.Indeterminate, "company_silent", "the payment company did not answer")
	}
	return nil
}

// CheckKeys implements ports.KeyChecker by a question about an order that there is not.
func (c *Company) CheckKeys(ctx context.Context, k ports.Keys) error {
	if _, err := c.InquireByReference(ctx, k, "no-order"); !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}
