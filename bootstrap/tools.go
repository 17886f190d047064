package bootstrap

import (
	"context"
	"fmt"

	"paybridge/adapters/database"
	"paybridge/application"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// Tools is what the commands of the binary work with besides serving.
type Tools struct {
	DB       *database.DB
	Clock    ports.Clock
	Keyring  ports.Keyring
	View     ports.StatusView
	Tokens   ports.Tokens
	Gateways ports.Gateways
	Commands application.Commands
	Queries  application.Queries
}

// migrateUp is how pending migrations are applied. SQLite serves one process at a time.
const migrateUp = "run `paybridge migrate up`; on SQLite stop `paybridge serve` first, and start it again afterwards"

var errPending = fault.New(fault.Unavailable, "migrations_pending", "migrations are pending")

// pending says how many migrations are still to be applied; any is an error.
func pending(ctx context.Context, db *database.DB) (string, error) {
	all, err := db.Migrations(ctx)
	if err != nil {
		return "", err
	}
	open := 0
	for _, m := range all {
		if m.AppliedAt.IsZero() {
			open++
		}
	}
	if open > 0 {
		return "", fault.Newf(errPending.Kind, errPending.Code, "%d of %d migrations are pending: %s", open, len(all), migrateUp)
	}
	return fmt.Sprintf("%d applied", len(all)), nil
}
