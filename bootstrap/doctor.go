package bootstrap

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"paybridge/adapters/cli"
	"paybridge/application/query"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

const (
	// probeBudget bounds one look at something outside.
	probeBudget = 3 * time.Second
	// clockTolerance is how far this machine's clock may be from the database's.
	clockTolerance = 2 * time.Second
)

func examine(ctx context.Context, c config.Config, t *Tools) []cli.Check {
	migrated, migrateErr := pending(ctx, t.DB)
	checks := []cli.Check{
		result("database", "answers", t.DB.Ping(ctx), "is the database up and DATABASE_URL right?"),
		result("migrations", migrated, migrateErr, "run `paybridge migrate up`"),
		keysCheck(ctx, t),
		clockCheck(t),
	}
	if c.DemoBaseURL != "" {
		checks = append(checks, reach(ctx, "company demo", c.DemoBaseURL, "is GATEWAY_DEMO_BASE_URL right, and may this machine connect there?"))
	}
	if migrateErr == nil {
		waiting, err := backlog(ctx, t.Queries, t.Clock)
		checks = append(checks, result("outbox", waiting, err, "see `paybridge notifications list --state dead` and `paybridge payments list`"))
		checks = append(checks, secretsCheck(ctx, t), merchantsCheck(ctx, t))
	}
	return append(checks, publicCheck(ctx, c))
}

// keysCheck seals and opens something, so that a broken keyset shows here and not at a merchant's.
func keysCheck(ctx context.Context, t *Tools) cli.Check {
	const probe = "probe"
	sealed, err := t.Keyring.Seal(ctx, merchant.MallID(probe), ports.NewSecret(probe))
	if err == nil {
		_, err = t.Keyring.Open(ctx, merchant.MallID(probe), sealed)
	}
	return result("encryption keys", "seal and open", err, "is ENCRYPTION_KEYSET the one that this database was used with?")
}

// secretsCheck looks for secrets whose key is gone.
func secretsCheck(ctx context.Context, t *Tools) cli.Check {
	rows, err := t.Queries.Keys.Handle(ctx, query.Keys{})
	all, missing := 0, 0
	for _, row := range rows {
		all += row.Secrets
		if row.Use == query.KeyMissing {
			missing += row.Secrets
		}
	}
	if missing > 0 {
		return cli.Check{
			Name: "secrets", Health: cli.Failed, Detail: fmt.Sprintf("%d of %d were sealed by keys that the keyset does not hold", missing, all),
			Remedy: "see `paybridge keys list`; is ENCRYPTION_KEYSET the one that this database was used with?",
		}
	}
	return result("secrets", fmt.Sprintf("%d, the keys of all are there", all), err, "are the migrations applied?")
}

func clockCheck(t *Tools) cli.Check {
	off := time.Until(t.Clock.Now()).Abs().Round(time.Millisecond)
	if off > clockTolerance {
		return cli.Check{Name: "clock", Health: cli.Warned, Detail: fmt.Sprintf("%s away from the database's clock", off), Remedy: "let both machines follow a time server"}
	}
	return cli.Check{Name: "clock", Health: cli.Healthy, Detail: fmt.Sprintf("%s away from the database's clock", off)}
}

func merchantsCheck(ctx context.Context, t *Tools) cli.Check {
	rows, err := t.Queries.Merchants.Handle(ctx, query.Merchants{Limit: 1000})
	if err == nil && len(rows) == 0 {
		return cli.Check{Name: "merchants", Health: cli.Warned, Detail: "none yet", Remedy: "import some with `paybridge merchants import FILE`"}
	}
	return result("merchants", fmt.Sprintf("%d", len(rows)), err, "are the migrations applied?")
}

// reach connects, nothing more: whether the other side likes us is for the first real call to show.
func reach(ctx context.Context, name, address, remedy string) cli.Check {
	u, err := url.Parse(address)
	if err != nil {
		return result(name, "", err, remedy)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	dialing, cancel := context.WithTimeout(ctx, probeBudget)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(dialing, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return result(name, "", fault.New(fault.Unavailable, "unreachable", u.Host+" cannot be reached").Because(err), remedy)
	}
	return result(name, u.Host+" can be reached", conn.Close(), remedy)
}

// publicCheck looks at our own address from here. That it can be reached from outside, this machine
// cannot know.
func publicCheck(ctx context.Context, c config.Config) cli.Check {
	check := reach(ctx, "public address", c.PublicURL, "is `paybridge serve` running, and does PAYBRIDGE_PUBLIC_URL lead to it?")
	if check.Health == cli.Failed {
		check.Health = cli.Warned
	} else {
		check.Detail += " from here; whether Cafe24 and the companies reach it, only they can tell"
	}
	return check
}
