package memory

import (
	"sync"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Company is a payment company with every capability of the ports. It keeps its orders and refunds
// by account (the public key), works each idempotency key once, and does to them what a test says: a
// buyer pays (Settle), money leaves by another way (RefundOutside), a call is lost (Next). It is safe
// for concurrent use.
type Company struct {
	clock ports.Clock
	sheet ports.Sheet

	mu        sync.Mutex
	orders    []*companyOrder
	refunds   []*companyRefund
	worked    map[string]worked
	troubles  map[Call][]Trouble
	meanwhile map[Call]func()
	calls     map[Call]int
	lag       time.Duration
	revoked   map[string]bool
	address   ports.Address // of every buyer
}

type companyOrder struct {
	payment.Answer
	account string
}

type companyRefund struct {
	refund.Answer
	account string
	order   *companyOrder
}

// worked is what an idempotency key was used for.
type worked struct{ request, code string }

// NewCompany returns a company without orders. Its sheet is that of a company with webhooks, keys of
// a day, and refunds in parts; edit, when given, changes it.
func NewCompany(clock ports.Clock, edit ...func(*ports.Sheet)) *Company {
	sheet := ports.Sheet{
		Name: "memory", Currencies: []money.Currency{"PHP", "JPY", "KRW", "USD", "KWD"}, KeyLifetime: 24 * time.Hour,
		SettleTime: 10 * time.Minute, OrderLifetime: 30 * 24 * time.Hour, PageFresh: 10 * time.Minute, RefundAtOnce: true, PartialRefund: true,
	}
	for _, e := range edit {
		e(&sheet)
	}
	return &Company{
		clock: clock, sheet: sheet, worked: map[string]worked{}, troubles: make(map[Call][]Trouble),
		meanwhile: make(map[Call]func()), calls: make(map[Call]int), revoked: map[string]bool{},
	}
}

// Sheet implements ports.Gateway.
func (c *Company) Sheet() ports.Sheet { return c.sheet }

// Settle moves an order to a state, as the buyer or time does, and reports whether there is one.
func (c *Company) Settle(code string, state payment.State) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.find(code)
	if o == nil {
		return false
	}
	o.State, o.Paid = state, money.Zero(o.Amount.Currency())
	if state == payment.Paid {
		o.Paid = o.Amount
	}
	return true
}

// RefundOutside gives money of an order back by another way than ours, such as a dashboard. It fails
// like money.Money.Add, or with NotFound when there is no such order.
func (c *Company) RefundOutside(code string, amount money.Money) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.find(code)
	if o == nil {
		return unknownCode(code)
	}
	var err error
	o.Refunded, err = o.Refunded.Add(amount)
	return err
}

// Opened returns what the company knows of its orders, oldest first.
func (c *Company) Opened() []payment.Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	answers := make([]payment.Answer, len(c.orders))
	for i, o := range c.orders {
		answers[i] = o.Answer
	}
	return answers
}

// Refunds returns what the company knows of its refunds, oldest first.
func (c *Company) Refunds() []refund.Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	answers := make([]refund.Answer, len(c.refunds))
	for i, r := range c.refunds {
		answers[i] = r.Answer
	}
	return answers
}

// Lag makes orders show up in questions by reference only when they are that old.
func (c *Company) Lag(age time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lag = age
}

// Revoke makes the company refuse the keys of an account from now on.
func (c *Company) Revoke(public string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revoked[public] = true
}

func (c *Company) find(code string) *companyOrder {
	for _, o := range c.orders {
		if o.Code == code {
			return o
		}
	}
	return nil
}

// of finds an order of the account.
func (c *Company) of(account, code string) (*companyOrder, error) {
	if o := c.find(code); o != nil && o.account == account {
		return o, nil
	}
	return nil, unknownCode(code)
}

func unknownCode(code string) error {
	return fault.Newf(fault.NotFound, "no_such_code", "the company does not know %q", code)
}
