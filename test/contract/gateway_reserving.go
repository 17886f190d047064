package contract

import (
	"bytes"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func reservingSuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"a reserved order is pending, not confirmed, and has what its script needs":     reserves,
		"equal reservations give equal bytes, which hold no key, and are one order":     reservesOnce,
		"a buyer is told, and of an unknown order nobody":                               tellsBuyer,
		"an agreement fixes the amount, is confirmed, and has a page":                   agrees,
		"the same agreement under the same key happens once":                            agreesOnce,
		"a lost answer to an agreement is doubt, and asking tells whether it was taken": losesAgreements,
		"what is paid cannot be agreed to again":                                        refusesLateAgreement,
		"a company that cannot be reached has heard of no agreement":                    agreesNowhere,
	}
}

func (c company) reserver(t *testing.T) ports.Reserver {
	t.Helper()
	r, ok := c.Gateway().(ports.Reserver)
	if !ok {
		t.Fatal("the company reserves nothing")
	}
	return r
}

func (c company) reserving(t *testing.T) []byte {
	t.Helper()
	prepared, err := c.reserver(t).PrepareReservation(ports.Reserving{
		Reference: "ref-1", Amount: c.amount(t, "1900"), ReviewURL: "https://app.example/review?token=1&x=2", WebhookURL: "https://app.example/webhook/1",
	})
	noError(t, err)
	return prepared
}

// reserved is a new order of provisional 1900.
func (c company) reserved(t *testing.T) ports.ReserveAnswer {
	t.Helper()
	answer, err := c.reserver(t).Reserve(t.Context(), c.Keys(), "key-1", c.reserving(t))
	noError(t, err)
	return answer
}

func (c company) agreement(t *testing.T, amount string) []byte {
	t.Helper()
	prepared, err := c.reserver(t).PreparePay(ports.Agreement{Reference: "ref-1", Amount: c.amount(t, amount), ReturnURL: "https://app.example/back?payment=1"})
	noError(t, err)
	return prepared
}

func reserves(t *testing.T, c company) {
	a := c.reserved(t)
	if a.Code == "" || a.State != payment.Pending || a.Confirmed || a.Amount != c.amount(t, "1900") || !bytes.HasPrefix(a.Button, []byte("{")) {
		t.Errorf("reserved %+v with %s", a.Answer, a.Button)
	}
	if asked := c.asked(t, a.Code); asked.Confirmed || asked.State != payment.Pending {
		t.Errorf("asked %+v", asked)
	}
}

func reservesOnce(t *testing.T, c company) {
	one, other := c.reserved(t), c.reserved(t)
	same(t, "code", other.Code, one.Code)
	same(t, "button", string(other.Button), string(one.Button))
	same(t, "orders", c.Orders(), 1)
	if bytes.Contains(c.reserving(t), []byte(c.Keys().Secret.Reveal())) {
		t.Error("the bytes hold a key")
	}
}

func tellsBuyer(t *testing.T, c company) {
	_, err := c.reserver(t).Buyer(t.Context(), c.Keys(), c.reserved(t).Code)
	noError(t, err)
	_, err = c.reserver(t).Buyer(t.Context(), c.Keys(), "nobody-knows")
	wantFault(t, err, fault.NotFound, "")
	_, err = c.reserver(t).Buyer(t.Context(), c.Strangers(), "nobody-knows")
	wantFault(t, err, fault.Unauthenticated, "")
}

func agrees(t *testing.T, c company) {
	code := c.reserved(t).Code
	a, err := c.reserver(t).Pay(t.Context(), c.Keys(), "pay-1", code, c.agreement(t, "1965"))
	noError(t, err)
	asked := c.asked(t, code)
	for _, told := range []payment.Answer{a, asked} {
		if told.Code != code || !told.Confirmed || told.State != payment.Pending || told.Amount != c.amount(t, "1965") || told.PageURL == "" {
			t.Errorf("agreed %+v", told)
		}
	}
	c.Approve(code)
	same(t, "paid", c.asked(t, code).Paid, c.amount(t, "1965"))
}

func agreesOnce(t *testing.T, c company) {
	code := c.reserved(t).Code
	for range 2 {
		_, err := c.reserver(t).Pay(t.Context(), c.Keys(), "pay-1", code, c.agreement(t, "1965"))
		noError(t, err)
	}
	_, err := c.reserver(t).Pay(t.Context(), c.Keys(), "pay-1", code, c.agreement(t, "1966"))
	if err == nil || c.asked(t, code).Amount != c.amount(t, "1965") {
		t.Errorf("another amount under the same key: %v", err)
	}
}

func losesAgreements(t *testing.T, c company) {
	code := c.reserved(t).Code
	c.Meet(CompanyHangs)
	_, err := c.reserver(t).Pay(patience(t), c.Keys(), "pay-1", code, c.agreement(t, "1965"))
	wantFault(t, err, fault.Indeterminate, "")
	same(t, "confirmed", c.asked(t, code).Confirmed, true)
	_, err = c.reserver(t).Pay(t.Context(), c.Keys(), "pay-1", code, c.agreement(t, "1965"))
	noError(t, err)
}

func refusesLateAgreement(t *testing.T, c company) {
	code := c.reserved(t).Code
	_, err := c.reserver(t).Pay(t.Context(), c.Keys(), "pay-1", code, c.agreement(t, "1965"))
	noError(t, err)
	c.Approve(code)
	_, err = c.reserver(t).Pay(t.Context(), c.Keys(), "pay-2", code, c.agreement(t, "1966"))
	wantFault(t, err, fault.Declined, "")
	same(t, "paid", c.asked(t, code).Paid, c.amount(t, "1965"))
}

func agreesNowhere(t *testing.T, c company) {
	code := c.reserved(t).Code
	away := openCompany(t, elsewhere{c.CompanyHarness})
	_, err := away.reserver(t).Pay(t.Context(), c.Keys(), "pay-1", code, c.agreement(t, "1965"))
	wantFault(t, err, fault.Unavailable, "")
}
