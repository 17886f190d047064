package contract

import (
	"sync"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
)

func inquirySuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"an order is found by its code and by our reference": findsOrders,
		"an unknown code is not found":                       missesCodes,
		"an unknown reference finds nothing, without error":  missesReferences,
		"all orders of one reference are found":              findsAllOfOneReference,
		"a paid order is paid with its amount":               tellsPaid,
		"a decline is pending while the page is open":        tellsSoftDecline,
		"an order that the buyer closed is cancelled":        tellsCancelled,
		"an order whose time is over is expired":             tellsExpired,
		"a lost answer to a question is no verdict":          losesQuestions,
		"many who ask at once all get the truth":             answersMany,
	}
}

func findsOrders(t *testing.T, c company) {
	opened := c.opened(t)
	a := c.asked(t, opened.Code)
	same(t, "code", a.Code, opened.Code)
	same(t, "reference", a.Reference, "ref-1")
	same(t, "state", a.State, payment.Pending)
	same(t, "amount", a.Amount, opened.Amount)
	same(t, "paid", a.Paid, c.amount(t, "0"))
	same(t, "page", a.PageURL, opened.PageURL)
	if a.AskedAt.IsZero() || a.FreshUntil.Sub(a.AskedAt) > c.Gateway().Sheet().PageFresh {
		t.Errorf("fresh until %v, asked at %v", a.FreshUntil, a.AskedAt)
	}
	b := c.found(t, "ref-1", 1)[0]
	same(t, "code by reference", b.Code, opened.Code)
	same(t, "amount by reference", b.Amount, opened.Amount)
}

func missesCodes(t *testing.T, c company) {
	c.opened(t)
	for _, code := range []string{"no-such-order", "", ".", "..", "../refunds", "a/b", "a?b=c", "a b", "a%2fb", "주문"} {
		_, err := c.InquireByCode(t.Context(), c.Keys(), code)
		wantFault(t, err, fault.NotFound, "")
	}
}

func missesReferences(t *testing.T, c company) {
	c.opened(t)
	c.found(t, "ref-2", 0)
	c.found(t, "ref", 0)
	c.found(t, "ref-1&reference_no=ref-2", 0)
}

func findsAllOfOneReference(t *testing.T, c company) {
	c.opened(t)
	_, err := c.Open(t.Context(), c.Keys(), "key-2", c.opening(t, "ref-1", "99"))
	noError(t, err)
	c.found(t, "ref-1", 2)
}

func tellsPaid(t *testing.T, c company) {
	code := c.opened(t).Code
	c.Approve(code)
	a := c.asked(t, code)
	same(t, "state", a.State, payment.Paid)
	same(t, "paid", a.Paid, c.amount(t, "3065"))
	same(t, "refunded", a.Refunded, c.amount(t, "0"))
	same(t, "state by reference", c.found(t, "ref-1", 1)[0].State, payment.Paid)
}

func tellsSoftDecline(t *testing.T, c company) {
	code := c.opened(t).Code
	c.Decline(code)
	a := c.asked(t, code)
	same(t, "state", a.State, payment.Pending)
	if a.PageURL == "" {
		t.Error("the page is gone")
	}
	c.Approve(code)
	same(t, "state after another try", c.asked(t, code).State, payment.Paid)
}

func tellsCancelled(t *testing.T, c company) {
	code := c.opened(t).Code
	c.Cancel(code)
	same(t, "state", c.asked(t, code).State, payment.Cancelled)
	same(t, "page", c.asked(t, code).PageURL, "")
}

func tellsExpired(t *testing.T, c company) {
	code := c.opened(t).Code
	c.Expire(code)
	same(t, "state", c.asked(t, code).State, payment.Expired)
	same(t, "page", c.asked(t, code).PageURL, "")
}

func losesQuestions(t *testing.T, c company) {
	code := c.opened(t).Code
	for _, l := range losses() {
		c.Meet(l.mood)
		_, err := c.InquireByCode(patience(t), c.Keys(), code)
		wantNoVerdict(t, l, err)
		c.Meet(l.mood)
		_, err = c.InquireByReference(patience(t), c.Keys(), "ref-1")
		wantNoVerdict(t, l, err)
	}
}

func wantNoVerdict(t *testing.T, l loss, err error) {
	t.Helper()
	if l.mood == CompanyCutsOff && err == nil {
		return // Asked again by itself.
	}
	if !fault.Is(err, fault.Indeterminate) && !fault.Is(err, fault.Unavailable) {
		t.Errorf("%s: got %v", l.mood, err)
	}
}

func answersMany(t *testing.T, c company) {
	code := c.opened(t).Code
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			answers, err := c.InquireByReference(t.Context(), c.Keys(), "ref-1")
			if err != nil || len(answers) != 1 || answers[0].Code != code {
				t.Errorf("got %+v, %v", answers, err)
			}
			clear(answers) // What one caller does to its answer is nobody else's business.
		})
	}
	callers.Wait()
}
