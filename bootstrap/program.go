package bootstrap

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"paybridge/adapters/cli"
	"paybridge/adapters/database"
	"paybridge/adapters/keyring"
	"paybridge/adapters/telemetry"
	"paybridge/bootstrap/config"
)

// Main runs the command line and returns its exit code.
func Main(ctx context.Context, args []string) int {
	return cli.Run(ctx, args, cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, program(os.Environ(), os.Stderr))
}

// program gives the commands what they need, built only when they need it.
func program(environ []string, logs io.Writer) cli.Program {
	return cli.Program{
		Version: Version(),
		Serve:   func(ctx context.Context) error { return serve(ctx, environ, logs) },
		Open:    func(ctx context.Context) (cli.App, func(), error) { return open(ctx, environ, logs) },
		Migrations: func(ctx context.Context, create bool) (cli.Migrations, func(), error) {
			return openMigrations(ctx, environ, create)
		},
		NewKeyset: keyring.NewKeyset,
		Ready:     func(ctx context.Context) (string, error) { return ready(ctx, environ) },
		Doctor:    func(ctx context.Context) []cli.Check { return doctor(ctx, environ, logs) },
	}
}

func load(environ []string) (config.Config, error) {
	c, err := config.Load(environ)
	if err != nil {
		return c, &cli.MisuseError{Subject: "the configuration", Problems: strings.Split(err.Error(), "\n")}
	}
	return c, nil
}

func serve(ctx context.Context, environ []string, logs io.Writer) error {
	c, err := load(environ)
	if err != nil {
		return err
	}
	calm(environ)
	log := telemetry.NewLogger(logs, c.LogLevel, telemetry.JSON)
	app, cleanup, err := newApp(ctx, c, database.Options{}, log)
	if err != nil {
		return err
	}
	defer cleanup()
	return app.Run(ctx)
}

// calm lets the heap grow to four times what is in use before it is collected, unless the operator says
// otherwise: the service holds little and makes a lot, and memory is promised to stay below 100 MB.
func calm(environ []string) {
	if !slices.ContainsFunc(environ, func(v string) bool { return strings.HasPrefix(v, "GOGC=") || strings.HasPrefix(v, "GOMEMLIMIT=") }) {
		debug.SetGCPercent(300)
	}
}

// open is for people at a terminal: the commands say what is wrong, and only errors are logged. While the service holds an
// SQLite database they may still look into it.
func open(ctx context.Context, environ []string, logs io.Writer) (cli.App, func(), error) {
	c, err := load(environ)
	if err != nil {
		return cli.App{}, nil, err
	}
	tools, cleanup, err := newTools(ctx, c, database.Options{Look: true, Existing: true}, telemetry.NewLogger(logs, slog.LevelError, telemetry.Text))
	if err != nil {
		return cli.App{}, nil, err
	}
	if _, err := pending(ctx, tools.DB); err != nil {
		cleanup()
		return cli.App{}, nil, err
	}
	return cli.App{Commands: tools.Commands, Queries: tools.Queries}, cleanup, nil
}

func openMigrations(ctx context.Context, environ []string, create bool) (cli.Migrations, func(), error) {
	c, err := load(environ)
	if err != nil {
		return cli.Migrations{}, nil, err
	}
	db, err := database.Open(ctx, c.DatabaseURL, database.Options{Look: true, Existing: !create})
	if err != nil {
		return cli.Migrations{}, nil, err
	}
	return cli.Migrations{
		Up: func(ctx context.Context) ([]cli.Migration, error) {
			applied, err := db.Migrate(ctx)
			return migrations(applied), err
		},
		Down: func(ctx context.Context) (cli.Migration, error) {
			reverted, err := db.MigrateDown(ctx)
			return cli.Migration(reverted), err
		},
		List: func(ctx context.Context) ([]cli.Migration, error) {
			all, err := db.Migrations(ctx)
			return migrations(all), err
		},
	}, func() { _ = db.Close() }, nil
}

func migrations(from []database.Migration) []cli.Migration {
	list := make([]cli.Migration, len(from))
	for i, m := range from {
		list[i] = cli.Migration(m)
	}
	return list
}

// misconfigured is a line for every problem with the configuration.
func misconfigured(err error) (checks []cli.Check) {
	for problem := range strings.SplitSeq(err.Error(), "\n") {
		checks = append(checks, cli.Check{Name: "configuration", Health: cli.Failed, Detail: problem, Remedy: "set or correct it; the README lists every variable"})
	}
	return checks
}

// doctor looks at everything the service depends on, and goes on when something is wrong.
func doctor(ctx context.Context, environ []string, logs io.Writer) []cli.Check {
	c, err := config.Load(environ)
	if err != nil {
		return misconfigured(err)
	}
	checks := []cli.Check{{Name: "configuration", Health: cli.Healthy, Detail: environment(c)}}
	tools, cleanup, err := newTools(ctx, c, database.Options{Look: true, Existing: true}, telemetry.NewLogger(logs, slog.LevelError, telemetry.Text))
	if err != nil {
		checks = append(checks, result("database", "", err, cmp.Or(cli.Remedy(err), "is the database up and DATABASE_URL right?")))
		return append(checks, outside(ctx, c, "")...)
	}
	defer cleanup()
	checks = append(checks, examine(ctx, c, tools)...)
	return append(checks, outside(ctx, c, anyMall(ctx, tools))...)
}

func environment(c config.Config) string {
	if c.Sandbox {
		return "sandbox"
	}
	return "production"
}

// result is a check from what a probe found.
func result(name, found string, err error, remedy string) cli.Check {
	switch {
	case err == nil:
		return cli.Check{Name: name, Health: cli.Healthy, Detail: found}
	case errors.Is(err, errNeedsLook):
		return cli.Check{Name: name, Health: cli.Warned, Detail: found, Remedy: remedy}
	}
	return cli.Check{Name: name, Health: cli.Failed, Detail: oneLine(err), Remedy: remedy}
}

// oneLine is an error as a table can show it: drivers fold theirs over several lines.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
