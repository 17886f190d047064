package gateway_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/gateway"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

type company ports.Sheet

func (c company) Sheet() ports.Sheet { return ports.Sheet(c) }

// opener is a company that can open orders and nothing else.
type opener struct{ company }

func (opener) PrepareOpening(ports.Opening) ([]byte, error) { return nil, nil }

func (opener) Open(context.Context, ports.Keys, string, []byte) (payment.Answer, error) {
	return payment.Answer{}, nil
}

func TestCompaniesAreFoundByName(t *testing.T) {
	t.Parallel()
	one, two := company{Name: "one"}, opener{company{Name: "two", KeyLifetime: time.Hour}}
	r, err := gateway.New(two, one)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Gateway("two")
	if err != nil || got.Sheet().Name != "two" {
		t.Fatalf("got %v, %v", got, err)
	}
	if _, ok := got.(ports.Opener); !ok {
		t.Error("the registry hides what the company can do")
	}
	if names := r.Names(); !slices.Equal(names, []string{"one", "two"}) {
		t.Errorf("names: %v", names)
	}
}

func TestACompanyThatIsNotOfferedIsNamed(t *testing.T) {
	t.Parallel()
	r, err := gateway.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, lacks := range map[string]string{"stripe": "this version of paybridge knows no such company", "demo": "GATEWAY_DEMO_BASE_URL is not set"} {
		_, err = r.Lacking("demo", "GATEWAY_DEMO_BASE_URL").Gateway(name)
		f := fault.Of(err)
		if !fault.Is(err, fault.Unsupported) || !strings.Contains(f.Message, name) || strings.Contains(f.Message, lacks) || errors.Unwrap(f).Error() != lacks {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompaniesThatCannotWorkAreRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	for code, gateways := range map[string][]ports.Gateway{
		"nameless_company":          {company{}},
		"company_twice":             {company{Name: "demo"}, company{Name: "other"}, company{Name: "demo"}},
		"company_without_certainty": {opener{company{Name: "demo"}}},
	} {
		if _, err := gateway.New(gateways...); !fault.Is(err, fault.Invalid) || fault.Of(err).Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}
