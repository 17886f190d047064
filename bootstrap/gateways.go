package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"paybridge/adapters/database"
	"paybridge/adapters/gateway"
	"paybridge/adapters/gateway/demo"
	"paybridge/adapters/telemetry"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// provideGateways lists the payment companies: a new one is a folder below adapters/gateway and one
// entry here. A company without an address is not offered.
func provideGateways(c config.Config, clock ports.Clock, t *telemetry.Telemetry, log *slog.Logger) (ports.Gateways, error) {
	if c.DemoBaseURL == "" {
		return gateway.Registry{}.Lacking(demo.Name, demo.Variable), nil
	}
	company, err := demo.New(demo.Config{BaseURL: c.DemoBaseURL, Logger: log, Observed: t.Call}, clock)
	if err != nil {
		return nil, err
	}
	return gateway.New(company)
}

// unoffered is a company that merchants are linked with and that refuses all their payments, because this
// installation does not offer it.
type unoffered struct {
	company   string
	merchants int
	lacks     error
}

func (u unoffered) String() string {
	if u.merchants == 1 {
		return fmt.Sprintf("1 merchant uses it, %v", u.lacks)
	}
	return fmt.Sprintf("%d merchants use it, %v", u.merchants, u.lacks)
}

// notOffered compares what merchants use with what there is, by the companies' names.
func notOffered(ctx context.Context, db *database.DB, gateways ports.Gateways) ([]unoffered, error) {
	companies, err := db.Companies(ctx)
	if err != nil {
		return nil, err
	}
	var list []unoffered
	for _, name := range slices.Sorted(maps.Keys(companies)) {
		if _, err := gateways.Gateway(name); err != nil {
			list = append(list, unoffered{company: name, merchants: companies[name], lacks: errors.Unwrap(fault.Of(err))})
		}
	}
	return list, nil
}
