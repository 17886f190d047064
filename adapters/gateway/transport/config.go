package transport

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"
	"time"

	"paybridge/domain/fault"
)

// Config describes the way to one company. Only Company and BaseURL are required; a zero anywhere
// else means the default.
type Config struct {
	Company     string        // its name in spans, log lines and the breaker
	BaseURL     string        // absolute, http or https, without query and credentials
	Budget      time.Duration // for one call with everything in it; 3.5 s
	Concurrency int           // calls under way at once; 256
	MaxAnswer   int64         // bytes of an answer; 1 MiB
	Rest        time.Duration // how long a failing company is left alone; 10 s
	Logger      *slog.Logger  // hears of the breaker only; silent
	Observed    Observer      // hears of every call; nobody
}

const (
	defaultBudget      = 3500 * time.Millisecond
	defaultConcurrency = 256
	defaultMaxAnswer   = 1 << 20
	defaultRest        = 10 * time.Second
)

// Observer is told how every call ended: which company, which operation, how long it took in all.
type Observer func(ctx context.Context, company, operation string, took time.Duration, err error)

func (c Config) withDefaults() Config {
	c.Budget = cmp.Or(c.Budget, defaultBudget)
	c.Concurrency = cmp.Or(c.Concurrency, defaultConcurrency)
	c.MaxAnswer = cmp.Or(c.MaxAnswer, int64(defaultMaxAnswer))
	c.Rest = cmp.Or(c.Rest, defaultRest)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Observed == nil {
		c.Observed = func(context.Context, string, string, time.Duration, error) {}
	}
	return c
}

// base checks the configuration and returns its URL. The fault is Invalid and repeats nothing of a
// URL that may hold a password.
func (c Config) base() (*url.URL, error) {
	if c.Company == "" || c.Budget < 0 || c.Concurrency < 0 || c.MaxAnswer < 0 || c.Rest < 0 {
		return nil, fault.New(fault.Invalid, "bad_company_config", "a company needs a name, and no limit may be negative")
	}
	base, err := url.Parse(c.BaseURL)
	plain := err == nil && base.Host != "" && (base.Scheme == "http" || base.Scheme == "https") &&
		base.User == nil && base.RawQuery == "" && base.Fragment == ""
	if !plain {
		return nil, fault.Newf(fault.Invalid, "bad_company_url",
			"the base URL of %s must be absolute, http or https, without credentials, query and fragment", c.Company)
	}
	return base, nil
}
