package contract

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// listingSuite is of companies that list by time.
func listingSuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"a list by time holds every order since then with what was paid": listsSince,
		"a list of the future is empty, without error":                   listsNothing,
		"a lost answer to a list is no verdict":                          losesLists,
		"strangers are given no list":                                    refusesLists,
	}
}

func (c company) lister(t *testing.T) ports.Lister {
	t.Helper()
	l, ok := c.Gateway().(ports.Lister)
	if !ok {
		t.Fatal("the company cannot list")
	}
	return l
}

func listsSince(t *testing.T, c company) {
	paid := c.opened(t)
	_, err := c.Open(t.Context(), c.Keys(), "key-2", c.opening(t, "ref-2", "99"))
	noError(t, err)
	c.Approve(paid.Code)
	asked := c.asked(t, paid.Code)
	list, err := c.lister(t).ListOrders(t.Context(), c.Keys(), asked.CreatedAt.Add(-time.Minute))
	noError(t, err)
	same(t, "orders", len(list), 2)
	for _, a := range list {
		if a.Code == paid.Code {
			same(t, "state", a.State, payment.Paid)
			same(t, "paid", a.Paid, asked.Paid)
			same(t, "refunded", a.Refunded, asked.Refunded)
			same(t, "reference", a.Reference, "ref-1")
		}
	}
}

func listsNothing(t *testing.T, c company) {
	future := c.asked(t, c.opened(t).Code).CreatedAt.Add(time.Hour)
	list, err := c.lister(t).ListOrders(t.Context(), c.Keys(), future)
	noError(t, err)
	same(t, "orders", len(list), 0)
}

func losesLists(t *testing.T, c company) {
	since := c.asked(t, c.opened(t).Code).CreatedAt
	for _, l := range losses() {
		c.Meet(l.mood)
		_, err := c.lister(t).ListOrders(patience(t), c.Keys(), since)
		wantNoVerdict(t, l, err)
	}
}

func refusesLists(t *testing.T, c company) {
	_, err := c.lister(t).ListOrders(t.Context(), c.Strangers(), time.Now().Add(-time.Hour))
	wantFault(t, err, fault.Unauthenticated, "")
}
