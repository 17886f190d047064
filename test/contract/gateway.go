package contract

import (
	"context"
	"net/http"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// CompanyMood is how a company meets the next request.
type CompanyMood string

// The moods of a company. Where the work is done, it is done before the answer goes wrong.
const (
	CompanyCutsOff   CompanyMood = "does the work and cuts the connection"
	CompanyHangs     CompanyMood = "does the work and never answers"
	CompanyBreaksOff CompanyMood = "does the work and answers half of its JSON"
	CompanyStumbles  CompanyMood = "does the work and answers 500"
	CompanyFails     CompanyMood = "does nothing and answers 500"
	CompanyIsBusy    CompanyMood = "does nothing and answers 429"
)

// CompanyHarness is an adapter of ports.Gateway together with a company that it can reach, which
// holds no orders yet.
type CompanyHarness interface {
	Gateway() ports.Gateway
	// Elsewhere is the same adapter, pointed at an address where nobody listens.
	Elsewhere() ports.Gateway
	// Keys are the keys of an account at the company, Strangers those of none.
	Keys() ports.Keys
	Strangers() ports.Keys

	// Meet makes the company meet the next request in a mood, and those after it as usual.
	Meet(mood CompanyMood)
	// Orders and Refunds count what the company has made; Received the requests that reached it.
	Orders() int
	Refunds() int
	Received() int

	CompanyBuyer
}

// CompanyBuyer is the hand of the buyer, and of time.
type CompanyBuyer interface {
	Approve(code string)
	Decline(code string) // softly: the page stays open
	Cancel(code string)  // for good
	Expire(code string)  // for good
	// Letter returns a webhook of the company about an order as it is now.
	Letter(code string) (http.Header, []byte)
}

const companyPatience = 300 * time.Millisecond // with a company that hangs

// Gateway is the suite of ports.Gateway and of the optional interfaces that the adapter implements.
// Every company must be able to open orders and to answer questions.
func Gateway(t *testing.T, newHarness func(t *testing.T) CompanyHarness) {
	t.Helper()
	suites := []map[string]func(*testing.T, company){sheetSuite(), openingSuite(), inquirySuite()}
	g := newHarness(t).Gateway()
	if _, ok := g.(ports.Refunder); ok {
		suites = append(suites, refundSuite(g.Sheet()))
	}
	if _, ok := g.(ports.Lister); ok {
		suites = append(suites, listingSuite())
	}
	if _, ok := g.(ports.Closer); ok {
		suites = append(suites, closingSuite())
	}
	if _, ok := g.(ports.LetterReader); ok {
		suites = append(suites, letterSuite())
	}
	if _, ok := g.(ports.Reserver); ok {
		suites = append(suites, reservingSuite())
	}
	for _, suite := range suites {
		for name, test := range suite {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, openCompany(t, newHarness(t)))
			})
		}
	}
}

// company is a harness with its adapter's capabilities at hand.
type company struct {
	CompanyHarness
	ports.Opener
	ports.Inquirer
}

func openCompany(t *testing.T, h CompanyHarness) company {
	t.Helper()
	opener, opens := h.Gateway().(ports.Opener)
	inquirer, answers := h.Gateway().(ports.Inquirer)
	if !opens || !answers {
		t.Fatalf("opens orders: %v, answers questions: %v; a company needs both", opens, answers)
	}
	return company{CompanyHarness: h, Opener: opener, Inquirer: inquirer}
}

// amount is one that every currency of the company can have.
func (c company) amount(t *testing.T, whole string) money.Money {
	t.Helper()
	amount, err := money.Parse(whole, c.Gateway().Sheet().Currencies[0])
	noError(t, err)
	return amount
}

func (c company) opening(t *testing.T, reference, amount string) []byte {
	t.Helper()
	prepared, err := c.PrepareOpening(ports.Opening{
		Reference: reference, Amount: c.amount(t, amount),
		CallbackURL: "https://app.example/callback?m=1&o=2", WebhookURL: "https://app.example/webhook/1",
	})
	noError(t, err)
	return prepared
}

// opened is a new order of 3065 with the reference "ref-1" and the key "key-1".
func (c company) opened(t *testing.T) payment.Answer {
	t.Helper()
	answer, err := c.Open(t.Context(), c.Keys(), "key-1", c.opening(t, "ref-1", "3065"))
	noError(t, err)
	return answer
}

// asked is what the company says about an order now.
func (c company) asked(t *testing.T, code string) payment.Answer {
	t.Helper()
	answer, err := c.InquireByCode(t.Context(), c.Keys(), code)
	noError(t, err)
	return answer
}

func (c company) found(t *testing.T, reference string, want int) []payment.Answer {
	t.Helper()
	answers, err := c.InquireByReference(t.Context(), c.Keys(), reference)
	noError(t, err)
	if len(answers) != want {
		t.Fatalf("found %d orders of %s, want %d", len(answers), reference, want)
	}
	return answers
}

// patience bounds calls to a company that may hang.
func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), companyPatience)
	t.Cleanup(cancel)
	return ctx
}

// loss is a mood after which a call may have happened, and whether it did.
type loss struct {
	mood CompanyMood
	done bool
}

func losses() []loss {
	return []loss{{CompanyCutsOff, true}, {CompanyHangs, true}, {CompanyBreaksOff, true}, {CompanyStumbles, true}, {CompanyFails, false}}
}

// wantDoubt checks the outcome of a call whose answer was lost. Only a connection that was cut may have
// been noticed by the HTTP client, which then sends a request with a key once more.
func wantDoubt(t *testing.T, l loss, err error) {
	t.Helper()
	if l.mood == CompanyCutsOff && err == nil {
		return
	}
	wantFault(t, err, fault.Indeterminate, "")
}

func sheetSuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"the sheet says what the company can do": func(t *testing.T, c company) {
			s := c.Gateway().Sheet()
			if s.Name == "" || len(s.Currencies) == 0 || s.SettleTime <= 0 || s.OrderLifetime <= 0 || s.PageFresh < 0 || s.KeyLifetime < 0 {
				t.Errorf("incomplete: %+v", s)
			}
			for _, currency := range s.Currencies {
				_, err := money.ParseCurrency(string(currency))
				noError(t, err)
			}
		},
		"a company that cannot be reached surely did nothing": func(t *testing.T, c company) {
			away := openCompany(t, elsewhere{c.CompanyHarness})
			_, err := away.Open(t.Context(), c.Keys(), "key-1", c.opening(t, "ref-1", "3065"))
			wantFault(t, err, fault.Unavailable, "")
			_, err = away.InquireByCode(t.Context(), c.Keys(), "x")
			wantFault(t, err, fault.Unavailable, "")
			_, err = away.InquireByReference(t.Context(), c.Keys(), "ref-1")
			wantFault(t, err, fault.Unavailable, "")
		},
	}
}

// elsewhere swaps the adapter for the one that reaches nobody.
type elsewhere struct{ CompanyHarness }

func (e elsewhere) Gateway() ports.Gateway { return e.Elsewhere() }
