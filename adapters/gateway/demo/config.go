package demo

import (
	"log/slog"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/money"
	"paybridge/ports"
)

// Name is the company's name in the registry and in merchants' credentials.
const Name = "demo"

// Variable is the environment variable with the company's address.
const Variable = "GATEWAY_DEMO_BASE_URL"

// Config says where the company is. A zero anywhere but in BaseURL means the default of
// transport.Config.
type Config struct {
	BaseURL     string
	Budget      time.Duration // for one call
	Concurrency int           // calls under way at once
	Logger      *slog.Logger
	Observed    transport.Observer
}

func (c Config) transport() transport.Config {
	return transport.Config{
		Company: Name, BaseURL: c.BaseURL, Budget: c.Budget, Concurrency: c.Concurrency, Logger: c.Logger, Observed: c.Observed,
	}
}

// sheet is what the company's page says, and where it is silent the careful value: lists may lag
// (settle time), and orders are asked about for a month.
func sheet() ports.Sheet {
	return ports.Sheet{
		Name:          Name,
		Currencies:    []money.Currency{"JPY", "PHP", "USD"},
		KeyLifetime:   24 * time.Hour,
		SettleTime:    10 * time.Minute,
		OrderLifetime: 30 * 24 * time.Hour,
		PageFresh:     10 * time.Minute,
		RefundAtOnce:  true,
		PartialRefund: true,
	}
}
