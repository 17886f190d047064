// Package gateway finds payment companies by name. A company is a folder below, an implementation of
// ports.Gateway with the capabilities it has, built on package transport.
//
// Two rules hold for every company and live in transport, so that an adapter gets them by using it:
// the classification of what went wrong, and that concurrent questions about the same order share
// one answer only when it was asked for after they came (transport.Questions). A decorator here
// would have to hide the capabilities of what it wraps, or list all their combinations.
package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Registry holds the companies that this installation offers, and what it lacks to offer others. It never changes.
type Registry struct {
	byName map[string]ports.Gateway
	lacks  map[string]error
}

var _ ports.Gateways = Registry{}

// New returns a registry, or Invalid when two companies have one name, a company has none, or doubt
// about its orders could never be settled: it can open orders, but knows neither idempotency keys nor
// questions.
func New(gateways ...ports.Gateway) (Registry, error) {
	r := Registry{byName: make(map[string]ports.Gateway, len(gateways))}
	for _, g := range gateways {
		sheet := g.Sheet()
		_, opens := g.(ports.Opener)
		_, answers := g.(ports.Inquirer)
		switch {
		case sheet.Name == "":
			return Registry{}, fault.New(fault.Invalid, "nameless_company", "a payment company has no name")
		case r.byName[sheet.Name] != nil:
			return Registry{}, fault.Newf(fault.Invalid, "company_twice", "the payment company %q is registered twice", sheet.Name)
		case opens && !answers && sheet.KeyLifetime <= 0:
			return Registry{}, fault.Newf(fault.Invalid, "company_without_certainty",
				"the payment company %q knows neither idempotency keys nor questions: a lost answer could never be settled", sheet.Name)
		}
		r.byName[sheet.Name] = g
	}
	return r, nil
}

// Lacking returns the registry knowing which environment variable has to be set before the company is offered.
func (r Registry) Lacking(name, variable string) Registry {
	lacks := map[string]error{name: fmt.Errorf("%s is not set", variable)}
	maps.Copy(lacks, r.lacks)
	return Registry{byName: r.byName, lacks: lacks}
}

var errUnknown = errors.New("this version of paybridge knows no such company")

// Gateway implements ports.Gateways.
func (r Registry) Gateway(name string) (ports.Gateway, error) {
	g, ok := r.byName[name]
	if !ok {
		unknown := fault.Newf(fault.Unsupported, "company_not_offered", "the payment company %q is not offered by this installation", name)
		return nil, unknown.Because(cmp.Or(r.lacks[name], errUnknown))
	}
	return g, nil
}

// Names returns the names of the companies, sorted.
func (r Registry) Names() []string { return slices.Sorted(maps.Keys(r.byName)) }
