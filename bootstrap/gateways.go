package bootstrap

import (
	"log/slog"

	"paybridge/adapters/gateway"
	"paybridge/adapters/gateway/demo"
	"paybridge/adapters/telemetry"
	"paybridge/bootstrap/config"
	"paybridge/ports"
)

// provideGateways lists the payment companies: a new one is a folder below adapters/gateway and one
// entry here. A company without an address is not offered.
func provideGateways(c config.Config, clock ports.Clock, t *telemetry.Telemetry, log *slog.Logger) (ports.Gateways, error) {
	var companies []ports.Gateway
	if c.DemoBaseURL != "" {
		company, err := demo.New(demo.Config{BaseURL: c.DemoBaseURL, Logger: log, Observed: t.Call}, clock)
		if err != nil {
			return nil, err
		}
		companies = append(companies, company)
	}
	return gateway.New(companies...)
}
