package memory_test

import (
	"net/http"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/domain/payment"
	"paybridge/ports"
	"paybridge/test/contract"
	"paybridge/test/fakeclock"
)

// companyHarness lets the suite of ports.Gateway meet the company, and fails its test when the buyer
// looks for an order that is not there.
type companyHarness struct {
	t       *testing.T
	company *memory.Company
}

func newCompanyHarness(t *testing.T) contract.CompanyHarness {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	h := companyHarness{t, memory.NewCompany(clock)}
	h.company.Revoke(h.Strangers().Public)
	return h
}

func (h companyHarness) Gateway() ports.Gateway { return h.company }

func (h companyHarness) Elsewhere() ports.Gateway {
	away, _ := setup(h.t)
	away.Next(memory.AnyCall, memory.NotSent, memory.NotSent, memory.NotSent)
	return away
}

func (h companyHarness) Keys() ports.Keys      { return ours }
func (h companyHarness) Strangers() ports.Keys { return theirs }

func (h companyHarness) Meet(mood contract.CompanyMood) {
	h.company.Next(memory.AnyCall, map[contract.CompanyMood]memory.Trouble{
		contract.CompanyCutsOff: memory.AnswerLost, contract.CompanyHangs: memory.AnswerLost, contract.CompanyBreaksOff: memory.AnswerLost,
		contract.CompanyStumbles: memory.AnswerLost, contract.CompanyFails: memory.Vanishes, contract.CompanyIsBusy: memory.NotSent,
	}[mood])
}

func (h companyHarness) Orders() int   { return len(h.company.Opened()) }
func (h companyHarness) Refunds() int  { return len(h.company.Refunds()) }
func (h companyHarness) Received() int { return h.company.Calls(memory.AnyCall) }

func (h companyHarness) Approve(code string) { h.settle(code, payment.Paid) }
func (h companyHarness) Decline(code string) { h.settle(code, payment.Pending) }
func (h companyHarness) Cancel(code string)  { h.settle(code, payment.Cancelled) }
func (h companyHarness) Expire(code string)  { h.settle(code, payment.Expired) }

func (h companyHarness) settle(code string, state payment.State) {
	h.t.Helper()
	if !h.company.Settle(code, state) {
		h.t.Fatalf("the company has no order %q", code)
	}
}

func (h companyHarness) Letter(code string) (http.Header, []byte) {
	h.t.Helper()
	body, err := h.company.Letter(ours, code)
	if err != nil {
		h.t.Fatal(err)
	}
	return nil, body
}

func TestTheCompanyKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Gateway(t, newCompanyHarness)
}
