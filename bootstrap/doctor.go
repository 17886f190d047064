package bootstrap

import (
	"context"
	"fmt"
	"time"

	"paybridge/adapters/cli"
	"paybridge/application/query"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// clockTolerance is how far two clocks may be from each other.
const clockTolerance = 2 * time.Second

// examine looks at what the service keeps, from the store outwards.
func examine(ctx context.Context, c config.Config, t *Tools) []cli.Check {
	migrated, migrateErr := pending(ctx, t.DB)
	checks := []cli.Check{
		result("database", "answers", t.DB.Ping(ctx), "is the database up and DATABASE_URL right?"),
		result("migrations", migrated, migrateErr, migrateUp),
		redisCheck(ctx, c, t),
		keysCheck(ctx, t),
		clockCheck(t),
	}
	if migrateErr == nil {
		waiting, err := backlog(ctx, t.Queries, t.Clock)
		checks = append(checks,
			result("outbox", waiting, err, "see `paybridge notifications list --state dead` and `paybridge payments list`"),
			secretsCheck(ctx, t),
			webhooksCheck(ctx, c, t),
		)
		checks = append(checks, merchantChecks(ctx, c, t)...)
	}
	return checks
}

// redisCheck never fails: without Redis everything works, only slower.
func redisCheck(ctx context.Context, c config.Config, t *Tools) cli.Check {
	redis, is := t.View.(pinger)
	if c.RedisURL == "" || !is {
		return cli.Check{Name: "redis", Health: cli.Healthy, Detail: "not used: REDIS_URL is not set"}
	}
	if err := redis.Ping(ctx); err != nil {
		return cli.Check{Name: "redis", Health: cli.Warned, Detail: shown(err), Remedy: "is Redis up and REDIS_URL right? Until then the database answers status questions"}
	}
	return cli.Check{Name: "redis", Health: cli.Healthy, Detail: "answers"}
}

// webhookGrace is how long after a payment was opened its letter may come.
const webhookGrace = 30 * time.Minute

// webhooksCheck tells from what has arrived whether the companies reach us: this machine cannot look at
// itself from outside.
func webhooksCheck(ctx context.Context, c config.Config, t *Tools) cli.Check {
	const name, remedy = "webhooks", "can the companies reach %s? Until then payments are found by asking, later"
	seen, err := t.DB.Arrivals(ctx)
	switch {
	case err != nil:
		return result(name, "", err, "are the migrations applied?")
	case seen.Paid.IsZero() && seen.Letter.IsZero():
		return cli.Check{Name: name, Health: cli.Healthy, Detail: "none yet, and nothing was paid yet"}
	case seen.Letter.IsZero():
		return cli.Check{Name: name, Health: cli.Warned, Detail: "none has ever come, though payments were made", Remedy: fmt.Sprintf(remedy, c.PublicURL)}
	}
	check := cli.Check{Name: name, Health: cli.Healthy, Detail: fmt.Sprintf("the last one came %s ago", t.Clock.Now().Sub(seen.Letter).Round(time.Second))}
	if seen.Paid.Sub(seen.Letter) > webhookGrace {
		check.Health, check.Remedy = cli.Warned, fmt.Sprintf(remedy, c.PublicURL)
		check.Detail += ", and payments were made since"
	}
	return check
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
	return clockResult("clock", time.Until(t.Clock.Now()), "the database's")
}

// clockResult says how far a clock is from this machine's. A wrong one makes signatures look old, and
// certificates, and lets work wait.
func clockResult(name string, off time.Duration, whose string) cli.Check {
	check := cli.Check{Name: name, Health: cli.Healthy, Detail: fmt.Sprintf("%s away from %s clock", off.Abs().Round(time.Millisecond), whose)}
	if off.Abs() > clockTolerance {
		check.Health, check.Remedy = cli.Warned, "let this machine follow a time server (NTP), and ask the other side to"
	}
	return check
}

// shown is what of an error may be told.
func shown(err error) string {
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f.Message
	}
	return oneLine(err)
}
