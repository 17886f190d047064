//go:build wireinject

package bootstrap

import (
	"context"
	"log/slog"

	"github.com/google/wire"

	"paybridge/adapters/database"
	"paybridge/bootstrap/config"
)

// newApp wires the service.
func newApp(ctx context.Context, c config.Config, o database.Options, log *slog.Logger) (*App, func(), error) {
	panic(wire.Build(base, serving))
}

// newTools wires what the other commands of the binary need.
func newTools(ctx context.Context, c config.Config, o database.Options, log *slog.Logger) (*Tools, func(), error) {
	panic(wire.Build(base, wire.Struct(new(Tools), "*")))
}
