package contract

import (
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func closingSuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"an order that waits is closed for good, as often as it is closed":     closes,
		"what is paid cannot be closed, and stays paid":                        closesNothingPaid,
		"an order that ended unpaid can be closed":                             closesWhatEnded,
		"a lost answer to a closing is doubt, and closing again clears it":     losesClosings,
		"nobody closes an order that the company does not know, or a stranger": closesNothingUnknown,
	}
}

func (c company) closer(t *testing.T) ports.Closer {
	t.Helper()
	closer, ok := c.Gateway().(ports.Closer)
	if !ok {
		t.Fatal("the company closes nothing")
	}
	return closer
}

func closes(t *testing.T, c company) {
	code := c.opened(t).Code
	for _, key := range []string{"close-1", "close-1", "close-2"} {
		a, err := c.closer(t).CloseOrder(t.Context(), c.Keys(), key, code, "ref-1")
		noError(t, err)
		if a.State != payment.Cancelled || a.Code != code || a.Reference != "ref-1" || a.Amount != c.amount(t, "3065") || a.PageURL != "" || a.AskedAt.IsZero() {
			t.Errorf("closed %+v", a)
		}
	}
	same(t, "asked", c.asked(t, code).State, payment.Cancelled)
}

func closesNothingPaid(t *testing.T, c company) {
	code := c.opened(t).Code
	c.Approve(code)
	_, err := c.closer(t).CloseOrder(t.Context(), c.Keys(), "close-1", code, "ref-1")
	wantFault(t, err, fault.Declined, "")
	same(t, "asked", c.asked(t, code).State, payment.Paid)
}

func closesWhatEnded(t *testing.T, c company) {
	for name, end := range map[string]func(string){"declined": c.Decline, "expired": c.Expire} {
		opened, err := c.Open(t.Context(), c.Keys(), name, c.opening(t, name, "3065"))
		noError(t, err)
		code := opened.Code
		end(code)
		a, err := c.closer(t).CloseOrder(t.Context(), c.Keys(), "close-"+name, code, name)
		noError(t, err)
		if !a.State.FinalUnpaid() {
			t.Errorf("%s, then closed: %+v", name, a)
		}
	}
}

func losesClosings(t *testing.T, c company) {
	code := c.opened(t).Code
	c.Meet(CompanyHangs)
	_, err := c.closer(t).CloseOrder(patience(t), c.Keys(), "close-1", code, "ref-1")
	wantFault(t, err, fault.Indeterminate, "")
	a, err := c.closer(t).CloseOrder(t.Context(), c.Keys(), "close-1", code, "ref-1")
	noError(t, err)
	same(t, "closed", a.State, payment.Cancelled)
}

func closesNothingUnknown(t *testing.T, c company) {
	code := c.opened(t).Code
	_, err := c.closer(t).CloseOrder(t.Context(), c.Keys(), "close-1", "nobody-knows", "ref-1")
	wantFault(t, err, fault.NotFound, "")
	_, err = c.closer(t).CloseOrder(t.Context(), c.Strangers(), "close-1", code, "ref-1")
	wantFault(t, err, fault.Unauthenticated, "")
	_, err = openCompany(t, elsewhere{c.CompanyHarness}).closer(t).CloseOrder(t.Context(), c.Keys(), "close-1", code, "ref-1")
	wantFault(t, err, fault.Unavailable, "")
	same(t, "asked", c.asked(t, code).State, payment.Pending)
}
